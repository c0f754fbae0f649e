package simulator

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
	"sigs.k8s.io/kwok/pkg/utils/lifecycle"
)

// step is a stage that a pod went through, after a delay.
type step struct {
	stage string
	delay time.Duration
}

func TestPodLives(t *testing.T) {
	t.Parallel()
	always, never := corev1.RestartPolicyAlways, corev1.RestartPolicyNever
	crashes := []step{{"pod-crash", 0}, {"pod-crash", time.Second}, {"pod-crash", 2 * time.Second}, {"pod-crash", 4 * time.Second}, {"pod-crash", 8 * time.Second}, {"pod-crash", 10 * time.Second}, {"pod-crash", 10 * time.Second}}
	for name, test := range map[string]struct {
		annotations map[string]string
		restart     corev1.RestartPolicy
		job         bool
		want        []step
		phase       corev1.PodPhase
		reason      string // of the container's state
	}{
		"usual":             {nil, always, false, []step{{"pod-ready", 0}}, corev1.PodRunning, "running"},
		"unknown behavior":  {behavior("other"), always, false, []step{{"pod-ready", 0}}, corev1.PodRunning, "running"},
		"slow start":        {map[string]string{prefix + "start-delay": "5s"}, always, false, []step{{"pod-creating", 0}, {"pod-ready", 5 * time.Second}}, corev1.PodRunning, "running"},
		"rubbish delay":     {map[string]string{prefix + "start-delay": "soon"}, always, false, []step{{"pod-creating", 0}, {"pod-ready", 0}}, corev1.PodRunning, "running"},
		"never ready":       {behavior("never-ready"), always, false, []step{{"pod-unready", 0}}, corev1.PodRunning, "running"},
		"crash loop":        {behavior("crash-loop"), always, false, crashes, corev1.PodRunning, "CrashLoopBackOff"},
		"crash loop of job": {behavior("crash-loop"), never, true, crashes, corev1.PodRunning, "CrashLoopBackOff"},
		"always restarted":  {behavior("fail"), always, false, crashes, corev1.PodRunning, "CrashLoopBackOff"},
		"no image":          {behavior("image-pull-error"), always, false, []step{{"pod-pull-fails", 0}, {"pod-pull-backs-off", time.Second}}, corev1.PodPending, "ImagePullBackOff"},
		"no image for job":  {behavior("image-pull-error"), never, true, []step{{"pod-pull-fails", 0}, {"pod-pull-backs-off", time.Second}}, corev1.PodPending, "ImagePullBackOff"},
		"job":               {nil, never, true, []step{{"pod-ready", 0}, {"pod-completes", 0}}, corev1.PodSucceeded, "Completed"},
		"long job":          {map[string]string{prefix + "run-duration": "3s"}, never, true, []step{{"pod-ready", 0}, {"pod-completes", 3 * time.Second}}, corev1.PodSucceeded, "Completed"},
		"failing job":       {behavior("fail"), never, true, []step{{"pod-ready", 0}, {"pod-fails", 0}}, corev1.PodFailed, "Error"},
		"job never ready":   {behavior("never-ready"), never, true, []step{{"pod-unready", 0}}, corev1.PodRunning, "running"},
		"one-off pod":       {nil, never, false, []step{{"pod-ready", 0}}, corev1.PodRunning, "running"},
		"one-off that ends": {map[string]string{prefix + "run-duration": "1s"}, never, false, []step{{"pod-ready", 0}, {"pod-completes", time.Second}}, corev1.PodSucceeded, "Completed"},
		"service that ends": {map[string]string{prefix + "run-duration": "1s"}, always, false, []step{{"pod-ready", 0}}, corev1.PodRunning, "running"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pod := newPod(test.annotations, test.restart, test.job)
			got := newLife(t).live(t, pod, len(crashes))
			if !slices.Equal(got, test.want) {
				t.Errorf("lived %v, want %v", got, test.want)
			}
			if pod.Status.Phase != test.phase {
				t.Errorf("phase: got %s, want %s", pod.Status.Phase, test.phase)
			}
			if got := stateOf(pod.Status.ContainerStatuses[0]); got != test.reason {
				t.Errorf("container: got %s, want %s", got, test.reason)
			}
		})
	}
}

func TestBehaviorCanChangeWhileThePodRuns(t *testing.T) {
	t.Parallel()
	life, pod := newLife(t), newPod(nil, corev1.RestartPolicyAlways, false)
	for _, change := range []struct {
		behavior string
		want     string
	}{
		{"", "pod-ready"},
		{"never-ready", "pod-unready"},
		{"", "pod-ready"},
		{"crash-loop", "pod-crash"},
		{"", "pod-ready"},
		{"crash-loop", "pod-crash"},
		{"never-ready", "pod-unready"},
	} {
		pod.Annotations = behavior(change.behavior)
		if got := life.live(t, pod, 1); len(got) != 1 || got[0].stage != change.want {
			t.Errorf("%q: got %v, want %s", change.behavior, got, change.want)
		}
	}
}

func TestDeletedPodStops(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "crash-loop", "image-pull-error", "fail", "never-ready"} {
		pod := newPod(behavior(name), corev1.RestartPolicyNever, true)
		pod.Annotations[prefix+"stop-delay"] = "2s"
		now := metav1.Now()
		pod.DeletionTimestamp = &now
		if got := newLife(t).live(t, pod, 1); len(got) != 1 || got[0] != (step{"pod-stops", 2 * time.Second}) {
			t.Errorf("%q: got %v", name, got)
		}
	}
}

func TestNodeBecomesReadyAgain(t *testing.T) {
	t.Parallel()
	stages, err := loadStages()
	if err != nil {
		t.Fatal(err)
	}
	cycle, err := lifecycle.NewLifecycle(stages[internalversion.StageResourceRef{APIGroup: "v1", Kind: "Node"}])
	if err != nil {
		t.Fatal(err)
	}
	s := &Simulator{network: newNetwork([]string{"node-1"}), kubeletHost: "127.0.0.1", kubeletPort: 1234}
	node := s.node("node-1")
	match := func() int {
		matched, err := cycle.ListAllPossible(t.Context(), &lifecycle.Event{Data: node})
		if err != nil {
			t.Fatal(err)
		}
		return len(matched)
	}
	if match() != 0 {
		t.Error("a ready node has something to do")
	}
	for i := range node.Status.Conditions {
		node.Status.Conditions[i].Status = corev1.ConditionUnknown
	}
	if match() != 1 {
		t.Error("a lost node is not brought back")
	}
}

// life is the stages of pods with all they need.
type life struct {
	cycle    lifecycle.Lifecycle
	renderer gotpl.Renderer
}

func newLife(t *testing.T) *life {
	t.Helper()
	stages, err := loadStages()
	if err != nil {
		t.Fatal(err)
	}
	cycle, err := lifecycle.NewLifecycle(stages[internalversion.StageResourceRef{APIGroup: "v1", Kind: "Pod"}])
	if err != nil {
		t.Fatal(err)
	}
	return &life{cycle: cycle, renderer: gotpl.NewRenderer(gotpl.FuncMap{"podStatus": newNetwork([]string{"node-1"}).podStatus})}
}

// live moves the pod through at most so many stages.
func (l *life) live(t *testing.T, pod *corev1.Pod, most int) (steps []step) {
	t.Helper()
	for range most {
		event := &lifecycle.Event{Labels: pod.Labels, Annotations: pod.Annotations, Data: pod}
		matched, err := l.cycle.ListAllPossible(t.Context(), event)
		if err != nil {
			t.Fatal(err)
		}
		if len(matched) > 1 {
			t.Fatalf("after %v both %s and %s match", steps, matched[0].Name(), matched[1].Name())
		}
		if len(matched) == 0 {
			return steps
		}
		delay, _, err := matched[0].Delay(t.Context(), event, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step{matched[0].Name(), delay})
		_, err = matched[0].DoSteps(0, nil, pod, l.renderer,
			func(*internalversion.StageEvent) error { return nil },
			func() error { return nil },
			func(patch *lifecycle.Patch) error {
				var change struct{ Status corev1.PodStatus }
				if err := json.Unmarshal(patch.Data, &change); err != nil {
					return err
				}
				pod.Status = change.Status
				return nil
			}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	return steps
}

func behavior(name string) map[string]string {
	return map[string]string{AnnotationBehavior: name}
}

func newPod(annotations map[string]string, restart corev1.RestartPolicy, job bool) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "pod", Namespace: "default", UID: "uid", Annotations: annotations},
		Spec: corev1.PodSpec{
			NodeName:      "node-1",
			RestartPolicy: restart,
			Containers:    []corev1.Container{{Name: "main", Image: "nginx"}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodPending},
	}
	if job {
		pod.OwnerReferences = []metav1.OwnerReference{{Kind: "Job", Name: "job"}}
	}
	return pod
}

func stateOf(s corev1.ContainerStatus) string {
	switch {
	case s.State.Running != nil:
		return "running"
	case s.State.Waiting != nil:
		return s.State.Waiting.Reason
	case s.State.Terminated != nil:
		return s.State.Terminated.Reason
	default:
		return ""
	}
}

func TestImagesThatAreNotThere(t *testing.T) {
	t.Parallel()
	for image, there := range map[string]bool{
		"nginx:1.29": true, "nginx:does-not-exist": false, "registry.example.com/missing/web:1": false, "web:1-missing": false,
		"dismissing:1": true, "nonexistent": false, "no-such@sha256:00": false, "web:missingno": true,
	} {
		pod := newPod(nil, corev1.RestartPolicyAlways, false)
		pod.Spec.Containers = append([]corev1.Container{{Name: "side", Image: "proxy:1"}}, pod.Spec.Containers...)
		pod.Spec.Containers[1].Image = image
		newLife(t).live(t, pod, 3)
		if got := stateOf(pod.Status.ContainerStatuses[1]); got != map[bool]string{true: "running", false: "ImagePullBackOff"}[there] {
			t.Errorf("%s: the container is %s", image, got)
		}
		if got := stateOf(pod.Status.ContainerStatuses[0]); got != "running" {
			t.Errorf("%s: the other container is %s", image, got)
		}
	}
}
