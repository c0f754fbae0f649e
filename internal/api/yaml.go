package api

import (
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// yamlType is the content type of YAML as Gate knows it: its message converters
// read and write it beside JSON. Its registered name, application/yaml, is taken
// too.
const yamlType = "application/x-yaml"

func isYAML(kind string) bool { return kind == yamlType || kind == "application/yaml" }

// fromYAML reads a body in YAML, whose size has been checked, as if it had come as
// JSON.
func fromYAML(data []byte, into any) error {
	text, err := yaml.YAMLToJSON(data)
	if err != nil {
		return fault.New(fault.Invalid, "malformed YAML: %w", err)
	}
	if _, err := limit.Document.JSON(text); err != nil {
		return err
	}
	if err := model.Unmarshal(text, into); err != nil {
		return fault.New(fault.Invalid, "the YAML is not what is wanted here: %w", err)
	}
	return nil
}

// encodeFor writes a value in the type that the client prefers: JSON, or YAML
// where it asks for that.
func encodeFor(r *http.Request, value any) (data []byte, kind string, err error) {
	data, err = encode(value)
	if err != nil || !prefersYAML(r.Header.Values("Accept")) {
		return data, jsonType, err
	}
	if data, err = yaml.JSONToYAML(data); err != nil {
		return nil, "", fmt.Errorf("write YAML: %w", err)
	}
	return data, yamlType, nil
}

// prefersYAML tells whether Accept names YAML with more weight than JSON, or as
// much and before it. Anything else, such as */*, means JSON.
func prefersYAML(accept []string) bool {
	var inYAML, inJSON float64
	first := ""
	for item := range strings.SplitSeq(strings.Join(accept, ","), ",") {
		kind, parameters, err := mime.ParseMediaType(item)
		if err != nil || (kind != jsonType && !isYAML(kind)) {
			continue
		}
		weight := 1.0
		if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil {
			weight = q
		}
		if first == "" {
			first = kind
		}
		if kind == jsonType {
			inJSON = max(inJSON, weight)
		} else {
			inYAML = max(inYAML, weight)
		}
	}
	return inYAML > inJSON || (inYAML > 0 && inYAML == inJSON && isYAML(first))
}
