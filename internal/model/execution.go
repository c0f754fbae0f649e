package model

// ExecutionType tells pipelines from ad-hoc tasks.
type ExecutionType string

// The execution types.
const (
	// PipelineExecution is a run of a pipeline, at /pipelines/{id}.
	PipelineExecution ExecutionType = "PIPELINE"
	// OrchestrationExecution is an ad-hoc task, at /tasks/{id}.
	OrchestrationExecution ExecutionType = "ORCHESTRATION"
)

// Execution is one run of a pipeline or of an ad-hoc task: Orca's
// PipelineExecution. Times are milliseconds since the epoch, 0 where unset.
type Execution struct {
	Type                    ExecutionType        `json:"type"`
	ID                      string               `json:"id"`
	RootID                  string               `json:"rootId,omitempty"`
	Application             string               `json:"application"`
	Name                    string               `json:"name,omitempty"`
	BuildTime               int64                `json:"buildTime,omitempty"`
	Canceled                bool                 `json:"canceled"`
	CanceledBy              string               `json:"canceledBy,omitempty"`
	CancellationReason      string               `json:"cancellationReason,omitempty"`
	LimitConcurrent         bool                 `json:"limitConcurrent"`
	MaxConcurrentExecutions int                  `json:"maxConcurrentExecutions"`
	KeepWaitingPipelines    bool                 `json:"keepWaitingPipelines"`
	Stages                  []*Stage             `json:"stages"`
	StartTime               int64                `json:"startTime,omitempty"`
	EndTime                 int64                `json:"endTime,omitempty"`
	StartTimeExpiry         int64                `json:"startTimeExpiry,omitempty"`
	Status                  Status               `json:"status"`
	Authentication          *Authentication      `json:"authentication,omitempty"`
	Paused                  *PausedDetails       `json:"paused,omitempty"`
	Origin                  string               `json:"origin,omitempty"`
	Trigger                 Trigger              `json:"trigger"`
	Description             string               `json:"description,omitempty"`
	PipelineConfigID        string               `json:"pipelineConfigId,omitempty"`
	Source                  map[string]any       `json:"source,omitempty"`
	Notifications           []map[string]any     `json:"notifications"`
	InitialConfig           map[string]any       `json:"initialConfig"`
	SystemNotifications     []SystemNotification `json:"systemNotifications"`
	SpelEvaluator           string               `json:"spelEvaluator,omitempty"`
	TemplateVariables       map[string]any       `json:"templateVariables,omitempty"`
	Partition               string               `json:"partition,omitempty"`
	AdditionalHeaders       map[string]any       `json:"additionalHeaders"`
}

// Authentication is who started an execution, and the accounts that person
// could use.
type Authentication struct {
	User            string   `json:"user"`
	AllowedAccounts []string `json:"allowedAccounts"`
}

// PausedDetails tells who paused and resumed an execution, and when.
type PausedDetails struct {
	PausedBy   string `json:"pausedBy,omitempty"`
	ResumedBy  string `json:"resumedBy,omitempty"`
	PauseTime  int64  `json:"pauseTime,omitempty"`
	ResumeTime int64  `json:"resumeTime,omitempty"`
}

// PausedMs is how long the last pause took, 0 while it lasts.
func (p *PausedDetails) PausedMs() int64 {
	if p == nil || p.PauseTime == 0 || p.ResumeTime == 0 {
		return 0
	}
	return p.ResumeTime - p.PauseTime
}

// SystemNotification is a message of the platform on an execution.
type SystemNotification struct {
	CreatedAt int64  `json:"createdAt"`
	Group     string `json:"group"`
	Message   string `json:"message"`
	Closed    bool   `json:"closed"`
}

// StageByID returns the stage of that id, or nil.
func (e *Execution) StageByID(id string) *Stage {
	for _, s := range e.Stages {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// StageByRef returns the stage of that refId, or nil.
func (e *Execution) StageByRef(ref string) *Stage {
	for _, s := range e.Stages {
		if s.RefID == ref {
			return s
		}
	}
	return nil
}

// User is who the execution runs as.
func (e *Execution) User() string {
	if e.Authentication == nil {
		return ""
	}
	return e.Authentication.User
}
