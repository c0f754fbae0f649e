package server_test

import (
	"net/http"
	"testing"
)

// What is one application's can't be asked for all of them, save where the API
// says so.
func TestAWildcardIsNoApplication(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	for _, path := range []string{
		"/applications/*/pipelines", "/applications/%2A/pipelines?limit=1", "/applications/*/pipelineConfigs", "/applications/*/strategyConfigs",
		"/applications/*/tasks", "/applications/*/clusters", "/applications/*/serverGroups", "/applications/*/loadBalancers",
		"/applications/*/history", "/applications/*/pipelineConfigs/x",
	} {
		if status, got := i.call(http.MethodGet, path, nil); status != http.StatusBadRequest {
			t.Errorf("%s answers %d: %v", path, status, got)
		}
	}
	for _, path := range []string{"/applications/*/executions/search", "/applications/*/pipelines/search", "/applications/none/pipelines"} {
		if status, got := i.call(http.MethodGet, path, nil); status != http.StatusOK {
			t.Errorf("%s answers %d: %v", path, status, got)
		}
	}
	if status, _ := i.call(http.MethodGet, "/applications/*", nil); status != http.StatusNotFound {
		t.Errorf("the application * answers %d", status)
	}
}
