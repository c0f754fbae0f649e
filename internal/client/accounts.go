package client

import (
	"context"
	"net/http"
	"time"
)

// AccountReport is what a look at an account's cluster has found.
type AccountReport struct {
	Account string              `json:"account"`
	OK      bool                `json:"ok"`
	Server  string              `json:"server,omitempty"`
	Version string              `json:"version,omitempty"`
	User    string              `json:"user,omitempty"`
	Groups  []string            `json:"groups,omitempty"`
	Steps   []AccountStep       `json:"steps"`
	Missing []AccountPermission `json:"missing,omitempty"`
	// RBAC are the objects that grant what is missing, in YAML.
	RBAC string `json:"rbac,omitempty"`
}

// AccountStep is one thing that was looked at: its status is ok, failed or
// skipped.
type AccountStep struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Detail string `json:"detail"`
}

// AccountPermission is something that an account may not do.
type AccountPermission struct {
	Namespace string   `json:"namespace,omitempty"`
	Group     string   `json:"group"`
	Resource  string   `json:"resource"`
	Verbs     []string `json:"verbs"`
}

// AccountRevision is what an account was; Account is nil for a deletion.
type AccountRevision struct {
	Version   int64          `json:"version"`
	Timestamp int64          `json:"timestamp"`
	UpdatedBy string         `json:"updatedBy"`
	Account   map[string]any `json:"account"`
}

// KeyRotation is what a change of the key has done: how many accounts were
// encrypted anew, how many were already, and which can't be read, and why.
type KeyRotation struct {
	Encrypted int               `json:"encrypted"`
	Current   int               `json:"current"`
	Failed    map[string]string `json:"failed,omitempty"`
}

// AccountType is a type of accounts that can be stored.
type AccountType struct {
	Type string `json:"type"`
	// Title is what people call an account of the type, Section where the
	// configuration has such accounts.
	Title   string `json:"title"`
	Section string `json:"section"`
	// Schema is the JSON Schema of the fields; secrets are writeOnly.
	Schema map[string]any `json:"schema"`
	// Closed is why no accounts of the type can be added; "" if they can.
	Closed string `json:"closed,omitempty"`
}

// AccountTypes lists the types of accounts that can be stored.
func (c *Client) AccountTypes(ctx context.Context) ([]AccountType, error) {
	return fetch[[]AccountType](ctx, c, get("credentials", "types"))
}

// AccountState is how an account is, as was found last.
type AccountState struct {
	Type string `json:"type"`
	Name string `json:"name"`
	// Settled says that it is about the account as it is now.
	Settled    bool               `json:"settled"`
	Conditions []AccountCondition `json:"conditions"`
}

// AccountCondition is one thing about an account: its status is True, False or Unknown.
type AccountCondition struct {
	Type               string    `json:"type"`
	Status             string    `json:"status"`
	ObservedGeneration int64     `json:"observedGeneration"`
	LastTransitionTime time.Time `json:"lastTransitionTime"`
	Reason             string    `json:"reason"`
	Message            string    `json:"message"`
}

// AccountStates tells how the accounts of all types are.
func (c *Client) AccountStates(ctx context.Context) ([]AccountState, error) {
	return fetch[[]AccountState](ctx, c, get("credentials", "conditions"))
}

// mostDefinitions is how many stored accounts of a type are listed.
const mostDefinitions = "1000"

// AccountDefinitions lists the stored accounts of a type, by name.
func (c *Client) AccountDefinitions(ctx context.Context, kind string) ([]map[string]any, error) {
	return fetch[[]map[string]any](ctx, c, get("credentials", "type", kind).with("limit", mostDefinitions))
}

// AccountDefinition reads a stored account; nil where none has that name.
func (c *Client) AccountDefinition(ctx context.Context, kind, name string) (map[string]any, error) {
	found, err := fetch[[]map[string]any](ctx, c,
		get("credentials", "type", kind).with("limit", "1").with("startingAccountName", name))
	if err != nil || len(found) == 0 || found[0]["name"] != name {
		return nil, err
	}
	return found[0], nil
}

// CreateAccount stores a new account.
func (c *Client) CreateAccount(ctx context.Context, definition map[string]any) (map[string]any, error) {
	return fetch[map[string]any](ctx, c, request{method: http.MethodPost, segments: []string{"credentials"}, body: definition})
}

// SaveAccount stores an account, new or not.
func (c *Client) SaveAccount(ctx context.Context, definition map[string]any) (map[string]any, error) {
	return fetch[map[string]any](ctx, c, request{method: http.MethodPut, segments: []string{"credentials"}, body: definition})
}

// DeleteAccount removes a stored account.
func (c *Client) DeleteAccount(ctx context.Context, name string) error {
	return c.do(ctx, request{method: http.MethodDelete, segments: []string{"credentials", name}}, nil)
}

// AccountHistory lists what an account was, newest first.
func (c *Client) AccountHistory(ctx context.Context, name string) ([]AccountRevision, error) {
	return fetch[[]AccountRevision](ctx, c, get("credentials", name, "history"))
}

// testTimeout is how long a look at a cluster may take at least.
const testTimeout = time.Minute

// TestAccount looks at an account's cluster.
func (c *Client) TestAccount(ctx context.Context, name string) (*AccountReport, error) {
	return fetch[*AccountReport](ctx, c.patient(), request{method: http.MethodPost, segments: []string{"credentials", name, "test"}})
}

// TestAccountDefinition looks at the cluster of an account that is not stored.
func (c *Client) TestAccountDefinition(ctx context.Context, definition map[string]any) (*AccountReport, error) {
	return fetch[*AccountReport](ctx, c.patient(), request{method: http.MethodPost, segments: []string{"credentials", "test"}, body: definition})
}

// patient is the client for requests that take longer than others.
func (c *Client) patient() *Client {
	out := *c
	out.options.Timeout = max(c.options.Timeout, testTimeout)
	return &out
}

// RotateAccountKey has the server encrypt the secrets of all stored accounts
// with its first key.
func (c *Client) RotateAccountKey(ctx context.Context) (*KeyRotation, error) {
	return fetch[*KeyRotation](ctx, c.patient(), request{method: http.MethodPost, segments: []string{"credentials", "rotateKey"}})
}
