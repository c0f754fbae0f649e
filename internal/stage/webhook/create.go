package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/stage"
)

// createTask sends the webhook.
type createTask struct{ service *Service }

// Backoff and Timeout are those of Orca's CreateWebhookTask.
func (createTask) Backoff(stage.Input) time.Duration { return 10 * time.Second }

func (createTask) Timeout(stage.Input) (time.Duration, bool) { return 5 * time.Minute, true }

func (t createTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	f, err := read(in.Stage.Context)
	if err != nil {
		return stage.Result{}, err
	}
	a, result, err := beginAttempt(in, f)
	if err != nil || result.Noted {
		return result, err
	}
	ctx, cancel := context.WithTimeout(ctx, t.service.longest)
	defer cancel()
	r := request{method: f.method, url: f.url, payload: f.payload}
	if a.Sending {
		r.key = a.key(in)
	}
	p, err := t.service.prepare(ctx, in, f, r)
	if err != nil {
		return a.notSent(ctx, in, f, err)
	}
	answer, err := t.service.exchange(in, p)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return stage.Result{}, stage.Retryable(fmt.Errorf("send the webhook to %s: %w", f.url, ctx.Err()))
	case err != nil:
		result = sendFailed(in, f, p.retry, err)
	case answer.status >= 400:
		result = t.refused(in, f, answer)
	default:
		result = accepted(f, answer)
	}
	return a.end(in, result, err == nil)
}

// sendFailed is the result of a webhook that got no answer.
func sendFailed(in stage.Input, f fields, retry bool, err error) stage.Result {
	var message string
	result := stage.Failed()
	switch {
	case isUnknownHost(err):
		result = stage.Running()
		message = fmt.Sprintf("Remote host resolution failure in webhook for pipeline %s to %s, will retry.", in.Execution.ID, f.url)
	case isTimeout(err) && (f.method == http.MethodGet || retry):
		result = stage.Running()
		message = fmt.Sprintf("Socket timeout in webhook on %s request for pipeline %s to %s, will retry.", f.method, in.Execution.ID, f.url)
	default:
		message = fmt.Sprintf("An exception occurred for pipeline %s performing a %s request to %s. %s", in.Execution.ID, f.method, f.url, err)
	}
	logger(in).Warn("a webhook got no answer", "url", f.url, "error", err)
	return result.With(map[string]any{"webhook": map[string]any{"error": message}})
}

// refused is the result of a webhook that was answered with 4xx or 5xx.
func (t createTask) refused(in stage.Input, f fields, a answer) stage.Result {
	var message string
	result := stage.Failed()
	switch {
	case slices.Contains(f.failFast, a.status):
		message = fmt.Sprintf("Received status code %d, which is configured to fail fast, terminating stage for pipeline %s to %s",
			a.status, in.Execution.ID, f.url)
	case a.status >= 500 || slices.Contains(t.service.config.DefaultRetryStatusCodes, a.status) ||
		slices.Contains(f.createRetry, a.status):
		result = stage.Running()
		message = fmt.Sprintf("Error submitting webhook for pipeline %s to %s with status code %d, will retry.", in.Execution.ID, f.url, a.status)
	default:
		message = fmt.Sprintf("Error submitting webhook for pipeline %s to %s with status code %d.", in.Execution.ID, f.url, a.status)
	}
	logger(in).Warn("a webhook was answered with an error", "url", f.url, "status", a.status)
	output := a.output()
	output["error"] = message
	return result.With(map[string]any{"webhook": output})
}

// accepted is the result of a webhook that was answered with less than 400.
func accepted(f fields, a answer) stage.Result {
	output := a.output()
	changes := map[string]any{"webhook": output}
	failed := func(message string) stage.Result {
		output["error"] = message
		return stage.Failed().With(changes)
	}
	if f.wait {
		endpoint, err := statusURL(f, a)
		if err != nil {
			return failed("Exception while resolving status check URL: " + err.Error())
		}
		if endpoint == "" {
			return failed("The status URL couldn't be resolved, but 'Wait for completion' is configured")
		}
		output["statusEndpoint"], changes["statusEndpoint"] = endpoint, endpoint
		return stage.Succeeded().With(changes)
	}
	if f.expectsArtifacts {
		artifacts, err := readPath(a.body, "artifacts")
		if err != nil {
			return failed("Expected artifacts in webhook response couldn't be parsed: " + err.Error())
		}
		changes["artifacts"] = artifacts
	}
	return stage.Succeeded().With(changes)
}

// statusURL is where to ask for the outcome. One on the webhook's own host is
// asked by the webhook's scheme, as in Orca; one that is relative is so to the
// webhook's URL.
func statusURL(f fields, a answer) (string, error) {
	var found string
	switch f.urlFrom {
	case "getMethod":
		return f.url, nil
	case "locationHeader":
		found = strings.TrimSpace(a.header.Get("Location"))
	case "webhookResponse":
		value, err := readPath(a.body, f.urlPath)
		if err != nil {
			return "", err
		}
		text, ok := value.(string)
		if !ok && value != nil {
			return "", fmt.Errorf("the JSON path %q did not resolve to a text", f.urlPath)
		}
		found = strings.TrimSpace(text)
	case "":
		return "", errors.New("statusUrlResolution is not set; it is getMethod, locationHeader or webhookResponse")
	default:
		return "", fmt.Errorf("unexpected value: %s; statusUrlResolution is getMethod, locationHeader or webhookResponse", f.urlFrom)
	}
	if found == "" || found == f.url {
		return found, nil
	}
	base, err := url.Parse(f.url)
	if err != nil {
		return "", err
	}
	target, err := base.Parse(found)
	if err != nil {
		return "", err
	}
	if _, rest, ok := strings.Cut(found, "://"); ok {
		if target.Hostname() == base.Hostname() && target.Scheme != base.Scheme {
			return base.Scheme + "://" + rest, nil
		}
		return found, nil
	}
	return target.String(), nil
}

func isUnknownHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns)
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}
