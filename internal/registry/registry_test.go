package registry_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

// What is there at first starts nothing; a new tag and another digest of a known one do.
func TestImagesThatArePushed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		h := newHub(t)
		h.push("acme/cart", "1.0")
		h.push("acme/cart", "latest")
		k := newKit(t, st, often, h.docker(""))
		every := k.save("any", docker(nil))
		latest := k.save("latest", docker(object{"tag": "latest"}))
		release := k.save("release", docker(object{"tag": `\d+\.\d+`}))
		chart := k.save("chart", object{"type": "helm/oci", "account": "hub", "repository": "acme/cart", "tag": "2.*"})
		k.looked("docker/hub", 1)
		k.again("docker/hub") // the digest of what the last trigger takes is known
		require.Empty(t, k.starts(every, "tag"))

		beta := h.push("acme/cart", "2.0-beta")
		again := h.push("acme/cart", "latest")
		two := h.push("acme/cart", "2.0")
		k.becomes(every, "tag", "2.0-beta "+beta, "2.0 "+two)
		k.becomes(latest, "tag", "latest "+again)
		k.becomes(release, "tag", "2.0 "+two)
		k.becomes(chart, "tag", "2.0-beta "+beta, "2.0 "+two)

		// The same digest under another tag, and back to what it was.
		third := h.push("acme/cart", "latest")
		k.becomes(latest, "tag", "latest "+again, "latest "+third)
		k.again("docker/hub")
		k.becomes(every, "tag", "2.0-beta "+beta, "2.0 "+two)
		status, ready := k.status("docker/hub")
		require.Equal(t, resource.True, ready.Status, ready.Message)
		require.EqualValues(t, 8, status.Events, "docker and helm/oci, each once")
		require.Equal(t, "hub", status.Account)
		require.Equal(t, h.host, status.Host)
	})
}

// A push that a registry tells of is one event, however often it tells, and though it is
// seen by polling too.
func TestNotificationsAreVerified(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	h := newHub(t)
	h.push("acme/cart", "1.0")
	k := newKit(t, st, never, h.docker("s3cret-of-hub"))
	every := k.save("any", docker(nil))
	k.looked("docker/hub", 1)

	err := k.tell("acme/cart", "1.1")
	require.Equal(t, fault.Forbidden, fault.KindOf(err))
	require.ErrorContains(t, err, "webhookSecret")
	require.Equal(t, fault.Forbidden, fault.KindOf(k.tell("acme/cart", "1.1", "Authorization", "Bearer wrong")))

	digest := h.push("acme/cart", "1.1")
	for range 3 {
		require.NoError(t, k.tell("acme/cart", "1.1", "Authorization", "Bearer s3cret-of-hub"))
	}
	require.NoError(t, k.tell("acme/other", "1.1", "Authorization", "Bearer s3cret-of-hub"), "nobody waits for it")
	k.becomes(every, "tag", "1.1 "+digest)
	require.NoError(t, k.tell("acme/cart", "1.1", "X-Gennaker-Token", "s3cret-of-hub"))
	k.again("docker/hub")
	k.becomes(every, "tag", "1.1 "+digest)
	status, _ := k.status("docker/hub")
	require.EqualValues(t, 1, status.Events)
}

// Without a secret anybody may tell of a push, and nothing is made of what isn't so.
func TestForgedNotifications(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	h := newHub(t)
	h.push("acme/cart", "1.0")
	k := newKit(t, st, never, h.docker(""))
	every := k.save("any", docker(nil))
	k.looked("docker/hub", 1)

	require.NoError(t, k.tell("acme/cart", "1.0"))
	for i := range 300 {
		require.NoError(t, k.tell("acme/cart", fmt.Sprintf("forged-%d", i)))
	}
	require.NoError(t, k.tell("acme/cart", "../../v2/_catalog"))
	digest := h.push("acme/cart", "1.1")
	require.NoError(t, k.tell("acme/cart", "1.1"))
	k.becomes(every, "tag", "1.1 "+digest)
}

// A push between the save of a pipeline and the first look isn't lost if the registry is
// proven to have told of it.
func TestAPushBeforeTheFirstLook(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	h := newHub(t)
	h.breaks(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	k := newKit(t, st, often, h.docker("s3cret-of-hub"))
	every := k.save("any", docker(nil))
	require.Eventually(t, func() bool { _, ready := k.status("docker/hub"); return ready.Status == resource.False }, patience, 5*time.Millisecond)
	h.breaks(nil)
	h.push("acme/cart", "1.0")
	digest := h.push("acme/cart", "1.1")
	require.NoError(t, k.tell("acme/cart", "1.1", "Authorization", "Bearer s3cret-of-hub"))
	k.becomes(every, "tag", "1.1 "+digest)
}

// Two processes look at the same registry, and one is killed: each push starts once.
func TestSeveralProcesses(t *testing.T) {
	t.Parallel()
	url := testpostgres.New(t)
	h := newHub(t)
	h.push("acme/cart", "1.0")
	a := newKit(t, storetest.Open(t, url, store.Options{}), often, h.docker(""))
	b := newKit(t, storetest.Open(t, url, store.Options{}), often, h.docker(""))
	every := a.save("any", docker(nil))
	a.looked("docker/hub", 1)
	var want []string
	for i := range 20 {
		tag := fmt.Sprintf("2.%d", i)
		want = append(want, tag+" "+h.push("acme/cart", tag))
		_ = b.tell("acme/cart", tag)
		if i == 10 {
			a.stop()
		}
	}
	b.becomes(every, "tag", want...)
}

// Registries that are broken are told apart, and don't keep others from being looked at.
func TestBrokenRegistries(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, r *http.Request)
		want   string
	}{
		"a web page": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<html><body>Welcome to the proxy</body></html>"))
		}, "doesn't answer as a registry does"},
		"a list that never ends": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Link", fmt.Sprintf(`<%s?last=%s>; rel="next"`, r.URL.Path, "x"))
			_, _ = w.Write([]byte(`{"name":"acme/cart","tags":["1.0"]}`))
		}, "the list never ends"},
		"an endless page": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"name":"acme/cart","tags":["`))
			_, _ = w.Write([]byte(strings.Repeat("x", 40<<20)))
		}, "which is the limit"},
		"refused": {func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
		}, "requires credentials"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			h.push("acme/other", "1.0")
			h.breaks(func(w http.ResponseWriter, r *http.Request) bool {
				if !strings.HasPrefix(r.URL.Path, "/v2/acme/cart/") {
					return false
				}
				c.answer(w, r)
				return true
			})
			k := newKit(t, storetest.SQLite(t), sometimes, h.docker(""))
			k.save("any", docker(nil))
			other := k.save("other", docker(object{"repository": "acme/other"}))
			require.Eventually(t, func() bool {
				status, ready := k.status("docker/hub")
				return ready.Status == resource.False && strings.Contains(status.Error, c.want) && status.Repositories == 2
			}, patience, 5*time.Millisecond, "%s", c.want)
			require.Eventually(t, func() bool { return h.times("GET /v2/acme/other/tags/list") > 0 }, patience, 5*time.Millisecond)
			require.Eventually(t, func() bool { return h.times("HEAD /v2/acme/other/manifests/1.0") > 0 }, patience, 5*time.Millisecond)
			digest := h.push("acme/other", "1.1")
			k.becomes(other, "tag", "1.1 "+digest)
			// It is well again.
			h.breaks(nil)
			require.Eventually(t, func() bool { _, ready := k.status("docker/hub"); return ready.Status == resource.True }, patience, 5*time.Millisecond)
		})
	}
}

// What nobody waits for any more is forgotten: what was pushed meanwhile isn't new later.
func TestWhatNobodyWaitsForIsForgotten(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	h := newHub(t)
	h.push("acme/cart", "1.0")
	k := newKit(t, st, often, h.docker(""))
	k.save("any", docker(nil))
	k.looked("docker/hub", 1)
	require.NoError(t, k.catalog.DeletePipeline(t.Context(), store.PipelineKind, "shop", "any", "someone"))
	k.looked("docker/hub", 0)
	h.push("acme/cart", "1.1")
	p := k.save("any", docker(nil))
	k.looked("docker/hub", 1)
	digest := h.push("acme/cart", "1.2")
	k.becomes(p, "tag", "1.2 "+digest)
}

func TestLists(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	h := newHub(t)
	digest := h.push("acme/cart", "1.0")
	h.push("acme/other", "2.0")
	k := newKit(t, st, often, h.docker(""))
	k.save("any", docker(nil))
	k.looked("docker/hub", 1)
	k.again("docker/hub")
	found, err := k.Images(t.Context(), registry.ImageFilter{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, []registry.Image{
		{Account: "hub", Registry: h.host, Repository: "acme/cart", Tag: "1.0", Digest: digest},
		{Account: "hub", Registry: h.host, Repository: "acme/other"},
	}, found)
	found, err = k.Images(t.Context(), registry.ImageFilter{Text: "OTHER", Account: "hub", Limit: 10})
	require.NoError(t, err)
	require.Len(t, found, 1)
	found, err = k.Images(t.Context(), registry.ImageFilter{Account: "elsewhere", Limit: 10})
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, 1, h.times("GET /v2/_catalog"), "what was told a moment ago isn't asked for again")
	tags, err := k.Tags(t.Context(), "hub", "acme/other")
	require.NoError(t, err)
	require.Equal(t, []string{"2.0"}, tags)
	tags, err = k.Tags(t.Context(), "hub", "acme/none")
	require.NoError(t, err)
	require.Empty(t, tags)
}
