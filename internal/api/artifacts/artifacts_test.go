package artifacts_test

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
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

// vault has one content, in the application shop.
type vault struct{}

const hash = "0123456789012345678901234567890123456789012345678901234567890123"

func (vault) Shown(_ context.Context, application, given string) (string, error) {
	if application != "shop" || given != hash {
		return "", fault.New(fault.NotFound, "it is not kept")
	}
	return "aGVsbG8=", nil
}

func (vault) HoldSecrets(context.Context, string) (bool, error) { return true, nil }

// readers may read the applications whose names are in it.
type readers []string

func (r readers) Allows(_ access.Principal, p access.Permission, name string) bool {
	return p.Kind == access.Application && p.Authorization == access.Read && slices.Contains(r, name)
}

func TestStoredArtifacts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) {
		p.Artifacts, p.Contents, p.Authorizer = shelf{}, vault{}, readers{"shop"}
	})
	require.JSONEq(t, `{"reference": "aGVsbG8="}`, string(k.Get("/artifacts/content-address/shop/"+hash).Is(http.StatusOK).Body))
	k.Get("/artifacts/content-address/shop/other").Refused(http.StatusNotFound, "not kept")
	k.Get("/artifacts/content-address/cart/"+hash).Refused(http.StatusForbidden, "Access denied to application cart")

	stored := func(application string) apitest.Object {
		return apitest.Object{"type": "remote/base64", "reference": "ref://" + application + "/" + hash}
	}
	require.Equal(t, "hello", string(k.Put("/artifacts/fetch", stored("SHOP")).Is(http.StatusOK).Body))
	k.Put("/artifacts/fetch", stored("cart")).Refused(http.StatusForbidden, "Access denied to application cart")
	k.Put("/artifacts/fetch", stored("a b")).Refused(http.StatusBadRequest, "no reference of the form")
}

func TestWithoutContents(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Get("/artifacts/content-address/shop/"+hash).Refused(http.StatusServiceUnavailable, "not stored by this process")
}
