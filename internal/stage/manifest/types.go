package manifest

import "github.com/gennaker/gennaker/internal/model"

// Moniker is where an object belongs in Spinnaker's eyes.
type Moniker struct {
	App      string `json:"app,omitempty"`
	Cluster  string `json:"cluster,omitempty"`
	Stack    string `json:"stack,omitempty"`
	Detail   string `json:"detail,omitempty"`
	Sequence *int   `json:"sequence,omitempty"`
}

// DeployRequest asks for manifests to be applied, in Spinnaker's order and
// with Spinnaker's annotations.
type DeployRequest struct {
	// ID names the operation; objects that are made anew carry it, so that
	// they are not made twice.
	ID                string           `json:"-"`
	Account           string           `json:"account"`
	Manifests         []map[string]any `json:"manifests"`
	Moniker           Moniker          `json:"moniker"`
	NamespaceOverride string           `json:"namespaceOverride"`
	RequiredArtifacts []model.Artifact `json:"requiredArtifacts"`
	OptionalArtifacts []model.Artifact `json:"optionalArtifacts"`
	// EnableArtifactBinding is true where unset.
	EnableArtifactBinding *bool `json:"enableArtifactBinding"`
	// Versioned says whether names get a version, where the manifest itself
	// does not say; by its kind where unset.
	Versioned     *bool    `json:"versioned"`
	EnableTraffic bool     `json:"enableTraffic"`
	Services      []string `json:"services"`
	Strategy      string   `json:"strategy"`
	// FirstPercentage, where set, is the part of its replicas that a ReplicaSet
	// gets which takes over from an older one: see [AnnotationCapacity].
	FirstPercentage        int64     `json:"-"`
	LabelSelectors         Selectors `json:"labelSelectors"`
	AllowNothingSelected   bool      `json:"allowNothingSelected"`
	SkipSpecTemplateLabels bool      `json:"skipSpecTemplateLabels"`
	// Inventory, where set, is what the deployment remembers, so that it can
	// remove what has left its manifests.
	Inventory *Inventory `json:"-"`
	// Recreate has every object made anew, whatever its annotations say.
	Recreate bool `json:"-"`
}

// TargetRequest names the object an operation is about.
type TargetRequest struct {
	ID           string `json:"-"`
	Account      string `json:"account"`
	Location     string `json:"location"`
	ManifestName string `json:"manifestName"`
}

// DeleteRequest asks for the deletion of one object, or, where no name is
// given, of all objects of the kinds that the selectors hold for.
type DeleteRequest struct {
	TargetRequest
	Kinds          []string       `json:"kinds"`
	LabelSelectors Selectors      `json:"labelSelectors"`
	Options        map[string]any `json:"options"`
}

// ScaleRequest asks for a number of replicas.
type ScaleRequest struct {
	TargetRequest
	Replicas int64
}

// PatchRequest asks for a patch: an object, or for the json strategy a list.
type PatchRequest struct {
	TargetRequest
	Body              any
	MergeStrategy     string
	Record            bool
	RequiredArtifacts []model.Artifact
	AllArtifacts      []model.Artifact
}

// UndoRequest asks for an earlier revision: that many back, or this one.
type UndoRequest struct {
	TargetRequest
	NumRevisionsBack *int64
	Revision         *int64
}

// TrafficRequest names a workload and the load balancers ("service web") to
// attach or detach; those of its annotation where none is named.
type TrafficRequest struct {
	TargetRequest
	LoadBalancers []string
	// Percentage is how many of the pods get the traffic, or no longer do. Pods
	// to come get it only where all do.
	Percentage int64
}

// Plan is an operation worked out: what will be done, in order.
type Plan struct {
	Steps          []Step           `json:"steps"`
	BoundArtifacts []model.Artifact `json:"boundArtifacts,omitempty"`
	// Warnings are for the stage's reader.
	Warnings []string `json:"warnings,omitempty"`
	// Leaving is what the deployment's inventory has and its manifests have
	// not.
	Leaving []InventoryEntry `json:"leaving,omitempty"`
}

// Action is what a step does.
type Action string

// The actions.
const (
	// Apply makes an object be as its manifest says, by server-side apply.
	Apply Action = "apply"
	// Replace puts the manifest in the object's place, or creates it.
	Replace Action = "replace"
	// Recreate deletes the object and makes it anew.
	Recreate Action = "recreate"
	// Delete deletes an object and waits until it is gone.
	Delete Action = "delete"
	// Patch patches an object.
	Patch Action = "patch"
	// Scale sets an object's replicas.
	Scale Action = "scale"
	// Await waits until an object is stable, and fails where it has failed.
	Await Action = "await"
	// SetRelease changes the state that a revision of a Helm release is recorded
	// with, to the body's status and description.
	SetRelease Action = "setRelease"
)

// Step is one change to one object. It is stored between tasks, so everything
// in it is JSON.
type Step struct {
	Action     Action `json:"action"`
	Operation  string `json:"operation"`
	APIVersion string `json:"apiVersion,omitempty"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace,omitempty"`
	Name       string `json:"name"`
	// FullName is the kind and name as Spinnaker writes them: "deployment web".
	FullName string `json:"fullName"`
	// Previous is the name of the version before this one, "" where there is
	// none.
	Previous string `json:"previous,omitempty"`
	// Before is the revision of a workload that is there before the step: its id,
	// as package rollback has it; "" for what has none, or if it isn't known.
	Before string `json:"before,omitempty"`
	// Version, if set, says that the object is a version, which only this
	// operation or one with the same content may have.
	Version *Version `json:"version,omitempty"`
	// UID, where set, is the one object that may be deleted.
	UID string `json:"uid,omitempty"`
	// Inventory, where set, is the id of the inventory that an object must be
	// in to be deleted.
	Inventory string `json:"inventory,omitempty"`
	// Hidden says that the step is about our own bookkeeping, and no result of
	// the operation.
	Hidden bool `json:"hidden,omitempty"`
	// Manifest is what is applied.
	Manifest map[string]any `json:"manifest,omitempty"`
	// Source is the place, from 1, of the request's manifest that this one was
	// made from; 0 if it was made of none.
	Source int `json:"source,omitempty"`
	// Force takes fields over that other managers hold.
	Force bool `json:"force,omitempty"`
	// PatchType is strategic, merge or json; Body is the patch.
	PatchType string `json:"patchType,omitempty"`
	Body      any    `json:"body,omitempty"`
	// Manager is the field manager of a patch or an apply; the provider's own
	// where empty.
	Manager string `json:"manager,omitempty"`
	// Once marks the object, so that the patch is not done a second time.
	Once     bool  `json:"once,omitempty"`
	Replicas int64 `json:"replicas,omitempty"`
	// Propagation is orphan, background or foreground.
	Propagation        string          `json:"propagation,omitempty"`
	GracePeriodSeconds *int64          `json:"gracePeriodSeconds,omitempty"`
	Artifact           *model.Artifact `json:"artifact,omitempty"`
	// KeepWaiting says that the objects' kind may not be served yet, as its
	// definition is part of the same plan.
	KeepWaiting bool `json:"keepWaiting,omitempty"`
}

// Version is the version of an object that a step deploys.
type Version struct {
	// Name is the object's name without the version, Number the version.
	Name   string `json:"name"`
	Number int    `json:"number"`
	// Content is a digest of the object's content.
	Content string `json:"content"`
	// Fresh says that the version must not exist yet, even with the same
	// content: each deployment of a workload makes new pods.
	Fresh bool `json:"fresh,omitempty"`
	// Bound says that the objects deployed after it refer to this version if
	// they name the object.
	Bound bool `json:"bound,omitempty"`
}

// StepResult is the result of a step.
type StepResult struct {
	// Wait says that the step must be carried out again later, and Message why.
	Wait    bool
	Message string
	// Taken says that the step did nothing because another deployment has the
	// version that it was to deploy: see [Planner.NextVersion].
	Taken bool
	// Manifest is the object as it is now; nil where there is none.
	Manifest map[string]any
	// After is the revision of a workload that the step has brought: its id, as
	// package rollback has it; "" for what has none.
	After    string
	Warnings []string
}

// Coordinates name an object.
type Coordinates struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
}

// FullName is the kind and the name: "replicaSet web-v001".
func (c Coordinates) FullName() string { return c.Kind + " " + c.Name }

// Condition is one of the four things a status tells.
type Condition struct {
	State   bool   `json:"state"`
	Message string `json:"message,omitempty"`
}

// Status is how an object is doing, in Spinnaker's four terms.
type Status struct {
	Stable    Condition `json:"stable"`
	Paused    Condition `json:"paused"`
	Available Condition `json:"available"`
	Failed    Condition `json:"failed"`
}

// Live is an object in a cluster: clouddriver's answer to GET /manifests.
type Live struct {
	Account   string           `json:"account"`
	Name      string           `json:"name"`
	Location  string           `json:"location"`
	Manifest  map[string]any   `json:"manifest"`
	Moniker   Moniker          `json:"moniker"`
	Status    Status           `json:"status"`
	Artifacts []model.Artifact `json:"artifacts"`
	Events    []map[string]any `json:"events"`
	Warnings  []map[string]any `json:"warnings"`
	Metrics   []map[string]any `json:"metrics"`
}

// Trouble is something that keeps an object from becoming stable.
type Trouble struct {
	// Key is the same for as long as it is the same trouble, whatever its
	// words and whichever pod has it.
	Key string
	// Message says which pod and container it is, and what is wrong with it.
	Message string
	// Lasting says that nothing but a change of the manifest, the image or the
	// cluster's set-up is likely to mend it, if it lasts.
	Lasting bool
	// Reason is Kubernetes' word for a fault, such as CrashLoopBackOff, or a reason of
	// package health; "" for what belongs to every start, such as a container that is
	// being created.
	Reason string
}

// JobStatus is how a Job is doing, in clouddriver's terms.
type JobStatus struct {
	Name              string            `json:"name"`
	Account           string            `json:"account"`
	ID                string            `json:"id,omitempty"`
	Location          string            `json:"location"`
	Provider          string            `json:"provider"`
	CreatedTime       int64             `json:"createdTime,omitempty"`
	CompletedTime     int64             `json:"completedTime,omitempty"`
	Message           string            `json:"message,omitempty"`
	Reason            string            `json:"reason,omitempty"`
	ExitCode          *int32            `json:"exitCode,omitempty"`
	Signal            *int32            `json:"signal,omitempty"`
	FailureDetails    string            `json:"failureDetails,omitempty"`
	Logs              string            `json:"logs,omitempty"`
	Pods              []JobPod          `json:"pods"`
	MostRecentPodName string            `json:"mostRecentPodName,omitempty"`
	JobState          string            `json:"jobState"`
	CompletionDetails map[string]string `json:"completionDetails"`
}

// JobPod is one pod of a Job.
type JobPod struct {
	Name   string         `json:"name"`
	Status map[string]any `json:"status"`
}

// JobLog is the end of the log of a container of a Job's pod.
type JobLog struct {
	Pod       string `json:"pod"`
	Container string `json:"container"`
	Output    string `json:"output"`
}
