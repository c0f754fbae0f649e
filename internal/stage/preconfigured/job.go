package preconfigured

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// RunJobClass is Orca's name of the task that a Job stage begins with.
const RunJobClass = "com.netflix.spinnaker.orca.clouddriver.tasks.job.RunJobTask"

// Job is a Kubernetes Job as a stage type of its own: an entry of Spinnaker's
// job.preconfigured.kubernetes settings.
type Job struct {
	// Enabled is so where unset.
	Enabled     *bool          `json:"enabled" yaml:"enabled" doc:"If true, the stage type is available. Default: true."`
	Label       string         `json:"label" yaml:"label" doc:"The stage type's display name."`
	Description string         `json:"description" yaml:"description" doc:"The description."`
	Type        string         `json:"type" yaml:"type" doc:"The stage type's key."`
	Parameters  []JobParameter `json:"parameters" yaml:"parameters" doc:"The parameters of the stage."`
	// WaitForCompletion is so where unset.
	WaitForCompletion *bool          `json:"waitForCompletion" yaml:"waitForCompletion" doc:"If true, waits until the Job ends. Default: true."`
	CloudProvider     string         `json:"cloudProvider" yaml:"cloudProvider" doc:"kubernetes."`
	Credentials       string         `json:"credentials" yaml:"credentials" doc:"The Kubernetes account, by its older name."`
	Region            string         `json:"region" yaml:"region" doc:"The region."`
	PropertyFile      string         `json:"propertyFile" yaml:"propertyFile" doc:"The container whose log contains the Job's properties."`
	ProducesArtifacts *bool          `json:"producesArtifacts" yaml:"producesArtifacts" doc:"If true, the stage can have expected artifacts. Default: true."`
	UIType            string         `json:"uiType" yaml:"uiType" doc:"BASIC or CUSTOM."`
	Account           string         `json:"account" yaml:"account" doc:"The Kubernetes account."`
	Application       string         `json:"application" yaml:"application" doc:"The Job's application."`
	Manifest          map[string]any `json:"manifest" yaml:"manifest" doc:"The Job."`
}

// JobParameter is one thing that a preconfigured Job's stage asks for.
type JobParameter struct {
	Name         string `json:"name" yaml:"name" doc:"The parameter's name."`
	Label        string `json:"label" yaml:"label" doc:"The display name."`
	Description  string `json:"description" yaml:"description" doc:"The description."`
	DefaultValue string `json:"defaultValue" yaml:"defaultValue" doc:"The value if a stage sets none."`
	Type         string `json:"type" yaml:"type" doc:"The type of its value."`
	Order        int    `json:"order" yaml:"order" doc:"The position in the form."`
	// Mapping is the place in the stage's context that the value is put:
	// manifest.spec.template.spec.containers[0].image.
	Mapping string `json:"mapping" yaml:"mapping" doc:"The field of the stage's context that receives the value."`
}

// Jobs are a type for each preconfigured Job that is enabled. base is the
// stage that runs a Kubernetes Job. The error names the setting that can't be
// used.
func Jobs(base *stage.Type, configs []Job) ([]*stage.Type, error) {
	var out []*stage.Type
	for i, config := range configs {
		if config.Enabled != nil && !*config.Enabled {
			continue
		}
		if config.CloudProvider == "" {
			config.CloudProvider = "kubernetes"
		}
		if err := config.check(); err != nil {
			return nil, fmt.Errorf("job.preconfigured.kubernetes[%d]: %w", i, err)
		}
		t := Wrap(base, config.settings, nil, RunJobClass)
		t.Name, t.Aliases, t.Label, t.Description = config.Type, nil, config.Label, config.Description
		list := make([]parameter, len(config.Parameters))
		for j, p := range config.Parameters {
			list[j] = parameter{p.Name, p.Label, p.Description, p.DefaultValue}
		}
		t.Schema = schemaOf(t.Label, "parameters", list, map[string]any{
			"account":           map[string]any{"type": "string", "title": "Cluster", "description": "The Kubernetes account (cluster), if the Job doesn't set one."},
			"expectedArtifacts": map[string]any{"type": "array", "items": map[string]any{"type": "object"}, "title": "Produced artifacts"},
		})
		out = append(out, t)
	}
	return out, nil
}

func (j Job) check() error {
	switch {
	case j.Type == "":
		return fmt.Errorf("type is missing")
	case j.Label == "":
		return fmt.Errorf("label is missing")
	case j.CloudProvider != "kubernetes":
		return fmt.Errorf("cloudProvider must be kubernetes, not %q", j.CloudProvider)
	case len(j.Manifest) == 0:
		return fmt.Errorf("manifest is missing")
	}
	for i, p := range j.Parameters {
		if p.Name == "" {
			return fmt.Errorf("parameters[%d].name is missing", i)
		}
		if err := set(j.fields(), p.Mapping, ""); err != nil {
			return fmt.Errorf("parameters[%d].mapping: %w", i, err)
		}
	}
	return nil
}

// fields are what the configuration sets in a stage's context. The manifest is
// a copy, which may be changed.
func (j Job) fields() map[string]any {
	account := j.Account
	if account == "" {
		account = j.Credentials
	}
	wait := j.WaitForCompletion == nil || *j.WaitForCompletion
	manifest, _ := clone(j.Manifest).(map[string]any)
	out := map[string]any{"cloudProvider": j.CloudProvider, "waitForCompletion": wait, "manifest": manifest, "source": "text"}
	for key, text := range map[string]string{
		"account": account, "credentials": account, "region": j.Region, "propertyFile": j.PropertyFile, "application": j.Application,
	} {
		if text != "" {
			out[key] = text
		}
	}
	return out
}

// settings are the configuration's fields, with the parameters put where they
// belong.
func (j Job) settings(view engine.View) (map[string]any, error) {
	out := j.fields()
	given := model.Object(view.Stage.Context, "parameters")
	described := make([]any, len(j.Parameters))
	for i, p := range j.Parameters {
		value, ok := given[p.Name]
		switch {
		case ok && value != nil:
			value = textOf(value)
		case p.DefaultValue != "":
			value = p.DefaultValue
		}
		if value != nil {
			if err := set(out, p.Mapping, value); err != nil {
				return nil, invalid("parameter %s: %v", p.Name, err)
			}
		}
		described[i] = map[string]any{
			"name": p.Name, "label": p.Label, "description": p.Description, "mapping": p.Mapping,
			"defaultValue": p.DefaultValue, "type": p.Type, "order": p.Order,
		}
	}
	dynamic := model.Object(view.Stage.Context, "dynamicParameters")
	for place, value := range dynamic {
		if err := set(out, place, textOf(value)); err != nil {
			return nil, invalid("dynamicParameters: %v", err)
		}
	}
	out["preconfiguredJobParameters"] = described
	return out, nil
}

// step is one step of a mapping: a name, and the place in a list.
var step = regexp.MustCompile(`^([^\[\]]*)\[(\d+)\]$`)

// set puts a value at a place like a.b[0].c of an object. All on the way must
// be there. An empty place is none.
func set(root map[string]any, place string, value any) error {
	if place == "" {
		return nil
	}
	steps := strings.Split(place, ".")
	current := root
	for _, name := range steps[:len(steps)-1] {
		next, err := follow(current, name)
		if err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
		current = next
	}
	last := steps[len(steps)-1]
	if step.MatchString(last) {
		list, i, err := member(current, last)
		if err != nil {
			return fmt.Errorf("%s: %w", place, err)
		}
		list[i] = value
		return nil
	}
	current[last] = value
	return nil
}

// member is the list that a step like c[0] leads into, and the place in it.
func member(current map[string]any, name string) ([]any, int, error) {
	parts := step.FindStringSubmatch(name)
	list, ok := current[parts[1]].([]any)
	if !ok {
		return nil, 0, fmt.Errorf("there is no list %s", parts[1])
	}
	i, err := strconv.Atoi(parts[2])
	if err != nil || i >= len(list) {
		return nil, 0, fmt.Errorf("the list %s has %d members", parts[1], len(list))
	}
	return list, i, nil
}

// follow is the object at one step.
func follow(current map[string]any, name string) (map[string]any, error) {
	value := current[name]
	if step.MatchString(name) {
		list, i, err := member(current, name)
		if err != nil {
			return nil, err
		}
		value = list[i]
	}
	next, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("there is no object %s", name)
	}
	return next, nil
}

// clone copies a value that came from YAML or JSON, as what JSON would be.
func clone(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, item := range v {
			out[key] = clone(item)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = clone(item)
		}
		return out
	}
	return value
}

// textOf is a parameter's value as text.
func textOf(value any) string {
	switch value.(type) {
	case map[string]any, []any:
		if data, err := model.Marshal(value); err == nil {
			return string(data)
		}
	}
	return model.String(map[string]any{"": value}, "")
}

func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}
