package kubelet

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestLogText(t *testing.T) {
	t.Parallel()
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{}}
	ended := corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, Message: "out of luck"}}
	waiting := func(reason string) corev1.ContainerState {
		return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason}}
	}
	for name, test := range map[string]struct {
		annotations map[string]string
		status      corev1.ContainerStatus
		previous    bool
		want, fails string
	}{
		"fallback":          {status: corev1.ContainerStatus{State: running}, want: "container main of pod default/pod\nimage nginx, simulated on node-1\n"},
		"annotation":        {annotations: map[string]string{"sandbox.gennaker.io/logs": "a\nb"}, status: corev1.ContainerStatus{State: running}, want: "a\nb\n"},
		"of the container":  {annotations: map[string]string{"sandbox.gennaker.io/logs": "a", "sandbox.gennaker.io/logs.main": "b\n"}, status: corev1.ContainerStatus{State: running}, want: "b\n"},
		"empty":             {annotations: map[string]string{"sandbox.gennaker.io/logs": ""}, status: corev1.ContainerStatus{State: running}, want: ""},
		"failed":            {status: corev1.ContainerStatus{State: ended}, want: "container main of pod default/pod\nimage nginx, simulated on node-1\nout of luck\n"},
		"crashed":           {status: corev1.ContainerStatus{State: waiting("CrashLoopBackOff"), LastTerminationState: ended}, want: "container main of pod default/pod\nimage nginx, simulated on node-1\nout of luck\n"},
		"before the crash":  {status: corev1.ContainerStatus{State: running, LastTerminationState: ended}, previous: true, want: "container main of pod default/pod\nimage nginx, simulated on node-1\nout of luck\n"},
		"never crashed":     {status: corev1.ContainerStatus{State: running}, previous: true, fails: `previous terminated container "main" in pod "pod" not found`},
		"creating":          {status: corev1.ContainerStatus{State: waiting("ContainerCreating")}, fails: `container "main" in pod "pod" is waiting to start: ContainerCreating`},
		"without its image": {status: corev1.ContainerStatus{State: waiting("ImagePullBackOff")}, fails: `is waiting to start: trying and failing to pull image`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.status.Name = "main"
			pod := &corev1.Pod{
				ObjectMeta: metav1.ObjectMeta{Name: "pod", Namespace: "default", Annotations: test.annotations},
				Spec:       corev1.PodSpec{NodeName: "node-1", Containers: []corev1.Container{{Name: "main", Image: "nginx"}}},
				Status:     corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{test.status}},
			}
			got, err := logText(pod, "main", test.previous)
			switch {
			case test.fails == "" && err != nil:
				t.Errorf("got error %v", err)
			case test.fails != "" && (err == nil || !strings.Contains(err.Error(), test.fails)):
				t.Errorf("got error %v, want %q", err, test.fails)
			case got != test.want:
				t.Errorf("got %q, want %q", got, test.want)
			}
			if _, err := logText(pod, "other", false); err == nil {
				t.Error("found the log of a container that isn't there")
			}
		})
	}
}

func TestTail(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, lines, want string }{
		{"a\nb\nc\n", "2", "b\nc\n"},
		{"a\nb\nc\n", "9", "a\nb\nc\n"},
		{"a\nb\nc\n", "0", ""},
		{"a\nb\nc\n", "", "a\nb\nc\n"},
		{"", "3", ""},
	} {
		if got := tail(test.text, test.lines); got != test.want {
			t.Errorf("%q lines of %q: got %q, want %q", test.lines, test.text, got, test.want)
		}
	}
}

func TestStamp(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	want := "2026-11-21T10:00:00.000000000Z a\n2026-11-21T10:00:00.000001000Z b\n"
	if got := stamp("a\nb\n", at); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
