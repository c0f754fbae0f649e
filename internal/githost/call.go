package githost

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
)

// caller sends requests to a host's API with an account, and says what went wrong.
type caller struct {
	send func(ctx context.Context, method, at string, header http.Header, body []byte) (artifact.Answer, error)
	// account is the account's name, and host the server's; known tells whether the
	// account has credentials.
	account, host string
	known         bool
	// label is what people call the host, and base the URL of its API.
	label, base string
	header      http.Header
	// scope says what credentials need to manage webhooks.
	scope string
	// refused explains a webhook that the host refuses.
	refused string
}

// ask sends a request, and reads the answer into out unless that is nil. about is what
// happens to what: "list the webhooks of acme/cart".
func (c *caller) ask(ctx context.Context, about, method, at string, body, out any) (http.Header, error) {
	var text []byte
	header := http.Header{"Accept": {"application/json"}}
	maps.Copy(header, c.header)
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return nil, fmt.Errorf("%s: %w", about, err)
		}
		header.Set("Content-Type", "application/json")
	}
	if !strings.Contains(at, "://") {
		at = c.base + at
	}
	answer, err := c.send(ctx, method, at, header, text)
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "%s at %s: %w", about, c.label, err)
	}
	if answer.Status < 200 || answer.Status > 299 {
		return answer.Header, c.fault(about, answer)
	}
	if out == nil {
		return answer.Header, nil
	}
	if err := json.Unmarshal(answer.Body, out); err != nil {
		return nil, c.notGit(about)
	}
	return answer.Header, nil
}

// notGit is the error for an answer that no Git host gives.
func (c *caller) notGit(about string) error {
	return fault.New(fault.Unavailable, "%s at %s: %s doesn't answer as a Git host does, but with something else, such as a web page; check the account's address",
		about, c.label, c.host)
}

// statusError is an answer that is none of success.
type statusError struct {
	error
	status int
}

// Unwrap gives the fault.
func (e *statusError) Unwrap() error { return e.error }

// fault says what a status means. Hosts hide what credentials may not see as not found.
func (c *caller) fault(about string, answer artifact.Answer) error {
	said := sayingOf(answer.Body)
	kind, text := fault.Invalid, fmt.Sprintf("%s answers with status %d", c.host, answer.Status)
	switch {
	case answer.Status == http.StatusTooManyRequests, answer.Header.Get("X-Ratelimit-Remaining") == "0" && answer.Status == http.StatusForbidden:
		kind, text = fault.Unavailable, c.host+" limits requests; try again later"
	case answer.Status == http.StatusUnauthorized && !c.known, answer.Status == http.StatusForbidden && !c.known:
		kind, text = fault.Forbidden, fmt.Sprintf("%s requires credentials, but the account %s has none", c.host, c.account)
	case answer.Status == http.StatusUnauthorized:
		kind, text = fault.Forbidden, fmt.Sprintf("%s rejected the credentials of account %s; check whether they have expired", c.host, c.account)
	case answer.Status == http.StatusForbidden:
		kind, text = fault.Forbidden, fmt.Sprintf("%s doesn't allow it to the account %s", c.host, c.account)
	case answer.Status == http.StatusNotFound:
		kind, text = fault.NotFound, fmt.Sprintf("%s has no such thing, or hides it from the account %s", c.host, c.account)
	case answer.Status >= http.StatusInternalServerError:
		kind, text = fault.Unavailable, fmt.Sprintf("%s fails with status %d; try again later", c.host, answer.Status)
	}
	if said != "" {
		text += " (" + said + ")"
	}
	return &statusError{fault.New(kind, "%s at %s: %s", about, c.label, text), answer.Status}
}

// sayingOf is what a host says about an error: each has its own shape.
func sayingOf(body []byte) string {
	var shape struct {
		Message json.RawMessage   `json:"message"`
		Error   json.RawMessage   `json:"error"`
		Errors  []json.RawMessage `json:"errors"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return ""
	}
	var out []string
	for _, raw := range append([]json.RawMessage{shape.Message, shape.Error}, shape.Errors...) {
		if text := textOf(raw); text != "" {
			out = append(out, text)
		}
	}
	return fault.Short(strings.Join(out, "; "))
}

// textOf is a text, or the message of an object, or what else an object says.
func textOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) == nil {
		if message := textOf(object["message"]); message != "" {
			return message
		}
		if len(object) > 0 && object["message"] == nil {
			return string(raw)
		}
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil {
		return strings.Join(list, ", ")
	}
	return ""
}

// statusOf is the status of an answer that is an error; 0 if it is none.
func statusOf(err error) int {
	if found, ok := errors.AsType[*statusError](err); ok {
		return found.status
	}
	return 0
}

// aboutHooks explains errors of requests about webhooks: what the credentials lack, and what
// the host refuses.
func (c *caller) aboutHooks(r Repository, w Wanted, err error) error {
	switch status := statusOf(err); {
	case err == nil:
		return nil
	case !c.known && (status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound):
		return fault.New(fault.Forbidden, "manage the webhooks of %s at %s: the account %s has no credentials; webhooks need %s", r.Path, c.label, c.account, c.scope)
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusNotFound:
		return fault.New(fault.Forbidden, "manage the webhooks of %s at %s: the credentials of account %s don't allow it: they need %s", r.Path, c.label, c.account, c.scope)
	case w.URL != "" && (status == http.StatusUnprocessableEntity || status == http.StatusBadRequest):
		return fault.New(fault.Invalid, "%w. It refuses the webhook to %s%s", err, hostOf(w.URL), c.refused)
	}
	return err
}

// hostOf is the part of a URL up to its path.
func hostOf(at string) string {
	scheme, rest, _ := strings.Cut(at, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// aboutRepository explains that a repository isn't there.
func (c *caller) aboutRepository(path string, err error) error {
	if statusOf(err) == http.StatusNotFound {
		return fault.New(fault.NotFound, "%s has no repository %s, or hides it from the account %s; check its name, and what the account's credentials may see", c.label, fault.Short(path), c.account)
	}
	return err
}
