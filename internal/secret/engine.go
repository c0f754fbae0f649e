package secret

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// engine reads secrets of one kind of place. It gives the bytes of what the
// place's parameters name.
type engine func(ctx context.Context, at place) ([]byte, error)

// engines are those that encrypted: references may name, with the parameters
// that each needs and a reference that has them. All but k8s are kork-secrets';
// k8s is the Spinnaker operator's.
var engines = map[string]struct {
	params  []string
	example string
}{
	"k8s":                    {[]string{"n", "k"}, "n:secret-name!k:key"},
	"vault":                  {[]string{"e", "p", "k"}, "e:engine!p:path!k:key"},
	"s3":                     {[]string{"r", "b", "f"}, "r:region!b:bucket!f:path!k:key"},
	"gcs":                    {[]string{"b", "f"}, "b:bucket!f:path!k:key"},
	"secrets-manager":        {[]string{"r", "s"}, "r:region!s:secret-name!k:key"},
	"google-secrets-manager": {[]string{"p", "s"}, "p:project-number!s:secret-id!k:key"},
	"noop":                   {[]string{"v"}, "v:value"},
}

// noop gives what the reference itself holds.
func noop(_ context.Context, at place) ([]byte, error) { return []byte(at.params["v"]), nil }

// inYAML finds a key in a YAML file, a path with dots in which numbers are
// places in lists: as kork-secrets' AbstractStorageSecretEngine does. Without a
// key the file is the secret.
func inYAML(file []byte, key string) ([]byte, error) {
	if key == "" {
		return file, nil
	}
	text, err := yamldoc.Check(file, limit.Text)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the file is too large for its parameter k: %w", err)
	}
	value, err := text.Value()
	if err != nil {
		return nil, fault.New(fault.Invalid, "the file is no YAML, which its k: asks for") // the cause may quote it
	}
	for step := range strings.SplitSeq(key, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			value = nil
			if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(v) {
				value = v[i]
			}
		default:
			value = nil
		}
	}
	switch value.(type) {
	case nil:
		return nil, fault.New(fault.NotFound, "the file has no key %s", key)
	case map[string]any, []any:
		return nil, fault.New(fault.Invalid, "the key %s of the file is not a text", key)
	}
	return []byte(fmt.Sprint(value)), nil
}

// inJSON finds a key of a JSON object; without a key the text is the secret.
func inJSON(text []byte, key string) ([]byte, error) {
	if key == "" {
		return text, nil
	}
	if _, err := limit.Document.JSON(text); err != nil {
		return nil, err
	}
	var object map[string]any
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, fault.New(fault.Invalid, "it is no JSON object, which its k: asks for")
	}
	switch value := object[key].(type) {
	case string:
		return []byte(value), nil
	case nil:
		return nil, fault.New(fault.NotFound, "it has no key %s", key)
	default:
		return json.Marshal(value)
	}
}
