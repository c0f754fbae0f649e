package kubernetes

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes/status"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// Manifest reads a live object with its status: clouddriver's
// GET /manifests/{account}/{location}/{name}. One that is not there is a
// NotFound fault.
func (p *Provider) Manifest(ctx context.Context, accountName, location, name string, events bool) (*manifest.Live, error) {
	t, err := p.target(ctx, accountName, location, name)
	if err != nil {
		return nil, err
	}
	object, err := t.get(ctx)
	if err != nil {
		return nil, err
	}
	live := &manifest.Live{
		Account: accountName, Name: t.fullName(), Location: t.namespace,
		Manifest: t.account.presentable(t.kind, object.Object), Moniker: monikerOf(object.Object),
		Status:    t.account.statusOf(ctx, object.Object),
		Artifacts: findArtifacts(object.Object, t.account.properties(t.kind).replaces),
		Events:    []map[string]any{}, Warnings: []map[string]any{}, Metrics: []map[string]any{},
	}
	if events {
		if live.Events, err = t.account.eventsOf(ctx, object); err != nil {
			return nil, err
		}
		if t.kind.name == "pod" {
			live.Metrics = t.account.metricsOf(ctx, t.namespace, t.name)
		}
	}
	return live, nil
}

// presentable is an object without what is of no use to a reader or is not for
// everyone's eyes.
func (a *account) presentable(k kind, object map[string]any) map[string]any {
	if object == nil {
		return nil
	}
	out := maps.Clone(object)
	if md := model.Object(out, "metadata"); md != nil {
		out["metadata"] = model.Without(md, "managedFields")
	}
	return masking.Manifest(out, len(a.properties(k).sensitive) > 0)
}

// statusOf is the status of an object by the rules of its kind, and where the
// object alone can't tell, by what it depends on.
func (a *account) statusOf(ctx context.Context, object map[string]any) manifest.Status {
	s := status.Of(object)
	if s.Stable.Message == status.WaitingForVolume && a.waitsForConsumer(ctx, object) {
		return status.WaitsForConsumer()
	}
	return s
}

// healthOf is how an object is doing by what it says of itself, and a claim by its
// storage class.
func (a *account) healthOf(ctx context.Context, object map[string]any) view.HealthStatus {
	if status.Of(object).Stable.Message == status.WaitingForVolume && a.waitsForConsumer(ctx, object) {
		return health.WaitsForConsumer()
	}
	return health.Of(object).By(time.Now())
}

// waitsForConsumer tells whether a claim is bound only when a pod uses it.
func (a *account) waitsForConsumer(ctx context.Context, claim map[string]any) bool {
	name := model.String(model.Object(claim, "spec"), "storageClassName")
	if name == "" {
		return false
	}
	t, err := a.target(ctx, makeKind("storageClass", ""), "", name)
	if err != nil {
		return false
	}
	class, err := t.get(ctx)
	if err != nil {
		// The class may not be for us to read; the events tell it too.
		events, err := a.eventsOf(ctx, &unstructured.Unstructured{Object: claim})
		return err == nil && slices.ContainsFunc(events, func(e map[string]any) bool {
			return model.String(e, "reason") == "WaitForFirstConsumer"
		})
	}
	return model.String(class.Object, "volumeBindingMode") == "WaitForFirstConsumer"
}

// eventsOf lists the events about an object, oldest first.
func (a *account) eventsOf(ctx context.Context, object *unstructured.Unstructured) ([]map[string]any, error) {
	r, err := a.served(ctx, gvkOf("v1", "Event"))
	if err != nil {
		return nil, err
	}
	namespace := object.GetNamespace()
	if namespace == "" {
		namespace = metav1.NamespaceDefault // where events about objects without a namespace are kept
	}
	client, err := a.client(r, namespace)
	if err != nil {
		return nil, err
	}
	about := fields.Set{"involvedObject.name": object.GetName(), "involvedObject.kind": object.GetKind()}
	if uid := string(object.GetUID()); uid != "" {
		about["involvedObject.uid"] = uid
	}
	page, err := client.List(ctx, metav1.ListOptions{FieldSelector: about.String(), Limit: pageSize})
	if err != nil {
		return nil, a.explain(err, "read the events of "+object.GetName())
	}
	out := make([]map[string]any, 0, len(page.Items))
	for i := range page.Items {
		unstructured.RemoveNestedField(page.Items[i].Object, "metadata", "managedFields")
		out = append(out, page.Items[i].Object)
	}
	slices.SortStableFunc(out, func(x, y map[string]any) int { return strings.Compare(eventTime(x), eventTime(y)) })
	return out, nil
}

// eventTime is when an event was last seen; as text, which sorts as the time
// does.
func eventTime(e map[string]any) string {
	for _, key := range []string{"lastTimestamp", "eventTime", "firstTimestamp"} {
		if text := model.String(e, key); text != "" {
			return text
		}
	}
	return model.String(model.Object(e, "metadata"), "creationTimestamp")
}
