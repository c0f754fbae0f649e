// Package waitcondition is the waitForCondition stage: it holds a pipeline
// back for as long as conditions stand against a deployment, such as a freeze
// that an administrator has declared for some clusters. Fields, rules and
// names are those of Orca's WaitForConditionStage.
package waitcondition

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Class is Orca's name of the task.
const Class = "com.netflix.spinnaker.orca.clouddriver.tasks.conditions.EvaluateConditionTask"

// What a stage's status field says.
const (
	waiting = "WAITING"
	skipped = "SKIPPED"
	failed  = "ERROR"
)

//go:embed schema.json
var schema []byte

// Config is Spinnaker's tasks.evaluate-condition settings. Start from
// [DefaultConfig].
type Config struct {
	// Enabled switches the conditions on; without it no condition holds.
	Enabled bool `json:"enabled" yaml:"enabled" doc:"If true, conditions can block deployments."`
	// SkipWait lets every stage that waits go on.
	SkipWait bool `json:"skipWait" yaml:"skipWait" doc:"Let all waiting stages continue."`
	// Clusters are those that the active conditions are about.
	Clusters []string `json:"clusters" yaml:"clusters" doc:"The clusters that active conditions block."`
	// ActiveConditions are the names of the conditions that hold now.
	ActiveConditions []string `json:"activeConditions" yaml:"activeConditions" doc:"The names of the active conditions."`
	// BackoffWaitMs is how long a stage waits at least, once it has to.
	BackoffWaitMs int64 `json:"backoffWaitMs" yaml:"backoffWaitMs" doc:"Minimum time that a stage waits if it has to wait, in milliseconds."`
	// WaitTimeoutMs is how long a stage waits at most; Orca multiplies it by a
	// thousand by mistake.
	WaitTimeoutMs int64 `json:"waitTimeoutMs" yaml:"waitTimeoutMs" doc:"Maximum time that a stage waits, in milliseconds."`
}

// DefaultConfig is what Spinnaker starts from.
func DefaultConfig() Config {
	return Config{BackoffWaitMs: (5 * time.Minute).Milliseconds(), WaitTimeoutMs: (2 * time.Hour).Milliseconds()}
}

// Validate tells everything that is wrong, each error beginning with the
// field's name.
func (c Config) Validate() []error {
	var errs []error
	if c.BackoffWaitMs < 0 {
		errs = append(errs, errors.New("backoffWaitMs: must not be negative"))
	}
	if c.WaitTimeoutMs <= 0 {
		errs = append(errs, errors.New("waitTimeoutMs: must be more than 0"))
	}
	return errs
}

// Condition is something that stands against a deployment.
type Condition struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// Conditions finds the conditions that hold for a cluster, beside the
// configured ones. It is called by any number of tasks at a time; an error
// lets the stage go on, as in Orca.
type Conditions interface {
	Conditions(ctx context.Context, cluster, region, account string) ([]Condition, error)
}

// Type is the waitForCondition stage. more may be nil.
func Type(config Config, more Conditions) *stage.Type {
	return &stage.Type{
		Name:        "waitForCondition",
		Label:       "Wait for condition",
		Description: "Waits until nothing blocks the deployment.",
		Schema:      schema,
		Definition:  definition{},
		Tasks:       map[string]stage.Task{Class: task{config, more}},
	}
}

type definition struct{}

func (definition) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return []engine.TaskSpec{{Name: "waitForCondition", Class: Class}}, nil
}

// PrepareForRestart forgets what the last run came to.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(context, "status")
}

// task looks for conditions until there are none.
type task struct {
	config Config
	more   Conditions
}

// Backoff is that of Orca's EvaluateConditionTask.
func (task) Backoff(stage.Input) time.Duration { return 3 * time.Second }

// Timeout is the configured one.
func (t task) Timeout(stage.Input) (time.Duration, bool) {
	return time.Duration(t.config.WaitTimeoutMs) * time.Millisecond, false
}

// Run goes on where a person has set the stage's status to SKIPPED, or no
// condition holds.
func (t task) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	status := model.String(c, "status")
	if status == skipped || t.config.SkipWait || !t.config.Enabled {
		return stage.Succeeded().With(map[string]any{"status": skipped}), nil
	}
	backoff := time.Duration(t.config.BackoffWaitMs) * time.Millisecond
	if status != "" && in.Stage.StartTime > 0 && time.UnixMilli(in.Stage.StartTime).Add(backoff).After(in.Now) {
		return stage.Running(), nil
	}
	found, err := t.find(ctx, model.String(c, "cluster"), model.String(c, "region"), model.String(c, "account"))
	if err != nil {
		if in.Log != nil {
			in.Log.Warn("conditions of a deployment could not be read, it goes on", "error", err)
		}
		return stage.Succeeded().With(map[string]any{"status": failed}), nil
	}
	if len(found) == 0 {
		return stage.Succeeded().With(map[string]any{"status": skipped}), nil
	}
	list := make([]any, len(found))
	for i, condition := range found {
		list[i] = map[string]any{"name": condition.Name, "description": condition.Description}
	}
	return stage.Running().With(map[string]any{"status": waiting}).WithOutputs(map[string]any{"conditions": list}), nil
}

// find lists the conditions, each once.
func (t task) find(ctx context.Context, cluster, region, account string) ([]Condition, error) {
	var found []Condition
	if slices.Contains(t.config.Clusters, cluster) {
		for _, name := range t.config.ActiveConditions {
			found = append(found, Condition{Name: name, Description: "Active condition applies to: " + name})
		}
	}
	if t.more != nil {
		further, err := t.more.Conditions(ctx, cluster, region, account)
		if err != nil {
			return nil, fmt.Errorf("find the conditions of cluster %s: %w", cluster, err)
		}
		found = append(found, further...)
	}
	out := found[:0:0]
	for _, condition := range found {
		if !slices.Contains(out, condition) {
			out = append(out, condition)
		}
	}
	return out, nil
}
