package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// The states of a job, in clouddriver's words.
const (
	jobRunning   = "Running"
	jobSucceeded = "Succeeded"
	jobFailed    = "Failed"
)

// Job tells how a Job is doing: clouddriver's KubernetesJobStatus.
func (p *Provider) Job(ctx context.Context, accountName, location, name string) (*manifest.JobStatus, error) {
	t, err := p.jobTarget(ctx, accountName, location, name)
	if err != nil {
		return nil, err
	}
	job, pods, err := t.readJob(ctx)
	if err != nil {
		return nil, err
	}
	return jobStatus(job, pods, accountName)
}

// jobTarget finds a Job by its name, which may have its kind before it.
func (p *Provider) jobTarget(ctx context.Context, accountName, location, name string) (target, error) {
	if !strings.Contains(name, " ") {
		name = "job " + name
	}
	t, err := p.target(ctx, accountName, location, name)
	if err == nil && t.kind.key() != "job" {
		return target{}, fault.New(fault.Invalid, "%s is no Job", t)
	}
	return t, err
}

// readJob reads a Job and its pods, oldest first.
func (t target) readJob(ctx context.Context) (*batchv1.Job, []corev1.Pod, error) {
	object, err := t.get(ctx)
	if err != nil {
		return nil, nil, err
	}
	job := &batchv1.Job{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, job); err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", t, err)
	}
	owned, err := t.account.owned(ctx, "pod", object)
	if err != nil {
		return nil, nil, err
	}
	pods := make([]corev1.Pod, len(owned))
	for i, o := range owned {
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &pods[i]); err != nil {
			return nil, nil, fmt.Errorf("read pod %s: %w", o.GetName(), err)
		}
	}
	slices.SortStableFunc(pods, func(x, y corev1.Pod) int { return started(x).Compare(started(y).Time) })
	return job, pods, nil
}

// started is when a pod started; one that has not counts from its creation.
func started(p corev1.Pod) *metav1.Time {
	if p.Status.StartTime != nil {
		return p.Status.StartTime
	}
	return &p.CreationTimestamp
}

func jobStatus(job *batchv1.Job, pods []corev1.Pod, account string) (*manifest.JobStatus, error) {
	out := &manifest.JobStatus{
		Name: job.Name, ID: job.Name, Account: account, Location: job.Namespace, Provider: ID,
		CreatedTime: job.CreationTimestamp.UnixMilli(), JobState: jobState(job), Pods: []manifest.JobPod{},
	}
	if done := job.Status.CompletionTime; done != nil {
		out.CompletedTime = done.UnixMilli()
	}
	for i := range pods {
		status, err := podStatus(&pods[i])
		if err != nil {
			return nil, err
		}
		out.Pods = append(out.Pods, manifest.JobPod{Name: pods[i].Name, Status: status})
		out.MostRecentPodName = pods[i].Name
	}
	if out.JobState == jobFailed {
		c := failedCondition(job)
		out.Message, out.Reason = c.Message, c.Reason
		describeFailure(out, pods)
	}
	out.CompletionDetails = map[string]string{
		"exitCode": number(out.ExitCode), "signal": number(out.Signal), "message": out.Message, "reason": out.Reason,
	}
	return out, nil
}

func number(n *int32) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(int(*n))
}

func jobState(job *batchv1.Job) string {
	completions := int32(1)
	if job.Spec.Completions != nil {
		completions = *job.Spec.Completions
	}
	switch {
	case job.Status.Succeeded >= completions || hasCondition(job, batchv1.JobComplete):
		return jobSucceeded
	case hasCondition(job, batchv1.JobFailed):
		return jobFailed
	}
	return jobRunning
}

func hasCondition(job *batchv1.Job, of batchv1.JobConditionType) bool {
	return slices.ContainsFunc(job.Status.Conditions, func(c batchv1.JobCondition) bool {
		return c.Type == of && c.Status == corev1.ConditionTrue
	})
}

func failedCondition(job *batchv1.Job) batchv1.JobCondition {
	for _, c := range job.Status.Conditions {
		if c.Type == batchv1.JobFailed && c.Status == corev1.ConditionTrue {
			return c
		}
	}
	return batchv1.JobCondition{}
}

// describeFailure finds the first pod with a container that ended badly, or
// that never started, and says so in clouddriver's form.
func describeFailure(out *manifest.JobStatus, pods []corev1.Pod) {
	for _, pod := range pods {
		statuses := append(append([]corev1.ContainerStatus(nil), pod.Status.InitContainerStatuses...), pod.Status.ContainerStatuses...)
		for _, s := range statuses {
			if t := s.State.Terminated; t != nil && t.ExitCode != 0 {
				out.ExitCode = &t.ExitCode
				if t.Signal != 0 {
					out.Signal = &t.Signal
				}
				out.FailureDetails = failureDetails(pod.Name, s.Name, strconv.Itoa(int(t.ExitCode)), t.Reason, t.Message)
				return
			}
		}
		for _, s := range statuses {
			if w := s.State.Waiting; w != nil {
				out.FailureDetails = failureDetails(pod.Name, s.Name, "", w.Reason, w.Message)
				return
			}
		}
	}
}

func failureDetails(pod, container, code, status, logs string) string {
	return fmt.Sprintf("Pod: '%s' had errors.\n Container: '%s' exited with code: %s.\n Status: %s.\n Logs: %s",
		pod, container, code, status, logs)
}

// podStatus is what of a pod's status is worth storing with a stage.
func podStatus(pod *corev1.Pod) (map[string]any, error) {
	status, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&corev1.PodStatus{
		Phase: pod.Status.Phase, Reason: pod.Status.Reason, Message: pod.Status.Message, StartTime: pod.Status.StartTime,
		InitContainerStatuses: pod.Status.InitContainerStatuses, ContainerStatuses: pod.Status.ContainerStatuses,
	})
	if err != nil {
		return nil, fmt.Errorf("read the status of pod %s: %w", pod.Name, err)
	}
	return status, nil
}

// DeleteJob deletes a Job with its pods; one that is not there counts as
// deleted.
func (p *Provider) DeleteJob(ctx context.Context, accountName, location, name string) error {
	t, err := p.jobTarget(ctx, accountName, location, name)
	if err != nil {
		return err
	}
	client, err := t.client()
	if err != nil {
		return err
	}
	err = t.account.explain(client.Delete(ctx, t.name, metav1.DeleteOptions{PropagationPolicy: propagation("background")}), "delete "+t.String())
	if absent(err) {
		return nil
	}
	return err
}

// containers lists the names of a pod's containers.
func containers(pod corev1.Pod) []string {
	var names []string
	for _, c := range append(append([]corev1.Container(nil), pod.Spec.Containers...), pod.Spec.InitContainers...) {
		names = append(names, c.Name)
	}
	return names
}
