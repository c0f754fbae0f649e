package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

const (
	// eventWindow is how old an event may be to be about what happens now.
	eventWindow = 10 * time.Minute
	// startsUp is how long a container's readiness probe may fail before it counts as a fault.
	startsUp = time.Minute
	// podsAsked is how many pods' events are read for one answer.
	podsAsked = 3
)

// Troubles tells what keeps an object from becoming stable. Troubles that
// several pods share are told once.
func (p *Provider) Troubles(ctx context.Context, accountName, location, name string) ([]manifest.Trouble, error) {
	t, err := p.target(ctx, accountName, location, name)
	if err != nil {
		return nil, err
	}
	live, err := t.get(ctx)
	if err != nil {
		return nil, err
	}
	look := inspection{account: t.account, now: p.options.Now()}
	switch t.kind.key() {
	case "deployment":
		err = look.deployment(ctx, live)
	case "replicaset":
		err = look.replicaSet(ctx, live)
	case "statefulset":
		err = look.controller(ctx, live, missingReplicas(live), func(pod *corev1.Pod) bool {
			update, _, _ := unstructured.NestedString(live.Object, "status", "updateRevision")
			return update == "" || pod.Labels["controller-revision-hash"] == update
		})
	case "daemonset":
		generation := live.GetAnnotations()["deprecated.daemonset.template.generation"]
		err = look.controller(ctx, live, true, func(pod *corev1.Pod) bool {
			have := pod.Labels["pod-template-generation"]
			return have == "" || generation == "" || have == generation
		})
	case "job":
		look.ofJob = true
		err = look.controller(ctx, live, true, func(*corev1.Pod) bool { return true })
	case "pod":
		err = look.pods(ctx, []*unstructured.Unstructured{live}, nil)
	default:
		err = look.warning(ctx, live)
	}
	return look.result(), err
}

// inspection gathers troubles.
type inspection struct {
	account *account
	now     time.Time
	ofJob   bool
	found   []manifest.Trouble
	perPod  []podTrouble
}

// deployment looks at the ReplicaSet that the Deployment is going to.
func (i *inspection) deployment(ctx context.Context, live *unstructured.Unstructured) error {
	i.replicaFailure(live)
	if paused, _, _ := unstructured.NestedBool(live.Object, "spec", "paused"); paused {
		i.addf("paused", "RolloutPaused", false, "the rollout is paused")
	}
	sets, err := i.account.owned(ctx, "replicaSet", live)
	if err != nil {
		return err
	}
	want := live.GetAnnotations()[annotationRevision]
	for _, set := range sets {
		if set.GetAnnotations()[annotationRevision] == want {
			return i.replicaSet(ctx, set)
		}
	}
	return nil
}

func (i *inspection) replicaSet(ctx context.Context, live *unstructured.Unstructured) error {
	if len(i.found) == 0 {
		i.replicaFailure(live)
	}
	pods, err := i.account.owned(ctx, "pod", live)
	if err != nil {
		return err
	}
	return i.pods(ctx, pods, nil)
}

// replicaFailure reads the condition by which Deployments and ReplicaSets tell
// that pods can't be created, for quota or because they are refused.
func (i *inspection) replicaFailure(live *unstructured.Unstructured) {
	for _, c := range model.Objects(model.Object(live.Object, "status"), "conditions") {
		if model.String(c, "type") == "ReplicaFailure" && model.String(c, "status") == "True" {
			i.addf("create", "FailedCreate", true, "pods can't be created: %s: %s", model.String(c, "reason"), model.String(c, "message"))
			return
		}
	}
}

// controller looks at the pods of a StatefulSet, DaemonSet or Job, and where
// pods are missing at the events that tell why.
func (i *inspection) controller(ctx context.Context, live *unstructured.Unstructured, missing bool, current func(*corev1.Pod) bool) error {
	pods, err := i.account.owned(ctx, "pod", live)
	if err != nil {
		return err
	}
	if missing {
		if err := i.failedCreate(ctx, live, pods); err != nil {
			return err
		}
	}
	return i.pods(ctx, pods, current)
}

func missingReplicas(live *unstructured.Unstructured) bool {
	want, _ := model.Int(model.Object(live.Object, "spec"), "replicas")
	have, _ := model.Int(model.Object(live.Object, "status"), "replicas")
	return have < want
}

// failedCreate reads the controller's event that a pod can't be created,
// unless a pod was created since.
func (i *inspection) failedCreate(ctx context.Context, live *unstructured.Unstructured, pods []*unstructured.Unstructured) error {
	events, err := i.account.eventsOf(ctx, live)
	if err != nil {
		return err
	}
	newest := time.Time{}
	for _, p := range pods {
		if made := p.GetCreationTimestamp().Time; made.After(newest) {
			newest = made
		}
	}
	if e := i.lastEvent(events, "FailedCreate"); e != nil && !eventAt(e).Before(newest) {
		i.addf("create", "FailedCreate", true, "pods can't be created: %s", model.String(e, "message"))
	}
	return nil
}

// pods adds the troubles of pods; those that are not current have troubles
// that the rollout is to mend.
func (i *inspection) pods(ctx context.Context, pods []*unstructured.Unstructured, current func(*corev1.Pod) bool) error {
	asked := 0
	for _, object := range pods {
		var pod corev1.Pod
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &pod); err != nil {
			return fmt.Errorf("read pod %s: %w", object.GetName(), err)
		}
		troubles := podTroubles(&pod, i.ofJob)
		old := current != nil && !current(&pod)
		for n := range troubles {
			if old {
				troubles[n].Lasting, troubles[n].Reason = false, ""
				troubles[n].Key = "old/" + troubles[n].Key
			}
		}
		if asked < podsAsked && slices.ContainsFunc(troubles, func(t podTrouble) bool { return t.wantsEvent != nil }) {
			asked++
			if err := i.withEvents(ctx, object, troubles); err != nil {
				return err
			}
		}
		i.perPod = append(i.perPod, troubles...)
	}
	return nil
}

// withEvents adds what the pod's events tell to its troubles.
func (i *inspection) withEvents(ctx context.Context, pod *unstructured.Unstructured, troubles []podTrouble) error {
	events, err := i.account.eventsOf(ctx, pod)
	if err != nil {
		return err
	}
	for n := range troubles {
		t := &troubles[n]
		e := i.lastEvent(events, t.wantsEvent...)
		if e == nil {
			continue
		}
		t.Message += ": " + model.String(e, "message")
		if model.String(e, "reason") == "FailedMount" && strings.Contains(model.String(e, "message"), "not found") {
			t.Key, t.Lasting = "mount", true
		}
		switch reason := model.String(e, "reason"); {
		case reason != "Unhealthy":
			t.Reason = reason
		case i.now.Sub(t.started) >= startsUp:
			t.Reason = "ReadinessProbeFailing"
		}
	}
	return nil
}

// lastEvent is the newest recent event of one of the reasons, or nil.
func (i *inspection) lastEvent(events []map[string]any, reasons ...string) map[string]any {
	for _, e := range slices.Backward(events) {
		if slices.Contains(reasons, model.String(e, "reason")) && i.now.Sub(eventAt(e)) < eventWindow {
			return e
		}
	}
	return nil
}

func eventAt(e map[string]any) time.Time {
	at, err := time.Parse(time.RFC3339Nano, eventTime(e))
	if err != nil {
		return time.Time{}
	}
	return at
}

// warning takes the newest warning about an object of any other kind.
func (i *inspection) warning(ctx context.Context, live *unstructured.Unstructured) error {
	events, err := i.account.eventsOf(ctx, live)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) {
		if model.String(e, "type") == "Warning" && i.now.Sub(eventAt(e)) < eventWindow {
			i.addf("event/"+model.String(e, "reason"), model.String(e, "reason"), false, "%s: %s", model.String(e, "reason"), model.String(e, "message"))
			return nil
		}
	}
	return nil
}

func (i *inspection) addf(key, reason string, lasting bool, format string, args ...any) {
	i.found = append(i.found, manifest.Trouble{Key: key, Reason: reason, Lasting: lasting, Message: fmt.Sprintf(format, args...)})
}

// result is what was found, lasting troubles first, pods with the same trouble
// told together.
func (i *inspection) result() []manifest.Trouble {
	out := slices.Clone(i.found)
	at := map[string]int{}
	more := map[string]int{}
	for _, t := range i.perPod {
		n, seen := at[t.Key]
		if !seen {
			at[t.Key] = len(out)
			out = append(out, t.Trouble)
			continue
		}
		more[t.Key]++
		if t.Lasting && !out[n].Lasting {
			out[n] = t.Trouble
		}
	}
	for key, count := range more {
		word := "pods"
		if count == 1 {
			word = "pod"
		}
		out[at[key]].Message += fmt.Sprintf(" (and %d more %s)", count, word)
	}
	slices.SortStableFunc(out, func(x, y manifest.Trouble) int {
		switch {
		case x.Lasting == y.Lasting:
			return 0
		case x.Lasting:
			return -1
		}
		return 1
	})
	return out
}
