package infrastructure

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// ServerGroups are an application's server groups, of one cloud provider or of
// all where it is "", in short or with everything about them.
func (i *Infrastructure) ServerGroups(ctx context.Context, app, provider string, expand bool) ([]any, error) {
	answers, err := i.ask(ctx, groupsQuestion(view.Question{Application: app}, expand))
	if err != nil {
		return nil, err
	}
	answers = slices.DeleteFunc(answers, func(n named) bool { return provider != "" && !strings.EqualFold(provider, n.provider) })
	return groupsIn(answers, expand), nil
}

// ServerGroupsOf are the server groups of some of an application's clusters,
// each named as account:cluster. What has another form is passed over, as
// Clouddriver does.
func (i *Infrastructure) ServerGroupsOf(ctx context.Context, app string, clusters []string, expand bool) ([]any, error) {
	out := []any{}
	for _, text := range clusters {
		account, cluster, ok := strings.Cut(text, ":")
		if !ok || account == "" || cluster == "" {
			continue
		}
		answer, err := i.askOne(ctx, account, groupsQuestion(view.Question{Application: app, Cluster: cluster}, expand))
		if err != nil {
			return nil, err
		}
		out = append(out, groupsIn(one(answer), expand)...)
	}
	return out, nil
}

func groupsQuestion(q view.Question, expand bool) view.Question {
	q.Topic = view.AboutSummaries
	if expand {
		q.Topic = view.AboutServerGroups
	}
	return q
}

func groupsIn(answers []named, expand bool) []any {
	if expand {
		return collect(answers, func(a view.Answer) []view.ExpandedServerGroup { return a.ServerGroups })
	}
	return collect(answers, func(a view.Answer) []view.ServerGroupSummary { return a.Summaries })
}

// ServerGroup is one server group with everything about it.
func (i *Infrastructure) ServerGroup(ctx context.Context, account, region, name string) (any, error) {
	found, err := i.serverGroup(ctx, account, region, name)
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (i *Infrastructure) serverGroup(ctx context.Context, account, region, name string) (view.ServerGroup, error) {
	answer, err := i.askOne(ctx, account, view.Question{Topic: view.AboutServerGroups, Region: region, Name: name})
	if err != nil {
		return view.ServerGroup{}, err
	}
	if len(answer.ServerGroups) == 0 {
		return view.ServerGroup{}, fault.New(fault.NotFound, "Server group not found (account: %s, region: %s, name: %s)", account, region, name)
	}
	return answer.ServerGroups[0].ServerGroup, nil
}

// ServerGroupsByID are server groups in short, each named as
// account:region:name; those that are gone are left out.
func (i *Infrastructure) ServerGroupsByID(ctx context.Context, ids []string) ([]any, error) {
	var wrong []string
	for _, id := range ids {
		if strings.Count(id, ":") != 2 {
			wrong = append(wrong, id)
		}
	}
	if len(wrong) > 0 {
		return nil, fault.New(fault.Invalid, "Expected ids in the format <account>:<region>:<name> but got invalid ids: %s", strings.Join(wrong, ", "))
	}
	out := []any{}
	for _, id := range ids {
		parts := strings.Split(id, ":")
		answer, err := i.askOne(ctx, parts[0], view.Question{Topic: view.AboutSummaries, Region: parts[1], Name: parts[2]})
		if err != nil {
			return nil, err
		}
		out = append(out, groupsIn(one(answer), false)...)
	}
	return out, nil
}

// TargetServerGroup is the server group that a target means, by Clouddriver's
// rules. None is a NotFound fault.
func (i *Infrastructure) TargetServerGroup(ctx context.Context, t view.Target) (any, error) {
	var c view.Cluster
	if source := i.source(t.Account); strings.EqualFold(t.Provider, source.Provider) {
		var err error
		if c, _, err = source.cluster(ctx, t.Application, t.Cluster); err != nil {
			return nil, err
		}
	}
	var groups []view.ServerGroup
	for _, g := range c.ServerGroups {
		if g.Region == t.Scope && (!t.OnlyEnabled || !g.Disabled) {
			groups = append(groups, g)
		}
	}
	found, ok := pick(t, groups)
	if !ok {
		return nil, fault.New(fault.NotFound, "unable to find %s in %s/%s/%s/%s", t.Name, t.Provider, t.Account, t.Scope, t.Cluster)
	}
	return found, nil
}

// targets are the names that the targets have besides their own.
var targets = map[string]string{"newest": "current", "ancestor": "previous"}

func pick(t view.Target, groups []view.ServerGroup) (view.ServerGroup, bool) {
	name := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(t.Name), "_dynamic"), "_asg")
	if other, ok := targets[name]; ok {
		name = other
	}
	slices.SortStableFunc(groups, func(a, b view.ServerGroup) int { return cmp.Compare(b.CreatedTime, a.CreatedTime) })
	at := -1
	switch name {
	case "current":
		at = 0
	case "previous":
		at = 1
	case "oldest":
		if at = len(groups) - 1; at == 0 && !t.AnyOldest {
			at = -1
		}
	case "largest":
		slices.SortStableFunc(groups, func(a, b view.ServerGroup) int { return cmp.Compare(len(b.Instances), len(a.Instances)) })
		at = 0
	case "fail":
		if len(groups) == 1 {
			at = 0
		}
	}
	if at < 0 || at >= len(groups) {
		return view.ServerGroup{}, false
	}
	return groups[at], true
}
