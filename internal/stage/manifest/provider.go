package manifest

import "context"

// Provider is what the stages need of the clusters. Its methods may be called
// from many stages at a time; each takes single requests' time and does not
// wait for the cluster to get anywhere.
//
// Errors are faults ([fault.KindOf]): Invalid, NotFound and Forbidden are for
// the user to mend, Unavailable may pass.
type Provider interface {
	Planner
	Executor
	Reader
	Jobs
}

// Planner works out the steps of operations. It asks the cluster what it needs
// to know and changes nothing.
type Planner interface {
	PlanDeploy(ctx context.Context, request DeployRequest) (Plan, error)
	// NextVersion gives a step of a plan another version, because the one that
	// it was to deploy is taken, and has the steps after it refer to that.
	// The new plan must be stored before it is carried out, so that a crash
	// does not deploy two versions.
	NextVersion(ctx context.Context, account string, plan Plan, step int) (Plan, error)
	PlanDelete(ctx context.Context, request DeleteRequest) (Plan, error)
	PlanScale(ctx context.Context, request ScaleRequest) (Plan, error)
	PlanPatch(ctx context.Context, request PatchRequest) (Plan, error)
	PlanUndoRollout(ctx context.Context, request UndoRequest) (Plan, error)
	PlanRollingRestart(ctx context.Context, request TargetRequest) (Plan, error)
	PlanPauseRollout(ctx context.Context, request TargetRequest) (Plan, error)
	PlanResumeRollout(ctx context.Context, request TargetRequest) (Plan, error)
	// PlanTraffic lets the services send traffic to the target, or no longer.
	PlanTraffic(ctx context.Context, request TrafficRequest, enable bool) (Plan, error)
	// PlanCleanup deletes the versions of the manifests that are beyond their
	// max-version-history.
	PlanCleanup(ctx context.Context, account string, manifests []map[string]any) (Plan, error)
	// PlanReapply applies objects again as an earlier deployment has.
	PlanReapply(ctx context.Context, request ReapplyRequest) (Plan, error)
	// PlanPrune deletes what has left a deployment's manifests and is surely
	// its own; PreviewPrune tells what it would do.
	PlanPrune(ctx context.Context, request PruneRequest) (Plan, error)
	PreviewPrune(ctx context.Context, request PruneRequest) ([]Change, error)
	// Preview tells what the steps of a plan from one place to before another
	// would do with the objects, and changes nothing.
	Preview(ctx context.Context, account string, plan Plan, from, to int) ([]Change, error)
}

// Executor carries out one step of a plan. A step that was carried out before
// is done again without harm.
type Executor interface {
	Execute(ctx context.Context, account string, step Step) (StepResult, error)
}

// Reader reads live objects. A name is a kind and a name, as in "deployment
// web"; the location is a namespace, or "" or "_" for objects without one.
type Reader interface {
	Manifest(ctx context.Context, account, location, name string, events bool) (*Live, error)
	// Troubles tells what keeps an object from becoming stable: the faults of
	// its pods and what its controllers report.
	Troubles(ctx context.Context, account, location, name string) ([]Trouble, error)
	// ClusterManifests lists the objects of a kind in a Spinnaker cluster.
	ClusterManifests(ctx context.Context, account, location, kind, app, cluster string) ([]Coordinates, error)
	// DynamicManifest picks one of them: oldest, newest, second_newest,
	// largest or smallest.
	DynamicManifest(ctx context.Context, account, location, kind, app, cluster, criteria string) (Coordinates, error)
}

// Jobs reads and ends Jobs. A name may have its kind before it, as in "job
// migrate".
type Jobs interface {
	Job(ctx context.Context, account, location, name string) (*JobStatus, error)
	// JobProperties are the properties that a container of the Job's pods has
	// written to its log.
	JobProperties(ctx context.Context, account, location, name, container string) (map[string]any, error)
	// JobLogs are the ends of the logs of the Job's newest pods, each of at most
	// so many bytes. One that can't be read says why.
	JobLogs(ctx context.Context, account, location, name string, limit int) ([]JobLog, error)
	DeleteJob(ctx context.Context, account, location, name string) error
}
