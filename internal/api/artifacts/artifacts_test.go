package artifacts_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// shelf has two charts.
type shelf struct{}

func (shelf) Accounts() []artifact.Credentials {
	return []artifact.Credentials{{Name: "charts", Types: []string{"helm/chart"}}}
}

func (shelf) Fetch(_ context.Context, artifact map[string]any) ([]byte, error) {
	if name := model.String(artifact, "name"); name != "a" {
		return nil, fault.New(fault.NotFound, "there is no chart %q", name)
	}
	return []byte("the chart"), nil
}

func (shelf) Names(_ context.Context, account, kind string) ([]string, error) {
	return []string{account + " " + kind}, nil
}

func (shelf) Versions(_ context.Context, account, kind, name string) ([]string, error) {
	return []string{account + " " + kind + " " + name}, nil
}

func TestArtifacts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Artifacts = shelf{} })
	require.JSONEq(t, `[{"name": "charts", "types": ["helm/chart"]}]`, string(k.Get("/artifacts/credentials").Is(http.StatusOK).Body))
	require.JSONEq(t, `["charts helm/chart"]`, string(k.Get("/artifacts/account/charts/names?type=helm/chart").Is(http.StatusOK).Body))
	require.JSONEq(t, `["charts helm/chart a"]`, string(k.Get("/artifacts/account/charts/versions?type=helm/chart&artifactName=a").Is(http.StatusOK).Body))

	fetched := k.Put("/artifacts/fetch", apitest.Object{"type": "helm/chart", "name": "a"}).Is(http.StatusOK)
	require.Equal(t, "the chart", string(fetched.Body))
	require.Equal(t, "application/octet-stream", fetched.Header.Get("Content-Type"))
	k.Put("/artifacts/fetch", apitest.Object{"name": "b"}).Refused(http.StatusNotFound, `there is no chart`)
	k.Put("/artifacts/fetch", nil).Refused(http.StatusBadRequest, "a body is required")
}

func TestWithoutArtifacts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	for _, path := range []string{"/artifacts/credentials", "/artifacts/account/x/names", "/artifacts/account/x/versions"} {
		require.JSONEq(t, `[]`, string(k.Get(path).Is(http.StatusOK).Body), path)
	}
	k.Put("/artifacts/fetch", apitest.Object{"name": "a"}).Refused(http.StatusServiceUnavailable, "not fetched by this process")
}
