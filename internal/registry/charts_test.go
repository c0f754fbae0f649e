package registry_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"
	chart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/util"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/registry/notification"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// shelf is a chart repository with real packages.
type shelf struct {
	*httptest.Server
	t   *testing.T
	dir string

	mu        sync.Mutex
	etag      int
	entries   map[string][]any
	index     []byte
	unchanged int
	read      int // how often the index was asked for
	broken    func(w http.ResponseWriter)
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, dir: t.TempDir(), entries: map[string][]any{}}
	files := http.FileServer(http.Dir(s.dir))
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/charts/index.yaml" {
			http.StripPrefix("/charts", files).ServeHTTP(w, r)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.read++
		tag := fmt.Sprintf(`"%d"`, s.etag)
		switch {
		case s.broken != nil:
			s.broken(w)
		case r.Header.Get("If-None-Match") == tag:
			s.unchanged++
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", tag)
			_, _ = w.Write(s.index)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// pack makes a package of a chart, and gives where it is.
func pack(t *testing.T, dir, name, version, text string) string {
	t.Helper()
	at, err := util.Save(&chart.Chart{Metadata: &chart.Metadata{APIVersion: "v2", Name: name, Version: version, Description: text}}, dir)
	require.NoError(t, err)
	return at
}

// add adds a version of a chart, and gives its digest.
func (s *shelf) add(name, version, text string) string {
	s.t.Helper()
	data, err := os.ReadFile(pack(s.t, s.dir, name, version, text))
	require.NoError(s.t, err)
	digest := fmt.Sprintf("%x", sha256.Sum256(data))
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := slices.DeleteFunc(s.entries[name], func(one any) bool { return one.(object)["version"] == version })
	s.entries[name] = append(kept, object{
		"apiVersion": "v2", "name": name, "version": version, "digest": digest, "created": "2026-01-02T03:04:05Z",
		"urls": []any{s.URL + "/charts/" + name + "-" + version + ".tgz"},
	})
	s.index, err = model.Marshal(object{"apiVersion": "v1", "entries": s.entries})
	require.NoError(s.t, err)
	s.etag++
	return digest
}

func (s *shelf) breaks(broken func(w http.ResponseWriter)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = broken
}

func (s *shelf) account(secretText string) artifact.Config {
	c := artifact.DefaultConfig()
	c.Helm.Accounts = []artifact.HelmAccount{{Name: "charts", Repository: s.URL + "/charts", WebhookSecret: secret.NewRef(secretText)}}
	return c
}

func onChart(more object) object {
	return model.Merge(object{"type": "helm", "account": "charts", "chart": "cart", "version": ">=1.0.0"}, more)
}

// A new version of a chart starts those that wait for it, and so does another package of
// the same version.
func TestCharts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		s := newShelf(t)
		s.add("cart", "1.0.0", "first")
		k := newKit(t, st, often, s.account(""))
		cart := k.save("cart", onChart(nil))
		one := k.save("one", onChart(object{"version": "~1.0.0"}))
		shop := k.save("shop", onChart(object{"chart": "shop"}))
		k.looked("helm/charts", 1)

		two := s.add("cart", "2.0.0", "second")
		s.add("other", "3.0.0", "nobody waits for it")
		k.becomes(cart, "version", "2.0.0 "+two)
		patch := s.add("cart", "1.0.1", "third")
		k.becomes(cart, "version", "2.0.0 "+two, "1.0.1 "+patch)
		k.becomes(one, "version", "1.0.1 "+patch)
		again := s.add("cart", "1.0.1", "fourth")
		k.becomes(one, "version", "1.0.1 "+patch, "1.0.1 "+again)
		require.Empty(t, k.starts(shop, "version"))
		require.Eventually(t, func() bool {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.unchanged > 0
		}, patience, 5*time.Millisecond, "the index is sent again and again")
		k.again("helm/charts")
		status, ready := k.status("helm/charts")
		require.Equal(t, resource.True, ready.Status, ready.Message)
		require.EqualValues(t, 3, status.Events)
	})
}

func TestAChartNotification(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.add("cart", "1.0.0", "first")
	k := newKit(t, storetest.SQLite(t), never, s.account("s3cret-of-charts"))
	cart := k.save("cart", onChart(nil))
	k.looked("helm/charts", 1)
	two := s.add("cart", "2.0.0", "second")
	body := []byte(`{"anything": "that the repository sends"}`)
	_, err := k.Hear(t.Context(), "helm", "charts", notification.Request{Header: http.Header{}, Body: body})
	require.ErrorContains(t, err, "webhookSecret")
	_, err = k.Hear(t.Context(), "helm", "charts", notification.Request{
		Header: http.Header{"Authorization": {"s3cret-of-charts"}}, Body: body,
	})
	require.NoError(t, err)
	k.becomes(cart, "version", "2.0.0 "+two)
}

func TestBrokenChartRepositories(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter)
		want   string
	}{
		"a web page": {func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html><body>: - {nothing</body>")) }, "index.yaml"},
		"too large": {func(w http.ResponseWriter) {
			for range 80 {
				_, _ = w.Write(bytes.Repeat([]byte("#"), 1<<20))
			}
		}, "larger than"},
		"gone": {func(w http.ResponseWriter) { w.WriteHeader(http.StatusNotFound) }, "404"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelf(t)
			s.add("cart", "1.0.0", "first")
			s.breaks(c.answer)
			k := newKit(t, storetest.SQLite(t), often, s.account(""))
			cart := k.save("cart", onChart(nil))
			require.Eventually(t, func() bool {
				status, ready := k.status("helm/charts")
				return ready.Status == resource.False && strings.Contains(status.Error, c.want)
			}, patience, 5*time.Millisecond)
			s.breaks(nil)
			k.looked("helm/charts", 1)
			two := s.add("cart", "2.0.0", "second")
			k.becomes(cart, "version", "2.0.0 "+two)
		})
	}
}

// pushChart pushes a chart as Helm does.
func (h *hub) pushChart(repository, version string) {
	h.t.Helper()
	at := pack(h.t, h.t.TempDir(), repository[strings.LastIndexByte(repository, '/')+1:], version, "x")
	data, err := os.ReadFile(at)
	require.NoError(h.t, err)
	image := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	image = mutate.ConfigMediaType(image, "application/vnd.cncf.helm.config.v1+json")
	image, err = mutate.AppendLayers(image, static.NewLayer(data, "application/vnd.cncf.helm.chart.content.v1.tar+gzip"))
	require.NoError(h.t, err)
	ref, err := name.NewTag(h.host + "/" + repository + ":" + strings.ReplaceAll(version, "+", "_"))
	require.NoError(h.t, err)
	require.NoError(h.t, remote.Write(ref, image))
}

// Charts in a registry are seen there: by helm triggers of an oci:// account, and by
// helm/oci triggers of the registry's account.
func TestChartsInARegistry(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.pushChart("charts/cart", "1.0.0")
	accounts := h.docker("")
	accounts.Helm.Accounts = []artifact.HelmAccount{{Name: "charts", Repository: "oci://" + h.host + "/charts", Insecure: true}}
	k := newKit(t, storetest.SQLite(t), often, accounts)
	chart := k.save("chart", onChart(nil))
	image := k.save("image", object{"type": "helm/oci", "account": "hub", "repository": "charts/cart", "tag": `1\..*`})
	k.looked("helm/charts", 1)
	k.looked("docker/hub", 1)
	h.pushChart("charts/cart", "1.1.0+build.5")
	for p, want := range map[string]string{chart.ID(): "1.1.0+build.5", image.ID(): "1.1.0_build.5"} {
		field := map[bool]string{true: "version", false: "tag"}[p == chart.ID()]
		require.Eventually(t, func() bool {
			found := k.starts(model.Pipeline{"id": p}, field)
			return len(found) == 1 && strings.HasPrefix(found[0], want+" sha256:")
		}, patience, 5*time.Millisecond, "%s: %v", want, k.starts(model.Pipeline{"id": p}, field))
	}
}
