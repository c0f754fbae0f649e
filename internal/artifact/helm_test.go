package artifact_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	inprocess "github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// chart packs a chart, as `helm package` does.
func chart(t *testing.T, name, version string) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	text := fmt.Sprintf("apiVersion: v2\nname: %s\nversion: %s\n", name, version)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: name + "/Chart.yaml", Size: int64(len(text)), Mode: 0o644}))
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, zipped.Close())
	return out.Bytes()
}

// chartRepository serves a chart repository: web in three versions.
func chartRepository(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	var url string
	mux.HandleFunc("/charts/index.yaml", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `apiVersion: v1
entries:
  web:
  - {name: web, version: 1.2.0, urls: [web-1.2.0.tgz]}
  - {name: web, version: 1.10.0, urls: ["%s/elsewhere/nope.tgz", "%s/charts/web-1.10.0.tgz"]}
  - {name: web, version: 1.9.0-rc.1, urls: [web-1.9.0-rc.1.tgz]}
  - {name: web, version: 0.1.0, urls: [lost.tgz]}
  other:
  - {name: other, version: 1.0.0}
`, url, url)
	})
	for _, version := range []string{"1.2.0", "1.10.0", "1.9.0-rc.1"} {
		packed := chart(t, "web", version)
		mux.HandleFunc("/charts/web-"+version+".tgz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(packed) })
	}
	url = serve(t, basicAuth("ci", "hunter2", mux))
	return url + "/charts"
}

func TestHelmRepository(t *testing.T) {
	t.Parallel()
	url := chartRepository(t)
	auth := artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}
	broken := serveFunc(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "entries: [") })
	service := newService(t, func(c *artifact.Config) {
		c.Helm.Accounts = []artifact.HelmAccount{
			{Name: "charts", Repository: url, BasicAuth: auth},
			{Name: "slash", Repository: url + "/", BasicAuth: auth},
			{Name: "wrong", Repository: url, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter22")}},
			// The repository's own host needs no rule: an administrator chose it.
			{Name: "closed", Repository: url, BasicAuth: auth, URLRestrictions: &artifact.URLRestrictions{}},
			{Name: "broken", Repository: broken},
		}
	})
	of := func(account, chart, version string) map[string]any {
		return map[string]any{"type": "helm/chart", "artifactAccount": account, "name": chart, "version": version}
	}
	for wanted, got := range map[string]string{
		"1.2.0": "1.2.0", "": "1.10.0", "~1.2": "1.2.0", "^1.0.0": "1.10.0", "1.9.0-rc.1": "1.9.0-rc.1",
	} {
		require.Equal(t, string(chart(t, "web", got)), fetch(t, service, of("charts", "web", wanted)), wanted)
	}
	require.Equal(t, string(chart(t, "web", "1.2.0")), fetch(t, service, of("slash", "web", "1.2.0")))
	require.Equal(t, string(chart(t, "web", "1.2.0")), fetch(t, service, of("closed", "web", "1.2.0")))
	require.Contains(t, fetch(t, service, map[string]any{"type": "helm/index", "artifactAccount": "charts"}), "entries:")

	names, err := service.Names(t.Context(), "charts", "helm/chart")
	require.NoError(t, err)
	require.Equal(t, []string{"other", "web"}, names)
	versions, err := service.Versions(t.Context(), "charts", "helm/chart", "web")
	require.NoError(t, err)
	require.Equal(t, []string{"1.2.0", "1.10.0", "1.9.0-rc.1", "0.1.0"}, versions)

	for _, c := range []struct {
		account, chart, version string
		kind                    fault.Kind
		says                    string
	}{
		{"wrong", "web", "", fault.Forbidden, "rejected the account's credentials"},
		{"charts", "nope", "", fault.NotFound, "no chart nope"},
		{"charts", "web", "9.9.9", fault.NotFound, "no version 9.9.9"},
		{"charts", "web", "^9", fault.NotFound, "no version ^9"},
		{"charts", "web", "0.1.0", fault.NotFound, "web (version 0.1.0)"},
		{"charts", "other", "", fault.NotFound, "no URL"},
		{"charts", "", "", fault.Invalid, "has no name"},
		{"broken", "web", "", fault.Invalid, "index.yaml"},
	} {
		_, err := service.Fetch(t.Context(), of(c.account, c.chart, c.version))
		requireFault(t, err, c.kind, c.account, c.says)
	}
	_, err = service.Names(t.Context(), "wrong", "helm/chart")
	requireFault(t, err, fault.Forbidden, "wrong", "the names of helm/chart")
}

// startRegistry serves a container registry with a user and a password, and
// gives its host.
func startRegistry(t *testing.T) string {
	t.Helper()
	return strings.TrimPrefix(serve(t, basicAuth("ci", "hunter2", inprocess.New(inprocess.Logger(slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo))))), "http://")
}

// registryAuth proves who asks to a registry.
type registryAuth struct{}

func (registryAuth) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.SetBasicAuth("ci", "hunter2")
	return http.DefaultTransport.RoundTrip(r)
}

// push puts an image with one layer into a registry, and gives its digest.
func push(t *testing.T, reference string, mediaType types.MediaType, content []byte) string {
	t.Helper()
	image, err := mutate.Append(mutate.MediaType(empty.Image, types.OCIManifestSchema1), mutate.Addendum{Layer: static.NewLayer(content, mediaType)})
	require.NoError(t, err)
	ref, err := name.ParseReference(reference)
	require.NoError(t, err)
	require.NoError(t, remote.Write(ref, image, remote.WithTransport(registryAuth{}), remote.WithContext(t.Context())))
	var digest v1.Hash
	digest, err = image.Digest()
	require.NoError(t, err)
	return digest.String()
}

func TestRegistries(t *testing.T) {
	t.Parallel()
	const chartLayer = types.MediaType("application/vnd.cncf.helm.chart.content.v1.tar+gzip")
	host := startRegistry(t)
	for _, version := range []string{"1.2.0", "1.10.0+build"} {
		push(t, host+"/charts/web:"+strings.ReplaceAll(version, "+", "_"), chartLayer, chart(t, "web", version))
	}
	digest := push(t, host+"/apps/shop:v1", types.OCILayer, chart(t, "shop", "v1"))
	auth := artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}
	service := newService(t, func(c *artifact.Config) {
		c.Helm.Accounts = []artifact.HelmAccount{
			{Name: "oci", Repository: "oci://" + host + "/charts", BasicAuth: auth},
			{Name: "wrong", Repository: "oci://" + host + "/charts", BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter22")}},
			{Name: "open", Repository: "oci://" + host + "/charts"},
		}
		c.Docker.Accounts = []artifact.DockerAccount{
			{Name: "images", Address: "http://" + host, Username: "ci", Password: secret.NewRef("hunter2")},
			{Name: "listed", Address: "http://" + host, Repositories: []string{"apps/shop"}},
		}
	})
	for wanted, got := range map[string]string{"1.2.0": "1.2.0", "": "1.10.0+build", "1.10.0+build": "1.10.0+build", "~1.2": "1.2.0"} {
		require.Equal(t, string(chart(t, "web", got)),
			fetch(t, service, map[string]any{"type": "helm/chart", "artifactAccount": "oci", "name": "web", "version": wanted}), wanted)
	}
	for _, of := range []map[string]any{
		{"type": "helm/image", "artifactAccount": "oci", "reference": "oci://" + host + "/charts/web:1.2.0"},
		{"type": "helm/image", "artifactAccount": "oci", "name": "web", "version": "1.2.0"},
		{"type": "helm/image", "artifactAccount": "images", "reference": host + "/charts/web:1.2.0"},
		{"type": "helm/image", "artifactAccount": "images", "name": "charts/web", "version": "1.2.0"},
	} {
		require.Equal(t, string(chart(t, "web", "1.2.0")), fetch(t, service, of))
	}
	list := func(values []string, err error) []string {
		require.NoError(t, err)
		return values
	}
	require.Equal(t, []string{"web"}, list(service.Names(t.Context(), "oci", "helm/chart")))
	require.Equal(t, []string{"1.10.0+build", "1.2.0"}, list(service.Versions(t.Context(), "oci", "helm/chart", "web")))
	require.ElementsMatch(t, []string{"apps/shop", "charts/web"}, list(service.Names(t.Context(), "images", "docker/image")))
	require.Equal(t, []string{"apps/shop"}, list(service.Names(t.Context(), "listed", "docker/image")))
	require.Equal(t, []string{"v1"}, list(service.Versions(t.Context(), "images", "docker/image", "apps/shop")))

	got, err := service.Digest(t.Context(), host+"/apps/shop:v1")
	require.NoError(t, err)
	require.Equal(t, digest, got)
	_, err = service.Digest(t.Context(), host+"/apps/shop:nope")
	requireFault(t, err, fault.NotFound, "images", "check the reference")
	_, err = service.Digest(t.Context(), "registry.example.com/apps/shop:v1")
	require.ErrorContains(t, err, "no account for the registry registry.example.com")

	for _, c := range []struct {
		of      map[string]any
		kind    fault.Kind
		account string
		says    string
	}{
		{map[string]any{"type": "helm/chart", "artifactAccount": "wrong", "name": "web"}, fault.Forbidden, "wrong", "rejected the account's credentials"},
		{map[string]any{"type": "helm/chart", "artifactAccount": "open", "name": "web"}, fault.Forbidden, "open", "the account has none"},
		{map[string]any{"type": "helm/chart", "artifactAccount": "oci", "name": "nope"}, fault.NotFound, "oci", "check the reference"},
		{map[string]any{"type": "helm/chart", "artifactAccount": "oci", "name": "web", "version": "9.9.9"}, fault.NotFound, "oci", "no version 9.9.9"},
		{map[string]any{"type": "helm/image", "artifactAccount": "oci", "reference": host + "/apps/shop:v1"}, fault.Invalid, "oci", "no Helm chart"},
		{map[string]any{"type": "helm/image", "artifactAccount": "oci", "reference": "registry.example.com/web:1"}, fault.Invalid, "oci", "the account is for"},
		{map[string]any{"type": "docker/image", "artifactAccount": "images", "reference": host + "/apps/shop:v1"}, fault.Invalid, "images", "pulls the image itself"},
	} {
		_, err := service.Fetch(t.Context(), c.of)
		requireFault(t, err, c.kind, c.account, c.says)
	}
}

// TestChartsOfRepositories: charts are found by the repository's URL, or the account's
// name; others' repositories aren't asked.
func TestChartsOfRepositories(t *testing.T) {
	t.Parallel()
	url := chartRepository(t)
	auth := artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}
	service := newService(t, func(c *artifact.Config) {
		c.Helm.Accounts = []artifact.HelmAccount{{Name: "charts", Repository: url, BasicAuth: auth}}
	})
	for _, repository := range []string{url, url + "/", "@charts", "alias:charts"} {
		data, err := service.Chart(t.Context(), repository, "web", "^1.2.0")
		require.NoError(t, err)
		require.Equal(t, chart(t, "web", "1.10.0"), data)
	}
	for _, repository := range []string{"https://other.example", "@other", "oci://" + url, "file://..", ""} {
		data, err := service.Chart(t.Context(), repository, "web", "1.2.0")
		require.NoError(t, err)
		require.Nil(t, data)
	}
	_, err := service.Chart(t.Context(), url, "none", "1")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}
