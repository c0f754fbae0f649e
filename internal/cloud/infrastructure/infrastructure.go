// Package infrastructure answers what runs in the clouds, as Clouddriver does:
// it asks the views of all accounts, in this process and in others, and puts
// their answers together.
package infrastructure

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// Source is the view of an account, and the cloud provider that gives it.
type Source struct {
	// Provider is the provider's id: "kubernetes".
	Provider string
	view.Viewer
}

// Views gives the views of all accounts, by the account's name.
type Views func() map[string]Source

// Infrastructure answers what runs. It is safe for concurrent use.
type Infrastructure struct {
	views Views
	log   *slog.Logger
	// complained is when it was last logged that an account can't be asked.
	complained sync.Map
}

// New returns the infrastructure that is seen through views. A view that can't
// answer is left out of answers about all accounts; log takes why, and may be
// nil.
func New(views Views, log *slog.Logger) *Infrastructure {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Infrastructure{views: views, log: log}
}

// atOnce is how many views are asked at the same time.
const atOnce = 32

// named is the answer of an account's view.
type named struct {
	account, provider string
	view.Answer
}

// ask puts a question to all views; the answers are in the order of the
// accounts' names.
func (i *Infrastructure) ask(ctx context.Context, q view.Question) ([]named, error) {
	views := i.views()
	var (
		mu    sync.Mutex
		out   []named
		group errgroup.Group
	)
	group.SetLimit(atOnce)
	for account, source := range views {
		group.Go(func() error {
			answer, err := source.Ask(ctx, q)
			if err != nil {
				i.complain(ctx, account, err)
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			out = append(out, named{account, source.Provider, answer})
			return nil
		})
	}
	_ = group.Wait() // its functions give no errors
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b named) int { return strings.Compare(a.account, b.account) })
	return out, nil
}

// complainAgain is how often it is logged that an account can't be asked.
const complainAgain = 30 * time.Second

func (i *Infrastructure) complain(ctx context.Context, account string, err error) {
	now := time.Now()
	last, ok := i.complained.Load(account)
	if before, isTime := last.(time.Time); ok && isTime && now.Sub(before) < complainAgain {
		return
	}
	i.complained.Store(account, now)
	i.log.WarnContext(ctx, "an account can't be asked what runs in it", "account", account, "error", err)
}

// source is one account's view; one that shows nothing where there is none.
func (i *Infrastructure) source(account string) Source {
	if source, ok := i.views()[account]; ok {
		return source
	}
	return Source{Viewer: nothing{}}
}

// nothing is the view of an account that isn't there.
type nothing struct{}

// Ask implements [view.Viewer].
func (nothing) Ask(context.Context, view.Question) (view.Answer, error) { return view.Answer{}, nil }

// askOne puts a question to one account's view.
func (i *Infrastructure) askOne(ctx context.Context, account string, q view.Question) (view.Answer, error) {
	return i.source(account).Ask(ctx, q)
}

// one is the answer of a single view.
func one(answer view.Answer) []named { return []named{{Answer: answer}} }

// collect puts a list of each answer into one.
func collect[T any](answers []named, list func(view.Answer) []T) []any {
	out := []any{}
	for _, answer := range answers {
		for _, item := range list(answer.Answer) {
			out = append(out, item)
		}
	}
	return out
}

// ApplicationAccounts are the accounts that each application has clusters in,
// by the application's name in lower case.
func (i *Infrastructure) ApplicationAccounts(ctx context.Context) (map[string][]string, error) {
	answers, err := i.ask(ctx, view.Question{Topic: view.AboutApplications})
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, answer := range answers {
		for app := range answer.Applications {
			out[app] = append(out[app], answer.account)
		}
	}
	return out, nil
}

// ClusterNames are the names of an application's clusters, by account.
func (i *Infrastructure) ClusterNames(ctx context.Context, app string) (map[string][]string, error) {
	answers, err := i.ask(ctx, view.Question{Topic: view.AboutApplications, Application: app})
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	for _, answer := range answers {
		for _, names := range answer.Applications {
			out[answer.account] = names
		}
	}
	return out, nil
}

// ApplicationClusters are an application's clusters by account, in the short
// form in which an application lists them: Clouddriver gives no members.
func (i *Infrastructure) ApplicationClusters(ctx context.Context, app string) (map[string][]map[string]any, error) {
	answers, err := i.ask(ctx, view.Question{Topic: view.AboutApplications, Application: app})
	if err != nil {
		return nil, err
	}
	out := map[string][]map[string]any{}
	for _, answer := range answers {
		for _, names := range answer.Applications {
			for _, name := range names {
				out[answer.account] = append(out[answer.account], map[string]any{
					"name": name, "provider": answer.provider, "loadBalancers": []string{}, "serverGroups": []string{},
				})
			}
		}
	}
	return out, nil
}

// AccountClusters are an application's clusters in one account, with the names
// of what is in them. None is a NotFound fault.
func (i *Infrastructure) AccountClusters(ctx context.Context, app, account string) ([]any, error) {
	answer, err := i.askOne(ctx, account, view.Question{Topic: view.AboutClusters, Application: app})
	if err != nil {
		return nil, err
	}
	if len(answer.Clusters) == 0 {
		return nil, fault.New(fault.NotFound, "No clusters found (application: %s, account: %s)", app, account)
	}
	out := make([]any, len(answer.Clusters))
	for n, c := range answer.Clusters {
		balancers, groups := []string{}, []string{}
		for _, b := range c.LoadBalancers {
			balancers = append(balancers, b.Name)
		}
		for _, g := range c.ServerGroups {
			groups = append(groups, g.Name)
		}
		out[n] = map[string]any{
			"name": c.Name, "account": account, "moniker": c.Moniker, "loadBalancers": balancers, "serverGroups": groups,
		}
	}
	return out, nil
}

// Cluster is a cluster of an application with all that is in it; nil where
// there is none, which Gate answers with an empty object.
func (i *Infrastructure) Cluster(ctx context.Context, app, account, name string) (any, error) {
	c, ok, err := i.source(account).cluster(ctx, app, name)
	if err != nil || !ok {
		return nil, err
	}
	return c, nil
}

func (s Source) cluster(ctx context.Context, app, name string) (view.Cluster, bool, error) {
	answer, err := s.Ask(ctx, view.Question{Topic: view.AboutClusters, Application: app, Cluster: name})
	if err != nil || len(answer.Clusters) == 0 {
		return view.Cluster{}, false, err
	}
	return answer.Clusters[0], true, nil
}

// ClusterServerGroups are the server groups of a cluster, or those of one name.
func (i *Infrastructure) ClusterServerGroups(ctx context.Context, app, account, cluster, name string) ([]any, error) {
	c, _, err := i.source(account).cluster(ctx, app, cluster)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, g := range c.ServerGroups {
		if name == "" || g.Name == name {
			out = append(out, g)
		}
	}
	return out, nil
}

// Managers are an application's server group managers.
func (i *Infrastructure) Managers(ctx context.Context, app string) ([]any, error) {
	answers, err := i.ask(ctx, view.Question{Topic: view.AboutManagers, Application: app})
	return collect(answers, func(a view.Answer) []view.ServerGroupManager { return a.Managers }), err
}

// LoadBalancers are an application's load balancers, by name.
func (i *Infrastructure) LoadBalancers(ctx context.Context, app string) ([]any, error) {
	answers, err := i.ask(ctx, view.Question{Topic: view.AboutLoadBalancers, Application: app})
	if err != nil {
		return nil, err
	}
	var found []view.LoadBalancer
	for _, answer := range answers {
		found = append(found, answer.LoadBalancers...)
	}
	slices.SortStableFunc(found, func(a, b view.LoadBalancer) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	out := make([]any, len(found))
	for n, b := range found {
		out[n] = b
	}
	return out, nil
}

// LoadBalancer is a list of one load balancer, or of none.
func (i *Infrastructure) LoadBalancer(ctx context.Context, account, region, name string) ([]any, error) {
	answer, err := i.askOne(ctx, account, view.Question{Topic: view.AboutLoadBalancers, Region: region, Name: name})
	return collect(one(answer), func(a view.Answer) []view.LoadBalancer { return a.LoadBalancers }), err
}

// Instance is one pod, by its full name or its UID.
func (i *Infrastructure) Instance(ctx context.Context, account, region, id string) (any, error) {
	found, err := i.instance(ctx, account, region, id)
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (i *Infrastructure) instance(ctx context.Context, account, region, id string) (view.Instance, error) {
	answer, err := i.askOne(ctx, account, view.Question{Topic: view.AboutInstances, Region: region, Name: id})
	if err != nil {
		return view.Instance{}, err
	}
	if len(answer.Instances) == 0 {
		return view.Instance{}, fault.New(fault.NotFound, "Instance not found (id: %s)", id)
	}
	return answer.Instances[0], nil
}

// PodName is the name of an instance's pod: clients name it by its UID, as
// lists do, or by its full name.
func (i *Infrastructure) PodName(ctx context.Context, account, region, id string) (string, error) {
	if kind, name, ok := strings.Cut(id, " "); ok && strings.EqualFold(kind, "pod") {
		return name, nil
	}
	found, err := i.instance(ctx, account, region, id)
	return found.DisplayName, err
}

// RawResources are all objects of an application, but its pods.
func (i *Infrastructure) RawResources(ctx context.Context, app string) ([]any, error) {
	answers, err := i.ask(ctx, view.Question{Topic: view.AboutResources, Application: app})
	return collect(answers, func(a view.Answer) []view.RawResource { return a.Resources }), err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
