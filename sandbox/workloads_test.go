package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

const namespace = "default"

// TestWorkloads shares one sandbox among tests of what runs in it.
func TestWorkloads(t *testing.T) {
	t.Parallel()
	b := up(t, t.TempDir())
	for name, test := range map[string]func(*testing.T, *box){
		"deployment":     testDeployment,
		"jobs":           testJobs,
		"crash loop":     testCrashLoop,
		"image pull":     testImagePull,
		"slow start":     testSlowStart,
		"never ready":    testNeverReady,
		"unschedulable":  testUnschedulable,
		"deletion":       testDeletion,
		"logs":           testLogs,
		"load balancers": testLoadBalancers,
		"volumes":        testVolumes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, b)
		})
	}
}

func testDeployment(t *testing.T, b *box) {
	deployments := b.client(t, "").AppsV1().Deployments(namespace)
	replicas := int32(5)
	labels := map[string]string{"app": "web"}
	_, err := deployments.Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: podSpec("nginx:1")},
		},
	}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rolledOut := func(ctx context.Context) error {
		d, err := deployments.Get(ctx, "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if s := d.Status; s.ObservedGeneration != d.Generation || s.AvailableReplicas != replicas || s.UpdatedReplicas != replicas || s.Replicas != replicas {
			return fmt.Errorf("status %+v", s)
		}
		return nil
	}
	eventually(t, rolledOut)
	patch := []byte(`{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"nginx:2"}]}}}}`)
	if _, err := deployments.Patch(t.Context(), "web", types.StrategicMergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, rolledOut)
	pods, err := b.client(t, "").CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "app=web"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, pod := range pods.Items {
		if pod.DeletionTimestamp == nil && (seen[pod.Status.PodIP] || pod.Status.ContainerStatuses[0].Image != "docker.io/library/nginx:2") {
			t.Errorf("pod %s: %+v", pod.Name, pod.Status)
		}
		seen[pod.Status.PodIP] = true
	}
}

func testJobs(t *testing.T, b *box) {
	for name, test := range map[string]struct {
		annotations map[string]string
		want        batchv1.JobConditionType
	}{
		"good": {nil, batchv1.JobComplete},
		"long": {map[string]string{"sandbox.gennaker.io/run-duration": "500ms"}, batchv1.JobComplete},
		"bad":  {map[string]string{"sandbox.gennaker.io/behavior": "fail", "sandbox.gennaker.io/exit-code": "7"}, batchv1.JobFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, none := b.client(t, ""), int32(0)
			job := &batchv1.Job{
				ObjectMeta: metav1.ObjectMeta{Name: name},
				Spec: batchv1.JobSpec{
					BackoffLimit: &none,
					Template:     corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Annotations: test.annotations}, Spec: podSpec("busybox")},
				},
			}
			job.Spec.Template.Spec.RestartPolicy = corev1.RestartPolicyNever
			if _, err := client.BatchV1().Jobs(namespace).Create(t.Context(), job, metav1.CreateOptions{}); err != nil {
				t.Fatal(err)
			}
			eventually(t, func(ctx context.Context) error {
				job, err := client.BatchV1().Jobs(namespace).Get(ctx, name, metav1.GetOptions{})
				if err != nil {
					return err
				}
				for _, c := range job.Status.Conditions {
					if c.Type == test.want && c.Status == corev1.ConditionTrue {
						return nil
					}
				}
				return fmt.Errorf("status %+v", job.Status)
			})
			if test.want != batchv1.JobFailed {
				return
			}
			pods, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "batch.kubernetes.io/job-name=" + name})
			if err != nil || len(pods.Items) != 1 {
				t.Fatalf("got %d pods: %v", len(pods.Items), err)
			}
			if s := pods.Items[0].Status; s.Phase != corev1.PodFailed || s.ContainerStatuses[0].State.Terminated.ExitCode != 7 {
				t.Errorf("got %+v", s)
			}
		})
	}
}

func testCrashLoop(t *testing.T, b *box) {
	pod := b.create(t, newPod("crash", map[string]string{"sandbox.gennaker.io/behavior": "crash-loop"}))
	b.awaitPod(t, pod, func(p *corev1.Pod) bool {
		s := first(p)
		return s.State.Waiting != nil && s.State.Waiting.Reason == "CrashLoopBackOff" && s.RestartCount >= 2 &&
			s.LastTerminationState.Terminated.ExitCode == 1 && s.LastTerminationState.Terminated.Message != "" && !s.Ready
	})
}

func testImagePull(t *testing.T, b *box) {
	pod := b.create(t, newPod("pull", map[string]string{"sandbox.gennaker.io/behavior": "image-pull-error"}))
	b.awaitPod(t, pod, func(p *corev1.Pod) bool {
		waiting := first(p).State.Waiting
		return p.Status.Phase == corev1.PodPending && waiting != nil && waiting.Reason == "ImagePullBackOff" && strings.Contains(waiting.Message, "nginx")
	})
}

func testSlowStart(t *testing.T, b *box) {
	pod := b.create(t, newPod("slow", map[string]string{"sandbox.gennaker.io/start-delay": "1s"}))
	b.awaitPod(t, pod, func(p *corev1.Pod) bool {
		return p.Status.Phase == corev1.PodPending && first(p).State.Waiting != nil && first(p).State.Waiting.Reason == "ContainerCreating"
	})
	b.awaitPod(t, pod, running)
}

func testNeverReady(t *testing.T, b *box) {
	pod := b.create(t, newPod("unready", map[string]string{"sandbox.gennaker.io/behavior": "never-ready"}))
	b.awaitPod(t, pod, func(p *corev1.Pod) bool { return first(p).State.Running != nil && !first(p).Ready })
	patch := []byte(`{"metadata":{"annotations":{"sandbox.gennaker.io/behavior":null}}}`)
	if _, err := b.client(t, "").CoreV1().Pods(namespace).Patch(t.Context(), "unready", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	b.awaitPod(t, pod, running)
}

func testUnschedulable(t *testing.T, b *box) {
	pod := newPod("big", nil)
	pod.Spec.Containers[0].Resources.Requests = corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("1000")}
	b.awaitPod(t, b.create(t, pod), func(p *corev1.Pod) bool {
		for _, c := range p.Status.Conditions {
			if c.Type == corev1.PodScheduled && c.Reason == corev1.PodReasonUnschedulable {
				return true
			}
		}
		return false
	})
}

func testDeletion(t *testing.T, b *box) {
	pods := b.client(t, "").CoreV1().Pods(namespace)
	pod := b.create(t, newPod("gone", nil))
	b.awaitPod(t, pod, running)
	if err := pods.Delete(t.Context(), pod.Name, metav1.DeleteOptions{}); err != nil { // with the usual grace
		t.Fatal(err)
	}
	eventually(t, func(ctx context.Context) error {
		_, err := pods.Get(ctx, pod.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return fmt.Errorf("still there: %w", err)
	})
}

func testLogs(t *testing.T, b *box) {
	pods := b.client(t, "").CoreV1().Pods(namespace)
	pod := b.create(t, newPod("talks", map[string]string{"sandbox.gennaker.io/logs": "one\ntwo\nthree"}))
	b.awaitPod(t, pod, running)
	lines := int64(2)
	for want, options := range map[string]*corev1.PodLogOptions{
		"one\ntwo\nthree\n": {},
		"two\nthree\n":      {TailLines: &lines},
	} {
		got, err := pods.GetLogs(pod.Name, options).DoRaw(t.Context())
		if err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if err := pods.Delete(t.Context(), pod.Name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}

	ending := newPod("ends", map[string]string{"sandbox.gennaker.io/run-duration": "500ms"})
	ending.Spec.RestartPolicy = corev1.RestartPolicyNever
	b.awaitPod(t, b.create(t, ending), running)
	got, err := pods.GetLogs("ends", &corev1.PodLogOptions{Follow: true}).DoRaw(t.Context()) // returns when the pod has ended
	if err != nil || !strings.Contains(string(got), "container main of pod default/ends") {
		t.Errorf("got %q, %v", got, err)
	}
}

func testLoadBalancers(t *testing.T, b *box) {
	client := b.client(t, "")
	address := func(name string) func(context.Context) error {
		return func(ctx context.Context) error {
			s, err := client.CoreV1().Services(namespace).Get(ctx, name, metav1.GetOptions{})
			if err == nil && len(s.Status.LoadBalancer.Ingress) == 0 {
				err = fmt.Errorf("service %s has no address", name)
			}
			return err
		}
	}
	for name, annotations := range map[string]map[string]string{"lb": nil, "lb-waits": {"sandbox.gennaker.io/load-balancer": "pending"}} {
		service := &corev1.Service{
			ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations},
			Spec:       corev1.ServiceSpec{Type: corev1.ServiceTypeLoadBalancer, Ports: []corev1.ServicePort{{Port: 80}}},
		}
		if _, err := client.CoreV1().Services(namespace).Create(t.Context(), service, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, address("lb"))
	if address("lb-waits")(t.Context()) == nil {
		t.Error("got an address that was to stay pending")
	}
	patch := []byte(`{"metadata":{"annotations":null}}`)
	if _, err := client.CoreV1().Services(namespace).Patch(t.Context(), "lb-waits", types.MergePatchType, patch, metav1.PatchOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, address("lb-waits"))

	ingress := &networkingv1.Ingress{
		ObjectMeta: metav1.ObjectMeta{Name: "ingress"},
		Spec: networkingv1.IngressSpec{DefaultBackend: &networkingv1.IngressBackend{
			Service: &networkingv1.IngressServiceBackend{Name: "lb", Port: networkingv1.ServiceBackendPort{Number: 80}},
		}},
	}
	if _, err := client.NetworkingV1().Ingresses(namespace).Create(t.Context(), ingress, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, func(ctx context.Context) error {
		i, err := client.NetworkingV1().Ingresses(namespace).Get(ctx, "ingress", metav1.GetOptions{})
		if err == nil && len(i.Status.LoadBalancer.Ingress) == 0 {
			err = fmt.Errorf("the ingress has no address")
		}
		return err
	})
}

func testVolumes(t *testing.T, b *box) {
	claims := b.client(t, "").CoreV1().PersistentVolumeClaims(namespace)
	phase := func(name string, want corev1.PersistentVolumeClaimPhase) func(context.Context) error {
		return func(ctx context.Context) error {
			c, err := claims.Get(ctx, name, metav1.GetOptions{})
			if err == nil && c.Status.Phase != want {
				err = fmt.Errorf("claim %s is %s", name, c.Status.Phase)
			}
			return err
		}
	}
	for name, annotations := range map[string]map[string]string{"data-waits": {"sandbox.gennaker.io/volume": "pending"}, "data": nil} {
		claim := &corev1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations},
			Spec: corev1.PersistentVolumeClaimSpec{
				AccessModes: []corev1.PersistentVolumeAccessMode{corev1.ReadWriteOnce},
				Resources:   corev1.VolumeResourceRequirements{Requests: corev1.ResourceList{corev1.ResourceStorage: resource.MustParse("1Gi")}},
			},
		}
		if _, err := claims.Create(t.Context(), claim, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	eventually(t, phase("data", corev1.ClaimBound))
	eventually(t, phase("data-waits", corev1.ClaimPending))
	bound, err := claims.Get(t.Context(), "data", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := claims.Delete(t.Context(), "data", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	eventually(t, func(ctx context.Context) error {
		_, err := b.client(t, "").CoreV1().PersistentVolumes().Get(ctx, bound.Spec.VolumeName, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}
		return fmt.Errorf("the volume outlives its claim: %w", err)
	})
}

func podSpec(image string) corev1.PodSpec {
	return corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: image}}}
}

func newPod(name string, annotations map[string]string) *corev1.Pod {
	return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: annotations}, Spec: podSpec("nginx")}
}

func (b *box) create(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	created, err := b.client(t, "").CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return created
}

func (b *box) awaitPod(t *testing.T, pod *corev1.Pod, holds func(*corev1.Pod) bool) {
	t.Helper()
	client := b.client(t, "")
	eventually(t, func(ctx context.Context) error {
		p, err := client.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, metav1.GetOptions{})
		if err == nil && !holds(p) {
			err = fmt.Errorf("pod %s: %+v", pod.Name, p.Status)
		}
		return err
	})
}

// first is the status of the pod's first container, empty at first.
func first(pod *corev1.Pod) corev1.ContainerStatus {
	if len(pod.Status.ContainerStatuses) == 0 {
		return corev1.ContainerStatus{}
	}
	return pod.Status.ContainerStatuses[0]
}

func running(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodRunning && first(pod).Ready
}
