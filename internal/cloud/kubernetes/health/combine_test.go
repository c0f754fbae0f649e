package health_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

func says(state, reason, message string) view.HealthStatus {
	return view.HealthStatus{State: state, Reason: reason, Message: message}
}

var (
	ready    = health.PodState{Health: view.OK, Ready: true}
	crashing = health.PodState{Health: says(view.StateFailed, "CrashLoopBackOff", "It crashes.")}
	pending  = health.PodState{Health: says(view.StateDegraded, "Unschedulable", "No room.")}
	starting = health.PodState{Health: says(view.StateProgressing, "NotReady", "It starts.")}
)

func TestWorkload(t *testing.T) {
	t.Parallel()
	rolling := says(view.StateProgressing, "RollingOut", "1 of 2.")
	for name, c := range map[string]struct {
		own     view.HealthStatus
		pods    []health.PodState
		serving bool
		want    view.HealthStatus
	}{
		"healthy, whatever old pods say": {view.OK, []health.PodState{crashing, ready}, true, view.OK},
		"all pods crash":                 {rolling, []health.PodState{crashing, crashing}, false, says(view.StateFailed, "CrashLoopBackOff", "2 of 2 pods have trouble. It crashes.")},
		"one pod crashes":                {rolling, []health.PodState{ready, crashing}, false, says(view.StateDegraded, "CrashLoopBackOff", "1 of 2 pods have trouble. It crashes.")},
		"the old version serves":         {rolling, []health.PodState{crashing}, true, says(view.StateDegraded, "CrashLoopBackOff", "It crashes.")},
		"no room":                        {rolling, []health.PodState{pending}, false, says(view.StateDegraded, "Unschedulable", "No room.")},
		"pods start":                     {rolling, []health.PodState{starting, ready}, false, rolling},
		"the deadline's cause":           {says(view.StateFailed, "ProgressDeadlineExceeded", "Too long."), []health.PodState{pending}, false, says(view.StateFailed, "Unschedulable", "No room.")},
		"scaled to zero":                 {says(view.StateSuspended, "ScaledToZero", "Zero."), []health.PodState{crashing}, false, says(view.StateSuspended, "ScaledToZero", "Zero.")},
		"paused and broken":              {says(view.StateSuspended, "RolloutPaused", "Paused."), []health.PodState{crashing}, false, says(view.StateFailed, "CrashLoopBackOff", "It crashes.")},
		"no pods yet":                    {rolling, nil, false, rolling},
	} {
		require.Equal(t, c.want, health.Workload(c.own, c.pods, c.serving), name)
	}
}

func TestOfRollout(t *testing.T) {
	t.Parallel()
	late := says(view.StateFailed, "ProgressDeadlineExceeded", "Too long.")
	require.True(t, health.GivenUp(late))
	require.False(t, health.GivenUp(says(view.StateFailed, "FailedCreate", "")))
	require.Equal(t, late, health.OfRollout(says(view.StateProgressing, "NotReady", "0 of 1."), late))
	require.Equal(t, late, health.OfRollout(says(view.StateDegraded, "ReadinessProbeFailing", ""), late))
	crash := says(view.StateFailed, "CrashLoopBackOff", "")
	require.Equal(t, crash, health.OfRollout(crash, says(view.StateDegraded, "CrashLoopBackOff", "")))
	require.Equal(t, view.OK, health.OfRollout(view.OK, late))
	off := says(view.StateSuspended, "ScaledToZero", "")
	require.Equal(t, off, health.OfRollout(off, late))
}

func TestCronJob(t *testing.T) {
	t.Parallel()
	lost := says(view.StateFailed, "BackoffLimitExceeded", "It failed.")
	require.Equal(t, view.StateDegraded, health.CronJob(view.OK, lost).State)
	require.Equal(t, view.OK, health.CronJob(view.OK, view.OK))
	off := says(view.StateSuspended, "CronJobSuspended", "")
	require.Equal(t, off, health.CronJob(off, lost))
}

func TestService(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pods          []health.PodState
		idle          bool
		state, reason string
	}{
		"all ready":               {[]health.PodState{ready, ready}, false, view.StateHealthy, ""},
		"some ready":              {[]health.PodState{ready, crashing}, false, view.StateHealthy, ""},
		"none ready":              {[]health.PodState{crashing}, false, view.StateFailed, "NoEndpoints"},
		"pods start":              {[]health.PodState{starting}, false, view.StateProgressing, "NoEndpoints"},
		"selects nothing":         {nil, false, view.StateFailed, "NoEndpoints"},
		"workload scaled to zero": {nil, true, view.StateSuspended, "ScaledToZero"},
	} {
		got := health.Service(view.OK, c.pods, c.idle)
		require.Equal(t, c.state, got.State, name)
		require.Equal(t, c.reason, got.Reason, name)
	}
	require.Equal(t, "1 of 2 pods are ready.", health.Service(view.OK, []health.PodState{ready, crashing}, false).Message)
}

func TestIngress(t *testing.T) {
	t.Parallel()
	ingress := read(t, `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  tls: [{hosts: [shop.example], secretName: shop}]
  defaultBackend: {service: {name: fallback, port: {number: 80}}}
  rules:
  - host: shop.example
    http:
      paths:
      - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {name: http}}}}
      - {path: /static, pathType: Prefix, backend: {resource: {kind: Bucket, name: b}}}
`)
	backends := health.Backends(ingress)
	require.Equal(t, []health.Backend{
		{Service: "fallback", Port: 80}, {Host: "shop.example", Path: "/api", Service: "api", PortName: "http", TLS: true},
	}, backends)
	route := read(t, `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop}
spec:
  hostnames: [shop.example]
  rules: [{matches: [{path: {value: /a}}], backendRefs: [{name: api, port: 80}, {name: other, namespace: far, port: 81}]}]
`)
	require.Equal(t, []health.Backend{
		{Host: "shop.example", Path: "/a", Service: "api", Port: 80}, {Host: "shop.example", Path: "/a", Namespace: "far", Service: "other", Port: 81},
	}, health.Backends(route))

	ports := health.Ports(read(t, "{apiVersion: v1, kind: Service, spec: {ports: [{name: http, port: 80}]}}"))
	require.True(t, backends[0].Leads(ports))
	require.True(t, backends[1].Leads(ports))
	require.False(t, health.Backend{Service: "api", Port: 81}.Leads(ports))
	require.False(t, health.Backend{Service: "api", PortName: "grpc"}.Leads(ports))

	good := health.Target{Backend: backends[1], Health: view.OK}
	missing := health.Target{Backend: backends[0], Health: health.MissingService("fallback")}
	require.Equal(t, view.OK, health.Ingress(view.OK, []health.Target{good}))
	require.Equal(t, "degraded MissingService", key(health.Ingress(view.OK, []health.Target{good, missing})))
	require.Equal(t, "failed MissingService", key(health.Ingress(view.OK, []health.Target{missing})))
	require.Equal(t, `The service "api" has no port http.`, health.MissingPort("api", backends[1]).Message)
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for object, want := range map[string][]string{
		"{apiVersion: v1, kind: Service, status: {loadBalancer: {ingress: [{hostname: lb.example}, {ip: 192.0.2.7}, {}]}}}": {"lb.example", "192.0.2.7"},
		"{kind: Ingress, status: {loadBalancer: {ingress: [{ip: '2001:db8::7', hostname: ''}]}}}":                           {"2001:db8::7"},
		"{kind: Service, status: {loadBalancer: {}}}":                                                                       nil,
		"{kind: Service}": nil,
	} {
		require.Equal(t, want, health.Addresses(read(t, object)), object)
	}
}

func key(h view.HealthStatus) string { return h.State + " " + h.Reason }

func TestReady(t *testing.T) {
	t.Parallel()
	require.True(t, health.Ready(read(t, runningPod("True", "2026-11-30T11:55:00Z", "ready: true"))))
	require.False(t, health.Ready(read(t, runningPod("False", "2026-11-30T11:55:00Z", "ready: true"))))
	require.True(t, health.Ready(read(t, "{apiVersion: v1, kind: Pod, status: {phase: Running, containerStatuses: [{ready: true}]}}")))
	require.False(t, health.Ready(read(t, "{apiVersion: v1, kind: Pod, status: {phase: Running, containerStatuses: [{ready: false}]}}")))
	require.False(t, health.Ready(read(t, `{apiVersion: v1, kind: Pod, metadata: {deletionTimestamp: "2026-11-30T11:55:00Z"}, status: {phase: Running}}`)))
}
