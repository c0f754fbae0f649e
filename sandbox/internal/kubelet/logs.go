package kubelet

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"

	"github.com/gennaker/gennaker/sandbox/internal/simulator"
)

// logHandler serves the logs of containers that never ran.
type logHandler struct {
	client kubernetes.Interface
}

func (h logHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	namespace, name, container := r.PathValue("namespace"), r.PathValue("pod"), r.PathValue("container")
	pod, err := h.client.CoreV1().Pods(namespace).Get(r.Context(), name, metav1.GetOptions{})
	if err != nil {
		code := http.StatusInternalServerError
		if apierrors.IsNotFound(err) {
			code = http.StatusNotFound
		}
		http.Error(w, err.Error(), code)
		return
	}
	query := r.URL.Query()
	text, err := logText(pod, container, query.Get("previous") == "true")
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	text = tail(text, query.Get("tailLines"))
	if query.Get("timestamps") == "true" {
		text = stamp(text, began(pod))
	}
	if limit, err := strconv.Atoi(query.Get("limitBytes")); err == nil && limit >= 0 && limit < len(text) {
		text = text[:limit]
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, text)
	if query.Get("follow") == "true" {
		_ = http.NewResponseController(w).Flush()
		h.waitForEnd(r.Context(), pod)
	}
}

// logText is a container's whole log, or an error in the kubelet's words when
// there is none yet.
func logText(pod *corev1.Pod, container string, previous bool) (string, error) {
	status, image, ok := lookUp(pod, container)
	if !ok {
		return "", fmt.Errorf("container %q in pod %q is not available", container, pod.Name)
	}
	ended := status.State.Terminated
	if previous || (ended == nil && status.State.Running == nil) {
		ended = status.LastTerminationState.Terminated
	}
	switch {
	case previous && ended == nil:
		return "", fmt.Errorf("previous terminated container %q in pod %q not found", container, pod.Name)
	case ended == nil && status.State.Waiting != nil:
		return "", fmt.Errorf("container %q in pod %q is waiting to start: %s", container, pod.Name, waitReason(status.State.Waiting))
	}
	text, ok := pod.Annotations[simulator.AnnotationLogs+"."+container]
	if !ok {
		text, ok = pod.Annotations[simulator.AnnotationLogs]
	}
	if !ok {
		text = fmt.Sprintf("container %s of pod %s/%s\nimage %s, simulated on %s\n", container, pod.Namespace, pod.Name, image, pod.Spec.NodeName)
		if ended != nil && ended.ExitCode != 0 {
			text += ended.Message
		}
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text, nil
}

// waitReason is how the kubelet words why a container has not started.
func waitReason(waiting *corev1.ContainerStateWaiting) string {
	switch waiting.Reason {
	case "ErrImagePull":
		return "image can't be pulled"
	case "ImagePullBackOff":
		return "trying and failing to pull image"
	default:
		return waiting.Reason
	}
}

func lookUp(pod *corev1.Pod, container string) (status corev1.ContainerStatus, image string, ok bool) {
	for _, c := range append(append([]corev1.Container{}, pod.Spec.Containers...), pod.Spec.InitContainers...) {
		if c.Name == container {
			image = c.Image
		}
	}
	for _, s := range append(append([]corev1.ContainerStatus{}, pod.Status.ContainerStatuses...), pod.Status.InitContainerStatuses...) {
		if s.Name == container {
			return s, image, true
		}
	}
	return status, image, false
}

// tail returns the last lines of a text, all when lines is not a number.
func tail(text, lines string) string {
	n, err := strconv.Atoi(lines)
	if err != nil || n < 0 {
		return text
	}
	all := strings.SplitAfter(text, "\n")
	if all[len(all)-1] == "" {
		all = all[:len(all)-1]
	}
	return strings.Join(all[max(0, len(all)-n):], "")
}

// stamp puts a time before every line.
func stamp(text string, at time.Time) string {
	var b strings.Builder
	for i, line := range strings.SplitAfter(text, "\n") {
		if line != "" {
			at := at.Add(time.Duration(i) * time.Microsecond)
			fmt.Fprintf(&b, "%s %s", at.UTC().Format("2006-01-02T15:04:05.000000000Z07:00"), line)
		}
	}
	return b.String()
}

func began(pod *corev1.Pod) time.Time {
	if pod.Status.StartTime != nil {
		return pod.Status.StartTime.Time
	}
	return pod.CreationTimestamp.Time
}

// waitForEnd returns when the pod has ended or is gone, or ctx has ended.
func (h logHandler) waitForEnd(ctx context.Context, pod *corev1.Pod) {
	if over(pod) {
		return
	}
	watcher, err := h.client.CoreV1().Pods(pod.Namespace).Watch(ctx, metav1.ListOptions{
		FieldSelector:   fields.OneTermEqualSelector("metadata.name", pod.Name).String(),
		ResourceVersion: pod.ResourceVersion,
	})
	if err != nil {
		return
	}
	defer watcher.Stop()
	for event := range watcher.ResultChan() {
		pod, ok := event.Object.(*corev1.Pod)
		if !ok || event.Type == watch.Deleted || over(pod) {
			return
		}
	}
}

func over(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
}
