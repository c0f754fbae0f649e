package kubernetes

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// podTrouble is a trouble of one pod, before those of other pods are added.
type podTrouble struct {
	manifest.Trouble
	pod string
	// wantsEvent says that the pod's last event of these reasons tells more.
	wantsEvent []string
	// started is when the container started that isn't ready.
	started time.Time
}

// podTroubles tells what is wrong with a pod, if anything is. A pod of a Job
// may crash: how often is the Job's own affair.
func podTroubles(pod *corev1.Pod, ofJob bool) []podTrouble {
	var out []podTrouble
	add := func(key, reason string, lasting bool, format string, args ...any) *podTrouble {
		out = append(out, podTrouble{pod: pod.Name, Trouble: manifest.Trouble{
			Key: key, Reason: reason, Lasting: lasting, Message: fmt.Sprintf(format, args...),
		}})
		return &out[len(out)-1]
	}
	if pod.DeletionTimestamp != nil {
		return nil
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			add("unschedulable", cmp.Or(c.Reason, "Unschedulable"), false, "pod %q can't be scheduled: %s", pod.Name, cmp.Or(c.Message, c.Reason))
		}
	}
	if pod.Status.Phase == corev1.PodFailed {
		words := strings.TrimSpace(pod.Status.Reason + " " + pod.Status.Message)
		add("failed", cmp.Or(pod.Status.Reason, "Failed"), false, "pod %q has failed: %s", pod.Name, cmp.Or(words, "no reason is given"))
	}
	if pod.Status.Phase == corev1.PodSucceeded {
		return out
	}
	for _, s := range pod.Status.InitContainerStatuses {
		containerTrouble(pod, s, true, ofJob, add)
	}
	for _, s := range pod.Status.ContainerStatuses {
		containerTrouble(pod, s, false, ofJob, add)
	}
	return out
}

// adder adds a trouble. Its reason is "" if it belongs to every start.
type adder func(key, reason string, lasting bool, format string, args ...any) *podTrouble

func containerTrouble(pod *corev1.Pod, s corev1.ContainerStatus, initial, ofJob bool, add adder) {
	where := fmt.Sprintf("container %q of pod %q", s.Name, pod.Name)
	if initial {
		where = "init " + where
	}
	lasts, restarted := !ofJob && s.RestartCount >= health.ManyRestarts, health.Restarted(int64(s.RestartCount))
	switch {
	case s.State.Waiting != nil:
		waitingTrouble(pod, s, where, lasts, add)
	case s.State.Terminated != nil && s.State.Terminated.ExitCode != 0:
		add("crash/"+s.Name, causeOf(s.State.Terminated), lasts, "%s %s%s", where, endOf(s.State.Terminated), restarted)
	case s.State.Running != nil && !s.Ready && !initial:
		if last := s.LastTerminationState.Terminated; last != nil && last.ExitCode != 0 {
			add("crash/"+s.Name, causeOf(last), lasts, "%s runs again but isn't ready, after it %s%s", where, endOf(last), restarted)
			return
		}
		unready := add("ready/"+s.Name, "", false, "%s runs but is not ready", where)
		unready.wantsEvent, unready.started = []string{"Unhealthy"}, s.State.Running.StartedAt.Time
	}
}

func waitingTrouble(pod *corev1.Pod, s corev1.ContainerStatus, where string, lasts bool, add adder) {
	w := s.State.Waiting
	switch {
	case health.PullFails(w.Reason):
		add("image/"+s.Name, w.Reason, true, "%s can't get its image %q: %s: %s", where, image(pod, s), w.Reason, cmp.Or(w.Message, "no reason is given"))
	case health.StartFails(w.Reason):
		add("start/"+s.Name, w.Reason, true, "%s can't be started: %s: %s", where, w.Reason, cmp.Or(w.Message, "no reason is given"))
	case w.Reason == health.CrashLoop:
		text := cmp.Or(w.Message, "no reason is given")
		if last := s.LastTerminationState.Terminated; last != nil {
			text = "it " + endOf(last).String()
		}
		add("crash/"+s.Name, w.Reason, lasts, "%s crashes again and again (%s): %s%s", where, w.Reason, text, health.Restarted(int64(s.RestartCount)))
	case health.Creating(w.Reason):
		if pod.Spec.NodeName != "" {
			add("creating/"+s.Name, "", false, "%s is being created", where).wantsEvent = []string{
				"FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "FailedCreatePodContainer", "NetworkNotReady",
			}
		}
	default:
		add("waiting/"+s.Name, w.Reason, false, "%s can't run yet: %s: %s", where, w.Reason, cmp.Or(w.Message, "no reason is given"))
	}
}

func endOf(t *corev1.ContainerStateTerminated) health.End {
	return health.End{Code: int64(t.ExitCode), Signal: int64(t.Signal), Reason: t.Reason, Message: t.Message}
}

// causeOf is the reason of a container that has ended and is to run again.
func causeOf(t *corev1.ContainerStateTerminated) string { return cmp.Or(t.Reason, "Error") }

func image(pod *corev1.Pod, s corev1.ContainerStatus) string {
	for _, c := range append(append([]corev1.Container(nil), pod.Spec.InitContainers...), pod.Spec.Containers...) {
		if c.Name == s.Name {
			return c.Image
		}
	}
	return s.Image
}
