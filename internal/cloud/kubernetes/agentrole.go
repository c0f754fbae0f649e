package kubernetes

import (
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
)

// Rules are what RBAC must grant for all kinds that pipelines know of their
// own: to change them, or only to see them. Those of kinds outside of
// namespaces are left out where only namespaces are meant. Kinds of RBAC itself
// are only seen: who may change them may do everything.
func Rules(readOnly, namespacedOnly bool) []rbacv1.PolicyRule {
	var permissions []Permission
	for _, p := range known {
		if namespacedOnly && p.clusterScoped || p.kind.key() == "podpreset" || p.kind.key() == "podsecuritypolicy" {
			continue
		}
		r := resource{}
		r.gvr.Group, r.gvr.Resource = p.group, pluralOf(p.kind)
		for _, one := range permissionsFor(p, r, "") {
			if readOnly || p.group == rbac {
				one.Verbs = reading(one.Verbs)
			}
			if len(one.Verbs) > 0 {
				permissions = append(permissions, one)
			}
		}
	}
	return rules(permissions)
}

// reading are those of some verbs that change nothing.
func reading(verbs []string) []string {
	var out []string
	for _, verb := range verbs {
		switch verb {
		case "get", "list", "watch":
			out = append(out, verb)
		}
	}
	return out
}

// pluralOf is the resource of one of the known kinds.
func pluralOf(k kind) string {
	name := strings.ToLower(k.name)
	switch {
	case strings.HasSuffix(name, "ss"):
		return name + "es"
	case strings.HasSuffix(name, "policy"):
		return strings.TrimSuffix(name, "y") + "ies"
	}
	return name + "s"
}
