// Package deploymonitor has the stages of a monitored deployment that ask a
// deployment monitor, a web service that judges how a new version does:
// notifyDeployStarting, evaluateDeploymentHealth and notifyDeployCompleted.
// Fields, rules, names, messages and requests are those of Orca's stages of
// these names.
package deploymonitor

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Orca's names of the tasks.
const (
	monitorTasks   = "com.netflix.spinnaker.orca.clouddriver.tasks.monitoreddeploy."
	startingClass  = monitorTasks + "NotifyDeployStartingTask"
	evaluateClass  = monitorTasks + "EvaluateDeploymentHealthTask"
	completedClass = monitorTasks + "NotifyDeployCompletedTask"
)

// defaultMinutes is how long a monitor may take where nothing else is said.
const defaultMinutes = 30

//go:embed schema.json
var schema []byte

// Config is Spinnaker's monitored-deploy settings.
type Config struct {
	Enabled            bool      `json:"enabled" yaml:"enabled" doc:"If true, deployments can be monitored."`
	DeploymentMonitors []Monitor `json:"deploymentMonitors" yaml:"deploymentMonitors" doc:"The deployment monitors."`
}

// Monitor is a deployment monitor.
type Monitor struct {
	ID             string `json:"id" yaml:"id" doc:"The name that stages use."`
	Name           string `json:"name" yaml:"name" doc:"The display name."`
	BaseURL        string `json:"baseUrl" yaml:"baseUrl" doc:"The URL."`
	SupportContact string `json:"supportContact" yaml:"supportContact" doc:"The contact."`
	// MaxAnalysisMinutes is how long it may take to come to a judgement, 30
	// where 0.
	MaxAnalysisMinutes int `json:"maxAnalysisMinutes" yaml:"maxAnalysisMinutes" doc:"Time limit for the monitor's verdict, in minutes. 0: 30."`
	// FailOnError says whether a monitor that can't be asked fails the
	// deployment; it does where unset.
	FailOnError *bool `json:"failOnError" yaml:"failOnError" doc:"If true, the deployment fails when the monitor can't be reached. Default: true."`
	Stable      bool  `json:"stable" yaml:"stable" doc:"If true, everyone can use it."`
}

// Describe tells editors of pipelines which monitors there are, in Orca's shape.
func (c Config) Describe() []map[string]any {
	if !c.Enabled {
		return nil
	}
	out := make([]map[string]any, 0, len(c.DeploymentMonitors))
	for _, m := range c.DeploymentMonitors {
		out = append(out, map[string]any{"id": m.ID, "name": m.Name, "supportContact": m.SupportContact, "stable": m.Stable})
	}
	return out
}

// Options are what the stages need from outside.
type Options struct {
	Config Config
	// Guard decides which URLs may be asked for.
	Guard *httpguard.Guard
	// Wrap puts a transport around the client's, such as OpenTelemetry's.
	Wrap func(http.RoundTripper) http.RoundTripper
}

// Types are the stages of this package. The error names the setting that can't
// be used.
func Types(options Options) ([]*stage.Type, error) {
	s := &service{monitors: map[string]Monitor{}, client: options.Guard.Client(httpguard.ClientOptions{
		ConnectTimeout: 15 * time.Second, ReadTimeout: 20 * time.Second, TotalTimeout: time.Minute, MaxResponseBytes: 1 << 20, Wrap: options.Wrap,
	})}
	if options.Config.Enabled {
		for i, m := range options.Config.DeploymentMonitors {
			if err := m.check(); err != nil {
				return nil, fmt.Errorf("monitored-deploy.deploymentMonitors[%d]: %w", i, err)
			}
			if _, taken := s.monitors[m.ID]; taken {
				return nil, fmt.Errorf("monitored-deploy.deploymentMonitors[%d].id: %q is taken", i, m.ID)
			}
			s.monitors[m.ID] = m.withDefaults()
		}
	}
	return []*stage.Type{
		s.newType("notifyDeployStarting", "Notify monitored deploy starting", "Notifies a deployment monitor that a deployment is starting.",
			startingClass, s.starting),
		s.newType("evaluateDeploymentHealth", "Evaluate health of deployed instances", "Asks a deployment monitor whether a deployment is healthy.",
			evaluateClass, s.evaluate),
		s.newType("notifyDeployCompleted", "Notify monitored deploy complete", "Notifies a deployment monitor that a deployment has ended.",
			completedClass, s.completed),
	}, nil
}

func (m Monitor) check() error {
	if m.ID == "" {
		return errors.New("id is missing")
	}
	at, err := url.Parse(m.BaseURL)
	if err != nil {
		return fmt.Errorf("baseUrl: %w", err)
	}
	if at.Scheme == "" || at.Host == "" {
		return fmt.Errorf("baseUrl must be a URL, not %q", m.BaseURL)
	}
	return nil
}

func (m Monitor) withDefaults() Monitor {
	if m.Name == "" {
		m.Name = m.ID
	}
	if m.MaxAnalysisMinutes <= 0 {
		m.MaxAnalysisMinutes = defaultMinutes
	}
	m.BaseURL = strings.TrimSuffix(m.BaseURL, "/")
	return m
}

// service asks the monitors.
type service struct {
	monitors map[string]Monitor
	client   *http.Client
}

func (s *service) newType(name, label, description, class string, ask askFunc) *stage.Type {
	return &stage.Type{
		Name: name, Label: label, Description: description, Schema: schema,
		Definition: definition{{Name: name, Class: class}},
		Tasks:      map[string]stage.Task{class: task{service: s, ask: ask, path: name}},
	}
}

type definition []engine.TaskSpec

func (d definition) Tasks(engine.View) ([]engine.TaskSpec, error) { return d, nil }

// PrepareForRestart forgets the tries of the last run.
func (definition) PrepareForRestart(context map[string]any) map[string]any {
	return model.Without(context, keyTries, keyReasons)
}

// monitor is the stage's monitor.
func (s *service) monitor(in stage.Input) (Monitor, error) {
	id := model.String(model.Object(in.Stage.Context, "deploymentMonitor"), "id")
	if id == "" {
		return Monitor{}, &stage.Error{Type: "IllegalArgumentException", Message: "deploymentMonitor.id is missing"}
	}
	m, ok := s.monitors[id]
	if !ok {
		return Monitor{}, &stage.Error{Type: "UserException", Message: "Deployment monitor not configured, ID: " + id}
	}
	return m, nil
}

// failsOnError is the stage's own say, else the monitor's.
func (m Monitor) failsOnError(in stage.Input) bool {
	otherwise := m.FailOnError == nil || *m.FailOnError
	return model.Bool(model.Object(in.Stage.Context, "deploymentMonitor"), "failOnErrorOverride", otherwise)
}

// askFunc asks a monitor; the status and the outputs are those of its answer.
// An error that is [errAnswer] is not asked again.
type askFunc func(ctx context.Context, in stage.Input, m Monitor) (stage.Result, error)
