package simulator

import (
	"encoding/json"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

func TestCrashCountsRestartsAndKeepsTheLastState(t *testing.T) {
	t.Parallel()
	n, pod := newNetwork([]string{"node-1"}), newPod(map[string]string{AnnotationExitCode: "42", AnnotationMessage: "out of luck"}, corev1.RestartPolicyAlways, false)
	enter(t, n, pod, stateReady)
	began := pod.Status.ContainerStatuses[0].State.Running.StartedAt
	for want := int32(1); want <= 3; want++ {
		enter(t, n, pod, stateCrashed)
		s := pod.Status.ContainerStatuses[0]
		if s.RestartCount != want || s.Ready || *s.Started {
			t.Errorf("got %+v", s)
		}
		last := s.LastTerminationState.Terminated
		if last == nil || last.ExitCode != 42 || last.Message != "out of luck" || last.Reason != "Error" {
			t.Fatalf("last state: got %+v", last)
		}
		if want == 1 && !last.StartedAt.Equal(&began) {
			t.Errorf("ran since %v, now since %v", began, last.StartedAt)
		}
	}
	if ready := condition(pod, corev1.PodReady); ready.Status != corev1.ConditionFalse || !strings.Contains(ready.Message, "[main]") {
		t.Errorf("got %+v", ready)
	}
	enter(t, n, pod, stateReady)
	if s := pod.Status.ContainerStatuses[0]; s.RestartCount != 3 || s.LastTerminationState.Terminated == nil {
		t.Errorf("forgot its crashes: %+v", s)
	}
}

func TestPullErrorNamesTheImage(t *testing.T) {
	t.Parallel()
	n, pod := newNetwork([]string{"node-1"}), newPod(nil, corev1.RestartPolicyAlways, false)
	for state, want := range map[string]string{
		statePullFailed:   `failed to resolve reference "docker.io/library/nginx:latest"`,
		statePullBacksOff: `Back-off pulling image "nginx"`,
	} {
		enter(t, n, pod, state)
		if got := pod.Status.ContainerStatuses[0].State.Waiting.Message; !strings.Contains(got, want) {
			t.Errorf("%s: got %q", state, got)
		}
	}
}

func TestOnlyTheNamedContainerMisbehaves(t *testing.T) {
	t.Parallel()
	n, pod := newNetwork([]string{"node-1"}), newPod(map[string]string{AnnotationContainer: "side"}, corev1.RestartPolicyNever, true)
	pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "side", Image: "busybox:1"})
	enter(t, n, pod, stateCrashed)
	if got := pod.Status.ContainerStatuses; stateOf(got[0]) != "running" || stateOf(got[1]) != "CrashLoopBackOff" {
		t.Errorf("crashed: got %+v", got)
	}
	enter(t, n, pod, stateFailed)
	if got := pod.Status.ContainerStatuses; got[0].State.Terminated.ExitCode != 0 || got[1].State.Terminated.ExitCode != 1 {
		t.Errorf("failed: got %+v", got)
	}
}

func TestInitContainers(t *testing.T) {
	t.Parallel()
	n, pod := newNetwork([]string{"node-1"}), newPod(nil, corev1.RestartPolicyNever, true)
	always := corev1.ContainerRestartPolicyAlways
	pod.Spec.InitContainers = []corev1.Container{{Name: "prepare", Image: "a"}, {Name: "sidecar", Image: "b", RestartPolicy: &always}}
	for _, test := range []struct{ state, prepare, sidecar string }{
		{stateCreating, "PodInitializing", "PodInitializing"},
		{stateReady, "Completed", "running"},
		{stateSucceeded, "Completed", "Completed"},
	} {
		enter(t, n, pod, test.state)
		got := pod.Status.InitContainerStatuses
		if stateOf(got[0]) != test.prepare || stateOf(got[1]) != test.sidecar {
			t.Errorf("%s: got %s and %s", test.state, stateOf(got[0]), stateOf(got[1]))
		}
	}
}

func TestConditionsKeepTheirTimes(t *testing.T) {
	t.Parallel()
	n, pod := newNetwork([]string{"node-1"}), newPod(nil, corev1.RestartPolicyAlways, false)
	enter(t, n, pod, stateCreating)
	before := condition(pod, corev1.PodReady).LastTransitionTime
	enter(t, n, pod, stateUnready)
	if after := condition(pod, corev1.PodReady).LastTransitionTime; !after.Equal(&before) {
		t.Errorf("still not ready, but since %v instead of %v", after, before)
	}
}

func TestExitCode(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int32{"": 1, "7": 7, "0": 1, "seven": 1, "137": 137} {
		if got := exitCode(newPod(map[string]string{AnnotationExitCode: value}, corev1.RestartPolicyNever, false)); got != want {
			t.Errorf("%q: got %d, want %d", value, got, want)
		}
	}
}

func TestQualified(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"nginx":                   "docker.io/library/nginx:latest",
		"nginx:1.27":              "docker.io/library/nginx:1.27",
		"team/app":                "docker.io/team/app:latest",
		"ghcr.io/team/app:v1":     "ghcr.io/team/app:v1",
		"localhost:5000/app":      "localhost:5000/app:latest",
		"localhost/app:1":         "localhost/app:1",
		"ghcr.io/app@sha256:0123": "ghcr.io/app@sha256:0123",
	} {
		if got := qualified(image); got != want {
			t.Errorf("%s: got %s, want %s", image, got, want)
		}
	}
}

func TestUnknownStateIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := newNetwork(nil).podStatus("dancing", map[string]any{}); err == nil {
		t.Error("no error")
	}
}

// enter sets the pod's status to that of a state.
func enter(t *testing.T, n *network, pod *corev1.Pod, state string) {
	t.Helper()
	text, err := n.podStatus(state, pod)
	if err != nil {
		t.Fatal(err)
	}
	pod.Status = corev1.PodStatus{}
	if err := json.Unmarshal([]byte(text), &pod.Status); err != nil {
		t.Fatal(err)
	}
}

func condition(pod *corev1.Pod, kind corev1.PodConditionType) corev1.PodCondition {
	for _, c := range pod.Status.Conditions {
		if c.Type == kind {
			return c
		}
	}
	return corev1.PodCondition{}
}
