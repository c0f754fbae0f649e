package manifest

import (
	"embed"
	"encoding/json"
	"fmt"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

//go:embed schemas/*.json
var schemas embed.FS

// Orca's names of the tasks' classes.
const (
	manifestTasks = "com.netflix.spinnaker.orca.clouddriver.tasks.manifest."
	artifactTasks = "com.netflix.spinnaker.orca.clouddriver.tasks.artifacts."
	jobTasks      = "com.netflix.spinnaker.orca.clouddriver.tasks.job."

	classResolveDeploySource = manifestTasks + "ResolveDeploySourceManifestTask"
	classDeploy              = manifestTasks + "DeployManifestTask"
	classMonitorDeploy       = manifestTasks + "MonitorDeployManifestTask"
	classPromote             = manifestTasks + "PromoteManifestKatoOutputsTask"
	classWaitStable          = manifestTasks + "WaitForManifestStableTask"
	classResolveTarget       = manifestTasks + "ResolveTargetManifestTask"
	classDelete              = manifestTasks + "DeleteManifestTask"
	classScale               = manifestTasks + "ScaleManifestTask"
	classResolvePatchSource  = manifestTasks + "ResolvePatchSourceManifestTask"
	classPatch               = manifestTasks + "PatchManifestTask"
	classUndoRollout         = manifestTasks + "UndoRolloutManifestTask"
	classRollingRestart      = manifestTasks + "RollingRestartManifestTask"
	classPauseRollout        = manifestTasks + "PauseRolloutManifestTask"
	classResumeRollout       = manifestTasks + "ResumeRolloutManifestTask"
	classEnable              = manifestTasks + "EnableManifestTask"
	classDisable             = manifestTasks + "DisableManifestTask"

	classCleanup       = artifactTasks + "CleanupArtifactsTask"
	classFindArtifacts = artifactTasks + "FindArtifactsFromResourceTask"
	classConsume       = artifactTasks + "ConsumeArtifactTask"

	classMonitor = "com.netflix.spinnaker.orca.clouddriver.tasks.MonitorKatoTask"
	classBind    = "com.netflix.spinnaker.orca.pipeline.tasks.artifacts.BindProducedArtifactsTask"

	// Tasks of our own go by a short name.
	classPlan    = "PlanManifestsTask"
	classPreview = "PreviewManifestsTask"

	classRunJob     = jobTasks + "RunJobTask"
	classMonitorJob = jobTasks + "MonitorJobTask"
	classWaitOnJob  = jobTasks + "WaitOnJobCompletion"
)

// Types are the stage types that work on manifests.
func Types(provider Provider, options Options) []*stage.Type {
	s := &stages{provider: provider, options: options.withDefaults()}
	return []*stage.Type{
		s.deploy(), s.delete(), s.scale(), s.patch(), s.undoRollout(), s.rollingRestart(),
		s.pauseRollout(), s.resumeRollout(), s.enable(), s.disable(), s.findArtifacts(), s.runJob(), s.rollback(),
	}
}

// stages makes the types and their tasks.
type stages struct {
	provider Provider
	options  Options
}

// schema is the embedded schema of a type. That it is there is tested.
func schema(name string) json.RawMessage {
	data, err := schemas.ReadFile("schemas/" + name + ".json")
	if err != nil {
		panic(fmt.Sprintf("manifest: the stage type %s has no schema: %v", name, err))
	}
	return data
}

// fixed is the plan of a type whose tasks are always the same.
type fixed []engine.TaskSpec

// Tasks lists them.
func (f fixed) Tasks(engine.View) ([]engine.TaskSpec, error) { return f, nil }

// PrepareForRestart forgets what the last run has done and found.
func (fixed) PrepareForRestart(context map[string]any) map[string]any { return forget(context) }

// forget leaves out what a run writes into its stage's context. Orca keeps it,
// so that a stage that is run again takes the manifests of its last run for
// stable.
func forget(context map[string]any) map[string]any {
	return model.Without(context,
		"prunedManifests", keyTaskID, keyTasks, keyLastStatus,
		"kato.result.expected", "deploy.server.groups", "deploy.jobs", "deploy.account.name",
		"outputs.manifests", "outputs.manifestNamesByNamespace", "outputs.createdArtifacts", "outputs.boundArtifacts",
		"stableManifests", "failedManifests", "messages", "warnings", "events", "exception",
	)
}

func (s *stages) deploy() *stage.Type {
	return &stage.Type{
		Name: "deployManifest", Label: "Deploy (Manifest)",
		Description: "Deploys Kubernetes manifests and waits until they are healthy.",
		Schema:      schema("deployManifest"),
		Check:       checkDeploy,
		Definition: deployDefinition{fixed{
			{Name: "resolveDeploySourceManifest", Class: classResolveDeploySource},
			{Name: "deployManifest", Class: classDeploy},
			{Name: "monitorDeploy", Class: classMonitorDeploy},
			{Name: "promoteOutputs", Class: classPromote},
			{Name: "waitForManifestToStabilize", Class: classWaitStable},
			{Name: "cleanupArtifacts", Class: classCleanup},
			{Name: "monitorCleanup", Class: classMonitor},
			{Name: "promoteOutputs", Class: classPromote},
			{Name: "bindProducedArtifacts", Class: classBind},
		}},
		Tasks: map[string]stage.Task{
			classResolveDeploySource: stage.At(s.resolveDeploySource, sourceAt),
			classDeploy:              s.begin(s.planDeploy),
			classPlan:                s.begin(s.planDeploy),
			classPrune:               s.begin(s.planPrune),
			classPreview:             previewTask{s},
			classMonitorDeploy:       carryTask{stages: s, keeps: true},
			classPromote:             stage.TaskFunc(promote),
			classWaitStable:          s.waitStable(),
			classCleanup:             s.begin(s.planCleanup),
			classMonitor:             s.carry(),
			classBind:                stage.TaskFunc(s.bindAndFindOld),
		},
	}
}

func (s *stages) delete() *stage.Type {
	return &stage.Type{
		Name: "deleteManifest", Label: "Delete (Manifest)",
		Description: "Deletes a Kubernetes object, or all objects with the given labels.",
		Schema:      schema("deleteManifest"),
		Check:       checkDelete,
		Definition: fixed{
			{Name: "resolveTargetManifest", Class: classResolveTarget},
			{Name: "deleteManifest", Class: classDelete},
			{Name: "monitorDelete", Class: classMonitor},
			{Name: "promoteOutputs", Class: classPromote},
		},
		Tasks: map[string]stage.Task{
			classResolveTarget: stage.TaskFunc(s.resolveTarget),
			classDelete:        s.begin(s.planDelete),
			classMonitor:       s.carry(),
			classPromote:       stage.TaskFunc(promote),
		},
	}
}

func (s *stages) scale() *stage.Type {
	return s.update(change{
		name: "scaleManifest", label: "Scale (Manifest)", description: "Sets the number of replicas of a Kubernetes object.",
		class: classScale, plan: s.planScale, resolves: true, monitor: "monitorScale", waits: true,
	})
}

func (s *stages) undoRollout() *stage.Type {
	return s.update(change{
		name: "undoRolloutManifest", label: "Undo Rollout (Manifest)", description: "Rolls a Kubernetes workload back to an earlier revision.",
		class: classUndoRollout, plan: s.planUndoRollout, monitor: "monitorUndoRollout", waits: true, shows: true,
	})
}

func (s *stages) rollingRestart() *stage.Type {
	return s.update(change{
		name: "rollingRestartManifest", label: "Rollout Restart (Manifest)", description: "Restarts a workload's pods, a few at a time.",
		class: classRollingRestart, plan: s.planTarget(Provider.PlanRollingRestart), monitor: "monitorRollingRestart",
	})
}

func (s *stages) pauseRollout() *stage.Type {
	return s.update(change{
		name: "pauseRolloutManifest", label: "Pause Rollout (Manifest)", description: "Pauses the rollout of a Deployment.",
		class: classPauseRollout, plan: s.planTarget(Provider.PlanPauseRollout), monitor: "monitorPauseRollout",
	})
}

func (s *stages) resumeRollout() *stage.Type {
	return s.update(change{
		name: "resumeRolloutManifest", label: "Resume Rollout (Manifest)", description: "Resumes the paused rollout of a Deployment.",
		class: classResumeRollout, plan: s.planTarget(Provider.PlanResumeRollout), monitor: "monitorResumeRollout", waits: true,
	})
}

func (s *stages) enable() *stage.Type {
	return s.update(change{
		name: "enableManifest", label: "Enable (Manifest)", description: "Lets services send traffic to a Kubernetes workload.",
		class: classEnable, plan: s.planTraffic(true), resolves: true, monitor: "monitorEnable", waits: true,
	})
}

func (s *stages) disable() *stage.Type {
	return s.update(change{
		name: "disableManifest", label: "Disable (Manifest)", description: "Stops services from sending traffic to a Kubernetes workload.",
		class: classDisable, plan: s.planTraffic(false), resolves: true, monitor: "monitorDisable", waits: true,
	})
}

// change describes a type that changes one object.
type change struct {
	// name is the type's and its first task's; monitor is that of the second.
	name, label, description string
	class, monitor           string
	plan                     planFunc
	// resolves says that the object may be given by criteria, waits that the
	// stage waits until it is stable, shows that the object as it is then is
	// among the outputs.
	resolves, waits, shows bool
}

// update is a type that changes one object: Orca's GenericUpdateManifestTask
// and what goes with it.
func (s *stages) update(c change) *stage.Type {
	var tasks fixed
	if c.resolves {
		tasks = append(tasks, engine.TaskSpec{Name: "resolveTargetManifest", Class: classResolveTarget})
	}
	tasks = append(tasks, engine.TaskSpec{Name: c.name, Class: c.class}, engine.TaskSpec{Name: c.monitor, Class: classMonitor})
	if c.waits {
		tasks = append(tasks, engine.TaskSpec{Name: "waitForManifestToStabilize", Class: classWaitStable})
	}
	check := checkTarget(c.resolves)
	switch c.class {
	case classScale:
		check = checkNumbers(check, true, "replicas")
	case classUndoRollout:
		check = checkUndo
	}
	return &stage.Type{
		Name: c.name, Label: c.label, Description: c.description, Schema: schema(c.name), Definition: tasks, Check: check,
		Tasks: map[string]stage.Task{
			classResolveTarget: stage.TaskFunc(s.resolveTarget),
			c.class:            s.begin(c.plan),
			classMonitor:       carryTask{stages: s, shows: c.shows},
			classWaitStable:    s.waitStable(),
		},
	}
}

func (s *stages) patch() *stage.Type {
	return &stage.Type{
		Name: "patchManifest", Label: "Patch (Manifest)",
		Description: "Patches a Kubernetes object.",
		Schema:      schema("patchManifest"),
		Check:       checkPatch,
		Definition: fixed{
			{Name: "resolveTargetManifest", Class: classResolveTarget},
			{Name: "resolvePatchSourceManifest", Class: classResolvePatchSource},
			{Name: "patchManifest", Class: classPatch},
			{Name: "monitorPatch", Class: classMonitor},
			{Name: "promoteOutputs", Class: classPromote},
			{Name: "waitForManifestToStabilize", Class: classWaitStable},
			{Name: "bindProducedArtifacts", Class: classBind},
		},
		Tasks: map[string]stage.Task{
			classResolveTarget:      stage.TaskFunc(s.resolveTarget),
			classResolvePatchSource: stage.At(s.resolvePatchSource, sourceAt),
			classPatch:              s.begin(s.planPatch),
			classMonitor:            s.carry(),
			classPromote:            stage.TaskFunc(promote),
			classWaitStable:         s.waitStable(),
			classBind:               stage.TaskFunc(bindProduced),
		},
	}
}

func (s *stages) findArtifacts() *stage.Type {
	return &stage.Type{
		Name: "findArtifactsFromResource", Aliases: []string{"findArtifactFromResource"}, Label: "Find Artifacts From Resource (Manifest)",
		Description: "Finds the artifacts, such as images, that a live Kubernetes object uses.",
		Schema:      schema("findArtifactsFromResource"),
		Check:       checkTarget(true),
		Definition: fixed{
			{Name: "resolveTargetManifest", Class: classResolveTarget},
			{Name: "findArtifactsFromResource", Class: classFindArtifacts},
			{Name: "bindProducedArtifacts", Class: classBind},
		},
		Tasks: map[string]stage.Task{
			classResolveTarget: stage.TaskFunc(s.resolveTarget),
			classFindArtifacts: stage.TaskFunc(s.findArtifactsFromResource),
			classBind:          stage.TaskFunc(bindProduced),
		},
	}
}

func (s *stages) runJob() *stage.Type {
	return &stage.Type{
		Name: "runJobManifest", Aliases: []string{"runJob"}, Label: "Run Job (Manifest)",
		Description: "Runs a Kubernetes Job and waits until it ends.",
		Schema:      schema("runJobManifest"),
		Check:       checkJob,
		Definition:  jobDefinition{},
		Tasks: map[string]stage.Task{
			classRunJob:     s.begin(s.planJob),
			classMonitorJob: s.carry(),
			classPromote:    stage.TaskFunc(promote),
			classWaitOnJob:  waitOnJob{s},
			classBind:       stage.TaskFunc(bindProduced),
			classConsume:    stage.TaskFunc(s.consumeArtifact),
		},
		Cancel: s.cancelJob,
	}
}
