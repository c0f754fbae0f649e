package accounts

import (
	"context"
	"net/http"

	stored "github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
)

// States tell how accounts are, as was found last: nobody is asked.
type States interface {
	// States lists those of all accounts, by type and name.
	States(ctx context.Context) ([]stored.State, error)
}

func (a *area) stateRoutes() []rest.Route {
	return []rest.Route{{
		Method: http.MethodGet, Path: "/credentials/conditions", Name: "getAccountConditions", Needs: rest.Anyone, Tag: "Accounts",
		Summary: "The health of accounts of all types: ready, reachable, authorized, and the reasons if not",
		Result:  rest.ListOf(rest.Ref("AccountState")),
		Serve: func(r *http.Request) (any, error) {
			if a.states == nil {
				return []stored.State{}, nil
			}
			return a.states.States(r.Context())
		},
	}}
}

// addConditions adds to the details of accounts how they are, as far as it is known.
func (a *area) addConditions(ctx context.Context, accounts ...map[string]any) error {
	if a.states == nil {
		return nil
	}
	states, err := a.states.States(ctx)
	if err != nil {
		return err
	}
	type key struct{ kind, name string }
	known := make(map[key]any, len(states))
	for _, state := range states {
		known[key{state.Type, state.Name}] = state.Conditions
	}
	for _, account := range accounts {
		if conditions, ok := known[key{model.String(account, "type"), model.String(account, "name")}]; ok {
			account["conditions"] = conditions
		}
	}
	return nil
}
