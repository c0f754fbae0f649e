package accounts_test

import (
	"context"
	"net/http"
	"reflect"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

// object and list are what JSON looks like in tests.
type (
	object = map[string]any
	list   = []any
)

// withoutNamespaces are accounts whose clusters tell no namespaces.
type withoutNamespaces struct{}

func (withoutNamespaces) CloudAccounts(context.Context) ([]view.Account, error) {
	none := func(context.Context) map[string]any { return map[string]any{"namespaces": []string{}} }
	some := func(context.Context) map[string]any { return map[string]any{"namespaces": []string{"live"}} }
	return []view.Account{
		{Name: "away", Type: "kubernetes", Ask: none}, {Name: "unused", Type: "kubernetes", Ask: none}, {Name: "there", Type: "kubernetes", Ask: some},
	}, nil
}

// A form of Deck's forgets the namespace that isn't among its account's, so a cluster
// that is away has those that stages name.
func TestNamespacesThatStagesName(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Clouds = withoutNamespaces{} })
	k.Post("/pipelines", object{"application": "shop", "name": "scale", "stages": list{
		object{"type": "scaleManifest", "name": "a", "refId": "1", "account": "away", "location": "shop"},
		object{"type": "scaleManifest", "name": "b", "refId": "2", "account": "away", "location": "${parameters.namespace}"},
		object{"type": "scaleManifest", "name": "c", "refId": "3", "account": "there", "location": "other"},
		object{
			"type": "deployManifest", "name": "d", "refId": "4", "account": "away", "namespaceOverride": "override",
			"trafficManagement": object{"options": object{"namespace": "services"}},
		},
	}}).Is(http.StatusOK)
	want := map[string]any{"away": list{"override", "services", "shop"}, "unused": list{}, "there": list{"live"}}
	for _, account := range k.Get("/credentials?expand=true").Is(http.StatusOK).List() {
		name := account["name"].(string)
		if got := account["namespaces"]; !reflect.DeepEqual(got, want[name]) {
			t.Errorf("account %s has the namespaces %v, want %v", name, got, want[name])
		}
		if got := k.Get("/credentials/" + name).Is(http.StatusOK).Object()["namespaces"]; !reflect.DeepEqual(got, want[name]) {
			t.Errorf("account %s alone has the namespaces %v, want %v", name, got, want[name])
		}
	}
}
