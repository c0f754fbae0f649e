package account

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// kubernetesType is the type of the accounts there are.
const kubernetesType = "kubernetes"

// Hidden stands where a secret would; who sends it back keeps the secret.
const Hidden = "[hidden]"

// secretFields are the fields of a definition that nobody is shown.
var secretFields = []string{"kubeconfigContents", "token"}

// boundToToken are the fields that say who gets the token: whoever may change
// them must know it.
var boundToToken = []string{
	"server", "certificateAuthorityData", "certificateAuthority", "tlsServerName", "insecureSkipTLSVerify",
}

// unused are fields of Clouddriver's Kubernetes accounts that have no meaning
// here: they are about its caches, its kubectl, or things that are always so.
var unused = []string{
	"cacheThreads", "cacheIntervalSeconds", "cachingPolicies", "cacheAllApplicationRelationships",
	"checkPermissionsOnStartup", "debug", "kubectlExecutable", "liveManifestCalls", "metrics", "namingStrategy",
	"providerVersion", "rawResourcesEndpointConfig", "skin",
}

// validName is Deck's rule.
var validName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

// reservedNames are parts of paths below /credentials.
var reservedNames = []string{"type", "test", "rotateKey"}

// header checks what all definitions have: a type and a name.
func header(definition map[string]any) (name string, err error) {
	kind, name := model.String(definition, "type"), model.String(definition, "name")
	switch {
	case kind == "":
		return "", invalid("type: is missing; it must be %q", kubernetesType)
	case kind != kubernetesType:
		return "", invalid("type: there are no accounts of type %q here; it must be %q", kind, kubernetesType)
	case name == "":
		return "", invalid("name: is missing")
	case !validName.MatchString(name):
		return "", invalid("name: %q may only have letters, digits, periods, hyphens and underscores", name)
	case slices.Contains(reservedNames, name):
		return "", invalid("name: %q is reserved", name)
	}
	return name, nil
}

func invalid(format string, args ...any) error {
	err := fault.New(fault.Invalid, format, args...)
	return err.With(err.Message)
}

// parse reads a definition as the provider's account.
func parse(definition map[string]any) (config kubernetes.AccountConfig, err error) {
	fields := maps.Clone(definition)
	delete(fields, "type")
	for _, name := range unused {
		delete(fields, name)
	}
	if groups := model.Strings(fields, "requiredGroupMembership"); len(groups) > 0 {
		return config, invalid("requiredGroupMembership: is not known here; name the roles in permissions")
	}
	delete(fields, "requiredGroupMembership")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !slices.Contains(knownFields, name) {
			return config, invalid("%s: a Kubernetes account has no such field%s", name, near(name))
		}
	}
	data, err := model.Marshal(fields)
	if err != nil {
		return config, fmt.Errorf("read an account: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&config); err != nil {
		if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return config, invalid("%s: is a %s, and must be a %s", kind.Field, kind.Value, kindName(kind.Type))
		}
		return config, invalid("%s", strings.TrimPrefix(err.Error(), "json: "))
	}
	return config, nil
}

// knownFields are the fields of a Kubernetes account.
var knownFields = func() []string {
	var out []string
	for f := range reflect.TypeFor[kubernetes.AccountConfig]().Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "-" {
			out = append(out, name)
		}
	}
	return out
}()

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "list"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Struct, reflect.Map:
		return "mapping"
	}
	return "number"
}

// near asks whether another field was meant.
func near(name string) string {
	const most = 3
	best := limit.Nearest(name, knownFields, most)
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// conceal parts a definition from its secrets.
func conceal(definition map[string]any) (shown map[string]any, secrets map[string]string) {
	shown, secrets = maps.Clone(definition), map[string]string{}
	for _, field := range secretFields {
		if text := model.String(definition, field); text != "" {
			shown[field], secrets[field] = Hidden, text
		}
	}
	return shown, secrets
}

// reveal puts the secrets back in their places.
func reveal(shown map[string]any, secrets map[string]string) map[string]any {
	out := maps.Clone(shown)
	for field, secret := range secrets {
		out[field] = secret
	}
	return out
}

// keep puts the secrets of the stored account where a new definition has
// [Hidden].
func keep(definition, stored map[string]any, secrets map[string]string) (map[string]any, error) {
	out := maps.Clone(definition)
	for _, field := range secretFields {
		if model.String(definition, field) != Hidden {
			continue
		}
		secret := secrets[field]
		if secret == "" {
			return nil, invalid("%s: is %s, and there is nothing stored that it could stand for: give its value", field, Hidden)
		}
		out[field] = secret
		if field != "token" {
			continue
		}
		for _, other := range boundToToken {
			if !reflect.DeepEqual(definition[other], stored[other]) {
				return nil, invalid("token: must be given anew, as %s has changed, which says who gets to see it", other)
			}
		}
	}
	return out, nil
}
