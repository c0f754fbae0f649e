package account

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/provider"
)

// hidden stands where a secret would; who sends it back keeps the secret.
const hidden = "[hidden]"

// validName is Deck's rule.
var validName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

// reservedNames are parts of paths below /credentials.
var reservedNames = []string{"type", "types", "test", "rotateKey", "conditions"}

// kind is a type of accounts and the provider that has it.
type kind struct {
	provider.Type
	provider provider.Provider
}

// kinds are the types of accounts that there are, by name.
func (s *Service) kinds() map[string]kind {
	out := map[string]kind{}
	for _, p := range s.providers {
		for _, t := range p.Types() {
			out[t.Name] = kind{t, p}
		}
	}
	return out
}

// Types are the types of accounts that there are, by name.
func (s *Service) Types() []provider.Type {
	kinds := s.kinds()
	out := make([]provider.Type, 0, len(kinds))
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		out = append(out, kinds[name].Type)
	}
	return out
}

// header checks what all definitions have: a type and a name.
func (s *Service) header(definition map[string]any) (provider.Key, kind, error) {
	kinds := s.kinds()
	key := provider.Key{Type: model.String(definition, "type"), Name: model.String(definition, "name")}
	k, ok := kinds[key.Type]
	switch {
	case key.Type == "":
		return key, k, provider.Invalid("type: is missing; it must be %s", either(kinds))
	case !ok:
		return key, k, provider.Invalid("type: there is no account type %q; use %s", key.Type, either(kinds))
	case k.Closed != "":
		return key, k, provider.Invalid("accounts can't be added here: %s", k.Closed)
	case key.Name == "":
		return key, k, provider.Invalid("name: is missing")
	case !validName.MatchString(key.Name):
		return key, k, provider.Invalid("name: %q may only have letters, digits, periods, hyphens and underscores", key.Name)
	case slices.Contains(reservedNames, key.Name):
		return key, k, provider.Invalid("name: %q is reserved", key.Name)
	}
	return key, k, nil
}

// either names all types, as a sentence ends with them.
func either(kinds map[string]kind) string {
	names := slices.Sorted(maps.Keys(kinds))
	if len(names) == 1 {
		return `"` + names[0] + `"`
	}
	return "one of " + strings.Join(names, ", ")
}

// definitionOf is a definition as a provider takes it.
func definitionOf(key provider.Key, definition map[string]any) provider.Definition {
	fields := maps.Clone(definition)
	delete(fields, "type")
	return provider.Definition{Key: key, Fields: fields}
}

// conceal parts a definition from its secrets.
func (k kind) conceal(definition map[string]any) (shown map[string]any, secrets map[string]string) {
	shown, secrets = maps.Clone(definition), map[string]string{}
	for at, text := range k.SecretTexts(definition) {
		if text != "" {
			put(shown, at, hidden)
			secrets[at] = text
		}
	}
	return shown, secrets
}

// reveal puts the secrets back in their places.
func reveal(shown map[string]any, secrets map[string]string) map[string]any {
	out := maps.Clone(shown)
	for at, secret := range secrets {
		put(out, at, secret)
	}
	return out
}

// put sets a field, or an entry of one, and leaves the objects that others may
// have as they are.
func put(definition map[string]any, at, text string) {
	field, entry, nested := strings.Cut(at, ".")
	if !nested {
		definition[field] = text
		return
	}
	inner := maps.Clone(model.Object(definition, field))
	if inner == nil {
		inner = map[string]any{}
	}
	inner[entry] = text
	definition[field] = inner
}

// hides tells whether a definition keeps secrets of the one that is stored.
func (k kind) hides(definition map[string]any) bool {
	for _, text := range k.SecretTexts(definition) {
		if text == hidden {
			return true
		}
	}
	return false
}

// keep puts the secrets of the stored account where a new definition has
// hidden.
func (k kind) keep(definition, stored map[string]any, secrets map[string]string) (map[string]any, error) {
	out := maps.Clone(definition)
	given := k.SecretTexts(definition)
	for _, at := range slices.Sorted(maps.Keys(given)) {
		if given[at] != hidden {
			continue
		}
		secret := secrets[at]
		if secret == "" {
			return nil, provider.Invalid("%s: is %s, and there is nothing stored that it could stand for: give its value", at, hidden)
		}
		put(out, at, secret)
		field, _, _ := strings.Cut(at, ".")
		for _, other := range k.BoundTo[field] {
			if !reflect.DeepEqual(definition[other], stored[other]) {
				return nil, provider.Invalid("%s: enter it again, because %s has changed, which decides who receives it", at, other)
			}
		}
	}
	return out, nil
}
