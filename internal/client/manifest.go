package client

import (
	"context"
	"net/http"
)

// PlanManifests asks what a deployManifest stage with these fields would
// change.
func (c *Client) PlanManifests(ctx context.Context, stage map[string]any) (map[string]any, error) {
	return fetch[map[string]any](ctx, c, request{method: http.MethodPost, segments: []string{"manifests", "plan"}, body: stage})
}
