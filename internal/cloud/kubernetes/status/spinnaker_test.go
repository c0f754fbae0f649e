package status_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/status"
)

// atOnce are Spinnaker's kinds that are stable as soon as they are there,
// whatever their status says, by clouddriver's handlers.
var atOnce = map[string]string{
	"Namespace": "v1", "ServiceAccount": "v1", "PersistentVolume": "v1", "ConfigMap": "v1", "Secret": "v1", "LimitRange": "v1",
	"Service": "v1", "Event": "v1",
	"Role": "rbac.authorization.k8s.io/v1", "ClusterRole": "rbac.authorization.k8s.io/v1",
	"RoleBinding": "rbac.authorization.k8s.io/v1", "ClusterRoleBinding": "rbac.authorization.k8s.io/v1",
	"StorageClass": "storage.k8s.io/v1", "CSIDriver": "storage.k8s.io/v1", "CSINode": "storage.k8s.io/v1",
	"MutatingWebhookConfiguration":   "admissionregistration.k8s.io/v1",
	"ValidatingWebhookConfiguration": "admissionregistration.k8s.io/v1",
	"Ingress":                        "networking.k8s.io/v1", "NetworkPolicy": "networking.k8s.io/v1",
	"APIService": "apiregistration.k8s.io/v1", "PodPreset": "settings.k8s.io/v1alpha1", "PodSecurityPolicy": "policy/v1beta1",
	"PodDisruptionBudget": "policy/v1", "CronJob": "batch/v1", "ControllerRevision": "apps/v1",
	// Kinds of Kubernetes that Spinnaker does not know.
	"ResourceQuota": "v1", "Endpoints": "v1", "Node": "v1", "ReplicationController": "v1", "PriorityClass": "scheduling.k8s.io/v1",
	"Lease": "coordination.k8s.io/v1", "EndpointSlice": "discovery.k8s.io/v1", "RuntimeClass": "node.k8s.io/v1",
	"CertificateSigningRequest": "certificates.k8s.io/v1", "VolumeAttachment": "storage.k8s.io/v1",
	"FlowSchema": "flowcontrol.apiserver.k8s.io/v1", "ResourceClaim": "resource.k8s.io/v1",
}

// Nothing is waited for that Spinnaker does not wait for, but for what
// docs/compatibility.md lists.
func TestNoStricterThanSpinnaker(t *testing.T) {
	t.Parallel()
	statuses := map[string]map[string]any{
		"none": nil, "empty": {},
		"troubled": {"observedGeneration": 1, "conditions": []any{
			map[string]any{"type": "Available", "status": "False", "reason": "ServiceNotFound"},
			map[string]any{"type": "Ready", "status": "False"}, map[string]any{"type": "Failed", "status": "True"},
		}},
	}
	for kind, apiVersion := range atOnce {
		for name, reported := range statuses {
			object := map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": "x", "generation": 2}, "spec": map[string]any{}}
			if reported != nil {
				object["status"] = reported
			}
			if got := status.Of(object); !got.Stable.State || got.Failed.State || !got.Available.State {
				t.Errorf("a %s with the status %s is %+v", kind, name, got)
			}
		}
	}
	waiting := []map[string]any{
		{"apiVersion": "v1", "kind": "Service", "spec": map[string]any{"type": "LoadBalancer"}},
		{"apiVersion": "v1", "kind": "PersistentVolumeClaim"},
		{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"},
		{"apiVersion": "v1", "kind": "Namespace", "status": map[string]any{"phase": "Terminating"}},
		{"apiVersion": "example.com/v1", "kind": "Gadget", "status": map[string]any{"conditions": []any{map[string]any{"type": "Ready", "status": "False"}}}},
	}
	for _, object := range waiting {
		if got := status.Of(object); got.Stable.State {
			t.Errorf("a %s is stable at once: docs/compatibility.md says that it is waited for", object["kind"])
		}
		object["metadata"] = map[string]any{"annotations": map[string]any{status.AnnotationWait: "false"}}
		if got := status.Of(object); !got.Stable.State {
			t.Errorf("a %s with the annotation %s is waited for: %+v", object["kind"], status.AnnotationWait, got)
		}
	}
}
