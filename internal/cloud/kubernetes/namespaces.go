package kubernetes

import (
	"context"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Namespaces are the namespaces that an account may use: those of its
// configuration, else those of its cluster without its omitNamespaces. This is
// Clouddriver's KubernetesCredentials.getDeclaredNamespaces.
func (p *Provider) Namespaces(ctx context.Context, accountName string) []string {
	a, err := p.account(accountName)
	if err != nil {
		return []string{}
	}
	names := a.config.Namespaces
	if len(names) == 0 {
		names = a.namespaces.get(ctx, a.readNamespaces)
	}
	return slices.DeleteFunc(append([]string{}, names...), func(name string) bool {
		return slices.Contains(a.config.OmitNamespaces, name)
	})
}

func (a *account) readNamespaces(ctx context.Context) ([]string, error) {
	names := []string{}
	r, err := a.served(ctx, gvkOf("v1", "Namespace"))
	if err == nil {
		err = a.list(ctx, r, "", "", func(o *unstructured.Unstructured) { names = append(names, o.GetName()) })
	}
	if err != nil {
		a.options.Log.Warn("the namespaces of an account can't be read", "account", a.config.Name, "error", err)
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}
