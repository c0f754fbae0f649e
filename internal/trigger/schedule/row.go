package schedule

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/cron"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// row is a cron trigger as it is stored.
type row struct {
	pipeline, key    string
	expression, zone string
	document         string
	// Times are in milliseconds since the epoch, 0 for none.
	due, last, missedFrom, missedTo int64
}

const (
	// mostTriggers is how many cron triggers of a pipeline fire.
	mostTriggers = 1000
	// mostKey is how long an id may be to be a key, in bytes; database indexes have a
	// bound.
	mostKey = 200
)

// passedOn are the fields of a stored trigger that its row has: what a tick carries, and
// what lists show.
var passedOn = []string{"id", "cronExpression", "timezone", "runAsUser", "rebake"}

// keyed is an enabled cron trigger with its key.
type keyed struct {
	key     string
	trigger map[string]any
}

// cronTriggers are the enabled cron triggers of a pipeline. Those that are the same in
// everything are one.
func cronTriggers(p model.Pipeline) ([]keyed, error) {
	var out []keyed
	taken, seen := map[string]bool{}, map[string]bool{}
	for i, trigger := range model.Objects(p, "triggers") {
		if !strings.EqualFold(model.String(trigger, "type"), "cron") || !model.Bool(trigger, "enabled", false) || len(out) == mostTriggers {
			continue
		}
		whole, err := model.Marshal(trigger)
		if err != nil {
			return nil, fmt.Errorf("write trigger %d of pipeline %s: %w", i+1, p.ID(), err)
		}
		if seen[string(whole)] {
			continue
		}
		seen[string(whole)] = true
		key := keyOf(model.String(trigger, "id"), i, taken)
		taken[key] = true
		out = append(out, keyed{key, trigger})
	}
	return out, nil
}

// rowsOf are the rows of a pipeline's cron triggers.
func rowsOf(p model.Pipeline, zone string) ([]row, error) {
	if p.Disabled() {
		return nil, nil
	}
	triggers, err := cronTriggers(p)
	if err != nil {
		return nil, err
	}
	rows := make([]row, 0, len(triggers))
	for _, t := range triggers {
		r := row{pipeline: p.ID(), key: t.key, expression: store.Storable(model.String(t.trigger, "cronExpression")), zone: zone}
		if own := strings.TrimSpace(model.String(t.trigger, "timezone")); own != "" {
			r.zone = store.Storable(own)
		}
		document := map[string]any{"type": "cron"}
		for _, field := range passedOn {
			if value, there := t.trigger[field]; there {
				document[field] = value
			}
		}
		text, err := model.Marshal(document)
		if err != nil {
			return nil, fmt.Errorf("write the cron trigger %s of pipeline %s: %w", t.key, p.ID(), err)
		}
		r.document = string(text)
		rows = append(rows, r)
	}
	return rows, nil
}

// keyOf is the key of the trigger at a place: its id, if it has one and no other has it.
func keyOf(id string, place int, taken map[string]bool) string {
	id = store.Storable(id)
	if len(id) > mostKey {
		sum := sha256.Sum256([]byte(id))
		id = hex.EncodeToString(sum[:])
	}
	if id == "" || taken[id] {
		return fmt.Sprintf("%s#%d", id, place+1)
	}
	return id
}

// trigger tells which trigger it is.
func (r row) trigger() (map[string]any, error) {
	var trigger map[string]any
	if err := model.Unmarshal([]byte(r.document), &trigger); err != nil {
		return nil, fmt.Errorf("read the cron trigger %s of pipeline %s: %w", r.key, r.pipeline, err)
	}
	return trigger, nil
}

// schedule is when it fires; the error tells a user what is wrong with the trigger.
func (r row) schedule() (*cron.Schedule, error) {
	zone, err := location(r.zone)
	if err != nil {
		return nil, err
	}
	// What H stands for goes by the id, or by the place of a trigger that has none.
	id := r.key
	if strings.HasPrefix(id, "#") {
		id = r.pipeline + id
	}
	return cron.Parse(r.expression, id, zone)
}

// zones are the time zones that were looked up: each is read from a file.
var zones sync.Map

// location is the time zone of a name.
func location(name string) (*time.Location, error) {
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("there is no time zone %.100q: it must be a name such as Europe/Berlin", name)
	}
	zones.Store(name, zone)
	return zone, nil
}

// millis is a time as it is stored.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
