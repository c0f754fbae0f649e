package server_test

import (
	"fmt"
	"strings"
)

// A case is something broken, or not, in a cluster: what kubectl would apply, and what its health is to be.
type healthCase struct {
	// object is its full name: "deployment crash".
	object string
	// manifest is all of it but for its name, which is the object's, and the application's annotation.
	manifest string
	// status is what a test writes to the status of its pod, in place of a kubelet.
	status string
	// state and reason are the object's health.
	state, reason string
	// pod is the health of its pods, as "state reason"; the same as the object's if it is "".
	pod string
}

// deploymentOf is a Deployment whose pods have these annotations and this specification.
func deploymentOf(name, annotations, spec string) string {
	return fmt.Sprintf(`{apiVersion: apps/v1, kind: Deployment, spec: {replicas: 1, selector: {matchLabels: {app: %[1]s}}, template: {metadata: {labels: {app: %[1]s}, annotations: {%[2]s}}, spec: {%[3]s}}}}`, name, annotations, spec)
}

const (
	runs = `containers: [{name: web, image: "nginx:1.27"}]`
	// silent is the node that no kubelet reports of.
	silent = `nodeName: SILENT, containers: [{name: web, image: "nginx:1.27", livenessProbe: {tcpSocket: {port: 80}}, readinessProbe: {tcpSocket: {port: 80}}, startupProbe: {tcpSocket: {port: 80}}}], initContainers: [{name: migrate, image: "busybox:1"}]`
	// scheduled are the conditions of a pod that runs but isn't ready.
	scheduled = `conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "True"}, {type: Ready, status: "False", reason: ContainersNotReady, lastTransitionTime: START}]`
)

// on is a case of a pod on the silent node.
func on(name, status, state, reason, pod string) healthCase {
	return healthCase{object: "deployment " + name, manifest: deploymentOf(name, "", silent), status: status, state: state, reason: reason, pod: pod}
}

func behaves(how string) string { return "sandbox.gennaker.io/behavior: " + how }

// healthCases are some thirty that are broken, and some that are not.
var healthCases = []healthCase{
	{"deployment crash", deploymentOf("crash", behaves("crash-loop"), runs), "", "failed", "CrashLoopBackOff", ""},
	{"deployment image", deploymentOf("image", "", `containers: [{name: web, image: "nginx:does-not-exist"}]`), "", "failed", "ImagePullBackOff", ""},
	{"deployment sidecar", deploymentOf("sidecar", behaves("crash-loop")+`, sandbox.gennaker.io/container: log`, `containers: [{name: web, image: "nginx:1.27"}, {name: log, image: "log:1"}]`), "", "failed", "CrashLoopBackOff", ""},
	{"deployment unready", deploymentOf("unready", behaves("never-ready"), runs), "", "progressing", "RollingOut", "progressing NotReady"},
	{"deployment large", deploymentOf("large", "", `containers: [{name: web, image: "nginx:1.27", resources: {requests: {cpu: "1000"}}}]`), "", "degraded", "Unschedulable", ""},
	{"deployment nowhere", deploymentOf("nowhere", "", runs+`, nodeSelector: {zone: nowhere}`), "", "degraded", "Unschedulable", ""},
	{"deployment refused", deploymentOf("refused", "", runs+`, serviceAccountName: nobody`), "", "failed", "FailedCreate", ""},
	{"deployment paused", strings.Replace(deploymentOf("paused", "", runs), "replicas: 1", "replicas: 1, paused: true", 1), "", "suspended", "RolloutPaused", ""},
	{"deployment zero", strings.Replace(deploymentOf("zero", "", runs), "replicas: 1", "replicas: 0", 1), "", "suspended", "ScaledToZero", ""},
	{"deployment slow", deploymentOf("slow", "sandbox.gennaker.io/start-delay: 1h", runs), "", "progressing", "RollingOut", "progressing ContainerCreating"},
	{"statefulSet db", `{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 2, serviceName: db, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}, annotations: {` + behaves("crash-loop") + `}}, spec: {` + runs + `}}}}`, "", "failed", "CrashLoopBackOff", ""},
	{"daemonSet agent", `{apiVersion: apps/v1, kind: DaemonSet, spec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {nodeSelector: {sandbox.gennaker.io/simulated: "true"}, containers: [{name: web, image: "agent:missing"}]}}}}`, "", "failed", "ImagePullBackOff", ""},
	{"daemonSet nowhere", `{apiVersion: apps/v1, kind: DaemonSet, spec: {selector: {matchLabels: {app: none}}, template: {metadata: {labels: {app: none}}, spec: {nodeSelector: {zone: nowhere}, ` + runs + `}}}}`, "", "suspended", "NoMatchingNodes", ""},
	{"job fails", `{apiVersion: batch/v1, kind: Job, spec: {backoffLimit: 0, template: {metadata: {annotations: {` + behaves("fail") + `}}, spec: {restartPolicy: Never, ` + runs + `}}}}`, "", "failed", "BackoffLimitExceeded", "failed Error"},
	{"job later", `{apiVersion: batch/v1, kind: Job, spec: {suspend: true, template: {spec: {restartPolicy: Never, ` + runs + `}}}}`, "", "suspended", "JobSuspended", ""},
	{"cronJob off", `{apiVersion: batch/v1, kind: CronJob, spec: {schedule: "0 0 1 1 *", suspend: true, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, ` + runs + `}}}}}}`, "", "suspended", "CronJobSuspended", ""},

	on("memory", `{phase: Running, `+scheduled+`, containerStatuses: [{name: web, image: x, imageID: x, ready: false, restartCount: 2, state: {waiting: {reason: CrashLoopBackOff, message: back-off}}, lastState: {terminated: {exitCode: 137, reason: OOMKilled}}}]}`, "failed", "OOMKilled", ""),
	on("probe", `{phase: Running, `+scheduled+`, containerStatuses: [{name: web, image: x, imageID: x, ready: false, restartCount: 4, state: {waiting: {reason: CrashLoopBackOff, message: back-off}}, lastState: {terminated: {exitCode: 137, reason: Error}}}]}`, "failed", "LivenessProbeFailing", ""),
	on("config", `{phase: Pending, `+scheduled+`, containerStatuses: [{name: web, image: x, imageID: "", ready: false, restartCount: 0, state: {waiting: {reason: CreateContainerConfigError, message: no secret}}}]}`, "failed", "CreateContainerConfigError", ""),
	on("init", `{phase: Pending, conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "False"}], initContainerStatuses: [{name: migrate, image: x, imageID: x, ready: false, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}, lastState: {terminated: {exitCode: 1, reason: Error}}}]}`, "failed", "Init:CrashLoopBackOff", ""),
	on("initimage", `{phase: Pending, conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "False"}], initContainerStatuses: [{name: migrate, image: x, imageID: "", ready: false, restartCount: 0, state: {waiting: {reason: ImagePullBackOff}}}]}`, "failed", "Init:ImagePullBackOff", ""),
	on("migrating", `{phase: Pending, startTime: START, conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "False"}], initContainerStatuses: [{name: migrate, image: x, imageID: x, ready: false, restartCount: 0, state: {running: {startedAt: START}}}]}`, "progressing", "RollingOut", "progressing Init:0/1"),
	on("startup", `{phase: Running, `+scheduled+`, containerStatuses: [{name: web, image: x, imageID: x, ready: false, started: false, restartCount: 0, state: {running: {startedAt: START}}}]}`, "progressing", "RollingOut", "progressing StartupProbe"),
	on("lapsed", `{phase: Running, `+scheduled+`, containerStatuses: [{name: web, image: x, imageID: x, ready: false, started: true, restartCount: 0, state: {running: {startedAt: BEFORE}}}]}`, "degraded", "ReadinessProbeFailing", ""),
	on("node", `{phase: Running, conditions: [{type: PodScheduled, status: "True"}, {type: Initialized, status: "True"}, {type: Ready, status: "False", lastTransitionTime: START}], containerStatuses: [{name: web, image: x, imageID: x, ready: true, started: true, restartCount: 0, state: {running: {startedAt: BEFORE}}}]}`, "failed", "NodeLost", ""),
	on("waiting", "", "progressing", "RollingOut", "progressing Init:0/1"),

	{"service nothing", `{apiVersion: v1, kind: Service, spec: {selector: {app: no-such-app}, ports: [{port: 80}]}}`, "", "failed", "NoEndpoints", ""},
	{"service crash", `{apiVersion: v1, kind: Service, spec: {selector: {app: crash}, ports: [{port: 80}]}}`, "", "failed", "NoEndpoints", ""},
	{"service pending", `{apiVersion: v1, kind: Service, metadata: {annotations: {sandbox.gennaker.io/load-balancer: pending}}, spec: {type: LoadBalancer, selector: {app: good}, ports: [{port: 80}]}}`, "", "progressing", "NoAddress", ""},
	{"ingress gone", `{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {defaultBackend: {service: {name: gone, port: {number: 80}}}}}`, "", "failed", "MissingService", ""},
	{"ingress port", `{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {defaultBackend: {service: {name: good, port: {number: 81}}}}}`, "", "failed", "MissingPort", ""},
	{"ingress half", `{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {rules: [{host: a.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: good, port: {name: http}}}}, {path: /x, pathType: Prefix, backend: {service: {name: crash, port: {number: 80}}}}]}}]}}`, "", "degraded", "NoEndpoints", ""},

	// What is not broken.
	{"deployment good", strings.Replace(deploymentOf("good", "", runs), "replicas: 1", "replicas: 2", 1), "", "healthy", "", ""},
	{"statefulSet good", `{apiVersion: apps/v1, kind: StatefulSet, spec: {replicas: 1, serviceName: goodset, selector: {matchLabels: {app: goodset}}, template: {metadata: {labels: {app: goodset}}, spec: {` + runs + `}}}}`, "", "healthy", "", ""},
	{"daemonSet good", `{apiVersion: apps/v1, kind: DaemonSet, spec: {selector: {matchLabels: {app: goodagent}}, template: {metadata: {labels: {app: goodagent}}, spec: {nodeSelector: {sandbox.gennaker.io/simulated: "true"}, ` + runs + `}}}}`, "", "healthy", "", ""},
	{"job good", `{apiVersion: batch/v1, kind: Job, spec: {template: {spec: {restartPolicy: Never, ` + runs + `}}}}`, "", "healthy", "Complete", "healthy Completed"},
	{"service good", `{apiVersion: v1, kind: Service, spec: {selector: {app: good}, ports: [{name: http, port: 80}]}}`, "", "healthy", "", ""},
	{"ingress good", `{apiVersion: networking.k8s.io/v1, kind: Ingress, spec: {defaultBackend: {service: {name: good, port: {name: http}}}}}`, "", "healthy", "", ""},
}
