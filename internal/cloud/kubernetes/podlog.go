package kubernetes

import (
	"bytes"
	"context"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// consoleLimit is how much of the end of each container's log a console shows.
const consoleLimit = 1 << 20

// PodLog is the log of one container of a pod. The caller closes it.
func (p *Provider) PodLog(ctx context.Context, accountName, namespace, pod string, part view.LogPart) (io.ReadCloser, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, err
	}
	if err := a.allowNamespace(namespace); err != nil {
		return nil, err
	}
	return a.podLog(ctx, namespace, pod, part, 0)
}

// podLog reads at most limit bytes, or all where it is 0.
func (a *account) podLog(ctx context.Context, namespace, pod string, part view.LogPart, limit int64) (io.ReadCloser, error) {
	conn, err := a.connect()
	if err != nil {
		return nil, err
	}
	options := &corev1.PodLogOptions{Container: part.Container, Previous: part.Previous, Follow: part.Follow, Timestamps: part.Timestamps}
	if part.Tail > 0 {
		options.TailLines = &part.Tail
	}
	if seconds := int64(part.Since.Seconds()); seconds > 0 {
		options.SinceSeconds = &seconds
	}
	if limit > 0 {
		options.LimitBytes = &limit
	}
	log, err := conn.logs.Pods(namespace).GetLogs(pod, options).Stream(ctx)
	if err != nil {
		return nil, a.explain(err, fmt.Sprintf("read the log of container %q of pod %q in namespace %q", part.Container, pod, namespace))
	}
	return log, nil
}

// ContainerLog is what one container of a pod has written, as clouddriver has
// it; or why that can't be read.
type ContainerLog struct {
	Name   string `json:"name"`
	Output string `json:"output"`
}

// Console is the end of the log of each container of a pod, of those that
// prepare it first. A container that has not begun yet says so in its output.
func (p *Provider) Console(ctx context.Context, accountName, namespace, name string) ([]ContainerLog, error) {
	a, err := p.account(accountName)
	if err != nil {
		return nil, err
	}
	if err := a.allowNamespace(namespace); err != nil {
		return nil, err
	}
	conn, err := a.connect()
	if err != nil {
		return nil, err
	}
	pod, err := conn.core.Pods(namespace).Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		err = a.explain(err, fmt.Sprintf("read pod %q in namespace %q", name, namespace))
		if absent(err) {
			return []ContainerLog{{Name: "Error", Output: "Failed to retrieve pod data; pod may have been deleted."}}, nil
		}
		return nil, err
	}
	out := []ContainerLog{}
	for _, container := range append(pod.Spec.InitContainers, pod.Spec.Containers...) {
		out = append(out, ContainerLog{Name: container.Name, Output: a.output(ctx, namespace, name, container.Name, consoleLimit)})
	}
	return out, nil
}

// consoleLines bounds what is asked for; consoleLimit what is kept of it.
const consoleLines = 10_000

// output is the end of a container's log, of at most so many bytes, or why it
// can't be read.
func (a *account) output(ctx context.Context, namespace, pod, container string, limit int) string {
	log, err := a.podLog(ctx, namespace, pod, view.LogPart{Container: container, Tail: consoleLines}, 4*consoleLimit)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = log.Close() }() // all that is wanted has been read
	data, err := io.ReadAll(io.LimitReader(log, 4*consoleLimit))
	if err != nil {
		return fault.New(fault.Unavailable, "the log broke off: %w", err).Error()
	}
	return string(bytes.ToValidUTF8(data[max(0, len(data)-limit):], nil))
}
