package health

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
)

// container is a container of a pod with what its kubelet reports of it.
type container struct {
	spec, status map[string]any
	// first says that it runs before the others; sidecar that it then goes on.
	first, sidecar bool
	// wasReady says that it was ready before in this run.
	wasReady bool
	// restarts is the pod's restart policy.
	restarts string
}

func (c container) state(name string) map[string]any {
	return model.Object(model.Object(c.status, "state"), name)
}

func (c container) last() map[string]any {
	return model.Object(model.Object(c.status, "lastState"), "terminated")
}

func (c container) name() string {
	text := fmt.Sprintf("ontainer %q", model.String(c.spec, "name"))
	if c.first {
		return "Init c" + text
	}
	return "C" + text
}

// reason is a reason as kubectl shows it: that of an init container says so.
func (c container) reason(reason string) string {
	if c.first && !strings.HasPrefix(reason, "Init:") {
		return "Init:" + reason
	}
	return reason
}

// done tells whether an init container has done its work.
func (c container) done() bool {
	if c.sidecar {
		return model.Bool(c.status, "started", false)
	}
	t := c.state("terminated")
	return t != nil && number(t, "exitCode") == 0
}

func (c container) judge() Judgment {
	if w := c.state("waiting"); w != nil {
		return c.waiting(model.String(w, "reason"), model.String(w, "message"))
	}
	if t := c.state("terminated"); t != nil {
		return c.terminated(t)
	}
	if r := c.state("running"); r != nil {
		return c.running(r)
	}
	return progressing(c.reason("ContainerCreating"), "%s is being created.", c.name())
}

func (c container) waiting(reason, message string) Judgment {
	words := sentence(cmp.Or(message, "no reason is given"))
	switch {
	case PullFails(reason):
		return failed(c.reason(reason), "%s can't get its image %q: %s", c.name(), cmp.Or(model.String(c.spec, "image"), model.String(c.status, "image")), words)
	case StartFails(reason):
		return failed(c.reason(reason), "%s can't be started: %s", c.name(), words)
	case reason == CrashLoop:
		last := c.last()
		if last == nil {
			return failed(c.reason(reason), "%s crashes again and again: %s", c.name(), words)
		}
		return failed(c.reason(c.cause(last, reason)), "%s crashes again and again: it %s%s.", c.name(), ending(last), c.restarted())
	case Creating(reason):
		return progressing(c.reason(cmp.Or(reason, "ContainerCreating")), "%s is being created.", c.name())
	}
	return degraded(c.reason(reason), "%s can't run yet: %s", c.name(), words)
}

func (c container) terminated(t map[string]any) Judgment {
	if number(t, "exitCode") != 0 {
		return failed(c.reason(c.cause(t, cmp.Or(model.String(t, "reason"), "Error"))), "%s %s%s.", c.name(), ending(t), c.restarted())
	}
	if c.restarts == "Always" {
		return degraded("Completed", "%s has ended, although it should go on. Kubernetes restarts it.", c.name())
	}
	return healthyAs("Completed", "%s has run to its end.", c.name())
}

// running judges a container that runs: whether it is ready, and how often it was restarted.
func (c container) running(r map[string]any) Judgment {
	if c.first {
		return progressing(c.reason("Running"), "%s runs.", c.name())
	}
	last, restarts := c.last(), number(c.status, "restartCount")
	ready := model.Bool(c.status, "ready", false)
	crashed := last != nil && (number(last, "exitCode") != 0 || restarts >= ManyRestarts)
	if ready {
		if !crashed || restarts < ManyRestarts {
			return healthy()
		}
		return degraded(c.cause(last, "Restarting"), "%s runs again after it %s%s.", c.name(), ending(last), c.restarted()).
			until(after(timeOf(r, "startedAt"), restartWindow), view.StateHealthy, "", "%s has been restarted %s.", c.name(), count(restarts, "time"))
	}
	if crashed {
		return degraded(c.cause(last, "Restarting"), "%s runs again but isn't ready, after it %s%s.", c.name(), ending(last), c.restarted())
	}
	return c.unready(r)
}

// unready judges a container that runs and has never ended.
func (c container) unready(r map[string]any) Judgment {
	limit := after(timeOf(r, "startedAt"), startPatience)
	if !model.Bool(c.status, "started", true) && c.spec["startupProbe"] != nil {
		return progressing("StartupProbe", "%s runs, but its startup probe hasn't succeeded yet.", c.name()).
			until(limit, view.StateDegraded, "StartupProbeFailing", "%s runs, but its startup probe still fails.", c.name())
	}
	if c.wasReady {
		return degraded("ReadinessProbeFailing", "%s runs but isn't ready any more: its readiness probe fails.", c.name())
	}
	return progressing("NotReady", "%s runs but isn't ready yet: its readiness probe hasn't succeeded.", c.name()).
		until(limit, view.StateDegraded, "ReadinessProbeFailing", "%s runs, but its readiness probe still fails.", c.name())
}

// cause is the reason why a container ended, if it is known, else another one. The kubelet doesn't
// say that it stopped a container for its probe: it ends by SIGTERM or
// SIGKILL then, which few do by themselves.
func (c container) cause(t map[string]any, otherwise string) string {
	if model.String(t, "reason") == "OOMKilled" {
		return "OOMKilled"
	}
	if c.probed(t) {
		if c.spec["livenessProbe"] == nil {
			return "StartupProbeFailing"
		}
		return "LivenessProbeFailing"
	}
	return otherwise
}

func (c container) probed(t map[string]any) bool {
	code := number(t, "exitCode")
	return (code == 137 || code == 143) && model.String(t, "reason") == "Error" &&
		(c.spec["livenessProbe"] != nil || c.spec["startupProbe"] != nil)
}

func (c container) restarted() string {
	text := ""
	if last := c.last(); last != nil && c.probed(last) {
		text = ", most likely because its probe failed"
	}
	return text + Restarted(number(c.status, "restartCount"))
}
