package importer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

// readers is how many applications are read at a time.
const readers = 8

// state is an application with what belongs to it, as a server has it.
type state struct {
	exists        bool
	attributes    model.Application
	configs       map[client.Flavour][]model.Pipeline
	notifications map[string]any
	// errs are what could not be read, by what it is.
	errs map[string]error
}

// applications imports the applications with what belongs to them. The reading
// is done for several at a time, the writing for one after another.
func (r *run) applications(ctx context.Context) error {
	names := r.Applications
	if len(names) == 0 {
		all, err := r.From.Applications(ctx)
		if err != nil {
			return fmt.Errorf("list the applications: %w", err)
		}
		for _, app := range all {
			names = append(names, app.Name())
		}
		slices.Sort(names)
	}
	for batch := range slices.Chunk(names, readers) {
		source, target := make([]state, len(batch)), make([]state, len(batch))
		var group errgroup.Group
		for i, name := range batch {
			group.Go(func() error { source[i] = r.read(ctx, r.From, name); return nil })
			group.Go(func() error { target[i] = r.read(ctx, r.To, name); return nil })
		}
		_ = group.Wait() // errors are in the states
		for i, name := range batch {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			r.application(ctx, name, source[i], target[i])
		}
	}
	return nil
}

// The names by which a state's errors are known.
const (
	ofApplication   = "application"
	ofPipelines     = "pipeline"
	ofStrategies    = "strategy"
	ofNotifications = "notifications"
)

func kindOf(f client.Flavour) string {
	if f == client.Strategies {
		return ofStrategies
	}
	return ofPipelines
}

// read reads what is wanted of an application.
func (r *run) read(ctx context.Context, c *client.Client, name string) state {
	s := state{configs: map[client.Flavour][]model.Pipeline{}, errs: map[string]error{}}
	note := func(what string, err error) {
		if err != nil && !client.IsNotFound(err) {
			s.errs[what] = err
		}
	}
	var err error
	s.attributes, err = c.Application(ctx, name)
	s.exists = err == nil
	note(ofApplication, err)
	if r.wants(Pipelines) {
		for _, f := range []client.Flavour{client.Pipelines, client.Strategies} {
			s.configs[f], err = c.Configs(ctx, f, name)
			note(kindOf(f), err)
		}
	}
	if r.wants(Notifications) {
		s.notifications, err = c.Notifications(ctx, name)
		note(ofNotifications, err)
	}
	return s
}

// broken reports what could not be read of a thing.
func (r *run) broken(item Item, source, target state, what string) bool {
	if err := source.errs[what]; err != nil {
		r.failed(item, fmt.Errorf("read it from %s: %w", r.From.Endpoint(), err))
		return true
	}
	if err := target.errs[what]; err != nil {
		r.failed(item, fmt.Errorf("read it from %s: %w", r.To.Endpoint(), err))
		return true
	}
	return false
}

func (r *run) application(ctx context.Context, name string, source, target state) {
	item := Item{Kind: ofApplication, Name: strings.ToLower(name)}
	switch {
	case !source.exists && source.errs[ofApplication] == nil:
		r.failed(item, fmt.Errorf("%s has no application %s", r.From.Endpoint(), name))
		return
	case r.broken(item, source, target, ofApplication):
		return
	}
	if r.wants(Applications) {
		r.attributes(ctx, item, source, target)
	}
	if r.wants(Pipelines) {
		for _, f := range []client.Flavour{client.Strategies, client.Pipelines} {
			if r.broken(Item{Kind: kindOf(f), Application: item.Name, Name: "(all)"}, source, target, kindOf(f)) {
				continue
			}
			for _, config := range source.configs[f] {
				r.config(ctx, f, config, target.configs[f])
			}
		}
	}
	if r.wants(Notifications) {
		r.notifications(ctx, item.Name, source, target)
	}
}

func (r *run) attributes(ctx context.Context, item Item, source, target state) {
	app := model.Application(without(source.attributes, "createTs", "accounts", "user", "clusters"))
	if model.String(source.attributes, "email") == "" && model.String(source.attributes, "createTs") == "" {
		item.Action, item.Notes = Skip, []string{"it isn't saved there; its name only appears on workloads in the clouds"}
		r.tell(item)
		return
	}
	item.Action = plan(contains(target.attributes, app), target.exists)
	r.write(item, func() ([]string, error) { return nil, r.To.SaveApplication(ctx, app, target.exists) })
}

// config imports a pipeline or strategy under the id that it has.
func (r *run) config(ctx context.Context, f client.Flavour, config model.Pipeline, target []model.Pipeline) {
	item := Item{
		Kind: kindOf(f), Application: config.Application(), Name: config.Name(), ID: config.ID(),
		CannotRun: r.obstacles(config),
	}
	found := withID(target, config.ID())
	if other := named(target, config.Name()); other != nil && other.ID() != config.ID() && !sameName(found, config) {
		r.failed(item, fmt.Errorf("a %s of this name is there already, under another id (%s); rename or delete one of them", item.Kind, other.ID()))
		return
	}
	wanted := without(config)
	// The place in the list depends on what else is there.
	item.Action = plan(equal(without(wanted, "index"), without(found, "index")), found != nil)
	r.write(item, func() ([]string, error) { return r.To.SaveConfig(ctx, f, wanted, false) })
}

func withID(configs []model.Pipeline, id string) model.Pipeline {
	for _, c := range configs {
		if c.ID() == id {
			return c
		}
	}
	return nil
}

func named(configs []model.Pipeline, name string) model.Pipeline {
	for _, c := range configs {
		if strings.EqualFold(strings.TrimSpace(c.Name()), strings.TrimSpace(name)) {
			return c
		}
	}
	return nil
}

// sameName tells whether a pipeline that is there keeps its name.
func sameName(found, config model.Pipeline) bool {
	return found != nil && named([]model.Pipeline{found}, config.Name()) != nil
}

// obstacles are why a pipeline won't run here, or not by itself.
func (r *run) obstacles(config model.Pipeline) []string {
	var out []string
	add := func(text string) {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if (model.String(config, "type") == "templatedPipeline" || model.Object(config, "template") != nil) && !r.Platform.Templates() {
		add("it uses a template, which is not supported here yet")
	}
	for _, s := range model.Objects(config, "stages") {
		kind, alias := model.String(s, "type"), model.String(s, "alias")
		if kind == "" || alias != "" && r.Platform.Unavailable(alias) == "" {
			continue
		}
		if why := r.Platform.Unavailable(kind); why != "" {
			add(why)
		}
	}
	for _, t := range model.Objects(config, "triggers") {
		kind := model.String(t, "type")
		if model.Bool(t, "enabled", true) && !slices.Contains(r.Platform.TriggerTypes(), kind) {
			add(fmt.Sprintf("its %s trigger is not supported here", kind))
		}
	}
	return out
}

func (r *run) notifications(ctx context.Context, application string, source, target state) {
	item := Item{Kind: ofNotifications, Application: application, Name: application}
	if r.broken(item, source, target, ofNotifications) {
		return
	}
	settings := without(source.notifications, "application")
	if len(settings) == 0 {
		return
	}
	found := without(target.notifications, "application")
	item.Action = plan(equal(settings, found), len(found) > 0)
	settings["application"] = application
	r.write(item, func() ([]string, error) { return nil, r.To.SaveNotifications(ctx, application, settings) })
}
