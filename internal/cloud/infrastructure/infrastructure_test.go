package infrastructure

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// group is a server group of the cluster "shop-prod" with some pods, and
// whether it is cut off from its load balancer.
func group(name, namespace string, created int64, pods int, disabled bool) []*mirror.Object {
	rs := &mirror.Object{
		UID: name, Kind: "replicaSet", Class: view.ServerGroups, Namespace: namespace, Name: name, Created: created,
		Moniker: view.Moniker{App: "shop", Cluster: "shop-prod"}, Workload: &mirror.Workload{Replicas: int64(pods), Images: []string{"web:" + name}},
	}
	if disabled {
		rs.Workload.Traffic = []string{"service web"}
	}
	out := []*mirror.Object{rs}
	for n := range pods {
		out = append(out, &mirror.Object{
			UID: fmt.Sprint(name, n), Kind: "pod", Class: view.Instances, Namespace: namespace, Name: fmt.Sprint(name, "-", n),
			Owners: []string{name}, Pod: &mirror.Pod{Phase: "Running"},
		})
	}
	return out
}

func seen(accounts map[string][][]*mirror.Object) *Infrastructure {
	views := map[string]Source{}
	for name, objects := range accounts {
		store := mirror.NewStore(name, nil)
		for _, o := range slices.Concat(objects...) {
			store.Put(o)
		}
		views[name] = Source{Provider: mirror.Provider, Viewer: store}
	}
	return New(func() map[string]Source { return views }, nil)
}

func TestTargetServerGroup(t *testing.T) {
	t.Parallel()
	i := seen(map[string][][]*mirror.Object{"acct": {
		group("old", "ns", 1000, 5, false), group("middle", "ns", 2000, 1, false), group("new", "ns", 3000, 1, true), group("alone", "other", 1, 1, false),
	}})
	for _, c := range []struct {
		scope, name            string
		onlyEnabled, anyOldest bool
		want                   string
	}{
		{scope: "ns", name: "current", want: "new"},
		{scope: "ns", name: "NEWEST", want: "new"},
		{scope: "ns", name: "current_asg_dynamic", want: "new"},
		{scope: "ns", name: "current", onlyEnabled: true, want: "middle"},
		{scope: "ns", name: "ancestor_asg", want: "middle"},
		{scope: "ns", name: "previous", onlyEnabled: true, want: "old"},
		{scope: "ns", name: "oldest", want: "old"},
		{scope: "ns", name: "largest", want: "old"},
		{scope: "ns", name: "fail"},
		{scope: "other", name: "fail", want: "alone"},
		{scope: "other", name: "previous"},
		{scope: "other", name: "oldest"},
		{scope: "other", name: "oldest", anyOldest: true, want: "alone"},
		{scope: "nowhere", name: "current"},
		{scope: "ns", name: "whatever"},
	} {
		got, err := i.TargetServerGroup(t.Context(), view.Target{
			Application: "shop", Account: "acct", Provider: mirror.Provider, Cluster: "shop-prod", Scope: c.scope, Name: c.name, OnlyEnabled: c.onlyEnabled, AnyOldest: c.anyOldest,
		})
		switch {
		case c.want == "":
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%+v gave %v (%v)", c, got, err)
			}
		case err != nil:
			t.Errorf("%+v: %v", c, err)
		default:
			if g := got.(view.ServerGroup); g.DisplayName != c.want {
				t.Errorf("%+v gave %s", c, g.DisplayName)
			}
		}
	}
}

func TestProjectClusters(t *testing.T) {
	t.Parallel()
	i := seen(map[string][][]*mirror.Object{
		"acct":  {group("one", "ns", 1000, 2, false), group("two", "ns", 2000, 1, false), group("off", "ns", 3000, 4, true), group("far", "other", 500, 1, false)},
		"other": {group("elsewhere", "ns", 1, 9, false)},
	})
	text := func(s string) *string { return &s }
	rows, err := i.ProjectClusters(t.Context(), []view.ProjectCluster{
		{Account: "acct", Stack: text("prod"), Applications: []string{"shop", "none"}},
		{Account: "acct", Stack: text("*"), Detail: text("*"), Applications: []string{"shop"}},
		{Account: "acct", Stack: text("test"), Applications: []string{"shop"}},
		{Account: "gone", Stack: text("*"), Applications: []string{"shop"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var counts []int
	for _, row := range rows {
		counts = append(counts, row.(projectCluster).InstanceCounts.Up)
	}
	if !slices.Equal(counts, []int{4, 4, 0, 0}) {
		t.Errorf("instances: %v", counts)
	}
	apps := rows[0].(projectCluster).Applications
	want := []projectRegion{
		{Region: "ns", LastPush: 2000, InstanceCounts: view.Counts{Total: 3, Up: 3}, HealthCounts: view.HealthCounts{Total: 3, Healthy: 3}, Builds: []projectPush{{BuildNumber: "0", Deployed: 2000, Images: []string{"web:one", "web:two"}}}},
		{Region: "other", LastPush: 500, InstanceCounts: view.Counts{Total: 1, Up: 1}, HealthCounts: view.HealthCounts{Total: 1, Healthy: 1}, Builds: []projectPush{{BuildNumber: "0", Deployed: 500, Images: []string{"web:far"}}}},
	}
	if len(apps) != 2 || apps[0].LastPush != 2000 || !reflect.DeepEqual(apps[0].Clusters, want) || len(apps[1].Clusters) != 0 {
		t.Errorf("applications: %+v", apps)
	}
}

func TestStackAndDetail(t *testing.T) {
	t.Parallel()
	for cluster, want := range map[string][2]string{
		"shop": {"", ""}, "shop-prod": {"prod", ""}, "shop-prod-a-b": {"prod", "a-b"}, "shop--canary": {"", "canary"}, "deployment shop-prod": {"", ""},
	} {
		if stack, detail := stackAndDetail(cluster); stack != want[0] || detail != want[1] {
			t.Errorf("%q has the stack %q and the detail %q, not %q", cluster, stack, detail, want)
		}
	}
}

// broken is a view that can't be asked.
type broken struct{}

func (broken) Ask(context.Context, view.Question) (view.Answer, error) {
	return view.Answer{}, errors.New("out of order")
}

func TestOneViewThatCantBeAskedHidesNoOther(t *testing.T) {
	t.Parallel()
	good := seen(map[string][][]*mirror.Object{"good": {group("one", "ns", 1, 1, false)}})
	views := good.views()
	views["bad"] = Source{Provider: mirror.Provider, Viewer: broken{}}
	groups, err := good.ServerGroups(t.Context(), "shop", "", false)
	if err != nil || len(groups) != 1 {
		t.Errorf("server groups: %v (%v)", groups, err)
	}
	if _, err := good.ServerGroup(t.Context(), "bad", "ns", "replicaSet one"); err == nil {
		t.Error("what is asked of a broken view alone is an error")
	}
}

func TestServerGroupsByID(t *testing.T) {
	t.Parallel()
	i := seen(map[string][][]*mirror.Object{"acct": {group("one", "ns", 1, 1, false)}})
	if _, err := i.ServerGroupsByID(t.Context(), []string{"acct:ns"}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an id without a name: %v", err)
	}
	got, err := i.ServerGroupsByID(t.Context(), []string{"acct:ns:replicaSet one", "acct:ns:replicaSet gone", "nowhere:ns:x"})
	if err != nil || len(got) != 1 {
		t.Errorf("%v (%v)", got, err)
	}
	of, err := i.ServerGroupsOf(t.Context(), "shop", []string{"acct:shop-prod", "acct:none", "nonsense", ":x"}, true)
	if err != nil || len(of) != 1 || of[0].(view.ExpandedServerGroup).AccountName != "acct" {
		t.Errorf("%v (%v)", of, err)
	}
}

func TestLastSeen(t *testing.T) {
	t.Parallel()
	i := seen(map[string][][]*mirror.Object{"acct": {group("one", "ns", 1, 1, false)}, "other": {{{
		UID: "np", Kind: "networkPolicy", Class: view.SecurityGroups, Namespace: "ns", Name: "np", Moniker: view.Moniker{App: "cart"},
	}}}})
	for app, want := range map[string][]string{"SHOP": {"clusters"}, "cart": {"security groups"}, "none": nil} {
		if got, err := i.LastSeen(t.Context(), app, []string{"acct", "other"}); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s has %v (%v), not %v", app, got, err, want)
		}
	}
	if got, err := i.LastSeen(t.Context(), "shop", []string{"other"}); err != nil || got != nil {
		t.Errorf("in another account shop has %v (%v)", got, err)
	}
}

func TestSearchIsByTypeOrKind(t *testing.T) {
	t.Parallel()
	i := seen(map[string][][]*mirror.Object{"acct": {group("one", "ns", 1, 1, false)}})
	for _, c := range []struct {
		types []string
		want  []string
	}{
		{[]string{"serverGroups"}, []string{"replicaSet one"}},
		{[]string{"replicaSet"}, []string{"replicaSet one"}},
		{[]string{"instances"}, []string{"pod one-0"}},
		{[]string{"clusters"}, []string{"shop-prod"}},
		{[]string{"loadBalancers"}, nil},
		{[]string{"nonsense"}, nil},
	} {
		found, err := i.Search(t.Context(), "", c.types)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, match := range found {
			names = append(names, match["name"].(string))
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("%v found %v, not %v", c.types, names, c.want)
		}
	}
}

func TestChangesAreGathered(t *testing.T) {
	t.Parallel()
	var c Changes
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	began, told := make(chan struct{}), make(chan []any)
	go func() {
		_ = c.Follow(ctx, "shop", func() error { close(began); return nil }, func(changes []any) error {
			select {
			case told <- changes:
			case <-ctx.Done():
			}
			return nil
		})
	}()
	<-began
	c.Publish(view.Change{Application: "other", Name: "x"})
	for n := range 3 {
		c.Publish(view.Change{Application: "shop", Account: "a", Name: "pod x", Deleted: n == 2})
	}
	got := <-told
	if len(got) != 1 || !got[0].(view.Change).Deleted {
		t.Errorf("told: %+v", got)
	}
	// Who is slow is told of everything at once, and no memory is held for it.
	for n := range 3 * mostPending {
		c.Publish(view.Change{Application: "shop", Account: "a", Name: fmt.Sprint("pod ", n)})
	}
	everything := false
	for end := time.After(time.Second); !everything; {
		select {
		case got = <-told:
			if len(got) > mostPending+1 {
				t.Errorf("%d changes were kept", len(got))
			}
			everything = slices.ContainsFunc(got, func(one any) bool { return one.(view.Change).Type == view.Everything })
		case <-end:
			t.Fatal("what was too much is not told as everything")
		}
	}
	cancel()
}

// machines is the view of an account of another cloud.
type machines struct{}

func (machines) Ask(_ context.Context, q view.Question) (view.Answer, error) {
	group := view.ServerGroup{Resource: view.Resource{Account: "east", Name: "shop-prod-v001", Region: "us-east-1", CloudProvider: "aws", CreatedTime: 5}, Type: "aws"}
	switch q.Topic {
	case view.AboutApplications:
		return view.Answer{Applications: map[string][]string{"shop": {"shop-prod"}}}, nil
	case view.AboutClusters:
		return view.Answer{Clusters: []view.Cluster{{Name: "shop-prod", Type: "aws", AccountName: "east", ServerGroups: []view.ServerGroup{group}}}}, nil
	case view.AboutSummaries:
		return view.Answer{Summaries: []view.ServerGroupSummary{{Name: group.Name, Account: "east", Region: group.Region, Type: "aws", CloudProvider: "aws"}}}, nil
	case view.AboutSecurityGroups:
		return view.Answer{SecurityGroups: []view.SecurityGroup{{
			Resource: view.Resource{Name: "web", Region: "us-east-1"}, Summary: view.SecurityGroupSummary{ID: "sg-1", Name: "web"},
		}}}, nil
	case view.AboutMatches:
		return view.Answer{Matches: []view.Match{{Provider: "aws", Type: view.ServerGroups, Name: group.Name, Region: group.Region}}}, nil
	}
	return view.Answer{}, nil
}

// A second cloud needs a view and nothing else.
func TestTwoClouds(t *testing.T) {
	t.Parallel()
	i := seen(map[string][][]*mirror.Object{"acct": {group("one", "ns", 1, 1, false)}})
	i.views()["east"] = Source{Provider: "aws", Viewer: machines{}}
	ctx := t.Context()

	clusters, err := i.ApplicationClusters(ctx, "shop")
	if err != nil || clusters["east"][0]["provider"] != "aws" || clusters["acct"][0]["provider"] != "kubernetes" {
		t.Errorf("clusters: %v (%v)", clusters, err)
	}
	groups, err := i.ServerGroups(ctx, "shop", "", false)
	if err != nil || len(groups) != 2 || groups[1].(view.ServerGroupSummary).CloudProvider != "aws" {
		t.Errorf("server groups: %v (%v)", groups, err)
	}
	found, err := i.TargetServerGroup(ctx, view.Target{Application: "shop", Account: "east", Cluster: "shop-prod", Provider: "aws", Scope: "us-east-1", Name: "current"})
	if err != nil || found.(view.ServerGroup).Name != "shop-prod-v001" {
		t.Errorf("target: %v (%v)", found, err)
	}
	firewalls, err := i.Firewalls(ctx)
	if err != nil || len(firewalls["east"]["aws"]["us-east-1"]) != 1 {
		t.Errorf("firewalls: %v (%v)", firewalls, err)
	}
	for provider, count := range map[string]int{"aws": 1, "kubernetes": 0} {
		if of, err := i.AccountFirewalls(ctx, "east", provider); err != nil || len(of) != count {
			t.Errorf("firewalls of %s: %v (%v)", provider, of, err)
		}
	}
	matches, err := i.Search(ctx, "shop", []string{"serverGroups"})
	if err != nil || len(matches) != 2 || matches[1]["provider"] != "aws" || matches[1]["kubernetesKind"] != nil {
		t.Errorf("matches: %v (%v)", matches, err)
	}
}

// What other processes are told is what they would see themselves.
func TestAnswersTravel(t *testing.T) {
	t.Parallel()
	store := mirror.NewStore("acct", nil)
	for _, o := range group("one", "ns", 1, 2, false) {
		store.Put(o)
	}
	for _, q := range []view.Question{
		{Topic: view.AboutClusters, Application: "shop"}, {Topic: view.AboutServerGroups, Application: "shop"},
		{Topic: view.AboutSummaries, Application: "shop"}, {Topic: view.AboutInstances}, {Topic: view.AboutMatches, Classes: []view.Class{view.ServerGroups}},
	} {
		here, err := store.Ask(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(here)
		if err != nil {
			t.Fatal(err)
		}
		var there view.Answer
		if err := json.Unmarshal(text, &there); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(there)
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("%s: %s became %s (%v)", q.Topic, text, again, err)
		}
	}
}
