package echo

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// dryRuns plays what Echo's dry-run agent does: which pipelines run again when one has
// ended, as what the other server is asked to start.
var dryRuns = player{
	plays: func(c *Case) bool { return c.Group == "dryrun" },
	play:  playDryRun,
}

func playDryRun(ctx context.Context, c *Case) (out []string) {
	s, err := newStand(c, func(_ context.Context, id string) (model.Pipeline, error) {
		for _, p := range c.Pipelines {
			if model.String(p, "id") == id {
				return p, nil
			}
		}
		return nil, nil
	})
	if err != nil {
		return []string{err.Error()}
	}
	defer s.close()
	for _, step := range c.steps() {
		if step.Request == nil {
			return []string{"the case has no request"}
		}
		event, ok := eventOf(step.Request.Body)
		if !ok {
			return []string{"the request is no event"}
		}
		if err := s.dryRun(ctx, event, step.Request.Body); err != nil {
			out = append(out, err.Error())
		}
		wanted := make([]any, 0, len(step.Started))
		for _, item := range step.Started {
			start, _ := item.(map[string]any)
			other := model.Object(start, "other")
			start = model.Merge(model.Without(start, "other", "headers", "user", "receivedArtifacts"), map[string]any{
				"stages": other["stages"], "notifications": other["notifications"],
			})
			wanted = append(wanted, start)
		}
		out = append(out, recorded.Unordered("started", wanted, s.orchestrated(), recorded.Options{Any: placeholder, Ignore: ignoredOfDryRun})...)
	}
	return out
}

// dryRun has the channel told of an event, if the pipeline asks for it.
func (s *stand) dryRun(ctx context.Context, event notify.Event, body string) error {
	var posted struct {
		Content struct {
			Execution json.RawMessage `json:"execution"`
		} `json:"content"`
	}
	if err := json.Unmarshal([]byte(body), &posted); err != nil {
		return err
	}
	var e model.Execution
	if err := model.Unmarshal(posted.Content.Execution, &e); err != nil {
		return err
	}
	for _, preference := range notify.Due(event, nil) {
		if sender, ok := s.channels.Event(preference.Type()); ok {
			_ = sender.SendEvent(ctx, channel.Notice{Event: event, Execution: &e, Settings: preference.Settings})
		}
	}
	return nil
}

// orchestrated are the pipelines that were asked to start, as cases show them.
func (s *stand) orchestrated() []any {
	var out []any
	for _, item := range s.sent() {
		request, _ := item.(map[string]any)
		if !strings.HasSuffix(model.String(request, "url"), "/orchestrate") {
			out = append(out, item)
			continue
		}
		p := model.Object(request, "body")
		out = append(out, recorded.JSON(map[string]any{
			"pipeline": p["id"], "name": p["name"], "application": p["application"], "trigger": p["trigger"],
			"expectedArtifacts": p["expectedArtifacts"], "stages": p["stages"], "notifications": p["notifications"],
		}))
	}
	return out
}

// ignoredOfDryRun leaves out flags that are false, fields that are empty, and what an
// execution has that wasn't in the event.
func ignoredOfDryRun(path string, want, got any) bool {
	if want == nil && strings.Contains(path, ".lastSuccessfulExecution.") {
		return true
	}
	empty := func(value any) bool {
		m, isMap := value.(map[string]any)
		return value == nil || value == false || isMap && len(m) == 0
	}
	return empty(want) && empty(got)
}
