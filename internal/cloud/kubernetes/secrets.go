package kubernetes

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/fault"
)

// Where a pod finds the namespace that it runs in.
const (
	namespaceVariable = "POD_NAMESPACE"
	namespaceFile     = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"
)

// thisCluster stands in messages for the cluster that we run in.
const thisCluster = "of the cluster that Gennaker runs in"

// Secrets reads Secrets of one namespace of a cluster. It is safe for use by
// many goroutines.
type Secrets struct {
	find      func() (*account, error)
	namespace string
}

// Secrets reads Secrets in an account's cluster, which needn't be there yet; in
// the cluster that we run in where the account is "". The namespace is the one
// that we run in where it is "".
func (p *Provider) Secrets(accountName, namespace string) *Secrets {
	find := func() (*account, error) { return p.account(accountName) }
	if accountName == "" {
		own := newAccount(AccountConfig{Name: thisCluster, ServiceAccount: true}, p.options)
		find = func() (*account, error) { return own, nil }
	}
	return &Secrets{find: find, namespace: namespace}
}

// SecretKey gives the value of a Secret's key.
func (s *Secrets) SecretKey(ctx context.Context, name, key string) ([]byte, error) {
	a, err := s.find()
	if err != nil {
		return nil, err
	}
	conn, err := a.connect()
	if err != nil {
		return nil, err
	}
	namespace := cmp.Or(s.namespace, ownNamespace())
	if namespace == "" {
		return nil, fault.New(fault.Invalid, "the namespace of the Secret is not known: set secrets.kubernetes.namespace")
	}
	found, err := conn.core.Secrets(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return nil, a.explain(err, fmt.Sprintf("read the Secret %q in namespace %q", name, namespace))
	}
	value, ok := found.Data[key]
	if !ok {
		return nil, fault.New(fault.NotFound, "the Secret %q in namespace %q has no key %q", name, namespace, key)
	}
	return value, nil
}

// ownNamespace is the namespace of the pod that we run in, "" outside of one.
func ownNamespace() string {
	if name := os.Getenv(namespaceVariable); name != "" {
		return name
	}
	text, err := os.ReadFile(namespaceFile)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}
