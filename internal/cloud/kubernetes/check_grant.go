package kubernetes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/yamldoc"
)

// grant writes the RBAC objects that give a user permissions: a ClusterRole for
// those in the whole cluster, a Role in each namespace for the others, and what
// binds them.
func grant(account, user string, permissions []Permission) (string, error) {
	byNamespace := map[string][]Permission{}
	for _, p := range permissions {
		byNamespace[p.Namespace] = append(byNamespace[p.Namespace], p)
	}
	name := "gennaker-" + roleName(account)
	var out []string
	for _, namespace := range slices.Sorted(maps.Keys(byNamespace)) {
		for _, object := range roles(name, namespace, user, rules(byNamespace[namespace])) {
			text, err := yamldoc.Marshal(object)
			if err != nil {
				return "", fmt.Errorf("write the RBAC rules: %w", err)
			}
			out = append(out, string(text))
		}
	}
	return strings.Join(out, "---\n"), nil
}

// roleName makes an account's name fit for an object's.
func roleName(account string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '.':
			return r
		}
		return '-'
	}, strings.ToLower(account))
	return strings.Trim(name, "-.")
}

// rules put together what has the same group and verbs.
func rules(permissions []Permission) []rbacv1.PolicyRule {
	var out []rbacv1.PolicyRule
	for _, p := range permissions {
		i := slices.IndexFunc(out, func(r rbacv1.PolicyRule) bool {
			return r.APIGroups[0] == p.Group && slices.Equal(r.Verbs, p.Verbs)
		})
		if i < 0 {
			out = append(out, rbacv1.PolicyRule{APIGroups: []string{p.Group}, Verbs: p.Verbs})
			i = len(out) - 1
		}
		out[i].Resources = append(out[i].Resources, p.Resource)
	}
	return out
}

func roles(name, namespace, user string, granted []rbacv1.PolicyRule) []any {
	meta := metav1.ObjectMeta{Name: name, Namespace: namespace}
	kinds := [2]string{"ClusterRole", "ClusterRoleBinding"}
	if namespace != "" {
		kinds = [2]string{"Role", "RoleBinding"}
	}
	version := rbacv1.SchemeGroupVersion.String()
	role := rbacv1.Role{TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: kinds[0]}, ObjectMeta: meta, Rules: granted}
	binding := rbacv1.RoleBinding{
		TypeMeta: metav1.TypeMeta{APIVersion: version, Kind: kinds[1]}, ObjectMeta: meta,
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: kinds[0], Name: name},
		Subjects: []rbacv1.Subject{subject(user)},
	}
	return []any{role, binding}
}

// subject is who a user's name stands for.
func subject(user string) rbacv1.Subject {
	if rest, ok := strings.CutPrefix(user, "system:serviceaccount:"); ok {
		if namespace, name, ok := strings.Cut(rest, ":"); ok {
			return rbacv1.Subject{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: name}
		}
	}
	if user == "" {
		user = "THE-USER-OF-THE-ACCOUNT"
	}
	return rbacv1.Subject{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: user}
}
