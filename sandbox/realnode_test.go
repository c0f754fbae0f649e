package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/crane"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/gennaker/gennaker/sandbox/internal/realnode"
)

// TestRealNodes runs real pods in two sandboxes side by side.
func TestRealNodes(t *testing.T) {
	t.Parallel()
	if err := realnode.Check(); err != nil {
		t.Skip(err)
	}
	one, other := up(t, t.TempDir(), "--real-node"), up(t, t.TempDir(), "--real-node", "--nodes", "1")
	t.Run("web", func(t *testing.T) {
		t.Parallel()
		for version, b := range map[string]*box{"v1": one, "v2": other} {
			serveWeb(t, b, "registry.sandbox.local/web:"+version)
			expectAnswer(t, b, "version="+version)
		}
	})
	t.Run("ends", func(t *testing.T) {
		t.Parallel()
		for name, want := range map[string]int32{"exit-0": 0, "exit-7": 7} {
			pod := realPod(name, "registry.sandbox.local/job:1", "exit", strings.TrimPrefix(name, "exit-"))
			one.awaitPod(t, one.create(t, pod), func(p *corev1.Pod) bool {
				ended := first(p).State.Terminated
				return ended != nil && ended.ExitCode == want
			})
		}
	})
	t.Run("no image", func(t *testing.T) {
		t.Parallel()
		one.awaitPod(t, one.create(t, realPod("no-image", "nginx:1")), func(p *corev1.Pod) bool {
			waiting := first(p).State.Waiting
			return waiting != nil && (waiting.Reason == "ErrImagePull" || waiting.Reason == "ImagePullBackOff")
		})
	})
	t.Run("logs of an image that was pushed", func(t *testing.T) {
		t.Parallel()
		registry := regexp.MustCompile(`registry http://(\S+),`).FindStringSubmatch(one.stderr.String())
		if registry == nil {
			t.Fatalf("no registry in %q", one.stderr)
		}
		if err := crane.Copy(registry[1]+"/job:1", registry[1]+"/library/mine:latest", crane.Insecure); err != nil {
			t.Fatal(err)
		}
		pod := one.create(t, realPod("mine", "mine", "echo", "hello from the pod"))
		one.awaitPod(t, pod, func(p *corev1.Pod) bool { return first(p).State.Terminated != nil })
		got, err := one.client(t, "").CoreV1().Pods(namespace).GetLogs("mine", &corev1.PodLogOptions{}).DoRaw(t.Context())
		if err != nil || string(got) != "hello from the pod\n" {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestRealNodeLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	if err := realnode.Check(); err != nil {
		t.Skip(err)
	}
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		dir := t.TempDir()
		b := up(t, dir, "--real-node")
		serveWeb(t, b, "registry.sandbox.local/web:v1")
		family := descendants(b.cmd.Process.Pid)
		if len(family) < 10 {
			t.Errorf("only %d processes", len(family))
		}
		if err := b.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		b.waitEnd(t)
		expectGone(t, family)
		mounts, err := os.ReadFile("/proc/self/mounts")
		if err != nil || strings.Contains(string(mounts), dir) {
			t.Errorf("mounts are left: %v", err)
		}
		if signal == syscall.SIGTERM {
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		}
	}
}

// serveWeb runs an image behind a load balancer.
func serveWeb(t *testing.T, b *box, image string) {
	t.Helper()
	pod := realPod("web", image)
	pod.Labels = map[string]string{"app": "web"}
	b.awaitPod(t, b.create(t, pod), running)
	service := &corev1.Service{
		ObjectMeta: metav1.ObjectMeta{Name: "web"},
		Spec: corev1.ServiceSpec{
			Type:     corev1.ServiceTypeLoadBalancer,
			Selector: pod.Labels,
			Ports:    []corev1.ServicePort{{Port: 80, TargetPort: intstr.FromInt32(8080)}},
		},
	}
	if _, err := b.client(t, "").CoreV1().Services(namespace).Create(t.Context(), service, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
}

// expectAnswer waits for an answer from the load balancer.
func expectAnswer(t *testing.T, b *box, want string) {
	t.Helper()
	client := http.Client{Timeout: 2 * time.Second}
	eventually(t, func(ctx context.Context) error {
		service, err := b.client(t, "").CoreV1().Services(namespace).Get(ctx, "web", metav1.GetOptions{})
		if err != nil {
			return err
		}
		if len(service.Status.LoadBalancer.Ingress) == 0 {
			return fmt.Errorf("no address")
		}
		response, err := client.Get("http://" + service.Status.LoadBalancer.Ingress[0].IP)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		if err == nil && !strings.Contains(string(body), want) {
			err = fmt.Errorf("got %q", body)
		}
		return err
	})
}

// realPod is a pod that only a real node may run.
func realPod(name, image string, args ...string) *corev1.Pod {
	pod := newPod(name, nil)
	grace := int64(1)
	pod.Spec.NodeSelector = map[string]string{realnode.Label: "true"}
	pod.Spec.RestartPolicy = corev1.RestartPolicyNever
	pod.Spec.TerminationGracePeriodSeconds = &grace
	pod.Spec.Containers[0].Image, pod.Spec.Containers[0].Args = image, args
	return pod
}

// descendants are all processes below one.
func descendants(pid int) []int {
	children := map[string][]string{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		if fields, ok := statFields(path); ok {
			children[fields[1]] = append(children[fields[1]], filepath.Base(filepath.Dir(path)))
		}
	}
	var all []int
	for queue := []string{fmt.Sprint(pid)}; len(queue) > 0; queue = queue[1:] {
		for _, child := range children[queue[0]] {
			var n int
			if _, err := fmt.Sscan(child, &n); err == nil {
				all = append(all, n)
			}
			queue = append(queue, child)
		}
	}
	return all
}
