package echo

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/forward"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// forwarded plays what Echo sends on to its REST endpoints.
var forwarded = player{
	plays: func(c *Case) bool { return c.Group == "rest" },
	play:  playForwarded,
}

// stored is a store of one execution.
type stored struct{ e *model.Execution }

func (s stored) Execution(_ context.Context, id string) (*model.Execution, error) {
	if s.e.ID != id {
		return nil, store.ErrNotFound
	}
	return s.e, nil
}

func (stored) ExecutionSizes(context.Context, []string) (map[string]int64, error) {
	return map[string]int64{}, nil
}

// statuses are what has just happened, by the phases of Orca's events.
var statuses = map[string]model.Status{"starting": model.Running, "complete": model.Succeeded, "failed": model.Terminal, "skipped": model.Skipped}

func playForwarded(ctx context.Context, c *Case) []string {
	loaded, err := configured(c, nil)
	if err != nil {
		return []string{err.Error()}
	}
	sinks := newSinks(c)
	s := &stand{sinks: sinks}
	var out []string
	for _, step := range c.steps() {
		e, happened, err := happening(step)
		if err != nil {
			return append(out, err.Error())
		}
		f, err := forward.New(forward.Options{
			Config: loaded.Rest, Events: loaded.Echo.Events, Executions: stored{e}, Secrets: secret.NewResolver(secret.Options{}),
			Memory: limit.NewBudget(0, 0), Now: time.Now, Wrap: func(http.RoundTripper) http.RoundTripper { return sinks },
		})
		if err != nil {
			return append(out, err.Error())
		}
		if f != nil {
			for _, m := range f.Messages(e, happened) {
				_ = f.Deliver(ctx, m) // one endpoint's failure stops no other
			}
		}
		wanted, _ := s.wanted(step.Sent, nil)
		got := s.sinks.got
		s.sinks.got = nil
		for i := range got {
			got[i] = withTexts(got[i])
		}
		for i := range wanted {
			wanted[i] = withTexts(wanted[i])
		}
		// An execution has more fields here than the one that was posted to Echo.
		out = append(out, recorded.Unordered("sent", wanted, got, recorded.Options{
			Any:    placeholder,
			Ignore: func(path string, want, _ any) bool { return strings.Contains(path, ".execution.") && want == nil },
		})...)
	}
	return out
}

// happening is what an event of Orca's tells of.
func happening(step Step) (*model.Execution, engine.Happening, error) {
	var posted struct {
		Details struct {
			Type        string `json:"type"`
			Application string `json:"application"`
		} `json:"details"`
		Content struct {
			Execution json.RawMessage `json:"execution"`
			Name      string          `json:"name"`
			StageID   string          `json:"stageId"`
		} `json:"content"`
	}
	e := &model.Execution{}
	if err := json.Unmarshal([]byte(step.Request.Body), &posted); err != nil {
		return nil, engine.Happening{}, err
	}
	if err := model.Unmarshal(posted.Content.Execution, e); err != nil {
		return nil, engine.Happening{}, err
	}
	_, phase, _ := strings.Cut(strings.TrimPrefix(posted.Details.Type, "orca:"), ":")
	h := engine.Happening{Status: statuses[phase]}
	for _, stage := range e.Stages {
		if posted.Content.StageID != "" && stage.ID == posted.Content.StageID {
			h.Stage = stage
		}
	}
	return e, h, nil
}

// withTexts is a message in which texts that hold JSON are objects, so that they are
// compared field by field.
func withTexts(value any) any {
	switch v := value.(type) {
	case string:
		var inner map[string]any
		if json.Unmarshal([]byte(v), &inner) == nil {
			return withTexts(inner)
		}
	case map[string]any:
		for key, inner := range v {
			v[key] = withTexts(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = withTexts(inner)
		}
	}
	return value
}
