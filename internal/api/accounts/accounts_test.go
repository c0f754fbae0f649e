package accounts_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Clouds = apitest.TwoAccounts{} })
	short := k.Get("/credentials").Is(http.StatusOK).List()
	if len(short) != 2 || len(short[0]) != 6 || short[0]["accountId"] != "open" || short[0]["authorized"] != true || short[1]["authorized"] != false {
		t.Errorf("accounts: %v", short)
	}
	long := k.Get("/credentials?expand=true").Is(http.StatusOK).List()
	if long[0]["cloudProvider"] != "kubernetes" || long[0]["environment"] != "open" || long[0]["spinnakerKindMap"] == nil || long[1]["primaryAccount"] != true {
		t.Errorf("expanded accounts: %v", long)
	}
	for _, expanded := range []map[string]any{long[0], k.Get("/credentials/open").Is(http.StatusOK).Object()} {
		if fmt.Sprint(expanded["namespaces"]) != "[default]" {
			t.Errorf("the namespaces of an account: %v", expanded)
		}
	}
	one := k.Get("/credentials/closed").Is(http.StatusOK).Object()
	if one["name"] != "closed" || fmt.Sprint(one["permissions"]) != "map[WRITE:[Ops]]" {
		t.Errorf("account: %v", one)
	}
	k.Get("/credentials/none").Refused(http.StatusNotFound, "Account not found")
}
