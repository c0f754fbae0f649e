// Package artifacts is the area of the API about artifacts: fetching them, and
// listing what there is.
package artifacts

import (
	"context"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
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

// Contents are the stored contents of artifacts.
type Contents interface {
	// Shown is a content in base64, with what Secrets hold hidden.
	Shown(ctx context.Context, application, hash string) (string, error)
}

// Deps are what the area uses.
type Deps struct {
	// Artifacts is nil if none can be fetched, and Contents if none are stored.
	Artifacts Service
	Contents  Contents
	// Authorizer decides who may read an application's contents; nil for everybody.
	Authorizer access.Authorizer
}

type area struct{ Deps }

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{d}
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
				if a.Artifacts == nil {
					return []artifact.Credentials{}, nil
				}
				return rest.OrEmpty(a.Artifacts.Accounts()), nil
			},
		},
		{
			Method: http.MethodPut, Path: "/artifacts/fetch", Name: "fetchArtifact", Needs: rest.Anyone, Tag: tag,
			Summary: "Fetch an artifact; returns its content", Body: rest.RequiredBody(rest.Schema{"type": "object"}),
			Produces: "application/octet-stream", Result: rest.Schema{"type": "string", "format": "binary"}, Raw: a.fetchArtifact,
		},
		{
			Method: http.MethodGet, Path: "/artifacts/content-address/{application}/{hash}", Name: "getStoredArtifact", Needs: rest.OnApplication(access.Read), Tag: tag,
			Summary: "Get the content of a stored artifact, in base64; what Secrets hold is hidden", Result: rest.Ref("StoredArtifact"), Serve: a.stored,
		},
		{
			Method: http.MethodGet, Path: "/artifacts/account/{account}/names", Name: "getArtifactNames", Needs: rest.Anyone, Tag: tag,
			Summary: "List the names of an account's artifacts", Params: []rest.Param{kind}, Result: texts,
			Serve: func(r *http.Request) (any, error) {
				return a.artifactList(r, func(ctx context.Context, q *rest.Query) ([]string, error) {
					return a.Artifacts.Names(ctx, r.PathValue("account"), q.Text("type"))
				})
			},
		},
		{
			Method: http.MethodGet, Path: "/artifacts/account/{account}/versions", Name: "getArtifactVersions", Needs: rest.Anyone, Tag: tag,
			Summary: "List the versions of an artifact", Params: []rest.Param{kind, rest.RequiredParam(rest.Text("artifactName", "the artifact's name"))}, Result: texts,
			Serve: func(r *http.Request) (any, error) {
				return a.artifactList(r, func(ctx context.Context, q *rest.Query) ([]string, error) {
					return a.Artifacts.Versions(ctx, r.PathValue("account"), q.Text("type"), q.Text("artifactName"))
				})
			},
		},
	}
}

func (a *area) artifactList(r *http.Request, list func(ctx context.Context, q *rest.Query) ([]string, error)) (any, error) {
	if a.Artifacts == nil {
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
	if a.Artifacts == nil {
		return fault.New(fault.Unavailable, "artifacts are not fetched by this process")
	}
	content, err := a.content(r, artifact)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(content) //nolint:gosec // not a type that browsers render; and the client has gone: nobody to tell
	return nil
}

// stored answers as Clouddriver's ArtifactController.getStoredArtifact does.
func (a *area) stored(r *http.Request) (any, error) {
	if a.Contents == nil {
		return nil, fault.New(fault.Unavailable, "contents of artifacts are not stored by this process")
	}
	text, err := a.Contents.Shown(r.Context(), r.PathValue("application"), r.PathValue("hash"))
	return map[string]string{"reference": text}, err
}

// content is what an artifact is fetched to. A stored one is checked and shown as
// [area.stored] does: it is an execution's.
func (a *area) content(r *http.Request, artifact map[string]any) ([]byte, error) {
	reference := model.String(artifact, "reference")
	if a.Contents == nil || !artifactstore.IsReference(reference) || !strings.HasPrefix(model.String(artifact, "type"), "remote/") {
		return a.Artifacts.Fetch(r.Context(), artifact)
	}
	at, err := artifactstore.Parse(reference)
	if err != nil {
		return nil, err
	}
	needed := access.Permission{Kind: access.Application, Authorization: access.Read}
	if a.Authorizer != nil && !a.Authorizer.Allows(rest.User(r), needed, at.Application) {
		return nil, fault.New(fault.Forbidden, "Access denied to application %s - required authorization: %s", at.Application, needed.Authorization)
	}
	text, err := a.Contents.Shown(r.Context(), at.Application, at.Hash)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.DecodeString(text)
}
