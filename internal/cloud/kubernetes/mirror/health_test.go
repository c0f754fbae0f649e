package mirror

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

func says(state, reason string) *health.Judgment {
	return &health.Judgment{Now: view.HealthStatus{State: state, Reason: reason, Message: reason + "."}}
}

// app puts an application into a store: a Deployment of two revisions, of which the newer one
// crashes, a Service in front of it, and an Ingress.
func app(t *testing.T) *Store {
	t.Helper()
	s := NewStore("acct", nil)
	web := deployment("shop", "web")
	web.Workload, web.Health = &Workload{Revision: "2"}, says(view.StateProgressing, "RollingOut")
	first, second := replicaSet("shop", "web", "web-1", labels{"app": "web"}), replicaSet("shop", "web", "web-2", labels{"app": "web"})
	first.Workload.Revision, second.Workload.Revision = "1", "2"
	second.Created, first.Created = 1, 2 // the revision decides, not the age
	second.Health = says(view.StateProgressing, "NotReady")
	old, broken := pod("web-1", "a", "Running", true), pod("web-2", "b", "Running", false)
	old.Labels, broken.Labels = labels{"app": "web"}, labels{"app": "web"}
	broken.Pod.Unready, broken.Health = true, says(view.StateFailed, "CrashLoopBackOff")
	front := service("shop", "web", labels{"app": "web"})
	front.Route = &Route{Ports: []health.Port{{Name: "http", Number: 80}}}
	ingress := &Object{
		UID: "i", Kind: "ingress", Class: view.LoadBalancers, Namespace: "ns", Name: "web", Moniker: view.Moniker{App: "shop", Cluster: "ingress web"},
		Route: &Route{Backends: []health.Backend{
			{Host: "shop.example", Path: "/", Service: "web", PortName: "http"}, {Path: "/gone", Service: "gone", Port: 80}, {Service: "web", Port: 81},
		}},
	}
	for _, o := range []*Object{old, web, first, second, broken, front, ingress} {
		s.Put(o)
	}
	return s
}

func TestHealthOfWorkloads(t *testing.T) {
	t.Parallel()
	s := app(t)
	of := ask(s, view.Question{Topic: view.AboutHealth, Region: "ns", Names: []string{"deployment web", "replicaSet web-1", "replicaSet web-2", "pod a", "pod gone"}}).Health
	require.Len(t, of, 4)
	require.Equal(t, "degraded CrashLoopBackOff", key(of["deployment web"]), "the old version serves")
	require.Equal(t, view.OK, of["replicaSet web-1"])
	require.Equal(t, "failed CrashLoopBackOff", key(of["replicaSet web-2"]))
	require.Equal(t, view.OK, of["pod a"])

	for _, g := range ask(s, view.Question{Topic: view.AboutSummaries, Application: "shop"}).Summaries {
		require.Equal(t, of[g.Name], g.HealthStatus, g.Name)
		require.Equal(t, of["deployment web"], g.ClusterHealth, g.Name)
		require.Equal(t, 1, g.HealthCounts.Total, g.Name)
	}
	for _, g := range ask(s, view.Question{Topic: view.AboutServerGroups, Application: "shop"}).ServerGroups {
		require.Equal(t, of[g.Name], g.HealthStatus, g.Name)
	}
	for _, r := range ask(s, view.Question{Topic: view.AboutResources, Application: "shop"}).Resources {
		if want, ok := of[r.Name]; ok {
			require.Equal(t, want, r.HealthStatus, r.Name)
		}
	}
	require.Equal(t, of["deployment web"], ask(s, view.Question{Topic: view.AboutManagers, Application: "shop"}).Managers[0].HealthStatus)

	all := ask(s, view.Question{Topic: view.AboutApplicationHealth, Names: []string{"Shop", "none"}}).ApplicationHealth
	require.Len(t, all, 1)
	require.Equal(t, "degraded CrashLoopBackOff", key(all[0].HealthStatus))
	require.Equal(t, "web: CrashLoopBackOff.", all[0].Worst.Message)
	require.Equal(t, view.HealthCounts{Total: 1, Degraded: 1}, all[0].Workloads)
	require.Equal(t, view.HealthCounts{Total: 2, Healthy: 1, Failed: 1}, all[0].Instances)
}

// A Deployment that has given up on its newest ReplicaSet, and that ReplicaSet, have one fault.
func TestHealthAfterTheDeadline(t *testing.T) {
	t.Parallel()
	s := NewStore("acct", nil)
	web := deployment("shop", "web")
	web.Workload, web.Health = &Workload{Revision: "2"}, says(view.StateFailed, "ProgressDeadlineExceeded")
	first, second := replicaSet("shop", "web", "web-1", labels{"app": "web"}), replicaSet("shop", "web", "web-2", labels{"app": "web"})
	first.Workload.Revision, second.Workload.Revision = "1", "2"
	first.Health, second.Health = says(view.StateSuspended, "ScaledToZero"), says(view.StateProgressing, "NotReady")
	slow := pod("web-2", "b", "Running", false)
	slow.Pod.Unready, slow.Health = true, says(view.StateProgressing, "NotReady")
	for _, o := range []*Object{web, first, second, slow} {
		s.Put(o)
	}
	of := ask(s, view.Question{Topic: view.AboutHealth, Region: "ns", Names: []string{"deployment web", "replicaSet web-1", "replicaSet web-2", "pod b"}}).Health
	require.Equal(t, "failed ProgressDeadlineExceeded", key(of["deployment web"]))
	require.Equal(t, of["deployment web"], of["replicaSet web-2"])
	require.Equal(t, "suspended ScaledToZero", key(of["replicaSet web-1"]))
	require.Equal(t, "progressing NotReady", key(of["pod b"]))
	for _, g := range ask(s, view.Question{Topic: view.AboutServerGroups, Application: "shop"}).ServerGroups {
		require.Equal(t, of[g.Name], g.HealthStatus, g.Name)
	}
}

func key(h view.HealthStatus) string { return h.State + " " + h.Reason }

func TestTraffic(t *testing.T) {
	t.Parallel()
	s := app(t)
	balancer := func(name string) view.LoadBalancer {
		return ask(s, view.Question{Topic: view.AboutLoadBalancers, Region: "ns", Name: name}).LoadBalancers[0]
	}
	front := balancer("service web")
	require.Equal(t, view.StateHealthy, front.HealthStatus.State)
	require.Equal(t, "1 of 2 pods are ready.", front.HealthStatus.Message)
	require.Len(t, front.Targets, 2)
	require.Equal(t, "replicaSet web-1", front.Targets[0].Name)
	require.Equal(t, []int{1, 1, 0, 1}, []int{front.Targets[0].Ready, front.Targets[0].Total, front.Targets[1].Ready, front.Targets[1].Total})

	require.False(t, front.PendingAddress)
	require.Empty(t, front.Addresses)

	ingress := balancer("ingress web")
	require.Equal(t, "degraded MissingService", key(ingress.HealthStatus))
	require.Len(t, ingress.Targets, 3)
	require.Equal(t, view.TrafficTarget{
		Name: "service web", Region: "ns", Host: "shop.example", Path: "/", Port: "http", Ready: 1, Total: 2, HealthStatus: front.HealthStatus,
	}, ingress.Targets[0])
	require.Equal(t, "failed MissingService", key(ingress.Targets[1].HealthStatus))
	require.Equal(t, "failed MissingPort", key(ingress.Targets[2].HealthStatus))

	s.Remove(Key{"pod", "ns", "a"})
	require.Equal(t, "failed NoEndpoints", key(balancer("service web").HealthStatus))
	s.Remove(Key{"pod", "ns", "b"})
	require.Equal(t, "failed NoEndpoints", key(balancer("service web").HealthStatus))
	for _, name := range []string{"web-1", "web-2"} {
		idle := replicaSet("shop", "web", name, labels{"app": "web"})
		idle.Workload.Replicas = 0
		s.Put(idle)
	}
	require.Equal(t, "suspended ScaledToZero", key(balancer("service web").HealthStatus))
	other := pod("x", "c", "Running", true)
	other.Labels = labels{"app": "web"}
	s.Put(other)
	require.Equal(t, view.OK, balancer("service web").HealthStatus, "a pod that no workload is known of")
	s.Remove(Key{"service", "ns", "web"})
	require.Empty(t, s.members)
	s.Put(service("shop", "web", labels{"app": "web"}))
	require.Equal(t, view.OK, balancer("service web").HealthStatus, "a service that comes after its pods")
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	s := NewStore("acct", nil)
	public := service("shop", "public", labels{"app": "web"})
	public.Route = &Route{Ports: []health.Port{{Number: 80}}, External: true}
	s.Put(public)
	balancer := func() view.LoadBalancer {
		return ask(s, view.Question{Topic: view.AboutLoadBalancers, Region: "ns", Name: "service public"}).LoadBalancers[0]
	}
	require.True(t, balancer().PendingAddress)
	require.Empty(t, balancer().Addresses)

	assigned := *public
	assigned.Route = &Route{Ports: public.Route.Ports, External: true, Addresses: []string{"lb.example", "192.0.2.7"}}
	s.Put(&assigned)
	require.False(t, balancer().PendingAddress)
	require.Equal(t, []string{"lb.example", "192.0.2.7"}, balancer().Addresses)
}

// What only time tells changes by itself.
func TestHealthOverTime(t *testing.T) {
	t.Parallel()
	s := NewStore("acct", nil)
	now := time.Now()
	s.now = func() time.Time { return now }
	slow := pod("x", "slow", "Running", false)
	slow.Health = &health.Judgment{
		Now: view.HealthStatus{State: view.StateProgressing}, At: now.Add(time.Minute), Then: view.HealthStatus{State: view.StateDegraded},
	}
	s.Put(slow)
	state := func() string {
		return ask(s, view.Question{Topic: view.AboutHealth, Region: "ns", Names: []string{"pod slow"}}).Health["pod slow"].State
	}
	require.Equal(t, view.StateProgressing, state())
	now = now.Add(time.Minute)
	require.Equal(t, view.StateDegraded, state())
}

// The fields that are Spinnaker's don't contradict ours where a node is lost.
func TestUnreadyPodIsDown(t *testing.T) {
	t.Parallel()
	lost := &Pod{Phase: "Running", Unready: true, Containers: []Container{{"c", true}}}
	require.Equal(t, view.Down, view.HealthState(healths(lost)))
}

func TestHealthOfJobs(t *testing.T) {
	t.Parallel()
	s := NewStore("acct", nil)
	cron := &Object{UID: "cron", Kind: "cronJob", Class: view.ServerGroups, Namespace: "ns", Name: "nightly", Moniker: view.Moniker{App: "shop", Cluster: "cronJob nightly"}}
	run := func(name string, created int64, h *health.Judgment) *Object {
		return &Object{UID: name, Kind: "job", Class: view.ServerGroups, Namespace: "ns", Name: name, Owners: []string{"cron"}, Created: created, Health: h}
	}
	died := &Object{UID: "p", Kind: "pod", Class: view.Instances, Namespace: "ns", Name: "p", Owners: []string{"two"}, Pod: &Pod{Phase: "Failed"}, Health: says(view.StateFailed, "OOMKilled")}
	for _, o := range []*Object{cron, run("one", 1, nil), run("two", 2, says(view.StateFailed, "BackoffLimitExceeded")), died} {
		s.Put(o)
	}
	of := ask(s, view.Question{Topic: view.AboutHealth, Region: "ns", Names: []string{"cronJob nightly", "job two"}}).Health
	require.Equal(t, "failed BackoffLimitExceeded", key(of["job two"]))
	require.Equal(t, "BackoffLimitExceeded. OOMKilled.", of["job two"].Message)
	require.Equal(t, "degraded BackoffLimitExceeded", key(of["cronJob nightly"]))
}
