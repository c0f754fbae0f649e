package kubernetes

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/gennaker/gennaker/internal/fault"
)

// kind is a kind in Spinnaker's spelling: "deployment", "configMap", or with
// its group, "Certificate.cert-manager.io", where that is not Kubernetes' own.
type kind struct {
	name  string
	group string // "" where native
}

// String is how Spinnaker writes the kind.
func (k kind) String() string {
	if k.group == "" {
		return k.name
	}
	return k.name + "." + k.group
}

// key is the same for all spellings of a kind.
func (k kind) key() string { return strings.ToLower(k.String()) }

// nativeGroups are the groups whose kinds go by their name alone.
var nativeGroups = map[string]bool{
	"": true, "core": true, "batch": true, "apps": true, "extensions": true, "storage.k8s.io": true,
	"apiextensions.k8s.io": true, "apiregistration.k8s.io": true, "autoscaling": true,
	"admissionregistration.k8s.io": true, "policy": true, "scheduling.k8s.io": true,
	"settings.k8s.io": true, "authorization.k8s.io": true, "authentication.k8s.io": true,
	"rbac.authorization.k8s.io": true, "certificates.k8s.io": true, "networking.k8s.io": true,
}

// makeKind is the kind of that name and group, in Spinnaker's spelling.
func makeKind(name, group string) kind {
	if !nativeGroups[strings.ToLower(group)] {
		return kind{name: name, group: group}
	}
	if spelled, ok := spellings[strings.ToLower(name)]; ok {
		name = spelled
	}
	return kind{name: name}
}

// parseKind reads a kind, with or without its group: "deployment",
// "deployment.apps", "Certificate.cert-manager.io".
func parseKind(text string) kind {
	name, group, _ := strings.Cut(strings.TrimSpace(text), ".")
	return makeKind(name, group)
}

func kindOf(gvk schema.GroupVersionKind) kind { return makeKind(gvk.Kind, gvk.Group) }

// parseName reads a kind and a name: "deployment web".
func parseName(text string) (kind, string, error) {
	parts := strings.Fields(text)
	if len(parts) != 2 {
		return kind{}, "", fault.New(fault.Invalid,
			"manifestName: %q must be a kind and a name, as in \"deployment web\"", text)
	}
	return parseKind(parts[0]), parts[1], nil
}

// gvkOf reads the group, version and kind of an object.
func gvkOf(apiVersion, kindName string) schema.GroupVersionKind {
	return schema.FromAPIVersionAndKind(apiVersion, kindName)
}
