package webhook

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// monitorTask asks for the webhook's outcome until it has one.
type monitorTask struct{ service *Service }

// Backoff is a second in the first minute and 15 after it, as that of Orca's
// MonitorWebhookTask.
func (monitorTask) Backoff(in stage.Input) time.Duration {
	if in.Elapsed() > time.Minute {
		return 15 * time.Second
	}
	return time.Second
}

// Timeout is that of Orca's MonitorWebhookTask.
func (monitorTask) Timeout(stage.Input) (time.Duration, bool) { return time.Hour, true }

func (t monitorTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	f, err := read(in.Stage.Context)
	if err != nil {
		return stage.Result{}, err
	}
	endpoint := f.endpoint
	if endpoint == "" {
		if !f.monitorOnly {
			return stage.Result{}, &stage.Error{Type: "IllegalStateException", Message: "Missing required parameter: statusEndpoint"}
		}
		if endpoint = f.url; endpoint == "" {
			return stage.Result{}, &stage.Error{
				Type: "IllegalStateException", Message: "Missing required parameter. Either webhook url or statusEndpoint are required",
			}
		}
	}
	before := model.Object(in.Stage.Context, "webhook")
	past := model.List(model.Object(before, "monitor"), "pastStatusCodes")
	look := look{in: in, f: f, endpoint: endpoint, monitor: map[string]any{}, webhook: model.Without(before, "monitor")}
	if past != nil {
		look.monitor["pastStatusCodes"] = past
	}
	a, err := t.service.send(ctx, in, f, request{method: http.MethodGet, url: endpoint})
	switch {
	case ctx.Err() != nil:
		return stage.Result{}, stage.Retryable(fmt.Errorf("ask %s for the webhook's status: %w", endpoint, ctx.Err()))
	case err != nil && (isUnknownHost(err) || isTimeout(err)):
		logger(in).Warn("can't ask for a webhook's status, will retry", "url", endpoint, "error", err)
		return look.result(model.Running), nil
	case err != nil:
		return look.failed("an exception occurred in webhook monitor to %s: %s", endpoint, err), nil
	case a.status >= 400 && t.retries(f, past, a.status):
		look.monitor["pastStatusCodes"] = append(slices.Clone(past), a.status)
		return look.result(model.Running), nil
	case a.status >= 400:
		if headers := a.headers(); headers != nil {
			look.monitor["headers"] = headers
		}
		return look.failed("an exception occurred in webhook monitor to %s: %s", endpoint, a.failure()), nil
	}
	maps.Copy(look.monitor, a.output())
	return look.judge(a.body)
}

// retries tells whether to ask again after a status code. Where the stage says
// how often for that code, its answer counts; the answers of the past are
// counted together, also with others in between.
func (t monitorTask) retries(f fields, past []any, status int) bool {
	if most, ok := f.attempts[status]; ok {
		seen := 0
		for _, code := range past {
			if n, ok := model.ToInt(code); ok && int(n) == status {
				seen++
			}
		}
		return seen < most
	}
	return status >= 500 || slices.Contains(t.service.config.DefaultRetryStatusCodes, status) ||
		slices.Contains(f.monitorRetry, status)
}

// look is one look at the webhook's outcome.
type look struct {
	in               stage.Input
	f                fields
	endpoint         string
	webhook, monitor map[string]any
}

func (l look) result(status model.Status) stage.Result {
	l.webhook["monitor"] = l.monitor
	return stage.Result{Status: status, Context: map[string]any{"webhook": l.webhook}}
}

func (l look) failed(format string, args ...any) stage.Result {
	message := fmt.Sprintf(format, args...)
	logger(l.in).Warn("a webhook has failed", "url", l.endpoint, "error", message)
	l.monitor["error"] = message
	return l.result(model.Terminal)
}

// judge takes the outcome from the answer's body.
func (l look) judge(body any) (stage.Result, error) {
	if l.f.statusPath == "" {
		return l.result(model.Succeeded), nil
	}
	status, result, err := l.value(body, "status", l.f.statusPath)
	if result != nil || err != nil {
		return orEmpty(result), err
	}
	switch status.(type) {
	case string, bool, int64, float64:
	default:
		l.monitor["resolvedValue"] = status
		return l.failed("The json path '%s' did not resolve to a single value", l.f.statusPath), nil
	}
	if l.f.progress != "" {
		progress, result, err := l.value(body, "progress", l.f.progress)
		if result != nil || err != nil {
			return orEmpty(result), err
		}
		message, ok := progress.(string)
		if !ok {
			l.monitor["resolvedValue"] = progress
			return l.failed("The json path '%s' did not resolve to a String value", l.f.progress), nil
		}
		l.monitor["progressMessage"] = message
	}
	switch status.(type) {
	case int64, float64:
		l.monitor["percentComplete"] = status
		if status == int64(100) || status == float64(100) {
			return l.result(model.Succeeded), nil
		}
		return l.result(model.Running), nil
	}
	return l.result(l.f.outcome(text(status))), nil
}

// value reads a path; where it leads nowhere, the result is a failure.
func (l look) value(body any, what, path string) (any, *stage.Result, error) {
	value, err := readPath(body, path)
	if isNoPath(err) {
		result := l.failed("Unable to parse %s: JSON property '%s' not found in response body", what, path)
		return nil, &result, nil
	}
	if err != nil {
		return nil, nil, &stage.Error{Type: "InvalidPathException", Message: err.Error(), Cause: err}
	}
	return value, nil, nil
}

func orEmpty(result *stage.Result) stage.Result {
	if result == nil {
		return stage.Result{}
	}
	return *result
}

// outcome is what a status text means; later lists win over earlier ones, and
// any other text means that it isn't over.
func (f fields) outcome(status string) model.Status {
	out := model.Running
	for _, list := range []struct {
		texts  string
		status model.Status
	}{{f.success, model.Succeeded}, {f.cancel, model.Canceled}, {f.fail, model.Terminal}} {
		for text := range strings.SplitSeq(list.texts, ",") {
			if list.texts != "" && strings.EqualFold(strings.TrimSpace(text), status) {
				out = list.status
			}
		}
	}
	return out
}
