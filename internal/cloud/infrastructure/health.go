package infrastructure

import (
	"context"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// Health is how things of a region are doing, by their names; what isn't there is left out.
func (i *Infrastructure) Health(ctx context.Context, account, region string, names []string) (map[string]view.HealthStatus, error) {
	answer, err := i.askOne(ctx, account, view.Question{Topic: view.AboutHealth, Region: region, Names: names})
	return answer.Health, err
}

// ApplicationHealth is how applications are doing, over all accounts, in the order of the names. One of
// which nothing runs is unknown.
func (i *Infrastructure) ApplicationHealth(ctx context.Context, names []string) ([]view.ApplicationHealth, error) {
	answers, err := i.ask(ctx, view.Question{Topic: view.AboutApplicationHealth, Names: names})
	if err != nil {
		return nil, err
	}
	out := make([]view.ApplicationHealth, len(names))
	for n, name := range names {
		out[n] = view.ApplicationHealth{Application: name, HealthStatus: view.Overall(view.HealthCounts{}, view.OK)}
		for _, answer := range answers {
			at := slices.IndexFunc(answer.ApplicationHealth, func(h view.ApplicationHealth) bool { return strings.EqualFold(h.Application, name) })
			if at >= 0 {
				out[n].Add(answer.ApplicationHealth[at])
			}
		}
	}
	return out, nil
}
