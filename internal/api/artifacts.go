package api

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/fault"
)

// Artifacts fetches artifacts.
type Artifacts interface {
	// Accounts lists the accounts that artifacts can be fetched with.
	Accounts() []ArtifactAccount
	// Fetch gives an artifact's content.
	Fetch(ctx context.Context, artifact map[string]any) ([]byte, error)
	// Names lists the names of an account's artifacts of a type, Versions the
	// versions of one of them.
	Names(ctx context.Context, account, kind string) ([]string, error)
	Versions(ctx context.Context, account, kind, name string) ([]string, error)
}

// ArtifactAccount is an account that artifacts of some types are fetched with.
type ArtifactAccount struct {
	Name  string   `json:"name"`
	Types []string `json:"types"`
}

func (s *server) artifactRoutes() []route {
	const tag = "Artifacts"
	kind := needed(text("type", "the artifacts' type, such as helm/chart"))
	texts := listOf(schema{"type": "string"})
	return []route{
		{
			method: http.MethodGet, path: "/artifacts/credentials", name: "getArtifactAccounts", needs: anyone, tag: tag,
			summary: "List the accounts that artifacts can be fetched with", result: listOf(ref("ArtifactAccount")),
			serve: func(*http.Request) (any, error) {
				if s.artifacts == nil {
					return []ArtifactAccount{}, nil
				}
				return orEmpty(s.artifacts.Accounts()), nil
			},
		},
		{
			method: http.MethodPut, path: "/artifacts/fetch", name: "fetchArtifact", needs: anyone, tag: tag,
			summary: "Fetch an artifact; the answer is its content", body: needs(schema{"type": "object"}),
			produces: "application/octet-stream", result: schema{"type": "string", "format": "binary"}, raw: s.fetchArtifact,
		},
		{
			method: http.MethodGet, path: "/artifacts/account/{account}/names", name: "getArtifactNames", needs: anyone, tag: tag,
			summary: "List the names of an account's artifacts", params: []param{kind}, result: texts,
			serve: func(r *http.Request) (any, error) {
				return s.artifactList(r, func(ctx context.Context, q *query) ([]string, error) {
					return s.artifacts.Names(ctx, r.PathValue("account"), q.text("type"))
				})
			},
		},
		{
			method: http.MethodGet, path: "/artifacts/account/{account}/versions", name: "getArtifactVersions", needs: anyone, tag: tag,
			summary: "List the versions of an artifact", params: []param{kind, needed(text("artifactName", "the artifact's name"))}, result: texts,
			serve: func(r *http.Request) (any, error) {
				return s.artifactList(r, func(ctx context.Context, q *query) ([]string, error) {
					return s.artifacts.Versions(ctx, r.PathValue("account"), q.text("type"), q.text("artifactName"))
				})
			},
		},
	}
}

func (s *server) artifactList(r *http.Request, list func(ctx context.Context, q *query) ([]string, error)) (any, error) {
	if s.artifacts == nil {
		return []string{}, nil
	}
	found, err := list(r.Context(), queryOf(r))
	return orEmpty(found), err
}

func (s *server) fetchArtifact(w http.ResponseWriter, r *http.Request) error {
	artifact, err := s.object(r)
	if err != nil {
		return err
	}
	if s.artifacts == nil {
		return fault.New(fault.Unavailable, "artifacts are not fetched by this process")
	}
	content, err := s.artifacts.Fetch(r.Context(), artifact)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(content) //nolint:gosec // not a type that browsers render; and the client has gone: nobody to tell
	return nil
}
