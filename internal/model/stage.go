package model

// SyntheticOwner tells on which side of its parent's tasks a stage runs that
// the engine has added.
type SyntheticOwner string

// The two sides.
const (
	StageBefore SyntheticOwner = "STAGE_BEFORE"
	StageAfter  SyntheticOwner = "STAGE_AFTER"
)

// Stage is one step of an execution: Orca's StageExecution. Times are
// milliseconds since the epoch, 0 where unset.
//
// Context and Outputs are never changed in place once a task has been given
// them: whoever changes one puts a new map in its place, so that snapshots
// stay true while other branches go on.
type Stage struct {
	ID                   string         `json:"id"`
	RefID                string         `json:"refId"`
	Type                 string         `json:"type"`
	Name                 string         `json:"name"`
	StartTime            int64          `json:"startTime,omitempty"`
	EndTime              int64          `json:"endTime,omitempty"`
	StartTimeExpiry      int64          `json:"startTimeExpiry,omitempty"`
	Status               Status         `json:"status"`
	Context              map[string]any `json:"context"`
	Outputs              map[string]any `json:"outputs"`
	Tasks                []*Task        `json:"tasks"`
	SyntheticStageOwner  SyntheticOwner `json:"syntheticStageOwner,omitempty"`
	ParentStageID        string         `json:"parentStageId,omitempty"`
	RequisiteStageRefIDs []string       `json:"requisiteStageRefIds"`
	ScheduledTime        int64          `json:"scheduledTime,omitempty"`
	LastModified         *LastModified  `json:"lastModified,omitempty"`
	AdditionalMetricTags map[string]any `json:"additionalMetricTags,omitempty"`
}

// LastModified tells who last changed a stage's context by hand.
type LastModified struct {
	User             string   `json:"user"`
	AllowedAccounts  []string `json:"allowedAccounts"`
	LastModifiedTime int64    `json:"lastModifiedTime"`
}

// Synthetic tells whether the engine has added this stage to a parent's.
func (s *Stage) Synthetic() bool { return s.ParentStageID != "" }

// Failures are why a stage has failed, as far as it tells: the sentences of its
// exception, or else those of the cloud operations that it ran.
func (s *Stage) Failures() []string {
	if details := Object(Object(s.Context, "exception"), "details"); details != nil {
		if sentences := Strings(details, "errors"); len(sentences) > 0 {
			return sentences
		}
		return Strings(details, "error")
	}
	var out []string
	for _, operation := range Objects(s.Context, "kato.tasks") {
		if !Bool(Object(operation, "status"), "failed", false) {
			continue
		}
		message := String(Object(operation, "exception"), "message")
		if history := Strings(operation, "history"); message == "" && len(history) > 0 {
			message = history[len(history)-1]
		}
		if message != "" {
			out = append(out, message)
		}
	}
	return out
}

// Task is one unit of a stage's work: Orca's TaskExecution. Times are
// milliseconds since the epoch, 0 where unset.
type Task struct {
	ID                   string         `json:"id"`
	ImplementingClass    string         `json:"implementingClass"`
	Name                 string         `json:"name"`
	StartTime            int64          `json:"startTime,omitempty"`
	EndTime              int64          `json:"endTime,omitempty"`
	Status               Status         `json:"status"`
	StageStart           bool           `json:"stageStart"`
	StageEnd             bool           `json:"stageEnd"`
	LoopStart            bool           `json:"loopStart"`
	LoopEnd              bool           `json:"loopEnd"`
	TaskExceptionDetails map[string]any `json:"taskExceptionDetails"`
}
