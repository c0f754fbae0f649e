package health

import (
	"cmp"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
)

// pod judges a pod by its phase, its conditions and its containers.
func pod(o object) Judgment {
	phase := model.String(o.status(), "phase")
	switch phase {
	case "Succeeded":
		return healthyAs("Completed", "The pod has run to its end.")
	case "Failed":
		return failedPod(o)
	case "Pending", "Running":
	default:
		return judge(view.StateUnknown, cmp.Or(phase, "NoStatus"), "Nothing is known of the pod: its node reports nothing.")
	}
	if c := o.condition("PodScheduled"); c.isFalse() {
		if c.reason == "SchedulingGated" {
			return suspended("SchedulingGated", "The pod isn't scheduled until its scheduling gates are removed.")
		}
		return degraded(cmp.Or(c.reason, "Unschedulable"), "The pod can't be scheduled: %s", c.words())
	}
	if init, waiting := initContainers(o); waiting {
		return init
	}
	worst, some := worstContainer(o)
	if some && !worst.Plain() {
		if worst.Now.State == view.StateProgressing && worst.At.IsZero() {
			return creating(o, worst)
		}
		return worst
	}
	return readiness(o, phase, some)
}

// Ready tells whether a pod gets traffic: its condition Ready says so. Without
// one, as long as it runs and all its containers are ready.
func Ready(content map[string]any) bool {
	o := object(content)
	if !timeOf(o.metadata(), "deletionTimestamp").IsZero() || model.String(o.status(), "phase") != "Running" {
		return false
	}
	if c := o.condition("Ready"); c.status != "" {
		return c.isTrue()
	}
	for _, s := range model.Objects(o.status(), "containerStatuses") {
		if !model.Bool(s, "ready", false) {
			return false
		}
	}
	return true
}

// readiness judges a pod whose containers are all in order.
func readiness(o object, phase string, some bool) Judgment {
	ready := o.condition("Ready")
	switch {
	case phase == "Pending", !some && ready.isFalse():
		return creating(o, progressing("ContainerCreating", "The pod's containers are being created."))
	case !ready.isFalse():
		return healthy()
	case ready.reason == "ReadinessGatesNotReady":
		return progressing(ready.reason, "The pod waits for its readiness gates: %s", ready.words()).
			until(after(ready.since, startPatience), view.StateDegraded, ready.reason, "The pod still waits for its readiness gates: %s", ready.words())
	case ready.reason == "ContainersNotReady":
		return progressing("NotReady", "The pod isn't ready yet: %s", ready.words())
	}
	// The node controller marks the pods of a node that it doesn't hear of.
	return failed("NodeLost", "The pod's node %s doesn't answer.", model.String(o.spec(), "nodeName"))
}

// creating is a start that lasts too long at some time.
func creating(o object, j Judgment) Judgment {
	return j.until(after(timeOf(o.status(), "startTime"), startPatience), view.StateDegraded, j.Now.Reason,
		"The pod's containers still aren't created. Its events say why.")
}

// failedPod judges a pod that has ended and isn't restarted.
func failedPod(o object) Judgment {
	reason, message := model.String(o.status(), "reason"), model.String(o.status(), "message")
	switch reason {
	case "Evicted":
		return failed(reason, "The pod was evicted: %s", sentence(cmp.Or(message, "no reason is given")))
	case "NodeLost":
		return failed(reason, "The pod's node was lost: %s", sentence(cmp.Or(message, "it doesn't answer")))
	case "DeadlineExceeded":
		return failed(reason, "The pod ran longer than it may: %s", sentence(cmp.Or(message, "it was stopped")))
	}
	for _, list := range []string{"initContainerStatuses", "containerStatuses"} {
		for _, s := range model.Objects(o.status(), list) {
			if t := model.Object(model.Object(s, "state"), "terminated"); t != nil && number(t, "exitCode") != 0 {
				return failed(cmp.Or(model.String(t, "reason"), reason, "Error"), "Container %q %s.", model.String(s, "name"), ending(t))
			}
		}
	}
	return failed(cmp.Or(reason, "Failed"), "The pod has failed: %s", sentence(cmp.Or(message, "no reason is given")))
}

// initContainers judges those that run before the others, and tells whether the
// pod still waits for them.
func initContainers(o object) (Judgment, bool) {
	if c := o.condition("Initialized"); c.isTrue() {
		return Judgment{}, false
	}
	statuses := byName(model.Objects(o.status(), "initContainerStatuses"))
	specs := model.Objects(o.spec(), "initContainers")
	done := 0
	for _, spec := range specs {
		name := model.String(spec, "name")
		s, reported := statuses[name]
		c := container{spec: spec, status: s, first: true, sidecar: model.String(spec, "restartPolicy") == "Always"}
		if c.done() {
			done++
			continue
		}
		if reported {
			if j := c.judge(); j.Now.Troubled() {
				return j, true
			}
		}
		break
	}
	if done == len(specs) {
		return Judgment{}, false
	}
	reason := fmt.Sprintf("Init:%d/%d", done, len(specs))
	name := model.String(specs[done], "name")
	if len(statuses) == 0 {
		return progressing(reason, "The pod's init containers are being created."), true
	}
	return progressing(reason, "Init container %q hasn't finished yet.", name).
		until(after(timeOf(o.status(), "startTime"), startPatience), view.StateDegraded, reason,
			"Init container %q still hasn't finished. Its log may say why.", name), true
}

// worstContainer judges the containers that run for as long as the pod does, and tells
// whether any has been reported.
func worstContainer(o object) (worst Judgment, some bool) {
	statuses := byName(model.Objects(o.status(), "containerStatuses"))
	sidecars := byName(model.Objects(o.status(), "initContainerStatuses"))
	worst = healthy()
	look := func(spec, status map[string]any) {
		some = true
		c := container{spec: spec, status: status, wasReady: wasReady(o, status), restarts: model.String(o.spec(), "restartPolicy")}
		if j := c.judge(); j.Now.Worse(worst.Now) || worst.Plain() {
			worst = j
		}
	}
	for _, spec := range model.Objects(o.spec(), "initContainers") {
		if s, ok := sidecars[model.String(spec, "name")]; ok && model.String(spec, "restartPolicy") == "Always" {
			look(spec, s)
		}
	}
	for _, spec := range model.Objects(o.spec(), "containers") {
		if s, ok := statuses[model.String(spec, "name")]; ok {
			look(spec, s)
		}
	}
	return worst, some
}

// wasReady tells whether a container that isn't ready was so before, in this run: the pod has
// become unready after the container began.
func wasReady(o object, status map[string]any) bool {
	ready := o.condition("Ready")
	began := timeOf(model.Object(model.Object(status, "state"), "running"), "startedAt")
	return ready.isFalse() && !began.IsZero() && ready.since.After(began.Add(time.Second))
}

func byName(list []map[string]any) map[string]map[string]any {
	if len(list) == 0 {
		return nil
	}
	out := make(map[string]map[string]any, len(list))
	for _, item := range list {
		out[model.String(item, "name")] = item
	}
	return out
}
