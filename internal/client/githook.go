package client

import (
	"context"
	"net/http"
	"net/url"
)

// GitWebhook is a webhook that the server has created at a Git host.
type GitWebhook struct {
	ID          string `json:"id"`
	Application string `json:"application"`
	Source      string `json:"source"`
	Project     string `json:"project"`
	Slug        string `json:"slug"`
	Repository  string `json:"repository"`
	Host        string `json:"host"`
	AccountType string `json:"accountType"`
	Account     string `json:"account"`
	URL         string `json:"url"`
	Created     bool   `json:"created"`
	CreatedAt   int64  `json:"createdAt"`
	CreatedBy   string `json:"createdBy,omitempty"`
	// Delivery is ok, failed, or unknown, after it was created.
	Delivery string `json:"delivery,omitempty"`
	Problem  string `json:"problem,omitempty"`
}

// WantedGitWebhook is a webhook that is to be created; AccountType and Source may be "".
type WantedGitWebhook struct {
	Account     string `json:"account"`
	AccountType string `json:"accountType,omitempty"`
	Repository  string `json:"repository"`
	Source      string `json:"source,omitempty"`
}

// GitWebhooks lists the webhooks that were created, those of an application or, with "", all.
func (c *Client) GitWebhooks(ctx context.Context, application string) ([]GitWebhook, error) {
	return fetch[[]GitWebhook](ctx, c, get("git", "webhooks").with("application", application))
}

// CreateGitWebhook has the webhook of a repository created, or brought up to date.
func (c *Client) CreateGitWebhook(ctx context.Context, application string, wanted WantedGitWebhook) (GitWebhook, error) {
	return fetch[GitWebhook](ctx, c, request{method: http.MethodPost, segments: []string{"applications", application, "gitWebhooks"}, body: wanted})
}

// DeleteGitWebhook deletes a webhook at its host and at the server, or with forget only at the
// server.
func (c *Client) DeleteGitWebhook(ctx context.Context, application, id string, forget bool) error {
	r := request{method: http.MethodDelete, segments: []string{"applications", application, "gitWebhooks", id}}
	if forget {
		r.query = url.Values{"forget": {"true"}}
	}
	return c.do(ctx, r, nil)
}
