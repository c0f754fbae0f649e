package echo

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/installation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/cron"
)

// isCronNext tells whether a case asks when a cron expression fires.
func isCronNext(c *Case) bool { return c.Timezone != "" && c.After != "" }

// mostTimes is how many times a case records at most.
const mostTimes = 6

// playCronNext compares the times at which an expression fires.
func playCronNext(_ context.Context, c *Case) (out []string) {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return []string{fmt.Sprintf("the time zone: %v", err)}
	}
	after, err := time.Parse(time.RFC3339, c.After)
	if err != nil {
		return []string{fmt.Sprintf("the time after which: %v", err)}
	}
	schedule, err := cron.Parse(c.Expression, c.TriggerID, zone)
	switch {
	case err != nil && c.Error == "":
		return []string{fmt.Sprintf("%q is refused: %v", c.Expression, err)}
	case err != nil:
		return nil
	case c.Error != "":
		return []string{fmt.Sprintf("%q is taken, want an error: %s", c.Expression, c.Error)}
	}
	if c.Replaced != "" && schedule.String() != c.Replaced {
		out = append(out, fmt.Sprintf("H is replaced as %q, want %q", schedule, c.Replaced))
	}
	for i, want := range c.Next {
		after = schedule.Next(after)
		if got := after.Format(time.RFC3339); got != want {
			return append(out, fmt.Sprintf("time %d is %s, want %s", i+1, got, want))
		}
	}
	if len(c.Next) < mostTimes && !schedule.Next(after).IsZero() && c.Replaced == "" {
		out = append(out, fmt.Sprintf("it fires again at %s, want no more", schedule.Next(after).Format(time.RFC3339)))
	}
	return out
}

// isCronValidate tells whether a case asks whether an expression is good.
func isCronValidate(c *Case) bool {
	return c.Request != nil && strings.HasPrefix(c.Request.Path, "/validateCronExpression?")
}

// cronAsked is the expression that a case asks about.
func cronAsked(c *Case) string {
	asked, err := url.Parse(c.Request.Path)
	if err != nil {
		return ""
	}
	return asked.Query().Get("cronExpression")
}

// playCronValidate asks the API, where Gate's endpoint stands in for Echo's: it always
// answers 200, and says in the body whether the expression is good. Words aren't compared.
func playCronValidate(ctx context.Context, c *Case) []string {
	handler, err := api.New(api.Options{
		Areas: []rest.Area{installation.New("", cron.Describe, nil, nil)}, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return []string{fmt.Sprintf("make the API: %v", err)}
	}
	expression := cronAsked(c)
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/cron/validate?expression="+url.QueryEscape(expression), nil)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	var check struct {
		Valid                bool
		Message, Description string
	}
	switch err := json.Unmarshal(answer.Body.Bytes(), &check); {
	case answer.Code == http.StatusBadRequest && c.Response.Status != http.StatusOK:
		return nil // nothing was given
	case answer.Code != http.StatusOK || err != nil:
		return []string{fmt.Sprintf("answered %d: %s", answer.Code, answer.Body)}
	case check.Valid != (c.Response.Status == http.StatusOK):
		return []string{fmt.Sprintf("%q: valid is %v (%s), want the status %d: %s", expression, check.Valid, check.Message, c.Response.Status, c.Response.Body)}
	case check.Valid && check.Description == "":
		return []string{fmt.Sprintf("%q has no description", expression)}
	}
	return nil
}
