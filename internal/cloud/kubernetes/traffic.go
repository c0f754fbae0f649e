package kubernetes

import (
	"context"
	"encoding/json"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// traffic annotates a workload with its services, and gives its pods the
// labels that the services select, when it is to have traffic at once.
func (w *planner) traffic(ctx context.Context, item *planned) error {
	if !item.props.has(canTraffic) {
		return nil
	}
	if err := setTraffic(item, w.request.Services); err != nil {
		return err
	}
	if !w.request.EnableTraffic {
		return nil
	}
	for _, balancer := range trafficOf(item.manifest) {
		selector, err := w.balancerSelector(ctx, item, balancer)
		if err != nil {
			return err
		}
		if err := attach(item, balancer, selector); err != nil {
			return err
		}
	}
	return nil
}

func setTraffic(item *planned, services []string) error {
	if len(services) == 0 {
		return nil
	}
	if annotation(item.manifest, annotationLoadBalancers) != "" {
		if have := trafficOf(item.manifest); !slices.Equal(have, services) {
			return fault.New(fault.Invalid, "%s: its annotation %s names %s, but the stage's services are %s",
				item.fullName(), annotationLoadBalancers, list(have), list(services))
		}
		return nil
	}
	text, err := json.Marshal(services)
	if err != nil {
		return err
	}
	child(meta(item.manifest), "annotations")[annotationLoadBalancers] = string(text)
	return nil
}

// balancerSelector is the selector of a service: of the same deployment, or
// live.
func (w *planner) balancerSelector(ctx context.Context, item *planned, balancer string) (map[string]any, error) {
	k, name, err := balancerName(balancer)
	if err != nil {
		return nil, err
	}
	for _, other := range w.items {
		if other.props.kind.key() == k.key() && other.namespace == item.namespace && other.name == name {
			return model.Object(model.Object(other.manifest, "spec"), "selector"), nil
		}
	}
	return w.account.serviceSelector(ctx, k, item.namespace, name)
}

func balancerName(text string) (kind, string, error) {
	k, name, err := parseName(text)
	if err != nil {
		return kind{}, "", fault.New(fault.Invalid, "load balancer %q must be a kind and a name, as in \"service web\"", text)
	}
	if p := knownByKey[k.key()]; !p.has(canBalance) {
		return kind{}, "", fault.New(fault.Invalid, "load balancer %q: an object of kind %s can't be attached to a workload; only a service can", text, k)
	}
	return k, name, nil
}

func (a *account) serviceSelector(ctx context.Context, k kind, namespace, name string) (map[string]any, error) {
	t, err := a.target(ctx, k, namespace, name)
	if err != nil {
		return nil, err
	}
	live, err := t.get(ctx)
	if err != nil {
		if absent(err) {
			return nil, fault.New(fault.NotFound, "load balancer: there is no %s", t)
		}
		return nil, err
	}
	return model.Object(model.Object(live.Object, "spec"), "selector"), nil
}

// attach gives the workload's pods the labels that a service selects.
func attach(item *planned, balancer string, selector map[string]any) error {
	if len(selector) == 0 {
		return fault.New(fault.Invalid, "%s can't be attached to %s: it has no selector", balancer, item.fullName())
	}
	at := meta(item.manifest)
	if t, ok := templateMeta(item.manifest); ok {
		at = t
	}
	podLabels := child(at, "labels")
	for key, value := range selector {
		if _, taken := podLabels[key]; taken {
			return fault.New(fault.Invalid,
				"%s can't be attached to %s: both have the label %q; the service's selector must use labels that the workload has not", balancer, item.fullName(), key)
		}
		podLabels[key] = value
	}
	return nil
}

// sourceCapacity gives a manifest the replicas of what it takes over from,
// where its annotation asks for that.
func (w *planner) sourceCapacity(ctx context.Context, item *planned) error {
	spec := model.Object(item.manifest, "spec")
	if !item.strategy.sourceCapacity || !item.props.has(canScale) || spec == nil || item.pending {
		return nil
	}
	name := item.name
	deployed, err := w.deployedVersions(ctx, item)
	if err != nil {
		return err
	}
	if last := deployed.latest(); last != nil && item.props.versioned {
		name = last.name
	}
	source := target{account: w.account, resource: item.resource, kind: item.props.kind, namespace: item.namespace, name: name}
	live, err := source.get(ctx)
	if absent(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if n, ok := model.Int(model.Object(live.Object, "spec"), "replicas"); ok {
		spec["replicas"] = n
	}
	return nil
}

// PlanTraffic puts the labels that the services select on the workload's pods
// and their template, or takes them away.
func (p *Provider) PlanTraffic(ctx context.Context, request manifest.TrafficRequest, enable bool) (manifest.Plan, error) {
	t, live, err := p.read(ctx, request.TargetRequest)
	if err != nil {
		return manifest.Plan{}, err
	}
	if !t.account.properties(t.kind).has(canTraffic) {
		return manifest.Plan{}, fault.New(fault.Invalid, "manifestName: an object of kind %s can't receive traffic; only ReplicaSets and Pods can", t.kind)
	}
	balancers := request.LoadBalancers
	if len(balancers) == 0 {
		balancers = trafficOf(live.Object)
	}
	objects := []labelled{{target: t, object: live.Object}}
	if t.account.properties(t.kind).has(hasPods) {
		pods, err := t.account.podsOf(ctx, live)
		if err != nil {
			return manifest.Plan{}, err
		}
		objects = append(objects, pods...)
	}
	var plan manifest.Plan
	for _, balancer := range balancers {
		k, name, err := balancerName(balancer)
		if err != nil {
			return manifest.Plan{}, err
		}
		selector, err := t.account.serviceSelector(ctx, k, t.namespace, name)
		if err != nil {
			return manifest.Plan{}, err
		}
		plan.Steps = append(plan.Steps, trafficSteps(objects, selector, request, enable)...)
	}
	return plan, nil
}

// trafficSteps patches the workload, which comes first of the objects, and of
// its pods as many as make up the percentage together with those that need no
// patch. A template has no label that not all of its pods have: the ReplicaSet
// would count as unstable.
func trafficSteps(objects []labelled, selector map[string]any, request manifest.TrafficRequest, enable bool) []manifest.Step {
	var workload, pods []manifest.Step
	for i, o := range objects {
		patch := trafficPatch(o.object, selector, enable)
		switch {
		case len(patch) == 0:
		case i == 0:
			workload = append(workload, o.target.patchStep(request.ID, "merge", patch))
		default:
			pods = append(pods, o.target.patchStep(request.ID, "merge", patch))
		}
	}
	if request.Percentage < 100 {
		count := len(objects) - 1
		done := count - len(pods)
		want := (count*int(request.Percentage) + 99) / 100
		slices.SortFunc(pods, func(x, y manifest.Step) int { return strings.Compare(x.Name, y.Name) })
		pods = pods[:min(len(pods), max(0, want-done))]
		if enable || request.Percentage == 0 {
			workload = nil
		}
	}
	return append(workload, pods...)
}

// growLater gives a ReplicaSet that takes over from an older one only a part of
// its replicas, and writes down how many it is to have.
func (w *planner) growLater(item *planned) {
	spec := model.Object(item.manifest, "spec")
	if w.request.FirstPercentage == 0 || item.props.kind.key() != "replicaset" || item.previous == "" || spec == nil {
		return
	}
	capacity, ok := model.Int(spec, "replicas")
	if !ok {
		capacity = 1
	}
	child(meta(item.manifest), "annotations")[manifest.AnnotationCapacity] = strconv.FormatInt(capacity, 10)
	spec["replicas"] = (capacity*w.request.FirstPercentage + 99) / 100
}

// labelled is an object and where it is.
type labelled struct {
	target target
	object map[string]any
}

// trafficPatch is the merge patch that puts a service's labels on an object's
// pods, or takes them off; empty where nothing is to change.
func trafficPatch(object, selector map[string]any, enable bool) map[string]any {
	path := []string{"metadata", "labels"}
	have := model.Object(model.Object(object, "metadata"), "labels")
	if t, ok := templateMeta(object); ok {
		path = append([]string{"spec", "template"}, path...)
		have = model.Object(t, "labels")
	}
	change := map[string]any{}
	keys := make([]string, 0, len(selector))
	for key := range selector {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		value, there := have[key]
		switch {
		case enable && value != selector[key]:
			change[key] = selector[key]
		case !enable && there:
			change[key] = nil
		}
	}
	if len(change) == 0 {
		return nil
	}
	return nest(change, path...)
}

// nest puts a value below a path of keys.
func nest(value any, path ...string) map[string]any {
	for i := len(path) - 1; i > 0; i-- {
		value = map[string]any{path[i]: value}
	}
	return map[string]any{path[0]: value}
}

// isDisabled tells whether a server group has load balancers and gets traffic
// from none of them, by the services' selectors.
func isDisabled(object map[string]any, selectors map[string]map[string]any) bool {
	balancers := trafficOf(object)
	if len(balancers) == 0 {
		return false
	}
	podLabels := labelsOf(object)
	if t, ok := templateMeta(object); ok {
		podLabels = textMap(model.Object(t, "labels"))
	}
	for _, balancer := range balancers {
		_, name, found := strings.Cut(balancer, " ")
		if !found {
			continue
		}
		selector, ok := selectors[name]
		if ok && len(selector) > 0 && contains(podLabels, selector) {
			return false
		}
	}
	return true
}

func contains(have map[string]string, want map[string]any) bool {
	for key := range want {
		if have[key] != model.String(want, key) {
			return false
		}
	}
	return true
}
