package notifyowner

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// pageClass is Orca's name of the task.
const pageClass = "com.netflix.spinnaker.orca.echo.tasks.PageApplicationOwnerTask"

//go:embed page.json
var pageSchema []byte

// pageTask pages the owners of applications, by the PagerDuty keys (pdApiKey)
// of the applications, and whoever else the stage has keys of.
type pageTask struct {
	notifier     Notifier
	applications Applications
}

// Backoff and Timeout are those of Orca's PageApplicationOwnerTask.
func (pageTask) Backoff(stage.Input) time.Duration { return 15 * time.Second }

// Timeout is how long it is tried.
func (pageTask) Timeout(stage.Input) (time.Duration, bool) { return 5 * time.Minute, false }

// Run pages nobody where one of the applications has no key.
func (t pageTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	keys := slices.Clone(model.Strings(c, "keys"))
	var without []string
	for _, name := range model.Strings(c, "applications") {
		application, err := t.applications.Application(ctx, name)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return stage.Result{}, fmt.Errorf("read application %s: %w", name, err)
		}
		if key := model.String(application, "pdApiKey"); key != "" {
			keys = append(keys, key)
		} else {
			without = append(without, name)
		}
	}
	if len(without) > 0 {
		do := "does"
		if len(without) > 1 {
			do = "do"
		}
		return stage.Result{}, &stage.Error{
			Type: "IllegalStateException", Message: fmt.Sprintf("%s %s not have a pager duty service key.", strings.Join(without, ", "), do),
		}
	}
	if len(keys) == 0 {
		return stage.Result{}, &stage.Error{Type: "IllegalArgumentException", Message: "There is no one to page: applications and keys are empty"}
	}
	details := model.Merge(model.Object(c, "details"), nil)
	if details["from"] == nil {
		details["from"] = in.Principal().Name
	}
	_, err := send(ctx, t.notifier, in, "PagerDuty", Notification{
		Type: pagerDuty, To: keys, AdditionalContext: map[string]any{"message": c["message"], "details": details},
	})
	if err != nil {
		return stage.Result{}, err
	}
	return stage.Succeeded(), nil
}
