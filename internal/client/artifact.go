package client

import (
	"context"
	"encoding/json"
	"net/http"
)

// ArtifactAccount is an account that artifacts of some types are fetched with.
type ArtifactAccount struct {
	Name  string   `json:"name"`
	Types []string `json:"types"`
}

// ArtifactAccounts lists the artifact accounts.
func (c *Client) ArtifactAccounts(ctx context.Context) ([]ArtifactAccount, error) {
	return fetch[[]ArtifactAccount](ctx, c, get("artifacts", "credentials"))
}

// ArtifactNames lists the names of an account's artifacts of a type.
func (c *Client) ArtifactNames(ctx context.Context, account, kind string) ([]string, error) {
	return fetch[[]string](ctx, c, get("artifacts", "account", account, "names").with("type", kind))
}

// ArtifactVersions lists the versions of an artifact.
func (c *Client) ArtifactVersions(ctx context.Context, account, kind, name string) ([]string, error) {
	return fetch[[]string](ctx, c, get("artifacts", "account", account, "versions").with("type", kind).with("artifactName", name))
}

// Artifact gives an artifact's content.
func (c *Client) Artifact(ctx context.Context, artifact map[string]any) ([]byte, error) {
	return fetch[json.RawMessage](ctx, c, request{
		method: http.MethodPut, segments: []string{"artifacts", "fetch"}, body: artifact, accept: "*/*",
	})
}
