package bakery

import (
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// secretKey matches the keys of values that hold secrets.
var secretKey = regexp.MustCompile(`(?i)(passw|secret|token|credential|private|api_?key|access_?key|auth$|\bkey$|cert$)`)

// shortestSecret is how many characters a value has at least that is hidden.
const shortestSecret = 4

// Hide takes the secrets among the values out of an error.
func Hide(err error, overrides map[string]any, files []File) error {
	text := err.Error()
	var secrets []string
	secretsIn("", overrides, &secrets)
	for _, f := range files {
		var values map[string]any
		if checked, err := yamldoc.Check(f.Data, limit.Document); err == nil && checked.Fill(&values) == nil {
			secretsIn("", values, &secrets)
		}
	}
	for _, secret := range secrets {
		text = strings.ReplaceAll(text, secret, "[hidden]")
	}
	if text == err.Error() {
		return err
	}
	return fault.New(fault.KindOf(err), "%s", text)
}

// secretsIn collects the texts under keys that look like those of secrets.
func secretsIn(key string, value any, out *[]string) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			if secretKey.MatchString(key) {
				name = key
			}
			secretsIn(name, inner, out)
		}
	case []any:
		for _, inner := range value {
			secretsIn(key, inner, out)
		}
	default:
		if text := model.String(map[string]any{"": value}, ""); secretKey.MatchString(key) && len(text) >= shortestSecret {
			*out = append(*out, text)
		}
	}
}
