package status_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/status"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// rules are what the stages wait for, kind by kind: clouddriver's handlers, in the
// order in which they look. The status is written as what is said: "" is stable;
// "-" before it is unavailable too, "!" failed, "|" paused.
var rules = []struct{ kind, name, object, want string }{
	{"apps/v1 Deployment", "has settled", `{metadata: {generation: 2}, spec: {replicas: 2}, status: {observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 2}}`, ""},
	{"apps/v1 Deployment", "is scaled to nothing", `{metadata: {generation: 2}, spec: {replicas: 0}, status: {observedGeneration: 2}}`, ""},
	{"apps/v1 Deployment", "was not looked at", `{metadata: {generation: 1}, spec: {replicas: 2}}`, "-No status reported yet"},
	{"apps/v1 Deployment", "has an old status", `{metadata: {generation: 3}, spec: {replicas: 2}, status: {observedGeneration: 2, updatedReplicas: 2}}`, "Waiting for status generation to match updated object generation"},
	{"apps/v1 Deployment", "has a status without a generation", `{metadata: {generation: 1}, spec: {replicas: 1}, status: {replicas: 1}}`, "Waiting for status generation to match updated object generation"},
	{"apps/v1 Deployment", "is being updated", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 3, updatedReplicas: 1}}`, "Waiting for all replicas to be updated"},
	{"apps/v1 Deployment", "has old pods left", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 3, updatedReplicas: 2, availableReplicas: 3, readyReplicas: 3}}`, "Waiting for old replicas to finish termination"},
	{"apps/v1 Deployment", "is not available yet", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 1, readyReplicas: 2}}`, "Waiting for all replicas to be available"},
	{"apps/v1 Deployment", "is not ready yet", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2, readyReplicas: 1}}`, "Waiting for all replicas to be ready"},
	{"apps/v1 Deployment", "is unavailable", `{metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1, conditions: [{type: Available, status: "False", message: no minimum}]}}`, "-no minimum"},
	{"apps/v1 Deployment", "took too long", `{metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1, conditions: [{type: Progressing, status: "False", reason: ProgressDeadlineExceeded}]}}`, "!Deployment exceeded its progress deadline"},
	{"apps/v1 Deployment", "is paused", `{metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1, conditions: [{type: Progressing, status: Unknown, reason: DeploymentPaused, message: it is paused}]}}`, "|it is paused"},

	{"apps/v1 ReplicaSet", "has settled", `{metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, fullyLabeledReplicas: 1, readyReplicas: 1, availableReplicas: 1}}`, ""},
	{"apps/v1 ReplicaSet", "lacks labels", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, fullyLabeledReplicas: 1, readyReplicas: 2, availableReplicas: 2}}`, "-Waiting for all replicas to be fully-labeled"},
	{"apps/v1 ReplicaSet", "is not ready", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, fullyLabeledReplicas: 2, readyReplicas: 1, availableReplicas: 2}}`, "-Waiting for all replicas to be ready"},
	{"apps/v1 ReplicaSet", "is not available", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, fullyLabeledReplicas: 2, readyReplicas: 2, availableReplicas: 1}}`, "-Waiting for all replicas to be available"},
	{"apps/v1 ReplicaSet", "has an old status", `{metadata: {generation: 2}, spec: {replicas: 1}, status: {observedGeneration: 1, fullyLabeledReplicas: 1, readyReplicas: 1, availableReplicas: 1}}`, "Waiting for replicaset spec update to be observed"},
	{"apps/v1 ReplicaSet", "has more than it wants", `{metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, fullyLabeledReplicas: 3, readyReplicas: 3, availableReplicas: 3}}`, ""},

	{"apps/v1 StatefulSet", "is updated by hand", `{metadata: {generation: 9}, spec: {replicas: 5, updateStrategy: {type: OnDelete}}}`, ""},
	{"apps/v1 StatefulSet", "was not looked at", `{metadata: {generation: 1}, spec: {replicas: 2}}`, "-No status reported yet"},
	{"apps/v1 StatefulSet", "has an old status", `{metadata: {generation: 2}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1}}`, "Waiting for status generation to match updated object generation"},
	{"apps/v1 StatefulSet", "has too few", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 1}}`, "Waiting for at least the desired replica count to be met"},
	{"apps/v1 StatefulSet", "is not ready", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, readyReplicas: 1}}`, "Waiting for all updated replicas to be ready"},
	{"apps/v1 StatefulSet", "updates a part", `{metadata: {generation: 1}, spec: {replicas: 3, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}}, status: {observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 1}}`, "Waiting for partitioned roll out to finish"},
	{"apps/v1 StatefulSet", "has updated its part", `{metadata: {generation: 1}, spec: {replicas: 3, updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}}, status: {observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 2}}`, "=Partitioned roll out complete"},
	{"apps/v1 StatefulSet", "has pods of the old revision", `{metadata: {generation: 1}, spec: {replicas: 2}, status: {observedGeneration: 1, replicas: 2, readyReplicas: 2, currentReplicas: 1}}`, "Waiting for all updated replicas to be scheduled"},
	{"apps/v1 StatefulSet", "is at the old revision", `{metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: a, updateRevision: b}}`, "Waiting for the updated revision to match the current revision"},
	{"apps/v1 StatefulSet", "has settled", `{metadata: {generation: 1}, spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: a, updateRevision: a}}`, ""},

	{"apps/v1 DaemonSet", "was not looked at", `{metadata: {generation: 1}}`, "-No status reported yet"},
	{"apps/v1 DaemonSet", "has an old status", `{metadata: {generation: 2}, status: {observedGeneration: 1}}`, "Waiting for status generation to match updated object generation"},
	{"apps/v1 DaemonSet", "is updated by hand", `{metadata: {generation: 1}, spec: {updateStrategy: {type: OnDelete}}, status: {observedGeneration: 1, desiredNumberScheduled: 3}}`, ""},
	{"apps/v1 DaemonSet", "is not scheduled", `{metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 2, currentNumberScheduled: 1, updatedNumberScheduled: 2, numberAvailable: 2, numberReady: 2}}`, "Waiting for all replicas to be scheduled"},
	{"apps/v1 DaemonSet", "is not updated", `{metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2, numberReady: 2}}`, "Waiting for all updated replicas to be scheduled"},
	{"apps/v1 DaemonSet", "is not available", `{metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1, numberReady: 2}}`, "Waiting for all replicas to be available"},
	{"apps/v1 DaemonSet", "is not ready", `{metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2, numberReady: 1}}`, "Waiting for all replicas to be ready"},
	{"apps/v1 DaemonSet", "has no node", `{metadata: {generation: 1}, status: {observedGeneration: 1, desiredNumberScheduled: 0}}`, ""},

	{"batch/v1 Job", "was not looked at", `{spec: {completions: 1}}`, "-No status reported yet"},
	{"batch/v1 Job", "runs", `{status: {active: 1}}`, "Waiting for jobs to finish"},
	{"batch/v1 Job", "is done", `{status: {succeeded: 1}}`, ""},
	{"batch/v1 Job", "is half done", `{spec: {completions: 2}, status: {succeeded: 1}}`, "Waiting for jobs to finish"},
	{"batch/v1 Job", "says that it is done", `{spec: {completions: 3}, status: {succeeded: 1, conditions: [{type: Complete, status: "True"}]}}`, ""},
	{"batch/v1 Job", "failed", `{status: {failed: 1, conditions: [{type: Failed, status: "True", reason: BackoffLimitExceeded, message: too many}]}}`, "!too many"},
	{"batch/v1 Job", "failed without a word", `{status: {failed: 1, conditions: [{type: Failed, status: "True", reason: DeadlineExceeded}]}}`, "!DeadlineExceeded"},
	{"batch/v1 Job", "did not fail", `{status: {failed: 1, conditions: [{type: Failed, status: "False"}]}}`, "Waiting for jobs to finish"},
	{"batch/v1 CronJob", "waits for its time", `{}`, ""},

	{"v1 Pod", "was not looked at", `{}`, "-No status reported yet"},
	{"v1 Pod", "is pending", `{status: {phase: Pending}}`, "-Pod is pending"},
	{"v1 Pod", "runs", `{status: {phase: Running}}`, ""},
	{"v1 Pod", "is done", `{status: {phase: Succeeded}}`, ""},
	{"v1 Pod", "failed", `{status: {phase: Failed}}`, "-Pod has failed"},
	{"v1 Pod", "is lost", `{status: {phase: Unknown}}`, "-Pod phase is unknown"},

	{"autoscaling/v2 HorizontalPodAutoscaler", "scales up", `{status: {currentReplicas: 1, desiredReplicas: 3}}`, "Waiting for HPA to complete a scale up, current: 1 desired: 3"},
	{"autoscaling/v2 HorizontalPodAutoscaler", "scales down", `{status: {currentReplicas: 3, desiredReplicas: 1}}`, "Waiting for HPA to complete a scale down, current: 3 desired: 1"},
	{"autoscaling/v2 HorizontalPodAutoscaler", "has no metrics", `{status: {currentReplicas: 3, desiredReplicas: 1, conditions: [{type: ScalingActive, status: "False", reason: FailedGetResourceMetric}]}}`, "Waiting for HPA to complete a scale down, current: 3 desired: 1: FailedGetResourceMetric"},
	{"autoscaling/v2 HorizontalPodAutoscaler", "has settled", `{status: {currentReplicas: 3, desiredReplicas: 3}}`, ""},
	{"autoscaling/v1 HorizontalPodAutoscaler", "was not looked at", `{}`, "-No status reported yet"},

	{"v1 Service", "is inside the cluster", `{spec: {type: ClusterIP}}`, ""},
	{"v1 Service", "has no address", `{spec: {type: LoadBalancer}, status: {loadBalancer: {}}}`, "-Waiting for the load balancer to get an address"},
	{"v1 Service", "has an address", `{spec: {type: LoadBalancer}, status: {loadBalancer: {ingress: [{ip: 1.2.3.4}]}}}`, ""},
	{"v1 PersistentVolumeClaim", "is bound", `{status: {phase: Bound}}`, ""},
	{"v1 PersistentVolumeClaim", "waits", `{status: {phase: Pending}}`, "-Waiting for the claim to be bound to a volume"},
	{"v1 PersistentVolumeClaim", "lost its volume", `{status: {phase: Lost}}`, "!The claim's volume is lost"},
	{"v1 Namespace", "goes", `{status: {phase: Terminating}}`, "-The namespace is being deleted"},
	{"v1 Namespace", "is there", `{status: {phase: Active}}`, ""},
	{"apiextensions.k8s.io/v1 CustomResourceDefinition", "is being made", `{}`, "-Waiting for the definition to be established"},
	{"apiextensions.k8s.io/v1 CustomResourceDefinition", "is installing", `{status: {conditions: [{type: Established, status: "False", reason: Installing}]}}`, "-Waiting for the definition to be established"},
	{"apiextensions.k8s.io/v1 CustomResourceDefinition", "is there", `{status: {conditions: [{type: Established, status: "True"}]}}`, ""},
	{"apiextensions.k8s.io/v1 CustomResourceDefinition", "has a name that is taken", `{status: {conditions: [{type: NamesAccepted, status: "False", message: it is taken}]}}`, "!it is taken"},
	{"apiextensions.k8s.io/v1 CustomResourceDefinition", "can't be", `{status: {conditions: [{type: Established, status: "False", reason: NotAccepted}]}}`, "!NotAccepted"},

	{"example.com/v1 Gadget", "says nothing", `{}`, ""},
	{"example.com/v1 Gadget", "has an old status", `{metadata: {generation: 2}, status: {observedGeneration: 1}}`, "Gadget generation is 2, but latest observed generation is 1"},
	{"example.com/v1 Gadget", "is ready", `{status: {conditions: [{type: Ready, status: "True"}]}}`, ""},
	{"example.com/v1 Gadget", "is not ready", `{status: {conditions: [{type: Ready, status: "False", message: not yet}]}}`, "not yet"},
	{"example.com/v1 Gadget", "has stalled", `{status: {conditions: [{type: Stalled, status: "True", message: it is stuck}]}}`, "!it is stuck"},
	{"example.com/v1 Gadget", "reconciles", `{status: {conditions: [{type: Reconciling, status: "True", message: at work}]}}`, "at work"},
	{"example.com/v1 Gadget", "is being deleted", `{metadata: {deletionTimestamp: "2024-01-01T00:00:00Z"}}`, "-Resource scheduled for deletion"},
	{"example.com/v1 Gadget", "has a status of another shape", `{status: fine}`, ""},
	{"example.com/v1 Deployment", "is no Deployment of Kubernetes", `{spec: {replicas: 3}}`, ""},
	{"apps/v1 Deployment", "need not be waited for", `{metadata: {annotations: {gennaker.io/wait: "false"}}, spec: {replicas: 3}}`, ""},
	{"apps/v1 deployment", "is written in lower case", `{spec: {replicas: 3}}`, "-No status reported yet"},
}

func TestRules(t *testing.T) {
	t.Parallel()
	require.Equal(t, "gennaker.io/wait", status.AnnotationWait)
	for _, r := range rules {
		var object map[string]any
		yamltest.Decode(t, r.object, &object)
		for i, c := range r.kind {
			if c == ' ' {
				object["apiVersion"], object["kind"] = r.kind[:i], r.kind[i+1:]
			}
		}
		require.Equal(t, r.want, said(t, object), "a %s that %s", r.kind, r.name)
	}
}

// said is a status in the words of the rules.
func said(t *testing.T, object map[string]any) string {
	t.Helper()
	got := status.Of(object)
	switch {
	case got.Failed.State:
		require.False(t, got.Paused.State)
		return "!" + got.Failed.Message
	case got.Paused.State:
		return "|" + got.Paused.Message
	case !got.Available.State:
		require.False(t, got.Stable.State, "what is unavailable is not stable")
		require.NotEmpty(t, got.Available.Message)
		return "-" + got.Stable.Message
	case !got.Stable.State:
		require.NotEmpty(t, got.Stable.Message)
		return got.Stable.Message
	case got.Stable.Message != "":
		return "=" + got.Stable.Message
	}
	return ""
}
