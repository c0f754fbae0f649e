package mirror

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

func ask(s *Store, q view.Question) view.Answer {
	answer, _ := s.Ask(context.Background(), q)
	return answer
}

func deployment(app, name string) *Object {
	return &Object{UID: "d-" + name, Kind: "deployment", Class: view.ServerGroupManagers, Namespace: "ns", Name: name, Moniker: view.Moniker{App: app, Cluster: "deployment " + name}}
}

func replicaSet(app, owner, name string, labels map[string]string, traffic ...string) *Object {
	return &Object{
		UID: "r-" + name, Kind: "replicaSet", Class: view.ServerGroups, Namespace: "ns", Name: name, Owners: []string{"d-" + owner},
		Moniker: view.Moniker{App: app, Cluster: "deployment " + owner}, Workload: &Workload{Replicas: 2, PodLabels: labels, Images: []string{"web:1"}, Traffic: traffic},
	}
}

func pod(owner, name, phase string, ready ...bool) *Object {
	p := &Pod{Phase: phase}
	for n, r := range ready {
		p.Containers = append(p.Containers, Container{Name: fmt.Sprint("c", n), Ready: r})
	}
	return &Object{UID: "p-" + name, Kind: "pod", Class: view.Instances, Namespace: "ns", Name: name, Owners: []string{"r-" + owner}, Pod: p}
}

func service(app, name string, selector map[string]string) *Object {
	return &Object{UID: "s-" + name, Kind: "service", Class: view.LoadBalancers, Namespace: "ns", Name: name, Moniker: view.Moniker{App: app, Cluster: "service " + name}, Selector: selector}
}

type labels = map[string]string

func TestRelations(t *testing.T) {
	t.Parallel()
	s := NewStore("acct", nil)
	stateful := &Object{
		UID: "st", Kind: "statefulSet", Class: view.ServerGroups, Namespace: "ns", Name: "db",
		Moniker: view.Moniker{App: "shop", Cluster: "statefulSet db"}, Workload: &Workload{ServiceName: "db"},
	}
	for _, o := range []*Object{
		// In an order in which owners come last.
		pod("web-1", "a", "Running", true), pod("web-1", "b", "Running", false), pod("web-2", "c", "Pending"), pod("gone", "d", "Running", true),
		service("shop", "web", labels{"app": "web"}), service("shop", "narrow", labels{"app": "web", "tier": "front"}),
		service("other", "all", nil), service("shop", "db", labels{"db": "yes"}), stateful,
		replicaSet("shop", "web", "web-1", labels{"app": "web", "x": "y"}, "service web"),
		replicaSet("shop", "web", "web-2", labels{"app": "idle"}, "service web"),
		deployment("shop", "web"),
	} {
		s.Put(o)
	}
	groups := ask(s, view.Question{Topic: view.AboutSummaries, Application: "SHOP"}).Summaries
	byName := map[string]view.ServerGroupSummary{}
	for _, g := range groups {
		byName[g.Name] = g
	}
	one, two, db := byName["replicaSet web-1"], byName["replicaSet web-2"], byName["statefulSet db"]
	if len(groups) != 3 || one.IsDisabled || !two.IsDisabled || db.IsDisabled {
		t.Fatalf("server groups: %+v", groups)
	}
	if one.InstanceCounts != (view.Counts{Total: 2, Up: 1, Down: 1}) || two.InstanceCounts != (view.Counts{Total: 1, Down: 1}) {
		t.Errorf("instances: %+v, %+v", one.InstanceCounts, two.InstanceCounts)
	}
	if !slices.Equal(one.LoadBalancers, []string{"service web"}) || !slices.Equal(two.LoadBalancers, []string{"service web"}) || !slices.Equal(db.LoadBalancers, []string{"service db"}) {
		t.Errorf("load balancers: %v, %v, %v", one.LoadBalancers, two.LoadBalancers, db.LoadBalancers)
	}
	if !reflect.DeepEqual(one.ServerGroupManagers, []view.ManagerReference{{Name: "web", Location: "ns", Account: "acct"}}) {
		t.Errorf("managers: %v", one.ServerGroupManagers)
	}
	balancer := ask(s, view.Question{Topic: view.AboutLoadBalancers, Region: "ns", Name: "service web"}).LoadBalancers[0]
	if len(balancer.ServerGroups) != 1 || balancer.ServerGroups[0].Name != "replicaSet web-1" || balancer.ServerGroups[0].Instances[0].Health["state"] != view.Up {
		t.Errorf("the load balancer: %+v", balancer)
	}
	if got := ask(s, view.Question{Topic: view.AboutLoadBalancers, Region: "ns", Name: "service narrow"}).LoadBalancers[0].ServerGroups; len(got) != 0 {
		t.Errorf("a service that selects more than the template has: %+v", got)
	}
	manager := ask(s, view.Question{Topic: view.AboutManagers, Application: "shop"}).Managers[0]
	if len(manager.ServerGroups) != 2 {
		t.Errorf("the manager: %+v", manager)
	}
	clusters := ask(s, view.Question{Topic: view.AboutClusters, Application: "shop", Cluster: "deployment web"}).Clusters
	if len(clusters) != 1 || len(clusters[0].ServerGroups) != 2 || len(clusters[0].LoadBalancers) != 1 {
		t.Errorf("the cluster: %+v", clusters)
	}
	if got := ask(s, view.Question{Topic: view.AboutApplications}).Applications; !reflect.DeepEqual(got, map[string][]string{"shop": {"deployment web", "statefulSet db"}}) {
		t.Errorf("applications: %v", got)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pod  *Pod
		want string
	}{
		{nil, view.Unknown},
		{&Pod{}, view.Unknown},
		{&Pod{Phase: "Running"}, view.Up},
		{&Pod{Phase: "Pending"}, view.Down},
		{&Pod{Phase: "Succeeded"}, view.Unknown},
		{&Pod{Phase: "Failed", Containers: []Container{{"c", false}}}, view.Down},
		{&Pod{Phase: "Running", Containers: []Container{{"c", true}, {"d", false}}}, view.Down},
		{&Pod{Phase: "Unknown", Containers: []Container{{"c", true}}}, view.Up},
	} {
		if got := view.HealthState(healths(c.pod)); got != c.want {
			t.Errorf("%+v is %s, want %s", c.pod, got, c.want)
		}
	}
}

func TestChangesAreTold(t *testing.T) {
	t.Parallel()
	var told []view.Change
	s := NewStore("acct", func(c view.Change) { told = append(told, c) })
	take := func() []view.Change {
		out := told
		told = nil
		return out
	}
	rs := replicaSet("Shop", "web", "web-1", nil)
	s.Put(rs)
	want := view.Change{Account: "acct", Application: "shop", Type: view.ServerGroups, Name: "replicaSet web-1", Region: "ns"}
	if got := take(); !slices.Equal(got, []view.Change{want}) {
		t.Errorf("a new server group: %+v", got)
	}
	same := *rs
	s.Put(&same)
	if got := take(); len(got) != 0 {
		t.Errorf("nothing has changed, and it is told: %+v", got)
	}
	// A pod is shown with its owner, whatever application its name suggests.
	p := pod("web-1", "a", "Running")
	p.Moniker.App = "elsewhere"
	s.Put(p)
	if got := take(); len(got) != 1 || got[0].Application != "shop" || got[0].Type != view.Instances {
		t.Errorf("a new pod: %+v", got)
	}
	moved := *rs
	moved.Moniker.App = "other"
	s.Put(&moved)
	if got := take(); len(got) != 2 || got[0].Application != "other" || got[1].Application != "shop" || !got[1].Deleted {
		t.Errorf("a server group of another application now: %+v", got)
	}
	s.Drop("replicaSet")
	if got := take(); len(got) != 1 || !got[0].Deleted {
		t.Errorf("a kind that is not watched any more: %+v", got)
	}
}

// A store that objects have come to and gone from in any order answers as one
// that has only had those that are left.
func TestIndexesFollow(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		pick := func(list ...string) string { return list[r.IntN(len(list))] }
		s, left := NewStore("acct", nil), map[Key]*Object{}
		for range 60 {
			var o *Object
			switch r.IntN(4) {
			case 0:
				o = deployment(pick("a", "b"), pick("x", "y"))
			case 1:
				o = replicaSet(pick("a", "b"), pick("x", "y"), pick("x-1", "x-2", "y-1"), labels{"app": pick("x", "y"), "v": pick("1", "2")}, "service x")
			case 2:
				o = pod(pick("x-1", "x-2", "y-1"), pick("p", "q", "r"), pick("Running", "Pending"), true)
			default:
				o = service(pick("a", "b"), pick("x", "y"), labels{pick("app", "v"): pick("x", "1")})
			}
			switch r.IntN(10) {
			case 0:
				s.Remove(o.Key())
				delete(left, o.Key())
			case 1:
				s.Replace(o.Kind, "ns", []*Object{o})
				for key := range left {
					if key.Kind == o.Kind {
						delete(left, key)
					}
				}
				left[o.Key()] = o
			default:
				s.Put(o)
				left[o.Key()] = o
			}
		}
		fresh := NewStore("acct", nil)
		for _, o := range left {
			fresh.Put(o)
		}
		for _, topic := range []view.Topic{view.AboutApplications, view.AboutClusters, view.AboutSummaries, view.AboutServerGroups, view.AboutManagers, view.AboutLoadBalancers, view.AboutInstances, view.AboutResources} {
			for _, app := range []string{"a", "b"} {
				got, want := jsonOf(t, ask(s, view.Question{Topic: topic, Application: app})), jsonOf(t, ask(fresh, view.Question{Topic: topic, Application: app}))
				if got != want {
					t.Fatalf("seed %d: %s of %s:\n%s\nwant\n%s", seed, topic, app, got, want)
				}
			}
		}
		for key := range left {
			s.Remove(key)
		}
		if len(s.objects)+len(s.byUID)+len(s.owned)+len(s.apps)+len(s.clusters)+len(s.services)+len(s.templates)+len(s.governed) != 0 {
			t.Fatalf("seed %d: an empty store keeps something: %+v", seed, s)
		}
	}
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// An answer is the same after it has crossed to another process.
func TestAnswersCross(t *testing.T) {
	t.Parallel()
	s := NewStore("acct", nil)
	seven := 7
	rs := replicaSet("shop", "web", "web-1", labels{"app": "web"})
	rs.Moniker.Sequence, rs.Created, rs.Labels = &seven, 1700000000000, labels{"a": "b"}
	for _, o := range []*Object{rs, deployment("shop", "web"), pod("web-1", "a", "Running", true), service("shop", "web", labels{"app": "web"})} {
		s.Put(o)
	}
	for _, topic := range []view.Topic{view.AboutApplications, view.AboutClusters, view.AboutSummaries, view.AboutServerGroups, view.AboutManagers, view.AboutLoadBalancers, view.AboutResources} {
		first := ask(s, view.Question{Topic: topic, Application: "shop"})
		var crossed view.Answer
		if err := json.Unmarshal([]byte(jsonOf(t, first)), &crossed); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(first, crossed) {
			t.Errorf("%s: %+v has become %+v", topic, first, crossed)
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	s := NewStore("acct", nil)
	for _, o := range []*Object{replicaSet("shop", "web", "web-1", nil), deployment("shop", "web"), pod("web-1", "cart", "Running")} {
		s.Put(o)
	}
	names := func(q view.Question) []string {
		q.Topic = view.AboutMatches
		var out []string
		for _, m := range ask(s, q).Matches {
			out = append(out, m.Name)
		}
		return out
	}
	for _, c := range []struct {
		q    view.Question
		want []string
	}{
		{view.Question{Text: "WEB", Classes: []view.Class{view.ServerGroups}}, []string{"replicaSet web-1"}},
		{view.Question{Text: "shop", Classes: []view.Class{view.ServerGroups, view.Clusters}}, []string{"deployment web", "replicaSet web-1"}},
		{view.Question{Text: "cart", Classes: []view.Class{view.Instances}}, []string{"pod cart"}},
		{view.Question{Text: "", Classes: []view.Class{view.ServerGroups, view.ServerGroupManagers, view.Instances}, Limit: 2}, []string{"pod cart", "deployment web"}},
		{view.Question{Text: "nothing", Classes: []view.Class{view.ServerGroups}}, nil},
		// Deck asks so for the objects that a stage can be about.
		{view.Question{Text: "ns", Kinds: []string{"ReplicaSet"}}, []string{"replicaSet web-1"}},
		{view.Question{Text: "acct", Kinds: []string{"deployment"}, Classes: []view.Class{view.Clusters}}, []string{"deployment web", "deployment web"}},
		{view.Question{Text: "ns", Kinds: []string{"service"}}, nil},
	} {
		if got := names(c.q); !slices.Equal(got, c.want) {
			t.Errorf("%+v found %v, want %v", c.q, got, c.want)
		}
	}
}
