// Package artifacts is the area of the API about artifacts: fetching them, and
// listing what there is.
package artifacts

import (
	"context"
	_ "embed"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
)

// Service fetches artifacts.
type Service interface {
	// Accounts lists the accounts that artifacts can be fetched with.
	Accounts() []artifact.Credentials
	// Fetch gives an artifact's content.
	Fetch(ctx context.Context, artifact map[string]any) ([]byte, error)
	// Names lists the names of an account's artifacts of a type, Versions the
	// versions of one of them.
	Names(ctx context.Context, account, kind string) ([]string, error)
	Versions(ctx context.Context, account, kind, name string) ([]string, error)
}

//go:embed schemas.json
var schemasJSON []byte

type area struct{ artifacts Service }

// New returns the area. Without a service there are no artifacts.
func New(service Service) rest.Area {
	a := &area{artifacts: service}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	const tag = "Artifacts"
	kind := rest.RequiredParam(rest.Text("type", "the artifacts' type, such as helm/chart"))
	texts := rest.ListOf(rest.Schema{"type": "string"})
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/artifacts/credentials", Name: "getArtifactAccounts", Needs: rest.Anyone, Tag: tag,
			Summary: "List the accounts for fetching artifacts", Result: rest.ListOf(rest.Ref("ArtifactAccount")),
			Serve: func(*http.Request) (any, error) {
				if a.artifacts == nil {
					return []artifact.Credentials{}, nil
				}
				return rest.OrEmpty(a.artifacts.Accounts()), nil
			},
		},
		{
			Method: http.MethodPut, Path: "/artifacts/fetch", Name: "fetchArtifact", Needs: rest.Anyone, Tag: tag,
			Summary: "Fetch an artifact; returns its content", Body: rest.RequiredBody(rest.Schema{"type": "object"}),
			Produces: "application/octet-stream", Result: rest.Schema{"type": "string", "format": "binary"}, Raw: a.fetchArtifact,
		},
		{
			Method: http.MethodGet, Path: "/artifacts/account/{account}/names", Name: "getArtifactNames", Needs: rest.Anyone, Tag: tag,
			Summary: "List the names of an account's artifacts", Params: []rest.Param{kind}, Result: texts,
			Serve: func(r *http.Request) (any, error) {
				return a.artifactList(r, func(ctx context.Context, q *rest.Query) ([]string, error) {
					return a.artifacts.Names(ctx, r.PathValue("account"), q.Text("type"))
				})
			},
		},
		{
			Method: http.MethodGet, Path: "/artifacts/account/{account}/versions", Name: "getArtifactVersions", Needs: rest.Anyone, Tag: tag,
			Summary: "List the versions of an artifact", Params: []rest.Param{kind, rest.RequiredParam(rest.Text("artifactName", "the artifact's name"))}, Result: texts,
			Serve: func(r *http.Request) (any, error) {
				return a.artifactList(r, func(ctx context.Context, q *rest.Query) ([]string, error) {
					return a.artifacts.Versions(ctx, r.PathValue("account"), q.Text("type"), q.Text("artifactName"))
				})
			},
		},
	}
}

func (a *area) artifactList(r *http.Request, list func(ctx context.Context, q *rest.Query) ([]string, error)) (any, error) {
	if a.artifacts == nil {
		return []string{}, nil
	}
	found, err := list(r.Context(), rest.QueryOf(r))
	return rest.OrEmpty(found), err
}

func (a *area) fetchArtifact(w http.ResponseWriter, r *http.Request) error {
	artifact, err := rest.Object(r)
	if err != nil {
		return err
	}
	if a.artifacts == nil {
		return fault.New(fault.Unavailable, "artifacts are not fetched by this process")
	}
	content, err := a.artifacts.Fetch(r.Context(), artifact)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(content) //nolint:gosec // not a type that browsers render; and the client has gone: nobody to tell
	return nil
}
