package api_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api"
)

// managed is account management that only lists.
type managed struct{ api.AccountDefinitions }

func (managed) Definitions(_ context.Context, accountType string, limit int, from string) ([]map[string]any, error) {
	return []object{{"type": accountType, "limit": limit, "from": from}}, nil
}

func TestAccountsAreManagedByAdministrators(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) {
		d.Definitions = managed{}
		d.Identify = func(r *http.Request) (access.Principal, error) {
			return access.Principal{Name: r.Header.Get("X-Login"), Admin: r.Header.Get("X-Login") == "root"}, nil
		}
	})
	for _, c := range []struct{ method, path string }{
		{"GET", "/credentials/type/kubernetes"}, {"POST", "/credentials"}, {"PUT", "/credentials"}, {"PUT", "/credentials/a"},
		{"DELETE", "/credentials/a"}, {"GET", "/credentials/a/history"}, {"POST", "/credentials/a/test"}, {"POST", "/credentials/test"},
		{"POST", "/credentials/rotateKey"},
	} {
		k.call(c.method, c.path, nil, "X-Login", "ann").refused(http.StatusForbidden, "Access is denied")
	}
	found := k.call(http.MethodGet, "/credentials/type/kubernetes?startingAccountName=b", nil, "X-Login", "root").is(http.StatusOK).list()
	if len(found) != 1 || fmt.Sprint(found[0]["limit"]) != "100" || found[0]["from"] != "b" {
		t.Errorf("listed %v", found)
	}
	k.call(http.MethodPost, "/credentials", nil, "X-Login", "root").refused(http.StatusBadRequest, "a body is required")
	newKit(t).get("/credentials/type/kubernetes").refused(http.StatusNotFound, "accounts are not managed here")
}
