package notify

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
)

// The kinds of events.
const (
	Pipeline      = "pipeline"
	Orchestration = "orchestration"
	Stage         = "stage"
)

// The phases of events.
const (
	Starting = "starting"
	Complete = "complete"
	Failed   = "failed"
	Skipped  = "skipped"
)

// Words are the words by which preferences name events of pipelines and stages: see
// [Event.When].
func Words() []string {
	return []string{
		Pipeline + "." + Starting, Pipeline + "." + Complete, Pipeline + "." + Failed,
		Stage + "." + Starting, Stage + "." + Complete, Stage + "." + Failed, Stage + "." + Skipped,
	}
}

// Event is a step in an execution's life, as Orca tells Echo of it.
type Event struct {
	// Kind is what took the step, and Phase which one: pipeline and starting.
	Kind, Phase string
	Application string
	Execution   Execution
	// Stage is set for stages only.
	Stage *StageFacts
}

// Execution is what an event says of its execution.
type Execution struct {
	ID, Name, Description string
	// Canceled says that it was canceled, so that nobody is told of its end.
	Canceled bool
	Trigger  map[string]any
	// Stages are the stages' names, in order.
	Stages []string
	// Notifications are the pipeline's preferences.
	Notifications []map[string]any
}

// StageFacts is what an event says of its stage.
type StageFacts struct {
	ID, Name            string
	Context             map[string]any
	Synthetic, Canceled bool
}

// Of is the event that a happening is; false if nobody is told of such things, as of
// single tasks.
func Of(e *model.Execution, h engine.Happening) (Event, bool) {
	phase, ok := phaseOf(h)
	if !ok {
		return Event{}, false
	}
	event := Event{Phase: phase, Kind: Pipeline, Application: e.Application, Execution: ExecutionOf(e)}
	switch {
	case h.Stage != nil:
		event.Kind = Stage
		event.Stage = &StageFacts{
			ID: h.Stage.ID, Name: h.Stage.Name, Context: h.Stage.Context, Synthetic: h.Stage.Synthetic(), Canceled: e.Canceled,
		}
	case e.Type == model.OrchestrationExecution:
		event.Kind = Orchestration
	}
	return event, true
}

// ExecutionOf is what events say of an execution.
func ExecutionOf(e *model.Execution) Execution {
	out := Execution{
		ID: e.ID, Name: e.Name, Description: e.Description, Canceled: e.Canceled || e.Status == model.Canceled,
		Trigger: e.Trigger, Notifications: e.Notifications,
	}
	for _, s := range e.Stages {
		out.Stages = append(out.Stages, s.Name)
	}
	return out
}

// phaseOf is the phase as Orca's listeners name it.
func phaseOf(h engine.Happening) (string, bool) {
	switch {
	case h.Warning != "" || h.Task != nil:
		return "", false
	case h.Status == model.Running:
		return Starting, true
	case h.Status == model.Succeeded:
		return Complete, true
	case h.Status == model.Skipped && h.Stage != nil:
		return Skipped, true
	case h.Status.Complete():
		return Failed, true
	}
	return "", false
}

// When is the word by which preferences name the event, such as pipeline.failed.
func (e Event) When() string { return e.Kind + "." + e.Phase }

// Link is the page of what happened, in the shape of Deck's addresses.
func (e Event) Link(base string) string {
	page := "executions/details"
	if e.Kind == Orchestration {
		page = "tasks"
	}
	return base + "/#/applications/" + url.PathEscape(e.Application) + "/" + page + "/" + e.Execution.ID
}

// Title is a heading such as "Pipeline complete for SHOP".
func (e Event) Title() string {
	return Capitalize(e.Kind) + " " + e.Phase + " for " + strings.ToUpper(e.Application)
}

// Name is what people call the execution.
func (e Event) Name() string {
	if e.Execution.Name != "" {
		return e.Execution.Name
	}
	return e.Execution.Description
}

// StageName is the stage's name.
func (e Event) StageName() string {
	if e.Stage == nil {
		return ""
	}
	if e.Stage.Name != "" {
		return e.Stage.Name
	}
	return model.String(model.Object(e.Stage.Context, "stageDetails"), "name")
}

// Outcome is the end of a sentence about the event: "has completed successfully".
func (e Event) Outcome() string {
	switch e.Phase {
	case Starting:
		return "is starting"
	case Complete:
		return "has completed successfully"
	}
	return "has " + e.Phase
}

// Build is the number and the page of the build that triggered the execution; ok is
// false if there is no page.
func (e Event) Build() (number, page string, ok bool) {
	if e.Kind == Orchestration {
		return "", "", false
	}
	info := model.Object(e.Execution.Trigger, "buildInfo")
	page = model.String(info, "url")
	n, _ := model.Int(info, "number")
	return strconv.FormatInt(n, 10), page, page != ""
}

// Summary is a sentence without markup, as the subjects of Echo's mails are.
func (e Event) Summary() string {
	build := ""
	if number, _, ok := e.Build(); ok {
		build = "build #" + number + " "
	}
	return e.summary(build)
}

// PlainSummary is the sentence without the build, as Echo's cards have it.
func (e Event) PlainSummary() string { return e.summary("") }

func (e Event) summary(build string) string {
	switch e.Kind {
	case Stage:
		return "Stage " + e.StageName() + " for " + e.Application + "'s " + e.Execution.Name + " pipeline " + build + e.Outcome()
	case Pipeline:
		return e.Application + "'s " + e.Execution.Name + " pipeline " + build + e.Outcome()
	}
	return e.Application + "'s " + e.Execution.ID + " task " + e.Outcome()
}

// Text is the text that a preference has for this event: message["pipeline.failed"].text.
func (e Event) Text(settings map[string]any) string {
	return model.String(model.Object(model.Object(settings, "message"), e.When()), "text")
}

// Custom is a field of the preference, or else of the stage's context.
func (e Event) Custom(settings map[string]any, field string) string {
	if text := model.String(settings, field); text != "" {
		return text
	}
	if e.Stage == nil {
		return ""
	}
	return model.String(e.Stage.Context, field)
}

// Fill puts the execution's id and its page into a text of the user.
func (e Event) Fill(text, link string) string {
	return strings.NewReplacer("{{executionId}}", e.Execution.ID, "{{link}}", link).Replace(text)
}

// Capitalize has each word begin with a capital letter.
func Capitalize(text string) string {
	start := true
	return strings.Map(func(r rune) rune {
		if start {
			r = unicode.ToTitle(r)
		}
		start = unicode.IsSpace(r)
		return r
	}, text)
}
