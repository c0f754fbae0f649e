package simulator

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// The states of a pod that stages.yaml names.
const (
	stateCreating     = "creating"
	stateReady        = "ready"
	stateUnready      = "unready"
	stateCrashed      = "crashed"
	statePullFailed   = "pull-failed"
	statePullBacksOff = "pull-backs-off"
	stateSucceeded    = "succeeded"
	stateFailed       = "failed"
)

var phases = map[string]corev1.PodPhase{
	stateCreating:     corev1.PodPending,
	statePullFailed:   corev1.PodPending,
	statePullBacksOff: corev1.PodPending,
	stateReady:        corev1.PodRunning,
	stateUnready:      corev1.PodRunning,
	stateCrashed:      corev1.PodRunning,
	stateSucceeded:    corev1.PodSucceeded,
	stateFailed:       corev1.PodFailed,
}

// podStatus returns the status, as JSON, of a pod that enters a state. It is
// the function of the same name in the templates of stages.yaml, so the pod
// comes as decoded JSON.
func (n *network) podStatus(state string, object any) (string, error) {
	phase, ok := phases[state]
	if !ok {
		return "", fmt.Errorf("simulator: no state %q", state)
	}
	var pod corev1.Pod
	if err := convert(object, &pod); err != nil {
		return "", err
	}
	now := metav1.Now()
	status := corev1.PodStatus{
		Phase:      phase,
		StartTime:  pod.Status.StartTime,
		HostIP:     pod.Status.HostIP,
		HostIPs:    pod.Status.HostIPs,
		PodIP:      pod.Status.PodIP,
		PodIPs:     pod.Status.PodIPs,
		Conditions: conditions(&pod, state, now),
	}
	if status.StartTime == nil {
		status.StartTime = &now
	}
	if status.HostIP == "" {
		status.HostIP = n.nodeIP(pod.Spec.NodeName)
		status.HostIPs = []corev1.HostIP{{IP: status.HostIP}}
	}
	if status.PodIP == "" && state != stateCreating {
		status.PodIP = n.podIP(&pod)
		status.PodIPs = []corev1.PodIP{{IP: status.PodIP}}
	}
	for _, container := range pod.Spec.InitContainers {
		previous := find(pod.Status.InitContainerStatuses, container.Name)
		status.InitContainerStatuses = append(status.InitContainerStatuses, initStatus(&pod, container, previous, state, now))
	}
	for _, container := range pod.Spec.Containers {
		own := state
		if !misbehaves(&pod, container) {
			own = wellBehaved(state)
		}
		previous := find(pod.Status.ContainerStatuses, container.Name)
		status.ContainerStatuses = append(status.ContainerStatuses, containerStatus(&pod, container, previous, own, now))
	}
	if state == stateFailed {
		status.Reason = "Error"
		status.Message = "simulated failure"
	}
	data, err := json.Marshal(status)
	return string(data), err
}

// misbehaves tells whether a container does what its pod says of misbehaving:
// all do, or the one that is named; without a word, those whose image is missing.
func misbehaves(pod *corev1.Pod, container corev1.Container) bool {
	if only := pod.Annotations[AnnotationContainer]; only != "" {
		return only == container.Name
	}
	if pod.Annotations[AnnotationBehavior] != "" {
		return true
	}
	isMissing := func(c corev1.Container) bool { return missing.MatchString(c.Image) }
	return isMissing(container) || !slices.ContainsFunc(pod.Spec.Containers, isMissing)
}

// wellBehaved is the state of a container whose sibling is the one to misbehave.
func wellBehaved(state string) string {
	switch state {
	case stateUnready, stateCrashed, statePullFailed, statePullBacksOff:
		return stateReady
	case stateFailed:
		return stateSucceeded
	default:
		return state
	}
}

// containerStatus returns the status of one container in a state of its own.
func containerStatus(pod *corev1.Pod, container corev1.Container, previous corev1.ContainerStatus, state string, now metav1.Time) corev1.ContainerStatus {
	yes, no := true, false
	started := startedAt(pod, previous, now)
	s := corev1.ContainerStatus{
		Name:                 container.Name,
		Image:                qualified(container.Image),
		ImageID:              imageID(container.Image),
		ContainerID:          containerID(pod, container.Name, previous.RestartCount),
		RestartCount:         previous.RestartCount,
		LastTerminationState: previous.LastTerminationState,
		Started:              &no,
	}
	running := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}}
	switch state {
	case stateReady:
		s.Ready, s.Started, s.State = true, &yes, running
	case stateUnready:
		s.Started, s.State = &yes, running
	case stateCreating:
		s.Image, s.ImageID, s.ContainerID = container.Image, "", ""
		s.State = waiting("ContainerCreating", "")
	case statePullFailed:
		s.Image, s.ImageID, s.ContainerID = container.Image, "", ""
		s.State = waiting("ErrImagePull", pullError(container.Image))
	case statePullBacksOff:
		s.Image, s.ImageID, s.ContainerID = container.Image, "", ""
		s.State = waiting("ImagePullBackOff", fmt.Sprintf("Back-off pulling image %q: ErrImagePull: %s", container.Image, pullError(container.Image)))
	case stateCrashed:
		s.LastTerminationState = terminated(pod, s.ContainerID, exitCode(pod), started, now)
		s.RestartCount++
		s.State = waiting("CrashLoopBackOff", fmt.Sprintf("back-off %s restarting failed container=%s pod=%s_%s(%s)",
			backOff(s.RestartCount), container.Name, pod.Name, pod.Namespace, pod.UID))
	case stateSucceeded:
		s.State = terminated(pod, s.ContainerID, 0, started, now)
	case stateFailed:
		s.State = terminated(pod, s.ContainerID, exitCode(pod), started, now)
	}
	return s
}

// initStatus returns the status of an init container: done, or still running
// when it is a sidecar.
func initStatus(pod *corev1.Pod, container corev1.Container, previous corev1.ContainerStatus, state string, now metav1.Time) corev1.ContainerStatus {
	sidecar := container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways
	switch {
	case state == stateCreating:
		s := containerStatus(pod, container, previous, stateCreating, now)
		s.State.Waiting.Reason = "PodInitializing"
		return s
	case sidecar && state != stateSucceeded && state != stateFailed:
		return containerStatus(pod, container, previous, stateReady, now)
	case previous.State.Terminated != nil:
		return previous
	default:
		s := containerStatus(pod, container, previous, stateSucceeded, now)
		s.Ready = true // an init container is ready when it has done its work
		return s
	}
}

// conditions returns the pod's conditions in a state. One that doesn't change
// keeps its transition time.
func conditions(pod *corev1.Pod, state string, now metav1.Time) []corev1.PodCondition {
	ready, reason, message := corev1.ConditionFalse, "ContainersNotReady", ""
	initialized := corev1.ConditionTrue
	switch state {
	case stateReady:
		ready, reason = corev1.ConditionTrue, ""
	case stateSucceeded:
		reason = "PodCompleted"
	case stateFailed:
		reason = "PodFailed"
	case stateCreating:
		if len(pod.Spec.InitContainers) > 0 {
			initialized = corev1.ConditionFalse
		}
	}
	if reason == "ContainersNotReady" {
		names := make([]string, 0, len(pod.Spec.Containers))
		for _, c := range pod.Spec.Containers {
			if misbehaves(pod, c) {
				names = append(names, c.Name)
			}
		}
		message = fmt.Sprintf("containers with unready status: [%s]", strings.Join(names, " "))
	}
	list := []corev1.PodCondition{
		{Type: corev1.PodInitialized, Status: initialized},
		{Type: corev1.PodReady, Status: ready, Reason: reason, Message: message},
		{Type: corev1.ContainersReady, Status: ready, Reason: reason, Message: message},
	}
	for _, gate := range pod.Spec.ReadinessGates {
		list = append(list, corev1.PodCondition{Type: gate.ConditionType, Status: corev1.ConditionTrue})
	}
	for i := range list {
		list[i].LastTransitionTime = now
		for _, old := range pod.Status.Conditions {
			if old.Type == list[i].Type && old.Status == list[i].Status {
				list[i].LastTransitionTime = old.LastTransitionTime
			}
		}
	}
	return list
}

// startedAt is when the container's current run began.
func startedAt(pod *corev1.Pod, previous corev1.ContainerStatus, now metav1.Time) metav1.Time {
	switch {
	case previous.State.Running != nil:
		return previous.State.Running.StartedAt
	case previous.LastTerminationState.Terminated == nil && pod.Status.StartTime != nil && previous.State.Waiting == nil:
		return *pod.Status.StartTime
	default:
		return now
	}
}

func waiting(reason, message string) corev1.ContainerState {
	return corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}
}

func terminated(pod *corev1.Pod, id string, code int32, started, now metav1.Time) corev1.ContainerState {
	t := &corev1.ContainerStateTerminated{ExitCode: code, Reason: "Completed", StartedAt: started, FinishedAt: now, ContainerID: id}
	if code != 0 {
		t.Reason = "Error"
		t.Message = cmp.Or(pod.Annotations[AnnotationMessage], fmt.Sprintf("simulated failure with exit code %d", code))
	}
	return corev1.ContainerState{Terminated: t}
}

// exitCode is the exit code of a container that is to fail: never 0.
func exitCode(pod *corev1.Pod) int32 {
	code, err := strconv.ParseInt(pod.Annotations[AnnotationExitCode], 10, 32)
	if err != nil || code == 0 {
		return 1
	}
	return int32(code)
}

// backOff is the kubelet's own back-off after so many restarts, for the message.
func backOff(restarts int32) time.Duration {
	return min(10*time.Second<<min(restarts-1, 10), 5*time.Minute)
}

func find(list []corev1.ContainerStatus, name string) corev1.ContainerStatus {
	for _, s := range list {
		if s.Name == name {
			return s
		}
	}
	return corev1.ContainerStatus{}
}

// convert turns decoded JSON into a typed object.
func convert(from, to any) error {
	data, err := json.Marshal(from)
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	if err := json.Unmarshal(data, to); err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	return nil
}
