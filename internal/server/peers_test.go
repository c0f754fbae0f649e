package server_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/membership"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// Two processes on one database share the clusters: each watches some, and
// each answers about all. When one ends, the other takes over.
func TestProcessesShareClusters(t *testing.T) {
	t.Parallel()
	database := testpostgres.New(t)
	const clusters = 12
	dir := t.TempDir()
	var accounts []kubernetes.AccountConfig
	apis := map[string]*simulated.Server{}
	for n := range clusters {
		name := fmt.Sprintf("cluster-%d", n)
		apis[name] = simulated.New(simulated.Kinds, running()...)
		api := httptest.NewServer(apis[name])
		t.Cleanup(api.Close)
		kubeconfig := filepath.Join(dir, name)
		text := "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: " + api.URL + "}}]\n" +
			"contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n"
		require.NoError(t, os.WriteFile(kubeconfig, []byte(text), 0o600))
		accounts = append(accounts, kubernetes.AccountConfig{Name: name, KubeconfigFile: kubeconfig})
	}
	begin := func(roles ...config.Role) *instance {
		return start(t, func(c *config.Config) {
			c.Database.URL, c.Kubernetes.Accounts = database, accounts
			if len(roles) > 0 {
				c.Roles = roles
			}
		})
	}
	one, two, asked := begin(), begin(), begin(config.RoleAPI)
	watched := func(i *instance) int { return strings.Count(i.text("/metrics"), "gennaker_watch_up{") }
	told := func(i *instance) int {
		count := 0
		for _, account := range accounts {
			if watch := model.Object(i.object(http.MethodGet, "/credentials/"+account.Name, nil), "watch"); watch["state"] == view.WatchLive {
				count++
			}
		}
		return count
	}
	eventually := func(what string, ok func() bool) {
		t.Helper()
		require.Eventually(t, ok, 40*time.Second, 20*time.Millisecond, what)
	}
	sees := func(i *instance) int {
		status, answer := i.call(http.MethodGet, "/applications/demo/serverGroups", nil)
		list, _ := answer.([]any)
		require.Equal(t, http.StatusOK, status)
		count := 0
		for _, group := range list {
			group, _ := group.(map[string]any)
			if instances, _ := group["instances"].([]any); strings.HasPrefix(model.String(group, "name"), "replicaSet") && len(instances) == 1 {
				count++
			}
		}
		return count
	}
	for _, i := range []*instance{one, two, asked} {
		eventually("each answers about all clusters", func() bool { return sees(i) == clusters })
	}
	st, err := store.Open(t.Context(), database, store.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	// The processes' names are random, and so are their shares: one in two
	// thousand is all or nothing.
	members := func() []store.Member {
		all, err := st.Members(t.Context(), time.Minute)
		require.NoError(t, err)
		return slices.DeleteFunc(all, func(m store.Member) bool { return !slices.Contains(m.Roles, string(config.RoleCloud)) })
	}
	eventually("both are on the list", func() bool { return len(members()) == 2 })
	falls := func(to *instance) int {
		count := 0
		for _, account := range accounts {
			if owner, ok := membership.Pick(members(), account.Name); ok && owner.Address == to.base {
				count++
			}
		}
		return count
	}
	require.Equal(t, clusters, falls(one)+falls(two))
	for _, i := range []*instance{one, two} {
		eventually("each cluster is watched by the process that it falls to", func() bool { return watched(i) == falls(i) })
	}
	for _, i := range []*instance{one, two, asked} {
		require.Equal(t, clusters, sees(i), "nothing is missing after they have shared")
		require.Equal(t, clusters, told(i), "each tells how all are watched")
	}

	// A change in any cluster is told by any process.
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, asked.base+"/applications/demo/infrastructure/stream", http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	next := func(prefix string) string {
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), prefix); ok {
				return text
			}
		}
		t.Fatalf("the stream ended before %q: %v", prefix, lines.Err())
		return ""
	}
	require.Equal(t, "ready", next("event: "))
	for name, api := range apis {
		told := make(chan string, 1)
		go func() {
			for {
				if data := next("data: "); strings.Contains(data, `"`+name+`"`) {
					told <- data
					return
				}
			}
		}()
		// The stream of the other process may be a moment late.
		for n := 0; ; n++ {
			pod := running()[2]
			pod["status"] = obj{"phase": []string{"Pending", "Running"}[n%2]}
			api.Put(pod)
			select {
			case data := <-told:
				require.Contains(t, data, "pod web-1-a")
			case <-time.After(200 * time.Millisecond):
				if ctx.Err() != nil {
					t.Fatalf("nobody tells of a change in %s", name)
				}
				continue
			}
			break
		}
	}

	two.stop()
	eventually("the other takes over", func() bool { return watched(one) == clusters && sees(one) == clusters && sees(asked) == clusters })

	// Whoever doesn't know the secret learns nothing.
	answer, err := http.Post(one.base+"/internal/views/cluster-0", "application/json", strings.NewReader(`{"topic":"applications"}`))
	require.NoError(t, err)
	_ = answer.Body.Close()
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
}
