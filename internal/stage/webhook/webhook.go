// Package webhook is the webhook stage: it sends a request, and where wanted
// asks for its outcome until it has one. Fields, rules, names, outputs and
// messages are those of Orca's WebhookStage and its tasks.
package webhook

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/wait"
)

// Orca's names of the tasks.
const (
	CreateClass  = "com.netflix.spinnaker.orca.webhook.tasks.CreateWebhookTask"
	MonitorClass = "com.netflix.spinnaker.orca.webhook.tasks.MonitorWebhookTask"
	BindClass    = "com.netflix.spinnaker.orca.pipeline.tasks.artifacts.BindProducedArtifactsTask"
)

//go:embed schema.json
var schema []byte

// Accounts tells what a stage's account adds to its requests. It is called by
// any number of tasks at a time, before each request.
type Accounts interface {
	// Headers returns the headers to send: the custom ones and those of the
	// account. An account that isn't there, or isn't this user's to use, is an
	// error. The account is "" where the stage names none.
	Headers(ctx context.Context, user, account string, custom http.Header) (http.Header, error)
}

// Options are what the stage needs from outside.
type Options struct {
	Config Config
	// Guard decides which URLs may be asked for.
	Guard *httpguard.Guard
	// Accounts may be left out; then a stage's account adds nothing, and fails
	// the stage where webhook.validateAccount is on.
	Accounts Accounts
	// BindArtifacts is the task that binds what a stage has produced to its
	// expectedArtifacts; without it, another type's task of that class is used.
	BindArtifacts stage.Task
	// LongestRequest bounds a request as a whole, to the last byte of its answer;
	// 5 minutes if 0.
	LongestRequest time.Duration
	// Wrap puts a transport around the client's, such as OpenTelemetry's.
	Wrap func(http.RoundTripper) http.RoundTripper
}

// Service sends webhooks.
type Service struct {
	config   Config
	allowed  allowList
	guard    *httpguard.Guard
	client   *http.Client
	accounts Accounts
	bind     stage.Task
	longest  time.Duration
}

// New returns a service. The error names the setting that can't be used.
func New(options Options) (*Service, error) {
	client, err := options.Config.clientOptions()
	if err != nil {
		return nil, err
	}
	allowed, err := options.Config.allowList()
	if err != nil {
		return nil, err
	}
	client.Wrap = options.Wrap
	if options.LongestRequest == 0 {
		options.LongestRequest = longestRequest
	}
	return &Service{
		config: options.Config, allowed: allowed, guard: options.Guard, client: options.Guard.Client(client),
		accounts: options.Accounts, bind: options.BindArtifacts, longest: options.LongestRequest,
	}, nil
}

// Type is the webhook stage.
func (s *Service) Type() *stage.Type {
	t := s.stageType("webhook", "Webhook", "Sends a request to a web service.", schema)
	t.Check = check
	return t
}

// stageType is a stage type that sends webhooks; preconfigured ones differ in
// what stands in the stage's context.
func (s *Service) stageType(name, label, description string, schema []byte) *stage.Type {
	tasks := map[string]stage.Task{
		CreateClass:  createTask{s},
		wait.Class:   waitTask{},
		MonitorClass: monitorTask{s},
	}
	if s.bind != nil {
		tasks[BindClass] = s.bind
	}
	return &stage.Type{
		Name: name, Label: label, Description: description, Schema: schema,
		Definition: definition{s}, Tasks: tasks, Cancel: s.cancel,
	}
}

// errNothingToDo is the failure of a stage that neither sends a request nor asks for an
// outcome.
var errNothingToDo = &stage.Error{
	Type:    "UserException",
	Message: "Can't specify monitorOnly = true and waitForCompletion = false at the same time",
}

// check says why the tasks could not read a stage's settings or would have nowhere to
// send the request to.
func check(context map[string]any) error {
	known := stage.WithoutExpressions(context)
	isKnown := func(field string) bool { return context[field] == nil || known[field] != nil }
	f, err := read(known)
	if err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), unreadable))
	}
	if isKnown("monitorOnly") && isKnown("waitForCompletion") && f.monitorOnly && !f.wait {
		return errNothingToDo
	}
	if !isKnown("url") {
		return nil
	}
	if f.url == "" {
		return fault.New(fault.Invalid, "url: is missing")
	}
	if u, err := url.Parse(f.url); err != nil || u.Scheme == "" || u.Host == "" {
		return fault.New(fault.Invalid, "url: must be an absolute URL such as https://example.com/path, not %q", fault.Short(f.url))
	}
	return nil
}

type definition struct{ service *Service }

// CancelsOnFailure has the cancel endpoint told of a failure too.
func (definition) CancelsOnFailure() {}

func (d definition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	f, err := read(view.Stage.Context)
	if err != nil {
		return nil, err
	}
	if d.service.config.RequireAccount && f.account == "" {
		return nil, &stage.Error{Type: "UserException", Message: "account is required"}
	}
	if f.monitorOnly && !f.wait {
		return nil, errNothingToDo
	}
	var specs []engine.TaskSpec
	if !f.monitorOnly {
		specs = append(specs, engine.TaskSpec{Name: "createWebhook", Class: CreateClass})
	}
	if f.wait {
		if f.waitBeforeMonitor > 0 {
			specs = append(specs, engine.TaskSpec{Name: "waitBeforeMonitorWebhook", Class: wait.Class})
		}
		specs = append(specs, engine.TaskSpec{Name: "monitorWebhook", Class: MonitorClass})
	}
	if f.bind {
		specs = append(specs, engine.TaskSpec{Name: "bindProducedArtifacts", Class: BindClass})
	}
	return specs, nil
}

// waitTask is the wait task of waitBeforeMonitor seconds. As in Orca it stands
// as waitTime in the context, gives way to one that is there, and is counted
// from the stage's start.
type waitTask struct{ wait.Task }

func (t waitTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	if _, ok := in.Stage.Context["waitTime"]; ok {
		return t.Task.Run(ctx, in)
	}
	in = withWaitTime(in)
	result, err := t.Task.Run(ctx, in)
	return result.With(map[string]any{"waitTime": in.Stage.Context["waitTime"]}), err
}

// Backoff is the time that is left.
func (t waitTask) Backoff(in stage.Input) time.Duration {
	return t.Task.Backoff(withWaitTime(in))
}

func withWaitTime(in stage.Input) stage.Input {
	s := *in.Stage
	s.Context = model.Merge(map[string]any{"waitTime": s.Context["waitBeforeMonitor"]}, s.Context)
	in.Stage = &s
	return in
}

// cancel tells the cancel endpoint, where there is one, that the stage was
// cancelled or has failed. Orca doesn't look at signalCancellation; here false
// keeps the endpoint from being told.
func (s *Service) cancel(ctx context.Context, in stage.Input) (stage.Result, error) {
	f, err := read(in.Stage.Context)
	if err != nil && in.Stage.Context["webhook"] == nil {
		return stage.Result{}, nil // nobody could read its settings, so it has sent nothing
	}
	if err != nil || f.cancelURL == "" || !f.signal {
		return stage.Result{}, err
	}
	r := request{method: f.cancelVerb, url: f.cancelURL, payload: f.cancelPayload}
	if !slices.Contains(safeMethods, r.method) {
		r.key = attempt{}.key(in) + "-cancel"
	}
	answer, err := s.send(ctx, in, f, r)
	if err == nil && answer.status >= 400 {
		err = answer.failure()
	}
	if err != nil {
		return stage.Result{}, fmt.Errorf("cancel webhook %s: %w", f.cancelURL, err)
	}
	return stage.Result{}, nil
}

func logger(in stage.Input) *slog.Logger {
	if in.Log != nil {
		return in.Log
	}
	return slog.New(slog.DiscardHandler)
}
