package yamldoc

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"

	"go.yaml.in/yaml/v3"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
	kubernetes "sigs.k8s.io/yaml"

	"github.com/gennaker/gennaker/internal/limit"
)

// Manifests reads one document after another as kubectl does, which separates them
// at lines that begin with ---, whatever is around. Numbers are [json.Number]. Its
// errors end the loop.
func (t Text) Manifests() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		reader := kyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(t.data)))
		for n := 1; ; n++ {
			document, err := reader.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err == nil {
				err = limit.Count(n, limit.Documents, "documents")
			}
			var value any
			if err == nil {
				err = kubernetes.Unmarshal(document, &value, useNumbers)
			}
			if !yield(value, err) || err != nil {
				return
			}
		}
	}
}

func useNumbers(d *json.Decoder) *json.Decoder {
	d.UseNumber()
	return d
}

// JSON is the first document as JSON, as Kubernetes reads it.
func (t Text) JSON() ([]byte, error) { return kubernetes.YAMLToJSON(t.data) }

// Decode reads the first document into a value with JSON's tags, as Kubernetes does.
func (t Text) Decode(into any) error { return kubernetes.Unmarshal(t.data, into) }

// DecodeStrict is [Text.Decode] that refuses fields that the value doesn't have, and
// keys that stand twice.
func (t Text) DecodeStrict(into any) error { return kubernetes.UnmarshalStrict(t.data, into) }

// Fill reads the first document into a value with tags named yaml. What it has no
// field for is left out.
func (t Text) Fill(into any) error { return yaml.Unmarshal(t.data, into) }

// Marshal writes a value with JSON's tags as kubectl does.
func Marshal(value any) ([]byte, error) { return kubernetes.Marshal(value) }

// FromJSON writes JSON as YAML, as kubectl does.
func FromJSON(text []byte) ([]byte, error) {
	out, err := kubernetes.JSONToYAML(text)
	if err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return out, nil
}
