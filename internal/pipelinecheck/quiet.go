package pipelinecheck

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// quietPeriods warns of quiet periods of notifications that can't be read, and so hold
// nothing back.
func (r *report) quietPeriods(of map[string]any, path, stage string) {
	for i, settings := range model.Objects(of, "notifications") {
		if _, err := (notify.Preference{Settings: settings}).Quiet(); err != nil {
			r.addf(Warning, fmt.Sprintf("%s[%d]", path, i), stage, "%v; the notification is sent at once", err)
		}
	}
}
