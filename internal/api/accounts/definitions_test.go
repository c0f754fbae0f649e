package accounts_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/accounts"
	"github.com/gennaker/gennaker/internal/api/apitest"
)

// managed is account management that only lists.
type (
	stored  = accounts.Definitions
	managed struct{ stored }
)

func (managed) Definitions(_ context.Context, accountType string, limit int, from string) ([]map[string]any, error) {
	return []object{{"type": accountType, "limit": limit, "from": from}}, nil
}

func TestAccountsAreManagedByAdministrators(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) {
		d.Accounts.Definitions = managed{}
		d.Identify = func(r *http.Request) (access.Principal, error) {
			return access.Principal{Name: r.Header.Get("X-Login"), Admin: r.Header.Get("X-Login") == "root"}, nil
		}
	})
	for _, c := range []struct{ method, path string }{
		{"GET", "/credentials/type/kubernetes"}, {"POST", "/credentials"}, {"PUT", "/credentials"}, {"PUT", "/credentials/a"},
		{"DELETE", "/credentials/a"}, {"GET", "/credentials/a/history"}, {"POST", "/credentials/a/test"}, {"POST", "/credentials/test"},
		{"POST", "/credentials/rotateKey"},
	} {
		k.Call(c.method, c.path, nil, "X-Login", "ann").Refused(http.StatusForbidden, "Access is denied")
	}
	found := k.Call(http.MethodGet, "/credentials/type/kubernetes?startingAccountName=b", nil, "X-Login", "root").Is(http.StatusOK).List()
	if len(found) != 1 || fmt.Sprint(found[0]["limit"]) != "100" || found[0]["from"] != "b" {
		t.Errorf("listed %v", found)
	}
	k.Call(http.MethodPost, "/credentials", nil, "X-Login", "root").Refused(http.StatusBadRequest, "a body is required")
	apitest.New(t).Get("/credentials/type/kubernetes").Refused(http.StatusNotFound, "accounts can't be changed here")
}
