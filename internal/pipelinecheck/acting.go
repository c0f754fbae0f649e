package pipelinecheck

import (
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/acting"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Acting is what [Stages] may know of the rest of the server.
type Acting interface {
	// ActsOn tells whether the server acts on something of a kind.
	ActsOn(kind acting.Kind, name string) bool
	// Missing are the settings of the server without which it doesn't; none if no
	// setting helps.
	Missing(kind acting.Kind, name string) []string
}

// idle warns of what is saved with a pipeline and not acted on yet.
func (r *report) idle(pipeline map[string]any) {
	server, ok := r.checker.stages.(Acting)
	if !ok {
		return
	}
	for i, trigger := range model.Objects(pipeline, "triggers") {
		kind := model.String(trigger, "type")
		if isCron(kind) {
			kind = "cron"
		}
		if kind != "" && model.Bool(trigger, "enabled", true) && !server.ActsOn(acting.Triggers, kind) {
			r.addf(Warning, fmt.Sprintf("triggers[%d]", i), "", "%s triggers aren't supported yet: this one is saved for later and starts nothing", fault.Short(kind))
		}
	}
	r.unsent(server, pipeline, "notifications", "")
	if len(model.List(pipeline, "roles")) > 0 && !server.ActsOn(acting.Roles, "pipeline") {
		r.addf(Warning, "roles", "", "roles aren't enforced yet (no log-in): everyone may run the pipeline")
	}
	for i, s := range model.Objects(pipeline, "stages") {
		path, name := stagePath(i), model.String(s, "name")
		if model.Bool(s, "sendNotifications", false) {
			r.unsent(server, s, path+".notifications", name)
		}
		if len(model.List(s, "selectedStageRoles")) > 0 && !server.ActsOn(acting.Roles, "judgment") {
			r.addf(Warning, path+".selectedStageRoles", name, "roles aren't enforced yet (no log-in): everyone may answer")
		}
	}
}

func (r *report) unsent(server Acting, of map[string]any, path, stage string) {
	for i, notification := range model.Objects(of, "notifications") {
		kind := model.String(notification, "type")
		if kind == "" || server.ActsOn(acting.Notifications, kind) {
			continue
		}
		at := fmt.Sprintf("%s[%d]", path, i)
		if missing := server.Missing(acting.Notifications, kind); len(missing) > 0 {
			r.addf(Warning, at, stage, "%s notifications aren't configured on this server (%s): this one is saved and not sent", fault.Short(kind), strings.Join(missing, ", "))
		} else {
			r.addf(Warning, at, stage, "%s notifications aren't supported yet: this one is saved for later and not sent", fault.Short(kind))
		}
	}
}
