package yamldoc

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	kubernetes "sigs.k8s.io/yaml"

	"github.com/gennaker/gennaker/internal/limit"
)

// Manifests reads one document after another, each as kubectl reads it. Numbers are
// [json.Number]. Its errors end the loop.
func (t Text) Manifests() iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		n := 0
		for document := range separate(t.data) {
			n++
			err := limit.Count(n, limit.Documents, "documents")
			var value any
			if err == nil {
				err = kubernetes.Unmarshal(of12(document), &value, useNumbers)
			}
			if !yield(value, err) || err != nil {
				return
			}
		}
	}
}

// separate gives the documents of a text one by one, without the lines that are only
// about documents: --- before, ... after, and directives. At the beginning of a line
// these signs mean nothing else, whatever is around. Where kubectl separates at ---
// alone, and reads nothing after a line of ..., SnakeYAML, and so Spinnaker, reads on.
func separate(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var document []byte
		content := false // whether it has more than comments
		for line := range bytes.Lines(bytes.TrimPrefix(text, byteOrderMark)) {
			rest, begins := bytes.CutPrefix(line, []byte("---"))
			begins = begins && (len(rest) == 0 || strings.IndexByte(" \t\r\n", rest[0]) >= 0)
			ends := bytes.Equal(bytes.TrimRight(line, " \t\r\n"), []byte("..."))
			if begins || ends {
				if len(document) > 0 && !yield(document) {
					return
				}
				document, content = nil, false
				line = rest
			}
			trimmed := bytes.TrimSpace(line)
			if ends || begins && len(trimmed) == 0 || !content && line[0] == '%' {
				continue
			}
			content = content || len(trimmed) > 0 && trimmed[0] != '#'
			document = append(document, line...)
		}
		if len(document) > 0 {
			yield(document)
		}
	}
}

// byteOrderMark is what some editors begin a file with.
var byteOrderMark = []byte("\ufeff")

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
func Marshal(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return FromJSON(text)
}

// FromJSON writes JSON as YAML, as kubectl does.
func FromJSON(text []byte) ([]byte, error) {
	out, err := kubernetes.JSONToYAML(escaped(text))
	if err != nil {
		return nil, fmt.Errorf("write YAML: %w", err)
	}
	return out, nil
}

// escaped is JSON that means the same in YAML, as which the library reads it: there, some
// letters may not stand in a text as they are, and others end a line.
func escaped(text []byte) []byte {
	if !bytes.ContainsFunc(text, differs) {
		return text
	}
	out := make([]byte, 0, len(text)+64)
	for _, r := range string(text) {
		if differs(r) {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

func differs(r rune) bool {
	return r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == 0xfffe || r == 0xffff
}
