package masking

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// shortest is the length from which a value is looked for in texts: a shorter
// one is in many by chance.
const shortest = 4

// Scrub hides the values of Secrets in a text about them, such as the error of an
// API server that quotes what it refuses.
func Scrub(text string, manifests ...map[string]any) string {
	var values []string
	for _, m := range manifests {
		if !IsSecret(m) {
			continue
		}
		for _, field := range []string{"data", "stringData"} {
			values = append(values, texts(m[field])...)
		}
	}
	// Longer ones first, as one may be part of another.
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
	for _, value := range values {
		text = strings.ReplaceAll(text, value, Hidden)
	}
	return text
}

// texts are the texts in a value, and what they are in base64 or are the base64
// of.
func texts(value any) []string {
	var out []string
	add := func(text string) {
		if len(text) >= shortest {
			out = append(out, text)
		}
	}
	switch v := value.(type) {
	case string:
		add(v)
		add(base64.StdEncoding.EncodeToString([]byte(v)))
		if decoded, err := base64.StdEncoding.DecodeString(v); err == nil {
			add(string(decoded))
		}
	case map[string]any:
		for key := range v {
			out = append(out, texts(v[key])...)
		}
	case []any:
		for _, item := range v {
			out = append(out, texts(item)...)
		}
	case nil, bool:
	default:
		add(model.String(map[string]any{"": v}, ""))
	}
	return out
}
