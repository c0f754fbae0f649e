package accounts_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/resource"
)

// oneState is what is known of the accounts of [apitest.TwoAccounts].
type oneState struct{}

func (oneState) States(context.Context) ([]account.State, error) {
	return []account.State{
		{Type: "kubernetes", Name: "open", Settled: true, Conditions: []resource.Condition{{Type: resource.Ready, Status: resource.True}}},
		{Type: "artifacts.helm", Name: "closed", Conditions: []resource.Condition{}},
	}, nil
}

func TestStatesOfAccounts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Clouds, d.Accounts.States = apitest.TwoAccounts{}, oneState{} })
	found := k.Get("/credentials/conditions").Is(http.StatusOK).List()
	if len(found) != 2 || found[0]["name"] != "open" || found[0]["settled"] != true || found[1]["type"] != "artifacts.helm" {
		t.Errorf("the states are %v", found)
	}
	for _, account := range append(k.Get("/credentials?expand=true").Is(http.StatusOK).List(), k.Get("/credentials/open").Is(http.StatusOK).Object()) {
		conditions, _ := account["conditions"].([]any)
		if account["name"] == "open" {
			if ready, ok := conditions[0].(object); len(conditions) != 1 || !ok || ready["type"] != "Ready" || ready["status"] != "True" {
				t.Errorf("account open has the conditions %v", conditions)
			}
		} else if conditions != nil {
			t.Errorf("account %v has the conditions %v, which are another one's", account["name"], conditions)
		}
	}
	if short := k.Get("/credentials").Is(http.StatusOK).List(); short[0]["conditions"] != nil {
		t.Errorf("the summary has conditions: %v", short[0])
	}
	if none := apitest.New(t).Get("/credentials/conditions").Is(http.StatusOK).List(); len(none) != 0 {
		t.Errorf("without anybody who knows, there are states: %v", none)
	}
}
