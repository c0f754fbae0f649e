package kubernetes

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/weights"
)

var _ weights.Provider = (*Provider)(nil)

// routeKind says where a kind of route keeps its rules and weights.
type routeKind struct {
	rules, backends string
	// names are those that a backend goes by, the first one for people.
	names func(backend map[string]any) []string
	// missing is the weight of a backend that says none.
	missing int64
	// sum is what a rule's weights must add up to; 0 where anything will do.
	sum int64
}

var routeKinds = map[string]routeKind{
	"httproute.gateway.networking.k8s.io": {
		rules: "rules", backends: "backendRefs", missing: 1,
		names: func(b map[string]any) []string { return []string{model.String(b, "name")} },
	},
	"virtualservice.networking.istio.io": {
		rules: "http", backends: "route", sum: 100,
		names: func(b map[string]any) []string {
			destination := model.Object(b, "destination")
			host, subset := model.String(destination, "host"), model.String(destination, "subset")
			short, _, _ := strings.Cut(host, ".")
			if subset == "" {
				return []string{host, short}
			}
			return []string{host + "/" + subset, short + "/" + subset, subset, host, short}
		},
	},
}

// PlanWeights sets the weights of a route's backends.
func (p *Provider) PlanWeights(ctx context.Context, request weights.Request) (manifest.Plan, map[string]int64, error) {
	t, live, err := p.read(ctx, request.TargetRequest)
	if err != nil {
		return manifest.Plan{}, nil, err
	}
	of, ok := routeKinds[t.kind.key()]
	if !ok {
		return manifest.Plan{}, nil, fault.New(fault.Invalid,
			"manifestName: a %s has no weights; name an HTTPRoute.gateway.networking.k8s.io or a VirtualService.networking.istio.io", t.kind)
	}
	work := weighing{kind: of, request: request, previous: map[string]int64{}, known: map[string]bool{}}
	for i, rule := range model.Objects(model.Object(live.Object, "spec"), of.rules) {
		if request.Rule == "" || model.String(rule, "name") == request.Rule {
			if err := work.rule(i, rule); err != nil {
				return manifest.Plan{}, nil, fault.New(fault.KindOf(err), "%s: %w", t, err)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(request.Weights)) {
		if _, found := work.previous[name]; !found {
			return manifest.Plan{}, nil, fault.New(fault.NotFound, "weights.%s: no rule of %s has such a backend beside the others that are named; there are %s",
				name, t, list(slices.Sorted(maps.Keys(work.known))))
		}
	}
	return manifest.Plan{Steps: []manifest.Step{t.patchStep(request.ID, "json", work.patch)}}, work.previous, nil
}

// weighing works out the patch of a route.
type weighing struct {
	kind     routeKind
	request  weights.Request
	patch    []any
	previous map[string]int64
	known    map[string]bool
}

// rule sets the weights of one rule, if it has all of the backends.
func (w *weighing) rule(at int, rule map[string]any) error {
	backends := model.Objects(rule, w.kind.backends)
	picked := map[int]string{}
	found := map[string]bool{}
	for i, b := range backends {
		names := w.kind.names(b)
		w.known[names[0]] = true
		for _, name := range names {
			if _, wanted := w.request.Weights[name]; wanted {
				if found[name] {
					return fault.New(fault.Invalid, "weights.%s: matches more than one backend of rule %d; use host/subset", name, at)
				}
				picked[i], found[name] = name, true
				break
			}
		}
	}
	if len(found) < len(w.request.Weights) {
		return nil
	}
	var sum int64
	for i, b := range backends {
		now, ok := model.Int(b, "weight")
		if !ok {
			now = w.kind.missing
		}
		name, ours := picked[i]
		if !ours {
			sum += now
			continue
		}
		weight := w.request.Weights[name]
		sum += weight
		if _, twice := w.previous[name]; !twice {
			w.previous[name] = now
		}
		path := fmt.Sprintf("/spec/%s/%d/%s/%d", w.kind.rules, at, w.kind.backends, i)
		// The test has the patch refused where the route has changed meanwhile.
		identity := "name"
		if w.kind.sum > 0 {
			identity = "destination"
		}
		w.patch = append(w.patch,
			map[string]any{"op": "test", "path": path + "/" + identity, "value": b[identity]},
			map[string]any{"op": "add", "path": path + "/weight", "value": weight})
	}
	if w.kind.sum > 0 && sum != w.kind.sum {
		return fault.New(fault.Invalid, "weights: those of rule %d add up to %d and must to %d", at, sum, w.kind.sum)
	}
	return nil
}
