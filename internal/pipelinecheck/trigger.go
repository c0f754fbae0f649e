package pipelinecheck

import (
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/model"
)

// cronTriggers warns of cron triggers that don't do what their expression looks like. They
// can be saved, as in Spinnaker.
func (r *report) cronTriggers(pipeline map[string]any) {
	for i, trigger := range model.Objects(pipeline, "triggers") {
		if !isCron(model.String(trigger, "type")) || !model.Bool(trigger, "enabled", true) {
			continue
		}
		path := fmt.Sprintf("triggers[%d].cronExpression", i)
		schedule, err := cron.Parse(model.String(trigger, "cronExpression"), model.String(trigger, "id"), nil)
		if err != nil {
			r.addf(Warning, path, "", "the trigger never fires: %v", err)
			continue
		}
		for _, warning := range schedule.Warnings(time.Now()) {
			r.addf(Warning, path, "", "%s", warning)
		}
	}
}

// isCron tells whether a trigger is of the type that is known in any case.
func isCron(kind string) bool { return strings.EqualFold(kind, "cron") }
