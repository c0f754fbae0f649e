// Package sources is the area of the API about where events come from without being sent:
// registries that are looked at, subscriptions that are listened to. Spinnaker has nothing
// like it.
package sources

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/trigger/subscription"
)

// kinds are the kinds of resources that are sources of events. Their statuses have the
// fields of [status].
var kinds = []string{registry.ResourceKind, subscription.ResourceKind}

// Resources are those of the installation; a [resource.Service] has them.
type Resources interface {
	List(ctx context.Context, f resource.Filter) ([]resource.Resource, error)
}

// status is what the statuses of sources have in common. Times are in milliseconds since
// the epoch, 0 for never.
type status struct {
	// Lag is how far behind the source is, in milliseconds.
	LastSuccess int64  `json:"lastSuccess"`
	LastAttempt int64  `json:"lastAttempt"`
	Lag         int64  `json:"lag"`
	Events      int64  `json:"events"`
	Error       string `json:"error"`
}

// source is a source as it is shown.
type source struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Ready is what the condition of this name says: True, False or Unknown.
	Ready   resource.Status `json:"ready"`
	Reason  string          `json:"reason"`
	Message string          `json:"message"`
	status
}

//go:embed schemas.json
var schemas []byte

type area struct{ resources Resources }

// New returns the area. Without resources there are no sources.
func New(resources Resources) rest.Area {
	a := &area{resources}
	return rest.Area{Schemas: schemas, Routes: []rest.Route{{
		Method: http.MethodGet, Path: "/triggers/sources", Name: "listEventSources", Tag: "Triggers",
		Needs:   rest.Need{Permission: access.Permission{Kind: access.Platform, Authorization: access.Read}, On: rest.Installation},
		Summary: "List the registries and subscriptions that events come from, with how far behind each is and what is wrong with it",
		Result:  rest.ListOf(rest.Ref("EventSource")), Serve: a.list,
	}}}
}

func (a *area) list(r *http.Request) (any, error) {
	if !rest.Administers(r) {
		return nil, rest.AccessDenied()
	}
	out := []source{}
	if a.resources == nil {
		return out, nil
	}
	for _, kind := range kinds {
		found, err := a.resources.List(r.Context(), resource.Filter{Kind: kind, Limit: mostOfKind})
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			out = append(out, shown(one))
		}
	}
	// What doesn't work comes first.
	slices.SortStableFunc(out, func(a, b source) int { return cmp.Compare(rank(a), rank(b)) })
	return out, nil
}

// mostOfKind is how many sources of a kind are listed.
const mostOfKind = 1000

func rank(s source) int {
	switch s.Ready {
	case resource.False:
		return 0
	case resource.Unknown:
		return 1
	default:
		return 2
	}
}

func shown(r resource.Resource) source {
	ready := r.Condition(resource.Ready)
	out := source{Kind: r.Kind, Name: r.Name, Ready: ready.Status, Reason: ready.Reason, Message: ready.Message}
	// One that hasn't been looked at yet has no status.
	_ = json.Unmarshal(r.Status, &out.status)
	return out
}
