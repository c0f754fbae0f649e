package manifest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// waitStableTask waits until the stage's objects are stable: Orca's
// WaitForManifestStableTask. Unlike it, it tells all the while what they wait
// for, and gives up on a rollout whose trouble looks lasting and has lasted
// for a time of grace.
type waitStableTask struct{ *stages }

func (s *stages) waitStable() stage.Task { return waitStableTask{s} }

// Backoff grows with the time waited, from half a second to five.
func (waitStableTask) Backoff(in stage.Input) time.Duration {
	return min(max(in.Elapsed()/10, 500*time.Millisecond), 5*time.Second)
}

// Timeout is half an hour, or the stage's stableManifestTimeoutMinutes.
func (waitStableTask) Timeout(in stage.Input) (time.Duration, bool) {
	if minutes, ok := model.Int(in.Stage.Context, "stableManifestTimeoutMinutes"); ok && minutes > 0 {
		return time.Duration(minutes) * time.Minute, true
	}
	return 30 * time.Minute, true
}

// Run looks at each object that is neither stable nor failed yet.
func (t waitStableTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	watch, err := newWatch(t.stages, in)
	if err != nil {
		return stage.Result{}, err
	}
	until := time.Now().Add(t.options.StepBudget)
	settled := watch.settled()
	places := watch.places()
	for i, place := range places {
		if settled[place.plain()] {
			watch.stable = append(watch.stable, place)
			continue
		}
		if time.Now().After(until) {
			watch.later(places[i:]) // the others are looked at next time
			break
		}
		if err := watch.look(ctx, place); err != nil {
			if fault.KindOf(err) == fault.Unavailable {
				return stage.Running().With(map[string]any{"messages": texts(err.Error())}), nil
			}
			return stage.Result{}, failure(err)
		}
	}
	return watch.result()
}

// OnTimeout says what was being waited for.
func (t waitStableTask) OnTimeout(_ context.Context, in stage.Input) stage.Result {
	limit, _ := t.Timeout(in)
	if own, ok := model.Int(in.TopLevel().Context, "stageTimeoutMs"); ok && own > 0 {
		limit = time.Duration(own) * time.Millisecond
	}
	sentences := []string{fmt.Sprintf("the manifests were not stable after %s", limit)}
	sentences = append(sentences, model.Strings(in.Stage.Context, "messages")...)
	return failed(in, sentences, nil)
}

// place is where an object is, as the stage's context writes it.
type place struct {
	Name     string `json:"manifestName"`
	Location string `json:"location"`
}

// watch is one look at a stage's objects.
type watch struct {
	*stages
	in       stage.Input
	account  string
	grace    time.Duration
	stable   []place
	failures []place
	messages []string // what stands in the context for people to read
	errors   []string
	warnings []any
	events   []any
	// state is what the stage remembers, since is when each trouble was first
	// seen, by object and trouble.
	state   state
	since   map[string]int64
	waiting bool
	// faulty are the objects that have a fault, with the worst of their faults.
	faulty []Waiting
}

func newWatch(s *stages, in stage.Input) (*watch, error) {
	w := &watch{stages: s, in: in, account: accountOf(in), grace: s.options.Grace, since: map[string]int64{}}
	var err error
	if w.state, err = stateOf(in.View); err != nil {
		return nil, err
	}
	c := in.Stage.Context
	for key, into := range map[string]*[]place{"stableManifests": &w.stable, "failedManifests": &w.failures} {
		if err := convert(model.List(c, key), into); err != nil {
			return nil, fmt.Errorf("read %s: %w", key, err)
		}
	}
	w.errors = model.Strings(model.Object(model.Object(c, "exception"), "details"), "errors")
	w.messages = slices.Clone(w.errors)
	w.warnings, w.events = model.List(c, "warnings"), model.List(c, "events")
	if seconds, ok := model.Int(c, "failFastAfterSeconds"); ok {
		w.grace = time.Duration(seconds) * time.Second
	}
	return w, nil
}

// places are the objects of the stage, in a fixed order: what was deployed, or
// the one the operation was about.
func (w *watch) places() []place {
	var out []place
	names := model.Object(w.in.Stage.Context, "outputs.manifestNamesByNamespace")
	locations := make([]string, 0, len(names))
	for location := range names {
		locations = append(locations, location)
	}
	slices.Sort(locations)
	for _, location := range locations {
		for _, name := range model.Strings(names, location) {
			out = append(out, place{Name: name, Location: location})
		}
	}
	if names == nil {
		if name := model.String(w.in.Stage.Context, "manifest.name"); name != "" {
			out = append(out, place{Name: name, Location: model.String(w.in.Stage.Context, "manifest.location")})
		}
	}
	return slices.DeleteFunc(out, func(p place) bool { return slices.Contains(w.stable, p) || slices.Contains(w.failures, p) })
}

// settledKinds are kinds whose objects are what they are once they are stored:
// there is nothing to wait for.
var settledKinds = []string{
	"configmap", "secret", "serviceaccount", "role", "rolebinding", "clusterrole", "clusterrolebinding", "limitrange",
	"storageclass", "priorityclass",
}

// settled are the objects that were stable when they were applied, so that
// thousands of ConfigMaps need not be asked for one by one.
func (w *watch) settled() map[place]bool {
	out := map[place]bool{}
	if model.Bool(w.in.Stage.Context, "includeEvents", false) {
		return out
	}
	for _, m := range model.Objects(w.in.Stage.Context, "outputs.manifests") {
		group, _, grouped := strings.Cut(model.String(m, "apiVersion"), "/")
		kind := strings.ToLower(model.String(m, "kind"))
		if (!grouped || strings.HasSuffix(group, ".k8s.io")) && slices.Contains(settledKinds, kind) {
			md := model.Object(m, "metadata")
			out[place{Name: kind + " " + model.String(md, "name"), Location: model.String(md, "namespace")}] = true
		}
	}
	return out
}

// plain is the place with its kind in lower case.
func (p place) plain() place {
	kind, name, _ := strings.Cut(p.Name, " ")
	return place{Name: strings.ToLower(kind) + " " + name, Location: p.Location}
}

// look reads one object's status, and what troubles it while it is not stable.
func (w *watch) look(ctx context.Context, p place) error {
	live, err := w.provider.Manifest(ctx, w.account, p.Location, p.Name, model.Bool(w.in.Stage.Context, "includeEvents", false))
	if err != nil {
		if fault.KindOf(err) == fault.NotFound {
			w.fail(p, "it no longer exists: "+err.Error())
			return nil
		}
		return err
	}
	w.events = append(w.events, eventsOf(live)...)
	switch s := live.Status; {
	case s.Failed.State:
		return w.lost(ctx, p, s.Failed.Message)
	case s.Stable.State:
		w.stable = append(w.stable, p)
		return nil
	case s.Paused.State:
		// A paused rollout gets nowhere until a person resumes it.
		w.faultyIs(p, Trouble{Reason: "RolloutPaused", Message: "the rollout is paused"})
		w.wait(p, "the rollout is paused; "+s.Stable.Message)
		return nil
	default:
		return w.trouble(ctx, p, s.Stable.Message)
	}
}

// lost ends an object that has failed, with the reasons there are.
func (w *watch) lost(ctx context.Context, p place, message string) error {
	troubles, err := w.provider.Troubles(ctx, w.account, p.Location, p.Name)
	if err != nil {
		w.in.Log.Warn("the reasons of a failure can't be read", "object", p.Name, "error", err)
	}
	reasons := []string{message}
	for _, t := range troubles {
		reasons = append(reasons, t.Message)
	}
	w.fail(p, strings.Join(reasons, "; "))
	return nil
}

// trouble says what an object waits for, and fails it when a trouble has
// lasted too long.
func (w *watch) trouble(ctx context.Context, p place, message string) error {
	troubles, err := w.provider.Troubles(ctx, w.account, p.Location, p.Name)
	if err != nil {
		if fault.KindOf(err) == fault.Unavailable {
			return err
		}
		// Who may not read pods or events still sees the object's own status.
		w.in.Log.Warn("the troubles of an object can't be read", "object", p.Name, "error", err)
	}
	reasons := []string{message}
	for _, t := range troubles {
		reasons = append(reasons, t.Message)
		if !t.Lasting || w.grace < 0 {
			continue
		}
		if lasted := w.lasted(p, t.Key); lasted >= w.grace {
			w.fail(p, fmt.Sprintf("%s (for %s)", t.Message, lasted.Round(time.Second)))
			return nil
		}
	}
	if at := slices.IndexFunc(troubles, func(t Trouble) bool { return t.Reason != "" }); at >= 0 {
		w.faultyIs(p, troubles[at])
	}
	w.wait(p, strings.Join(reasons, "; "))
	return nil
}

// lasted is how long a trouble has been seen without a break.
func (w *watch) lasted(p place, key string) time.Duration {
	id := p.Location + "/" + p.Name + "/" + key
	since, ok := w.state.Troubles[id]
	if !ok {
		since = model.Millis(w.in.Now)
	}
	w.since[id] = since
	return w.in.Now.Sub(time.UnixMilli(since))
}

func (w *watch) wait(p place, message string) {
	w.waiting = true
	w.messages = append(w.messages, w.named(p, message))
}

func (w *watch) fail(p place, message string) {
	w.failures = append(w.failures, p)
	w.errors = append(w.errors, w.named(p, message))
	w.messages = append(w.messages, w.named(p, message))
}

func (w *watch) named(p place, message string) string {
	return fmt.Sprintf("'%s' in '%s' for account %s: %s", p.Name, p.Location, w.account, message)
}

// result is what the stage's context holds after a look. Objects that have
// failed fail the stage when no other is waited for.
func (w *watch) result() (stage.Result, error) {
	result := w.looked()
	// What one object is worth doesn't depend on the others: a roll back may go to it.
	worked := result.Status != model.Succeeded && w.state.worked(w.stable)
	if !worked && maps.Equal(w.since, w.state.Troubles) && slices.Equal(w.faulty, w.state.Waiting) {
		return result, nil
	}
	w.state.Troubles, w.state.Waiting = w.since, w.faulty
	return remember(result, w.state)
}

// looked is the result without what is remembered of it.
func (w *watch) looked() stage.Result {
	context := map[string]any{
		"messages": texts(w.messages...), "stableManifests": placesAsAny(w.stable), "failedManifests": placesAsAny(w.failures),
	}
	if len(w.warnings) > 0 {
		context["warnings"] = w.warnings
	}
	if len(w.events) > 0 {
		context["events"] = w.events
	}
	if len(w.errors) > 0 {
		context["exception"] = map[string]any{"details": map[string]any{"errors": texts(w.errors...)}}
	}
	switch {
	case w.waiting:
		return stage.Running().With(context)
	case len(w.failures) > 0:
		return failed(w.in, w.errors, context)
	}
	return stage.Succeeded().With(context)
}

func placesAsAny(list []place) []any {
	out := make([]any, len(list))
	for i, p := range list {
		out[i] = map[string]any{"manifestName": p.Name, "location": p.Location}
	}
	return out
}

func eventsOf(live *Live) []any {
	out := make([]any, len(live.Events))
	for i := range live.Events {
		out[i] = live.Events[i]
	}
	return out
}
