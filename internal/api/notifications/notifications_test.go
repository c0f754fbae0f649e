package notifications_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
)

// object and list are what JSON looks like in tests.
type (
	object = map[string]any
	list   = []any
)

func TestNotificationSettings(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	const path = "/notifications/application/Demo"
	k.Delete(path).Is(http.StatusOK)
	k.Post(path, object{"slack": list{object{"address": "#x"}}}).Is(http.StatusOK).Empty()
	if got := k.Get("/notifications/application/demo").Is(http.StatusOK).Object(); got["application"] != "demo" || got["slack"] == nil {
		t.Errorf("settings: %v", got)
	}
	k.Get("/notifications/global/demo").Refused(http.StatusNotFound, "application")
	k.Post(path, list{}).Is(http.StatusBadRequest)
	k.Delete(path).Is(http.StatusOK)
	if got := string(k.Get(path).Body); got != "{}" {
		t.Errorf("after the deletion: %s", got)
	}
}
