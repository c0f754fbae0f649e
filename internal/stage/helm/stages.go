package helm

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

//go:embed schemas/*.json
var schemas embed.FS

// The classes of the tasks; Orca has none of them.
const (
	classUpgrade   = "HelmUpgradeTask"
	classRollback  = "HelmRollbackTask"
	classUninstall = "HelmUninstallTask"
	classHistory   = "HelmHistoryTask"
	classMonitor   = "MonitorHelmTask"
	classPromote   = "PromoteHelmOutputsTask"
	classWait      = "WaitForHelmStableTask"
	classFinish    = "HelmFinishTask"
	classEnd       = "MonitorHelmFinishTask"
	classPreview   = "PreviewManifestsTask"
)

// made is what a stage remembers of the revision that it has made.
type made struct {
	Revision int    `json:"revision"`
	Event    string `json:"event"`
	// Done says that the revision was made by an earlier run of the stage.
	Done bool `json:"done,omitempty"`
}

// madeBy reads what a stage has made, and whether it has made anything.
func madeBy(view engine.View) (out made, ok bool, err error) {
	ok, err = manifest.Own(view, &out)
	return out, ok, err
}

// historyMax is how many revisions are kept where the stage does not say:
// Helm's own.
const historyMax = 10

// Types are the stage types that work on releases.
func Types(provider Provider, options manifest.Options) []*stage.Type {
	s := &stages{provider: provider, operations: manifest.NewOperations(provider, options)}
	return []*stage.Type{s.upgrade(), s.rollback(), s.uninstall(), s.history()}
}

type stages struct {
	provider   Provider
	operations manifest.Operations
}

func schema(name string) json.RawMessage {
	data, err := schemas.ReadFile("schemas/" + name + ".json")
	if err != nil {
		panic(fmt.Sprintf("the schema of %s is embedded: %v", name, err)) // a test reads all of them
	}
	return data
}

func (s *stages) tasks(class string, begin stage.Task) map[string]stage.Task {
	o := s.operations
	return map[string]stage.Task{
		class: begin, classMonitor: o.Carry(), classPromote: o.Promote(), classWait: o.WaitStable(),
		classFinish: o.Begin(s.planFinish), classEnd: o.Carry(), classPreview: o.Preview(),
	}
}

func (s *stages) upgrade() *stage.Type {
	return &stage.Type{
		Name: "helmUpgrade", Aliases: []string{"helmInstall"}, Label: "Install or upgrade (Helm)",
		Description: "Installs a Helm chart as a release, or upgrades the release.",
		Schema:      schema("helmUpgrade"), Definition: release{"helmUpgrade", classUpgrade},
		Tasks: s.tasks(classUpgrade, s.operations.Begin(s.planUpgrade)), Cancel: s.cancel,
	}
}

func (s *stages) rollback() *stage.Type {
	return &stage.Type{
		Name: "helmRollback", Label: "Roll back (Helm)",
		Description: "Rolls a Helm release back to an earlier revision.",
		Schema:      schema("helmRollback"), Definition: release{"helmRollback", classRollback},
		Tasks: s.tasks(classRollback, s.operations.Begin(s.planRollback)), Cancel: s.cancel,
	}
}

func (s *stages) uninstall() *stage.Type {
	return &stage.Type{
		Name: "helmUninstall", Label: "Uninstall (Helm)",
		Description: "Deletes a Helm release and its objects.",
		Schema:      schema("helmUninstall"),
		Definition: plain{
			{Name: "helmUninstall", Class: classUninstall}, {Name: "monitorUninstall", Class: classMonitor}, {Name: "promoteOutputs", Class: classPromote},
		},
		Tasks: map[string]stage.Task{
			classUninstall: s.operations.Begin(s.planUninstall), classMonitor: s.operations.Carry(), classPromote: s.operations.Promote(),
		},
	}
}

func (s *stages) history() *stage.Type {
	return &stage.Type{
		Name: "helmHistory", Label: "History (Helm)",
		Description: "Lists the revisions of a Helm release.",
		Schema:      schema("helmHistory"), Definition: plain{{Name: "helmHistory", Class: classHistory}},
		Tasks: map[string]stage.Task{classHistory: stage.TaskFunc(s.readHistory)},
	}
}

// plain is the plan of a type whose tasks are always the same.
type plain []engine.TaskSpec

// Tasks lists them.
func (p plain) Tasks(engine.View) ([]engine.TaskSpec, error) { return p, nil }

// PrepareForRestart forgets what the last run has done.
func (plain) PrepareForRestart(context map[string]any) map[string]any {
	return manifest.Forget(context)
}

// release is the plan of a type that makes a revision.
type release struct{ name, class string }

// Tasks lists the tasks.
func (r release) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	context := view.Stage.Context
	tasks := []engine.TaskSpec{{Name: r.name, Class: r.class}}
	if manifest.PlanOnly(view) {
		return append(tasks, engine.TaskSpec{Name: "previewManifests", Class: classPreview}), nil
	}
	tasks = append(tasks, engine.TaskSpec{Name: "monitorRelease", Class: classMonitor})
	if model.Bool(context, "markOnly", false) {
		return tasks, nil
	}
	tasks = append(tasks, engine.TaskSpec{Name: "promoteOutputs", Class: classPromote})
	if waits(context) {
		tasks = append(tasks, engine.TaskSpec{Name: "waitForManifestToStabilize", Class: classWait})
	}
	return append(tasks, engine.TaskSpec{Name: "finishRelease", Class: classFinish}, engine.TaskSpec{Name: "monitorFinish", Class: classEnd}), nil
}

// waits tells whether a stage waits for its objects: an atomic one has to.
func waits(context map[string]any) bool {
	return model.Bool(context, "wait", true) || model.Bool(context, "atomic", false)
}

// PrepareForRestart forgets what the last run has done.
func (release) PrepareForRestart(context map[string]any) map[string]any {
	return manifest.Forget(context)
}

// OnFailureStages record that the revision has failed; where the stage is
// atomic, they take the release back to what it was.
func (release) OnFailureStages(view engine.View) ([]engine.Synthetic, error) {
	context := view.Stage.Context
	failed, ok, err := madeBy(view)
	if err != nil || !ok || model.Bool(context, "markOnly", false) || failed.Done {
		return nil, err
	}
	next := engine.Synthetic{Type: "helmRollback", Name: "Record the failure", Context: map[string]any{
		"account": model.String(context, "account"), "namespace": model.String(context, "namespace"), "releaseName": model.String(context, "releaseName"),
		"failedRevision": failed.Revision, "failure": reason(view.Stage), "markOnly": true, "cloudProvider": "kubernetes",
	}}
	atomic := model.Bool(context, "atomic", false)
	switch {
	case atomic && failed.Event == "install":
		next.Type, next.Name = "helmUninstall", "Uninstall what has failed"
	case atomic:
		next.Name, next.Context["markOnly"] = "Roll back to what was before", false
	}
	return []engine.Synthetic{next}, nil
}

// CancelsOnFailure has the type's Cancel called.
func (release) CancelsOnFailure() {}

// cancel records that a revision that was not finished has failed: one that is
// pending would keep all later operations from the release.
func (s *stages) cancel(ctx context.Context, in stage.Input) (stage.Result, error) {
	unfinished, ok, err := madeBy(in.View)
	if err != nil || !ok || unfinished.Done {
		return stage.Result{}, err
	}
	_, target, made, err := read(in, "")
	if err != nil {
		return stage.Result{}, err
	}
	plan, _, err := s.provider.PlanRollbackRelease(ctx, RollbackRequest{
		Target: target, Made: made, Failed: unfinished.Revision, Reason: "the stage was canceled or has failed", MarkOnly: true,
	})
	if err != nil {
		return stage.Result{}, err
	}
	for _, step := range plan.Steps {
		if _, err := s.provider.Execute(ctx, target.Account, step); err != nil {
			return stage.Result{}, err
		}
	}
	return stage.Result{}, nil
}

func reason(s *model.Stage) string {
	errs := s.Failures()
	if len(errs) == 0 {
		return "the stage has failed"
	}
	return errs[0]
}

// fields are a stage's fields.
type fields struct {
	Namespace       string           `json:"namespace"`
	ReleaseName     string           `json:"releaseName"`
	ChartArtifactID string           `json:"chartArtifactId"`
	ChartArtifact   map[string]any   `json:"chartArtifact"`
	ValuesArtifacts []map[string]any `json:"valuesArtifacts"`
	ReuseValues     bool             `json:"reuseValues"`
	ResetValues     bool             `json:"resetValues"`
	CreateNamespace bool             `json:"createNamespace"`
	SkipCRDs        bool             `json:"skipCRDs"`
	TakeOwnership   bool             `json:"takeOwnership"`
	DisableHooks    bool             `json:"disableHooks"`
	HistoryMax      *int             `json:"historyMax"`
	Revision        int              `json:"revision"`
	FailedRevision  int              `json:"failedRevision"`
	Failure         string           `json:"failure"`
	MarkOnly        bool             `json:"markOnly"`
	KeepHistory     bool             `json:"keepHistory"`
}

func read(in stage.Input, id string) (fields, Target, Made, error) {
	var f fields
	if err := model.Decode(model.Without(in.Stage.Context, "values"), &f); err != nil {
		return f, Target{}, Made{}, fault.New(fault.Invalid, "%w", err)
	}
	return f, Target{Account: manifest.AccountOf(in), Namespace: f.Namespace, Name: f.ReleaseName},
		Made{ID: id, By: in.Stage.ID, Application: in.Execution.Application, DisableHooks: f.DisableHooks}, nil
}

func (s *stages) planUpgrade(ctx context.Context, in stage.Input, id string) (manifest.Plan, manifest.Begun, error) {
	f, target, made, err := read(in, id)
	if err != nil {
		return manifest.Plan{}, manifest.Begun{}, err
	}
	chart, err := s.operations.Artifact(ctx, in, f.ChartArtifactID, f.ChartArtifact, "chartArtifact")
	if err != nil {
		return manifest.Plan{}, manifest.Begun{}, err
	}
	values, err := s.values(ctx, in, f)
	if err != nil {
		return manifest.Plan{}, manifest.Begun{}, err
	}
	plan, planned, err := s.provider.PlanUpgradeRelease(ctx, UpgradeRequest{
		Target: target, Made: made, Chart: chart, Values: values, ReuseValues: f.ReuseValues, ResetValues: f.ResetValues,
		CreateNamespace: f.CreateNamespace, SkipCRDs: f.SkipCRDs, TakeOwnership: f.TakeOwnership,
	})
	return plan, begun(planned), err
}

// begun is what the stage has of the revision that it makes.
func begun(p Planned) manifest.Begun {
	return manifest.Begun{
		Context: map[string]any{"kato.result.expected": false, "chart": p.Chart, "notes": p.Notes},
		Own:     made{Revision: p.Revision, Event: p.Event, Done: p.Unchanged},
	}
}

// values are the stage's values over those of its artifacts, of which a later
// one is over an earlier one.
func (s *stages) values(ctx context.Context, in stage.Input, f fields) (map[string]any, error) {
	out := map[string]any{}
	for i, entry := range f.ValuesArtifacts {
		field := fmt.Sprintf("valuesArtifacts[%d]", i)
		given := model.Object(entry, "artifact")
		if given == nil && model.String(entry, "type") != "" {
			given = entry
		}
		text, err := s.operations.Artifact(ctx, in, model.String(entry, "expectedArtifactId"), given, field)
		if err != nil {
			return nil, err
		}
		more, err := valuesText(string(text), field)
		if err != nil {
			return nil, err
		}
		out = over(more, out)
	}
	switch given := in.Stage.Context["values"].(type) {
	case nil:
	case map[string]any:
		out = over(given, out)
	case string:
		more, err := valuesText(given, "values")
		if err != nil {
			return nil, err
		}
		out = over(more, out)
	default:
		return nil, fault.New(fault.Invalid, "values: must be an object or text of YAML")
	}
	return manifest.PlainObject(out)
}

func valuesText(text, field string) (map[string]any, error) {
	found, err := manifest.Decode([]byte(text))
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s: %w", field, err)
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	}
	return nil, fault.New(fault.Invalid, "%s: must be one YAML document, and has %d", field, len(found))
}

// over puts values over others, objects key by key.
func over(values, under map[string]any) map[string]any {
	out := maps.Clone(under)
	if out == nil {
		out = map[string]any{}
	}
	for key, value := range values {
		mine, ok := value.(map[string]any)
		theirs, both := out[key].(map[string]any)
		if ok && both {
			value = over(mine, theirs)
		}
		out[key] = value
	}
	return out
}

func (s *stages) planRollback(ctx context.Context, in stage.Input, id string) (manifest.Plan, manifest.Begun, error) {
	f, target, made, err := read(in, id)
	if err != nil {
		return manifest.Plan{}, manifest.Begun{}, err
	}
	if f.Revision < 0 {
		return manifest.Plan{}, manifest.Begun{}, fault.New(fault.Invalid, "revision: must not be negative, but is %d", f.Revision)
	}
	plan, planned, err := s.provider.PlanRollbackRelease(ctx, RollbackRequest{
		Target: target, Made: made, Revision: f.Revision, Failed: f.FailedRevision, Reason: f.Failure, MarkOnly: f.MarkOnly,
	})
	return plan, begun(planned), err
}

func (s *stages) planFinish(ctx context.Context, in stage.Input, id string) (manifest.Plan, manifest.Begun, error) {
	f, target, made, err := read(in, id)
	if err != nil {
		return manifest.Plan{}, manifest.Begun{}, err
	}
	most := historyMax
	if f.HistoryMax != nil {
		most = *f.HistoryMax
	}
	begun, ok, err := madeBy(in.View)
	if err != nil {
		return manifest.Plan{}, manifest.Begun{}, err
	}
	if !ok {
		return manifest.Plan{}, manifest.Begun{}, fault.New(fault.Conflict, "the stage does not know which revision it has made; restart the stage")
	}
	plan, err := s.provider.PlanFinishRelease(ctx, FinishRequest{
		Target: target, Made: made, Revision: begun.Revision, Event: begun.Event, HistoryMax: most,
	})
	return plan, noResult, err
}

// noResult is what an operation adds that has no result of its own.
var noResult = manifest.Begun{Context: map[string]any{"kato.result.expected": false}}

func (s *stages) planUninstall(ctx context.Context, in stage.Input, id string) (manifest.Plan, manifest.Begun, error) {
	f, target, made, err := read(in, id)
	if err != nil {
		return manifest.Plan{}, manifest.Begun{}, err
	}
	plan, err := s.provider.PlanUninstallRelease(ctx, UninstallRequest{Target: target, Made: made, KeepHistory: f.KeepHistory})
	return plan, noResult, err
}

// readHistory reads the revisions: what helm history shows.
func (s *stages) readHistory(ctx context.Context, in stage.Input) (stage.Result, error) {
	_, target, _, err := read(in, "")
	if err != nil {
		return stage.Result{}, manifest.Failure(err)
	}
	revisions, err := s.provider.ReleaseHistory(ctx, target)
	if err != nil {
		return s.operations.Again(in, err)
	}
	list := make([]any, len(revisions))
	deployed := 0
	for i, r := range revisions {
		list[i] = map[string]any{
			"revision": r.Revision, "status": r.Status, "chart": r.Chart, "appVersion": r.AppVersion, "description": r.Description, "updated": r.Updated,
		}
		if r.Status == "deployed" {
			deployed = r.Revision
		}
	}
	return stage.Succeeded().WithOutputs(map[string]any{"revisions": list, "deployedRevision": deployed, "installed": deployed > 0}), nil
}
