package kubernetes

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// What the pages need to say where a service or an ingress is reached is kept.
func TestTrimKeepsAddresses(t *testing.T) {
	t.Parallel()
	for kind, c := range map[string]struct {
		object string
		want   *mirror.Route
	}{
		"service": {
			"{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {type: LoadBalancer, ports: [{port: 80}]}, " +
				"status: {loadBalancer: {ingress: [{ip: 192.0.2.7}]}}}",
			&mirror.Route{Ports: []health.Port{{Number: 80}}, External: true, Addresses: []string{"192.0.2.7"}},
		},
		"service inside": {
			"{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}, status: {loadBalancer: {}}}",
			&mirror.Route{Ports: []health.Port{{Number: 80}}},
		},
		"ingress.networking.k8s.io": {
			"{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}, " +
				"spec: {defaultBackend: {service: {name: web}}}, status: {loadBalancer: {ingress: [{hostname: lb.example}]}}}",
			&mirror.Route{Backends: []health.Backend{{Service: "web"}}, Addresses: []string{"lb.example"}},
		},
	} {
		objects, err := manifest.Decode([]byte(c.object))
		require.NoError(t, err, kind)
		o := &unstructured.Unstructured{Object: objects[0]}
		got, shown := new(account).trim(o, propertiesOf(kindOf(o.GroupVersionKind()), nil))
		require.True(t, shown, kind)
		require.Equal(t, c.want, got.Route, kind)
	}
}
