package engine

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Prior finds the artifacts of the latest execution of a pipeline, for
// expected artifacts that may take the prior one.
type Prior func(pipelineConfigID string) []map[string]any

// PrepareTrigger fills in a configuration's trigger as Orca does before a
// start: type, user, parameters with their defaults, artifacts. It returns a
// new configuration; the error names what can't be matched.
func PrepareTrigger(config map[string]any, who access.Principal, prior Prior) (map[string]any, error) {
	prepared := PlanTrigger(config, who)
	trigger := model.Object(prepared, "trigger")
	if err := resolveArtifacts(prepared, trigger, prior); err != nil {
		return prepared, err
	}
	if errs := unsuitableParameters(config, model.Object(trigger, "parameters")); len(errs) > 0 {
		return prepared, fault.New(fault.Invalid, "%s", errs[0]).With(errs...)
	}
	return prepared, nil
}

// PlanTrigger fills in a configuration's trigger for a plan: type, user, and
// parameters with their defaults. It returns a new configuration.
func PlanTrigger(config map[string]any, who access.Principal) map[string]any {
	trigger := model.Merge(model.Object(config, "trigger"), nil)
	if model.String(trigger, "type") == "" {
		trigger["type"] = "manual"
	}
	if model.String(trigger, "user") == "" {
		trigger["user"] = who.Name
		if who.Name == "" {
			trigger["user"] = "[anonymous]"
		}
	}
	parameters := model.Merge(model.Object(trigger, "parameters"), nil)
	for _, p := range model.Objects(config, "parameterConfig") {
		name := model.String(p, "name")
		if _, given := parameters[name]; !given {
			parameters[name] = p["default"]
		}
	}
	trigger["parameters"] = parameters
	return model.Merge(config, map[string]any{"trigger": trigger})
}

// unsuitableParameters names the required parameters without a value and the
// values that are not among a parameter's options. Orca leaves both to Deck. What
// Deck would take is taken: the pipeline's own default, an expression, which is
// evaluated later, and any value if there are no options to choose from.
func unsuitableParameters(config, parameters map[string]any) []string {
	var out []string
	for _, p := range model.Objects(config, "parameterConfig") {
		name := model.String(p, "name")
		value := parameters[name]
		if model.Bool(p, "required", false) && (value == nil || value == "") {
			out = append(out, fmt.Sprintf("parameter %q is required and has no value", name))
			continue
		}
		if options := model.Objects(p, "options"); !model.Bool(p, "hasOptions", false) || len(options) == 0 || offered(value, p["default"], options) {
			continue
		}
		out = append(out, fmt.Sprintf("parameter %q can't be %q: it is not one of its options", name, fmt.Sprint(value)))
	}
	return out
}

// offered reports whether a parameter with options may have a value.
func offered(value, byDefault any, options []map[string]any) bool {
	text := fmt.Sprint(value)
	if value == nil || text == "" || text == fmt.Sprint(byDefault) || expression.HasExpression(text) {
		return true
	}
	return slices.ContainsFunc(options, func(option map[string]any) bool { return fmt.Sprint(option["value"]) == text })
}

// LinearRefs gives the stages of a configuration refIds that make them run one
// after another, where none has a refId.
func LinearRefs(stages []any) []any {
	for _, item := range stages {
		if s, ok := item.(map[string]any); !ok || model.String(s, "refId") != "" {
			return stages
		}
	}
	out := make([]any, len(stages))
	for i, item := range stages {
		requires := []any{}
		if i > 0 {
			requires = append(requires, strconv.Itoa(i-1))
		}
		out[i] = model.Merge(item.(map[string]any), map[string]any{
			"refId": strconv.Itoa(i), "requisiteStageRefIds": requires,
		})
	}
	return out
}

// NewPipeline makes the execution of a pipeline from a prepared configuration:
// Orca's ExecutionLauncher.parsePipeline.
func NewPipeline(config map[string]any, who access.Principal, now time.Time) *model.Execution {
	e := newExecution(model.PipelineExecution, config, who, now)
	e.Name = model.String(config, "name")
	e.PipelineConfigID = model.String(config, "id")
	e.LimitConcurrent = model.Bool(config, "limitConcurrent", false)
	if n, ok := model.Int(config, "maxConcurrentExecutions"); ok {
		e.MaxConcurrentExecutions = int(n)
	}
	e.KeepWaitingPipelines = model.Bool(config, "keepWaitingPipelines", false)
	e.Notifications = model.Objects(config, "notifications")
	e.Source = model.Object(config, "source")
	e.TemplateVariables = model.Object(config, "templateVariables")
	if initial := model.Object(config, "initialConfig"); initial != nil {
		e.InitialConfig = initial
	}
	for _, item := range LinearRefs(model.List(config, "stages")) {
		if s, ok := item.(map[string]any); ok {
			e.Stages = append(e.Stages, newStage(s, model.String(s, "type"), now))
		}
	}
	return e
}

// NewOrchestration makes the execution of an ad-hoc task from a list of jobs,
// which run one after another: Orca's ExecutionLauncher.parseOrchestration.
func NewOrchestration(config map[string]any, who access.Principal, now time.Time) *model.Execution {
	e := newExecution(model.OrchestrationExecution, config, who, now)
	e.Description = model.String(config, "name")
	if d := model.String(config, "description"); d != "" {
		e.Description = d
	}
	e.Notifications = model.Objects(e.Trigger, "notifications")
	for _, item := range LinearRefs(model.List(config, "stages")) {
		s, ok := item.(map[string]any)
		if !ok {
			continue
		}
		kind := model.String(s, "type")
		if provider := model.String(s, "providerType"); provider != "" && provider != "aws" && provider != "titus" {
			kind += "_" + provider
		}
		e.Stages = append(e.Stages, newStage(s, kind, now))
	}
	return e
}

func newExecution(kind model.ExecutionType, config map[string]any, who access.Principal, now time.Time) *model.Execution {
	trigger := model.NormalizeTrigger(model.DropNulls(model.Object(config, "trigger")))
	e := &model.Execution{
		Type: kind, ID: model.String(config, "executionId"), Application: model.String(config, "application"),
		BuildTime: model.Millis(now), Status: model.NotStarted, Stages: []*model.Stage{},
		Trigger: trigger, Origin: model.String(config, "origin"), SpelEvaluator: model.String(config, "spelEvaluator"),
		Authentication:      &model.Authentication{User: who.Name, AllowedAccounts: who.AllowedAccounts},
		Notifications:       []map[string]any{},
		InitialConfig:       map[string]any{},
		SystemNotifications: []model.SystemNotification{},
		AdditionalHeaders:   map[string]any{},
	}
	if e.ID == "" {
		e.ID = model.NewID(now)
	}
	if e.Origin == "" {
		e.Origin = who.Origin
	}
	if e.Origin == "" {
		e.Origin = "unknown"
	}
	if e.Authentication.AllowedAccounts == nil {
		e.Authentication.AllowedAccounts = []string{}
	}
	if expiry, ok := model.Int(config, "startTimeExpiry"); ok {
		e.StartTimeExpiry = expiry
	}
	e.RootID = model.String(trigger, "rootId")
	return e
}

// newStage makes a stage from its configuration: what Orca has a field for is
// taken out, the rest is the stage's context.
func newStage(config map[string]any, kind string, now time.Time) *model.Stage {
	s := &model.Stage{
		ID: model.NewID(now), RefID: model.String(config, "refId"), Type: kind,
		Name: model.String(config, "name"), Status: model.NotStarted,
		Outputs: map[string]any{}, Tasks: []*model.Task{},
		RequisiteStageRefIDs: model.Strings(config, "requisiteStageRefIds"),
	}
	if s.Name == "" {
		s.Name = kind
	}
	if s.RequisiteStageRefIDs == nil {
		s.RequisiteStageRefIDs = []string{}
	}
	if expiry, ok := model.Int(config, "startTimeExpiry"); ok {
		s.StartTimeExpiry = expiry
	}
	s.Context = model.DropNulls(model.Without(config, "refId", "requisiteStageRefIds", "type", "name", "startTimeExpiry"))
	s.Context = withoutReserved(s.Context)
	for _, field := range verbatim {
		if given := config[field]; given != nil {
			s.Context[field] = given
		}
	}
	return s
}

// Opening gives the part of an execution's configuration that is evaluated when
// it starts and does not belong to a stage.
func Opening(e *model.Execution) map[string]any {
	notifications := make([]any, len(e.Notifications))
	for i, n := range e.Notifications {
		notifications[i] = n
	}
	return map[string]any{
		"name": e.Name, "description": e.Description, "trigger": map[string]any(e.Trigger), "notifications": notifications,
		"source": e.Source, "templateVariables": e.TemplateVariables, "initialConfig": e.InitialConfig,
	}
}

// Open puts what [Opening] gave, evaluated, into the execution.
func (m *Machine) Open(config map[string]any) {
	e := m.exec
	e.Name, e.Description = model.String(config, "name"), model.String(config, "description")
	e.Trigger = model.NormalizeTrigger(model.DropNulls(model.Object(config, "trigger")))
	if e.Notifications = model.Objects(config, "notifications"); e.Notifications == nil {
		e.Notifications = []map[string]any{}
	}
	e.Source, e.TemplateVariables = model.Object(config, "source"), model.Object(config, "templateVariables")
	if e.InitialConfig = model.Object(config, "initialConfig"); e.InitialConfig == nil {
		e.InitialConfig = map[string]any{}
	}
	m.changes.Header = true
}

// verbatim are fields whose nulls are kept because they say something: a null
// in a patch removes a field. Orca drops them, so that such a patch does
// nothing (spinnaker/spinnaker#6134).
var verbatim = []string{"patchBody"}

// FailStart marks an execution that could not be started: it is stored as
// TERMINAL, with the reason, for a person to find.
func FailStart(e *model.Execution, reason string) {
	e.Status, e.Canceled, e.CanceledBy = model.Terminal, true, "system"
	e.CancellationReason = "Failed on startup: " + reason
}
