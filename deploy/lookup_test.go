package deploy

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/dynamic/fake"
)

// existing is a cluster with the Secret of an earlier installation, whose data is
// given in base64.
type existing struct{ key string }

// GetClientFor implements engine.ClientProvider.
func (e existing) GetClientFor(_, _ string) (dynamic.NamespaceableResourceInterface, bool, error) {
	resource := schema.GroupVersionResource{Version: "v1", Resource: "secrets"}
	client := fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(),
		map[schema.GroupVersionResource]string{resource: "SecretList"},
		&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "v1", "kind": "Secret", "data": map[string]any{"key": e.key},
			"metadata": map[string]any{"name": "gennaker-encryption", "namespace": "delivery"},
		}})
	return client.Resource(resource), true, nil
}

// live looks objects up in a real cluster.
type live struct {
	client dynamic.Interface
	mapper meta.RESTMapper
}

// GetClientFor implements engine.ClientProvider.
func (l live) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	version, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return nil, false, err
	}
	mapping, err := l.mapper.RESTMapping(version.WithKind(kind).GroupKind(), version.Version)
	if err != nil {
		return nil, false, err
	}
	return l.client.Resource(mapping.Resource), mapping.Scope.Name() == meta.RESTScopeNameNamespace, nil
}

// resource is where an object belongs.
func (l live) resource(object *unstructured.Unstructured) (dynamic.ResourceInterface, error) {
	client, namespaced, err := l.GetClientFor(object.GetAPIVersion(), object.GetKind())
	if err != nil || !namespaced {
		return client, err
	}
	return client.Namespace(object.GetNamespace()), nil
}

var applied = metav1.ApplyOptions{FieldManager: "test", Force: true}
