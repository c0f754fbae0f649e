package secret

import (
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// The prefixes of references.
const (
	envPrefix           = "env:"
	filePrefix          = "file:"
	encryptedPrefix     = "encrypted:"
	encryptedFilePrefix = "encryptedFile:"
)

// place is where a secret is kept.
type place struct {
	engine string // "" is the text itself
	value  string // of env, file and literals
	params map[string]string
	file   bool // encryptedFile:
}

// isReference tells whether a text says where a secret is, rather than being
// one.
func isReference(text string) bool {
	for _, prefix := range []string{envPrefix, filePrefix, encryptedPrefix, encryptedFilePrefix} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// parse reads a reference. Its errors never hold more than names of engines
// and parameters.
func parse(text string) (place, error) {
	if name, ok := strings.CutPrefix(text, envPrefix); ok {
		if name == "" {
			return place{}, fault.New(fault.Invalid, "the reference to a secret %q names no environment variable", envPrefix)
		}
		return place{engine: "env", value: name}, nil
	}
	if path, ok := strings.CutPrefix(text, filePrefix); ok {
		path = strings.TrimPrefix(path, "//")
		if path == "" {
			return place{}, fault.New(fault.Invalid, "the reference to a secret %q names no file", filePrefix)
		}
		return place{engine: "file", value: path}, nil
	}
	for _, prefix := range []string{encryptedPrefix, encryptedFilePrefix} {
		if rest, ok := strings.CutPrefix(text, prefix); ok {
			at, err := parseEncrypted(rest)
			at.file = prefix == encryptedFilePrefix
			return at, err
		}
	}
	return place{value: text}, nil
}

// parseEncrypted reads engine!key:value!key:value, as kork-secrets'
// EncryptedSecret does.
func parseEncrypted(text string) (place, error) {
	parts := strings.Split(text, "!")
	engine := parts[0]
	known, ok := engines[engine]
	if !ok {
		return place{}, fault.New(fault.Invalid, "there is no secret engine %q; there are %s, as in encrypted:vault!%s",
			engine, strings.Join(slices.Sorted(maps.Keys(engines)), ", "), engines["vault"].example)
	}
	params := make(map[string]string, len(parts)-1)
	for i, part := range parts[1:] {
		key, value, ok := strings.Cut(part, ":")
		if !ok || key == "" {
			return place{}, fault.New(fault.Invalid, "part %d of the reference to a secret in %s is not of the form key:value", i+1, engine)
		}
		params[key] = value
	}
	// Spinnaker called the key n in its first versions.
	if engine == "vault" && params["k"] == "" && params["n"] != "" {
		params["k"] = params["n"]
	}
	for _, key := range known.params {
		if params[key] == "" {
			return place{}, fault.New(fault.Invalid, "the reference to a secret in %s lacks %s:, as in encrypted:%s!%s", engine, key, engine, known.example)
		}
	}
	return place{engine: engine, params: params}, nil
}
