package manifest_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/manifest"
	"github.com/gennaker/gennaker/internal/stage/stagetest"
)

// past is a history of executions, newest first.
type past struct {
	executions []*model.Execution
	states     map[string]*stage.State // by execution
}

func (p *past) StageState(_ context.Context, executionID, _ string) (*stage.State, error) {
	return p.states[executionID], nil
}

func (p *past) Execution(_ context.Context, id string) (*model.Execution, error) {
	for _, e := range p.executions {
		if e.ID == id {
			return e, nil
		}
	}
	return nil, fault.New(fault.NotFound, "there is no execution %s", id)
}

func (p *past) Executions(_ context.Context, pipeline string, offset, limit int) ([]*model.Execution, error) {
	var of []*model.Execution
	for _, e := range p.executions {
		if e.PipelineConfigID == pipeline {
			of = append(of, e)
		}
	}
	return of[min(offset, len(of)):min(offset+limit, len(of))], nil
}

func (*past) PipelineID(_ context.Context, _, name string) (string, error) {
	if name == "Deploy" {
		return "p1", nil
	}
	return "", fault.New(fault.NotFound, "there is no pipeline %s", name)
}

// releases deploys by pipeline "p1", and keeps the result.
func (k *kube) releases(history *past, manifests []any, fields ...map[string]any) *model.Stage {
	k.t.Helper()
	r := k.start("deployManifest", k.deployment(manifests, fields...))
	r.stage.RefID, r.stage.Name = "deploy", "Deploy it"
	r.execution.ID, r.execution.PipelineConfigID = fmt.Sprintf("r%d", len(history.executions)+1), "p1"
	r.finish()
	if history.states == nil {
		history.states = map[string]*stage.State{}
	}
	history.states[r.execution.ID] = r.state
	history.executions = append([]*model.Execution{r.execution}, history.executions...)
	return r.stage
}

const release = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {colour: COLOUR}}
---
{apiVersion: v1, kind: Secret, metadata: {name: keys}, stringData: {password: COLOUR}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {sandbox.gennaker.io/behavior: BEHAVIOR}}
    spec: {containers: [{name: web, image: "web:COLOUR", envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: keys}}]}]}
`

func (k *kube) colour() string {
	k.t.Helper()
	containers, _ := dig(k.live("deployment web").Manifest, "spec", "template", "spec", "containers").([]any)
	return fmt.Sprint(dig(containers[0].(map[string]any), "image"), " ", dig(model.Objects(containers[0].(map[string]any), "envFrom")[0], "configMapRef", "name"))
}

func TestRollback(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	history := &past{}
	k.options.History = history
	of := func(colour string, more ...any) []any {
		return append(k.yaml(release, "COLOUR", colour, "BEHAVIOR", "none"), more...)
	}
	inventory := map[string]any{"prune": true}

	stagetest.WantFailure(t, k.run("rollbackManifests", map[string]any{"pipeline": "Deploy"}), "there is nothing to go back to")
	stagetest.WantStatus(t, k.releases(history, of("red"), inventory), model.Succeeded)
	stagetest.WantFailure(t, k.run("rollbackManifests", map[string]any{"pipeline": "p1"}), "there is nothing to go back to")
	stagetest.WantStatus(t, k.releases(history, of("green"), inventory), model.Succeeded)
	failing := append(k.yaml(release, "COLOUR", "blue", "BEHAVIOR", "crash-loop"), k.yaml(service, "NAME", "extra")...)
	stagetest.WantStatus(t, k.releases(history, failing, inventory, map[string]any{"failFastAfterSeconds": 1}), model.Terminal)
	if got := k.colour(); got != "web:blue settings-v002" {
		t.Fatalf("there is %s", got)
	}

	// A plan first.
	s := k.run("rollbackManifests", map[string]any{"pipeline": "Deploy", "stage": "Deploy it", "prune": true, "plan": true})
	stagetest.WantStatus(t, s, model.Succeeded)
	p := previewOf(t, s)
	if c := change(t, p, "deployment web"); c.Action != manifest.Update {
		t.Errorf("the plan is %s", p.Text)
	}
	if c := change(t, p, "service extra"); c.Action != manifest.Prune {
		t.Errorf("the plan is %s", p.Text)
	}
	k.wantThere(true, "service extra")

	// The last run failed, so the one before it is what to go back to.
	s = k.run("rollbackManifests", map[string]any{"pipeline": "Deploy", "stage": "deploy", "prune": true})
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := k.colour(); got != "web:green settings-v001" {
		t.Errorf("there is %s after the rollback to %v", got, s.Outputs["rollbackTo"])
	}
	if dig(s.Outputs, "rollbackTo", "executionId") != "r2" {
		t.Errorf("it went back to %v", s.Outputs["rollbackTo"])
	}
	k.wantThere(false, "service extra")
	if got := pruned(s); !slices.Contains(got, "service extra") {
		t.Errorf("pruned %v", got)
	}
	if names := model.Strings(model.Object(s.Outputs, "outputs.manifestNamesByNamespace"), k.namespace); len(names) != 3 {
		t.Errorf("the outputs name %v", names)
	}

	// Any of them by its execution.
	s = k.run("rollbackManifests", map[string]any{"toExecution": "r1"})
	stagetest.WantStatus(t, s, model.Succeeded)
	if got := k.colour(); got != "web:red settings-v000" {
		t.Errorf("there is %s", got)
	}
	secret := k.Client.CoreV1().Secrets(k.namespace)
	if got, err := secret.Get(context.Background(), "keys-v000", getOptions); err != nil || string(got.Data["password"]) != "red" {
		t.Errorf("the secret is %v %v", got, err)
	}

	// In the pipeline itself, it is what was before this execution.
	r := k.start("rollbackManifests", nil)
	r.execution.ID, r.execution.PipelineConfigID = "r4", "p1"
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	if dig(r.stage.Outputs, "rollbackTo", "executionId") != "r2" || k.colour() != "web:green settings-v001" {
		t.Errorf("it went back to %v", r.stage.Outputs["rollbackTo"])
	}

	for want, fields := range map[string]map[string]any{
		"pipeline: is missing":             {},
		"toExecution: there is no":         {"toExecution": "gone"},
		"toExecution: r3 has no stage":     {"toExecution": "r3"},
		"is of application shop, not of x": {"toExecution": "r1", "application": "x"},
		"no earlier execution of pipeline": {"pipeline": "other"},
		"by its stage \"another\"":         {"pipeline": "Deploy", "stage": "another"},
	} {
		stagetest.WantFailure(t, k.run("rollbackManifests", fields), want)
	}
}

// A ReplicaSet that takes over again gets its pods' traffic back.
func TestRollbackOfReplicaSets(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	history := &past{}
	k.options.History = history
	stagetest.WantStatus(t, k.deploy(k.yaml(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {traffic: "on"}, ports: [{port: 80}]}}`)), model.Succeeded)
	set := k.yaml(replicaSet, "BEHAVIOR", "none")
	stagetest.WantStatus(t, k.releases(history, set, managed("redblack")), model.Succeeded)
	stagetest.WantStatus(t, k.releases(history, set, managed("redblack")), model.Succeeded)
	stagetest.WantStatus(t, k.run("disableManifest", map[string]any{"manifestName": "replicaSet web-v000", "location": k.namespace}), model.Succeeded)
	if got := k.traffic(); got["web-v000"] != 0 || got["web-v001"] != 1 {
		t.Fatalf("traffic goes to %v", got)
	}
	r := k.start("rollbackManifests", map[string]any{"pipeline": "p1"})
	r.finish()
	stagetest.WantStatus(t, r.stage, model.Succeeded)
	after, err := r.kind.Definition.(engine.AfterPlanner).AfterStages(r.view())
	if err != nil || len(after) != 1 || after[0].Name != "Disable replicaSet web-v001" {
		t.Fatalf("planned %v %v", after, err)
	}
	stagetest.WantStatus(t, k.run(after[0].Type, after[0].Context), model.Succeeded)
	if got := k.traffic(); got["web-v000"] != 1 || got["web-v001"] != 0 {
		t.Errorf("traffic goes to %v", got)
	}
}

func TestRollbackNeedsAnInventoryToPrune(t *testing.T) {
	t.Parallel()
	k := newKube(t)
	history := &past{}
	k.options.History = history
	for _, name := range []string{"a", "b"} {
		stagetest.WantStatus(t, k.releases(history, k.yaml(service, "NAME", name)), model.Succeeded)
	}
	stagetest.WantFailure(t, k.run("rollbackManifests", map[string]any{"pipeline": "p1", "prune": true}), "prune: stage \"Deploy it\" does not remember")
	k.options.History = nil
	stagetest.WantFailure(t, k.run("rollbackManifests", map[string]any{"pipeline": "p1"}), "earlier executions can't be read")
}
