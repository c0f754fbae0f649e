package rest

import (
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// JSONType is the content type of JSON.
const JSONType = "application/json"

// YAMLType is the content type of YAML as Gate knows it: its message converters
// read and write it beside JSON. Its registered name, application/yaml, is taken
// too.
const YAMLType = "application/x-yaml"

// IsYAML tells whether a content type is YAML.
func IsYAML(kind string) bool { return kind == YAMLType || kind == "application/yaml" }

// fromYAML reads a body in YAML as if it had come as JSON.
func fromYAML(text yamldoc.Text, into any) error {
	data, err := text.JSON()
	if err != nil {
		return fault.New(fault.Invalid, "malformed YAML: %w", err)
	}
	if _, err := limit.Document.JSON(data); err != nil {
		return err
	}
	if err := model.Unmarshal(data, into); err != nil {
		return fault.New(fault.Invalid, "the YAML is not valid for this request: %w", err)
	}
	return nil
}
