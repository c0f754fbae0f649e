package infrastructure

import (
	"context"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// mostMatches is how many matches of each account a search returns.
const mostMatches = 10_000

// labels are the fields by which Clouddriver's matches of a class are named
// once more.
var labels = map[view.Class]string{
	view.ServerGroups: "serverGroup", view.LoadBalancers: "loadBalancer", view.SecurityGroups: "id", view.Instances: "instanceId",
}

// Search finds what has a text in its name, its namespace, or the name of its
// application, cluster or account: of a type that is one of Clouddriver's, such
// as serverGroups, or a kind, such as service.
func (i *Infrastructure) Search(ctx context.Context, text string, types []string) ([]map[string]any, error) {
	q := view.Question{Topic: view.AboutMatches, Text: text, Limit: mostMatches}
	for _, name := range types {
		switch class := view.Class(name); class {
		case view.ServerGroups, view.ServerGroupManagers, view.LoadBalancers, view.SecurityGroups, view.Instances, view.Clusters:
			q.Classes = append(q.Classes, class)
		default:
			q.Kinds = append(q.Kinds, name)
		}
	}
	answers, err := i.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, answer := range answers {
		for _, m := range answer.Matches {
			out = append(out, match(answer.account, m))
		}
	}
	return out, nil
}

func match(account string, m view.Match) map[string]any {
	out := map[string]any{"provider": m.Provider, "type": string(m.Type), "account": account, "name": m.Name}
	if m.Application != "" {
		out["application"] = m.Application
	}
	if m.Cluster != "" {
		out["cluster"] = m.Cluster
	}
	if m.Type == view.Clusters {
		out["group"], out["logicalKind"] = string(view.Clusters), string(view.Clusters)
		return out
	}
	for name, value := range m.Details {
		out[name] = value
	}
	out["region"] = m.Region
	if label, ok := labels[m.Type]; ok {
		out[label] = m.Name
	}
	return out
}
