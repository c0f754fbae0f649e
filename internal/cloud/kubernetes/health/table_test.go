package health_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func read(t *testing.T, text string) map[string]any {
	t.Helper()
	all, err := manifest.Decode([]byte(text))
	require.NoError(t, err, text)
	require.Len(t, all, 1, text)
	return all[0]
}

// A pod as the API server has it: scheduled at 11:50, with a container web.
const podHead = `
apiVersion: v1
kind: Pod
metadata: {name: web-1, namespace: shop, creationTimestamp: "2026-11-30T11:50:00Z"}
spec:
  nodeName: node-1
  restartPolicy: Always
  containers:
  - {name: web, image: "registry.example/web:2", readinessProbe: {httpGet: {path: /, port: 80}}}
status:
  startTime: "2026-11-30T11:51:00Z"
`

// initHead is a pod with an init container.
var initHead = strings.Replace(podHead, "status:", "  initContainers: [{name: migrate, image: \"migrate:1\"}]\nstatus:", 1)

// probed is a pod with a liveness probe.
func probed(text string) string {
	return strings.Replace(text, "readinessProbe:", "livenessProbe: {httpGet: {path: /live, port: 80}}, readinessProbe:", 1)
}

// waitingPod is a pod whose container waits.
func waitingPod(reason, message, more string) string {
	return podHead + `
  phase: Pending
  conditions:
  - {type: PodScheduled, status: "True"}
  - {type: Initialized, status: "True"}
  - {type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: "2026-11-30T11:50:00Z"}
  containerStatuses:
  - {name: web, ready: false, restartCount: 0, image: "registry.example/web:2", state: {waiting: {reason: ` + reason + `, message: "` + message + `"}}` + more + `}
`
}

// runningPod is a pod whose container runs since 11:55.
func runningPod(ready, readySince, container string) string {
	return podHead + `
  phase: Running
  conditions:
  - {type: PodScheduled, status: "True"}
  - {type: Initialized, status: "True"}
  - {type: Ready, status: "` + ready + `", reason: ContainersNotReady, lastTransitionTime: "` + readySince + `"}
  containerStatuses:
  - {name: web, image: "registry.example/web:2", state: {running: {startedAt: "2026-11-30T11:55:00Z"}}, ` + container + `}
`
}

const crashed = `{terminated: {exitCode: 1, reason: Error, message: "panic: no database", finishedAt: "2026-11-30T11:54:00Z"}}`

// The table of single objects: what each is by what it says of itself.
var single = []struct {
	name, object  string
	state, reason string
	says          string
	// later is the state an hour later, if it is another.
	later string
}{
	// Broken pods.
	{"crash loop", waitingPod("CrashLoopBackOff", "back-off 40s", `, restartCount: 4, lastState: `+crashed), "failed", "CrashLoopBackOff", `Container "web" crashes again and again: it ended with exit code 1 (Error): panic: no database; it was restarted 4 times.`, ""},
	{"image pull back-off", waitingPod("ImagePullBackOff", "Back-off pulling image", ""), "failed", "ImagePullBackOff", `Container "web" can't get its image "registry.example/web:2": Back-off pulling image.`, ""},
	{"image pull error", waitingPod("ErrImagePull", "manifest unknown", ""), "failed", "ErrImagePull", "manifest unknown.", ""},
	{"invalid image name", waitingPod("InvalidImageName", "couldn't parse", ""), "failed", "InvalidImageName", "couldn't parse", ""},
	{"config error", waitingPod("CreateContainerConfigError", "secret nope not found", ""), "failed", "CreateContainerConfigError", `Container "web" can't be started: secret nope not found.`, ""},
	{"out of memory, waiting", waitingPod("CrashLoopBackOff", "back-off 10s", `, restartCount: 2, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}`), "failed", "OOMKilled", "it needs more memory than its limit", ""},
	{"liveness probe", probed(waitingPod("CrashLoopBackOff", "back-off 10s", `, restartCount: 2, lastState: {terminated: {exitCode: 137, reason: Error}}`)), "failed", "LivenessProbeFailing", "most likely because its probe failed", ""},
	{"creating", waitingPod("ContainerCreating", "", ""), "progressing", "ContainerCreating", "is being created", "degraded"},
	{"unready", runningPod("False", "2026-11-30T11:50:00Z", `ready: false, started: true, restartCount: 0`), "progressing", "NotReady", "its readiness probe hasn't succeeded", "degraded"},
	{"not ready any more", runningPod("False", "2026-11-30T11:58:00Z", `ready: false, started: true, restartCount: 0`), "degraded", "ReadinessProbeFailing", "isn't ready any more", ""},
	{"unready after a crash", runningPod("False", "2026-11-30T11:58:00Z", `ready: false, started: true, restartCount: 1, lastState: `+crashed), "degraded", "Restarting", "runs again but isn't ready", ""},
	{"restarts often", runningPod("True", "2026-11-30T11:55:00Z", `ready: true, started: true, restartCount: 6, lastState: `+crashed), "degraded", "Restarting", "it was restarted 6 times", "healthy"},
	{"ended between restarts", podHead + `
  phase: Running
  conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "True"}, {type: Ready, status: "False"}]
  containerStatuses: [{name: web, ready: false, restartCount: 1, state: ` + crashed + `}]
`, "failed", "Error", "exit code 1", ""},
	{"unschedulable", `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web}]}
status:
  phase: Pending
  conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes are available: 3 Insufficient cpu."}]
`, "degraded", "Unschedulable", "The pod can't be scheduled: 0/3 nodes are available: 3 Insufficient cpu.", ""},
	{"gated", `
apiVersion: v1
kind: Pod
metadata: {name: web}
status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: SchedulingGated}]}
`, "suspended", "SchedulingGated", "scheduling gates", ""},
	{"init container crashes", initHead + `
  phase: Pending
  conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "False"}]
  initContainerStatuses: [{name: migrate, ready: false, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: ` + crashed + `}]
`, "failed", "Init:CrashLoopBackOff", `Init container "migrate" crashes again and again`, ""},
	{"init container's image", initHead + `
  phase: Pending
  conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "False"}]
  initContainerStatuses: [{name: migrate, ready: false, image: "x:1", state: {waiting: {reason: ErrImagePull, message: "not found"}}}]
`, "failed", "Init:ErrImagePull", `can't get its image`, ""},
	{"init container runs", initHead + `
  phase: Pending
  conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "False"}]
  initContainerStatuses: [{name: migrate, ready: false, state: {running: {startedAt: "2026-11-30T11:58:00Z"}}}]
`, "progressing", "Init:0/1", `Init container "migrate" hasn't finished yet.`, "degraded"},
	{"evicted", podHead + "  phase: Failed\n  reason: Evicted\n  message: 'The node was low on resource: memory.'\n", "failed", "Evicted", "The pod was evicted: The node was low on resource: memory.", ""},
	{"out of memory, never restarted", podHead + `
  phase: Failed
  containerStatuses: [{name: web, ready: false, state: {terminated: {exitCode: 137, reason: OOMKilled}}}]
`, "failed", "OOMKilled", "OOMKilled", ""},
	{"ran too long", podHead + "  phase: Failed\n  reason: DeadlineExceeded\n  message: Pod was active on the node longer than the specified deadline\n", "failed", "DeadlineExceeded", "longer than it may", ""},
	{"node lost", podHead + `
  phase: Running
  conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "True"}, {type: Ready, status: "False", lastTransitionTime: "2026-11-30T11:59:00Z"}]
  containerStatuses: [{name: web, ready: true, restartCount: 0, state: {running: {startedAt: "2026-11-30T11:55:00Z"}}}]
`, "failed", "NodeLost", "node-1 doesn't answer", ""},
	{"readiness gates", podHead + `
  phase: Running
  conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "True"}, {type: Ready, status: "False", reason: ReadinessGatesNotReady, message: "gate x", lastTransitionTime: "2026-11-30T11:55:00Z"}]
  containerStatuses: [{name: web, ready: true, state: {running: {startedAt: "2026-11-30T11:55:00Z"}}}]
`, "progressing", "ReadinessGatesNotReady", "gate x", "degraded"},
	{"stuck by a finalizer", `
apiVersion: v1
kind: Pod
metadata: {name: web, deletionTimestamp: "2026-11-30T11:59:00Z", finalizers: [example.com/keep]}
status: {phase: Running}
`, "progressing", "Terminating", "example.com/keep", "degraded"},
	{"phase unknown", "{apiVersion: v1, kind: Pod, metadata: {name: web}, status: {phase: Unknown}}", "unknown", "Unknown", "reports nothing", ""},

	// Broken workloads, by their own words.
	{"deadline, nothing works", `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, generation: 2}
spec: {replicas: 2}
status:
  observedGeneration: 2
  replicas: 2
  updatedReplicas: 2
  conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded}]
`, "failed", "ProgressDeadlineExceeded", "no pod is available", ""},
	{"deadline, the old version works", `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, generation: 2}
spec: {replicas: 2}
status:
  observedGeneration: 2
  replicas: 3
  updatedReplicas: 1
  availableReplicas: 2
  conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded}]
`, "degraded", "ProgressDeadlineExceeded", "2 pods are still available.", ""},
	{"quota", `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web, generation: 1}
spec: {replicas: 2}
status: {observedGeneration: 1, replicas: 0, conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: "pods \"web-\" is forbidden: exceeded quota: few"}]}
`, "failed", "QuotaExceeded", "exceeded quota: few.", ""},
	{"pods refused", `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, generation: 1}
spec: {replicas: 2}
status: {observedGeneration: 1, availableReplicas: 1, conditions: [{type: ReplicaFailure, status: "True", reason: FailedCreate, message: "denied by a webhook"}]}
`, "degraded", "FailedCreate", "denied by a webhook.", ""},
	{"paused", `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, generation: 2}
spec: {replicas: 3, paused: true}
status: {observedGeneration: 2, replicas: 3, updatedReplicas: 1, availableReplicas: 3}
`, "suspended", "RolloutPaused", "1 of 3 pods run the new version.", ""},
	{"scaled to zero", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 0}, status: {observedGeneration: 1}}", "suspended", "ScaledToZero", "scaled to zero", ""},
	{"rolling out", "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, spec: {replicas: 3}, status: {observedGeneration: 1, replicas: 4, updatedReplicas: 1, availableReplicas: 3}}", "progressing", "RollingOut", "1 of 3 pods run the new version.", ""},
	{"not observed", "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 2}, spec: {replicas: 3}, status: {observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3}}", "progressing", "OutdatedStatus", "hasn't processed", ""},
	{"no status", "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 2}, spec: {replicas: 3}}", "unknown", "NoStatus", "no status", ""},
	{"stateful set updates on delete", "{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2, updateStrategy: {type: OnDelete}}, status: {replicas: 2, readyReplicas: 2, currentRevision: a, updateRevision: b}}", "suspended", "UpdateOnDelete", "0 of 2 pods run the new version", ""},
	{"stateful set is stuck", "{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 3}, status: {replicas: 3, readyReplicas: 2, updatedReplicas: 1, currentRevision: a, updateRevision: b}}", "progressing", "NotReady", "2 of 3 pods are ready.", ""},
	{"daemon set lacks a pod", "{apiVersion: apps/v1, kind: DaemonSet, status: {desiredNumberScheduled: 3, currentNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 2}}", "progressing", "NotAvailable", "2 of 3 pods are available.", ""},
	{"daemon set without nodes", "{apiVersion: apps/v1, kind: DaemonSet, status: {desiredNumberScheduled: 0}}", "suspended", "NoMatchingNodes", "No node", ""},
	{"job failed", `{apiVersion: batch/v1, kind: Job, spec: {}, status: {failed: 7, conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: Job has reached the specified backoff limit}]}}`, "failed", "BackoffLimitExceeded", "backoff limit.", ""},
	{"job tries again", "{apiVersion: batch/v1, kind: Job, spec: {}, status: {active: 1, failed: 1}}", "degraded", "PodsFailed", "1 pod has failed. Kubernetes tries again.", ""},
	{"job suspended", "{apiVersion: batch/v1, kind: Job, spec: {suspend: true}, status: {}}", "suspended", "JobSuspended", "suspended", ""},
	{"cron job suspended", "{apiVersion: batch/v1, kind: CronJob, spec: {suspend: true}}", "suspended", "CronJobSuspended", "suspended", ""},

	// Others.
	{"claim pending", `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {creationTimestamp: "2026-11-30T11:59:00Z"}, status: {phase: Pending}}`, "progressing", "Pending", "isn't bound", "degraded"},
	{"claim lost", "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Lost}}", "failed", "Lost", "gone", ""},
	{"no address", `{apiVersion: v1, kind: Service, metadata: {creationTimestamp: "2026-11-30T11:59:00Z"}, spec: {type: LoadBalancer}, status: {loadBalancer: {}}}`, "progressing", "NoAddress", "no address yet", "degraded"},
	{"autoscaler without metrics", `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, status: {conditions: [{type: AbleToScale, status: "True"}, {type: ScalingActive, status: "False", reason: FailedGetResourceMetric, message: no metrics}]}}`, "degraded", "FailedGetResourceMetric", "no metrics.", ""},
	{"autoscaler without target", `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, status: {conditions: [{type: AbleToScale, status: "False", reason: FailedGetScale, message: not found}]}}`, "degraded", "FailedGetScale", "not found.", ""},
	{"custom resource isn't ready", `{apiVersion: example.com/v1, kind: Thing, metadata: {name: t, generation: 1}, status: {conditions: [{type: Ready, status: "False", reason: Waiting, message: waits}]}}`, "progressing", "InProgress", "", ""},

	// Healthy ones.
	{"pod", runningPod("True", "2026-11-30T11:55:00Z", `ready: true, started: true, restartCount: 0`), "healthy", "", "", ""},
	{"pod that was restarted once", runningPod("True", "2026-11-30T11:55:00Z", `ready: true, started: true, restartCount: 1, lastState: `+crashed), "healthy", "", "", ""},
	{"completed pod", podHead + "  phase: Succeeded\n", "healthy", "Completed", "", ""},
	{"pod with init container and sidecar", `
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {initContainers: [{name: proxy, restartPolicy: Always}, {name: migrate}], containers: [{name: web}]}
status:
  phase: Running
  conditions: [{type: Initialized, status: "True"}, {type: Ready, status: "True"}]
  initContainerStatuses:
  - {name: proxy, ready: true, started: true, state: {running: {startedAt: "2026-11-30T11:55:00Z"}}}
  - {name: migrate, ready: true, state: {terminated: {exitCode: 0, reason: Completed}}}
  containerStatuses: [{name: web, ready: true, started: true, state: {running: {startedAt: "2026-11-30T11:55:00Z"}}}]
`, "healthy", "", "", ""},
	{"deployment", "{apiVersion: apps/v1, kind: Deployment, metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2}}", "healthy", "", "", ""},
	{"replica set", "{apiVersion: apps/v1, kind: ReplicaSet, metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, availableReplicas: 2, readyReplicas: 2}}", "healthy", "", "", ""},
	{"stateful set", "{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 1}, status: {replicas: 1, readyReplicas: 1, currentRevision: a, updateRevision: a}}", "healthy", "", "", ""},
	{"partitioned stateful set", "{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 3, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 2}}}, status: {replicas: 3, readyReplicas: 3, updatedReplicas: 1, currentRevision: a, updateRevision: b}}", "healthy", "PartitionedRollout", "1 of 3 pods run the new version", ""},
	{"daemon set", "{apiVersion: apps/v1, kind: DaemonSet, status: {desiredNumberScheduled: 3, currentNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3}}", "healthy", "", "", ""},
	{"complete job", `{apiVersion: batch/v1, kind: Job, spec: {}, status: {succeeded: 1, conditions: [{type: Complete, status: "True"}]}}`, "healthy", "Complete", "", ""},
	{"cron job", "{apiVersion: batch/v1, kind: CronJob, spec: {}}", "healthy", "", "", ""},
	{"service", "{apiVersion: v1, kind: Service, spec: {type: ClusterIP}}", "healthy", "", "", ""},
	{"bound claim", "{apiVersion: v1, kind: PersistentVolumeClaim, status: {phase: Bound}}", "healthy", "", "", ""},
	{"config map", "{apiVersion: v1, kind: ConfigMap, data: {}}", "healthy", "", "", ""},
}

func TestObjects(t *testing.T) {
	t.Parallel()
	for _, c := range single {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			judgment := health.Of(read(t, c.object))
			got := judgment.By(noon)
			require.Equal(t, c.state, got.State, got.Message)
			require.Equal(t, c.reason, got.Reason)
			require.Contains(t, got.Message, c.says)
			if got.Message != "" {
				require.True(t, strings.HasSuffix(got.Message, "."), "a sentence: %s", got.Message)
			}
			later := judgment.By(noon.Add(time.Hour)).State
			if c.later == "" {
				c.later = c.state
			}
			require.Equal(t, c.later, later)
			if c.state == view.StateHealthy && c.reason == "" {
				require.True(t, judgment.Plain())
			}
		})
	}
}

// Many broken workloads have to be in the table, and some healthy ones.
func TestTableIsLarge(t *testing.T) {
	t.Parallel()
	broken := map[string]bool{}
	good := 0
	for _, c := range single {
		if c.state == view.StateHealthy {
			good++
		} else {
			broken[c.name] = true
		}
	}
	require.GreaterOrEqual(t, len(broken), 25)
	require.GreaterOrEqual(t, good, 10)
}
