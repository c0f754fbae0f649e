package accounts

import (
	"context"
	"maps"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/model"
)

// addNamespaces adds the namespaces that stages name to accounts that know none,
// since their clusters don't answer or don't let them be listed.
func (a *area) addNamespaces(ctx context.Context, accounts ...map[string]any) error {
	unknown := map[string]map[string]bool{}
	for _, account := range accounts {
		if names, ok := account["namespaces"].([]string); ok && len(names) == 0 {
			unknown[model.String(account, "name")] = map[string]bool{}
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	err := catalog.EachPart(ctx, a.pipelines, nil, func(stage gjson.Result) {
		names, ok := unknown[stage.Get("account").String()]
		if !ok {
			return
		}
		for _, place := range []string{"location", "namespaceOverride", "namespace", "trafficManagement.options.namespace"} {
			if name := stage.Get(place).String(); catalog.IsName(name) {
				names[name] = true
			}
		}
	})
	for _, account := range accounts {
		if names := unknown[model.String(account, "name")]; len(names) > 0 {
			account["namespaces"] = slices.Sorted(maps.Keys(names))
		}
	}
	return err
}
