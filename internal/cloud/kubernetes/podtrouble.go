package kubernetes

import (
	"cmp"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// crashRestarts is how often a container must have been restarted before its
// crashing counts as lasting: the first crashes may be due to what it depends
// on starting up beside it.
const crashRestarts = 3

// podTrouble is a trouble of one pod, before those of other pods are added.
type podTrouble struct {
	manifest.Trouble
	pod string
	// wantsEvent says that the pod's last event of these reasons tells more.
	wantsEvent []string
}

// podTroubles tells what is wrong with a pod, if anything is. A pod of a Job
// may crash: how often is the Job's own affair.
func podTroubles(pod *corev1.Pod, ofJob bool) []podTrouble {
	var out []podTrouble
	add := func(key string, lasting bool, format string, args ...any) *podTrouble {
		out = append(out, podTrouble{pod: pod.Name, Trouble: manifest.Trouble{
			Key: key, Lasting: lasting, Message: fmt.Sprintf(format, args...),
		}})
		return &out[len(out)-1]
	}
	if pod.DeletionTimestamp != nil {
		return nil
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
			add("unschedulable", false, "pod %q can't be scheduled: %s", pod.Name, cmp.Or(c.Message, c.Reason))
		}
	}
	if pod.Status.Phase == corev1.PodFailed {
		words := strings.TrimSpace(pod.Status.Reason + " " + pod.Status.Message)
		add("failed", false, "pod %q has failed: %s", pod.Name, cmp.Or(words, "no reason is given"))
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

type adder func(key string, lasting bool, format string, args ...any) *podTrouble

func containerTrouble(pod *corev1.Pod, s corev1.ContainerStatus, initial, ofJob bool, add adder) {
	where := fmt.Sprintf("container %q of pod %q", s.Name, pod.Name)
	if initial {
		where = "init " + where
	}
	switch {
	case s.State.Waiting != nil:
		waitingTrouble(pod, s, where, ofJob, add)
	case s.State.Terminated != nil && s.State.Terminated.ExitCode != 0:
		add("crash/"+s.Name, !ofJob && s.RestartCount >= crashRestarts, "%s has ended %s%s", where, ending(s.State.Terminated), restarts(s))
	case s.State.Running != nil && !s.Ready && !initial:
		if last := s.LastTerminationState.Terminated; last != nil && last.ExitCode != 0 {
			add("crash/"+s.Name, !ofJob && s.RestartCount >= crashRestarts, "%s runs again, not ready, after it has ended %s%s", where, ending(last), restarts(s))
			return
		}
		add("ready/"+s.Name, false, "%s runs but is not ready", where).wantsEvent = []string{"Unhealthy"}
	}
}

func waitingTrouble(pod *corev1.Pod, s corev1.ContainerStatus, where string, ofJob bool, add adder) {
	w := s.State.Waiting
	switch w.Reason {
	case "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed":
		add("image/"+s.Name, true, "%s can't get its image %q: %s: %s", where, image(pod, s), w.Reason, cmp.Or(w.Message, "no reason is given"))
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError", "PostStartHookError":
		add("start/"+s.Name, true, "%s can't be started: %s: %s", where, w.Reason, cmp.Or(w.Message, "no reason is given"))
	case "CrashLoopBackOff":
		text := cmp.Or(w.Message, "it crashes again and again")
		if last := s.LastTerminationState.Terminated; last != nil {
			text = "it has ended " + ending(last)
		}
		add("crash/"+s.Name, !ofJob && s.RestartCount >= crashRestarts, "%s crashes: CrashLoopBackOff: %s%s", where, text, restarts(s))
	case "ContainerCreating", "PodInitializing", "":
		if pod.Spec.NodeName != "" {
			add("creating/"+s.Name, false, "%s is being created", where).wantsEvent = []string{
				"FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "FailedCreatePodContainer", "NetworkNotReady",
			}
		}
	default:
		add("waiting/"+s.Name, false, "%s waits: %s: %s", where, w.Reason, w.Message)
	}
}

// ending tells how a container ended: its code, reason and last words.
func ending(t *corev1.ContainerStateTerminated) string {
	text := fmt.Sprintf("with exit code %d", t.ExitCode)
	if t.Signal != 0 {
		text = fmt.Sprintf("by signal %d", t.Signal)
	}
	if t.Reason != "" {
		text += " (" + t.Reason + ")"
	}
	if words := strings.TrimSpace(t.Message); words != "" {
		text += ": " + tail(words, 500)
	}
	return text
}

func restarts(s corev1.ContainerStatus) string {
	switch s.RestartCount {
	case 0:
		return ""
	case 1:
		return ", restarted once"
	}
	return fmt.Sprintf(", restarted %d times", s.RestartCount)
}

func image(pod *corev1.Pod, s corev1.ContainerStatus) string {
	for _, c := range append(append([]corev1.Container(nil), pod.Spec.InitContainers...), pod.Spec.Containers...) {
		if c.Name == s.Name {
			return c.Image
		}
	}
	return s.Image
}

// tail is the end of a text, which is where the reason of a crash stands.
func tail(text string, length int) string {
	runes := []rune(text)
	if len(runes) <= length {
		return text
	}
	return "…" + string(runes[len(runes)-length:])
}
