package echo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

const actionsPath = "/scheduledActions"

// isCronActions tells whether a case asks Echo's API of scheduled actions.
func isCronActions(c *Case) bool {
	for _, step := range c.steps() {
		if step.Request == nil || !strings.HasPrefix(step.Request.Path, actionsPath) {
			return false
		}
	}
	return len(c.steps()) > 0
}

func playCronActions(ctx context.Context, c *Case) (out []string) {
	seen := &fired{ticks: map[string]schedule.Tick{}}
	err := withScheduler(ctx, c, seen, func(s *schedule.Scheduler, _ *queue.Queue) error {
		for n, step := range c.steps() {
			status, body := serveActions(ctx, s, step.Request)
			for _, line := range compareActions(step.Response, status, recorded.JSON(body)) {
				out = append(out, fmt.Sprintf("step %d: %s", n+1, line))
			}
		}
		return nil
	})
	if err != nil {
		out = append(out, err.Error())
	}
	return out
}

// serveActions is what the server does with a request.
func serveActions(ctx context.Context, s *schedule.Scheduler, r *Request) (status int, body any) {
	status = http.StatusOK
	var err error
	switch r.Method {
	case http.MethodGet:
		body, err = s.Actions(ctx)
	case http.MethodPost:
		status = http.StatusCreated
		var a schedule.Action
		if err := json.Unmarshal([]byte(r.Body), &a); err != nil {
			return http.StatusBadRequest, nil
		}
		body, err = s.AddAction(ctx, a)
	case http.MethodDelete:
		status = http.StatusAccepted
		body, err = s.DeleteAction(ctx, strings.TrimPrefix(r.Path, actionsPath+"/"))
	default:
		return http.StatusMethodNotAllowed, nil
	}
	switch {
	case err == nil:
		return status, body
	case fault.KindOf(err) == fault.NotFound:
		return http.StatusNotFound, nil
	}
	return http.StatusBadRequest, nil
}

// compareActions compares the status, and the body of what went well: triggers are made
// comparable without their ids, which Echo makes itself, and the numbers in the place of H,
// which come from these.
func compareActions(want *Response, status int, got any) []string {
	if want == nil {
		return []string{"the case has no response"}
	}
	if !sameStatus(want.Status, status) {
		return []string{fmt.Sprintf("the status is %d, want %d", status, want.Status)}
	}
	if status >= http.StatusBadRequest {
		return nil
	}
	options := recorded.Options{Any: placeholder, Ignore: func(path string, want, got any) bool {
		return strings.HasSuffix(path, ".cronExpression") && hashed(fmt.Sprint(want)) && hashed(fmt.Sprint(got))
	}}
	body := decoded(want.Body)
	lists, ok := body.(map[string]any)
	if !ok || lists["pipeline"] == nil {
		return recorded.Differences("body", body, got, options)
	}
	var out []string
	for _, name := range []string{"pipeline", "manuallyCreated"} {
		object, _ := got.(map[string]any)
		out = append(out, recorded.Unordered(name, model.List(lists, name), model.List(object, name), options)...)
	}
	return out
}

// hashed tells whether an expression may have been one with H: it has three numbers.
func hashed(expression string) bool {
	fields := strings.Fields(expression)
	return len(fields) >= 6 && fields[0] != "0" && strings.Trim(fields[0]+fields[1]+fields[2], "0123456789") == ""
}
