package preconfigured

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

// notSettings are the fields of a preconfigured webhook that describe it and
// are no fields of the stage.
var notSettings = []string{"enabled", "label", "description", "type", "parameters", "permissions"}

// Roles finds the roles of a user. It is called by any number of tasks at a
// time.
type Roles interface {
	Roles(ctx context.Context, user string) ([]string, error)
}

// Webhooks are a type for each preconfigured webhook that is enabled. base is
// the webhook stage. Without roles nobody has any, so that those with
// permissions can't be run. The error names the setting that can't be used.
func Webhooks(base *stage.Type, configs []webhook.Preconfigured, roles Roles) ([]*stage.Type, error) {
	var out []*stage.Type
	for i, config := range configs {
		if config.Enabled != nil && !*config.Enabled {
			continue
		}
		if config.Type == "" {
			return nil, fmt.Errorf("webhook.preconfigured[%d].type is missing", i)
		}
		settings, err := settingsOf(config)
		if err != nil {
			return nil, fmt.Errorf("webhook.preconfigured[%d]: %w", i, err)
		}
		t := Wrap(base, webhookSettings(config, settings), permission(config, roles), webhook.CreateClass, webhook.MonitorClass)
		t.Name, t.Label, t.Description = config.Type, config.Label, config.Description
		if t.Label == "" {
			t.Label = config.Type
		}
		t.Schema = webhookSchema(t.Label, config.Parameters)
		out = append(out, t)
	}
	return out, nil
}

// settingsOf are the fields of the stage that a configuration sets.
func settingsOf(config webhook.Preconfigured) (map[string]any, error) {
	data, err := model.Marshal(config)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	if err := model.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	out := map[string]any{}
	for key, value := range model.Without(fields, notSettings...) {
		if value != nil && value != "" {
			out[key] = value
		}
	}
	return out, nil
}

// webhookSettings go before what the stage says. Parameters that the stage
// doesn't give have their defaults.
func webhookSettings(config webhook.Preconfigured, settings map[string]any) Settings {
	return func(view engine.View) (map[string]any, error) {
		if _, fixed := settings["parameterValues"]; fixed || len(config.Parameters) == 0 {
			return settings, nil
		}
		values := map[string]any{}
		for _, p := range config.Parameters {
			if p.DefaultValue != "" {
				values[p.Name] = p.DefaultValue
			}
		}
		values = model.Merge(values, model.Object(view.Stage.Context, "parameterValues"))
		return model.Merge(settings, map[string]any{"parameterValues": values}), nil
	}
}

func permission(config webhook.Preconfigured, roles Roles) Check {
	return func(ctx context.Context, view engine.View) error {
		return allowed(ctx, config, roles, view.Execution.User())
	}
}

// allowed tells whether a user may run the webhook: one whose role has one of
// the names under WRITE in its own, as in Orca.
func allowed(ctx context.Context, config webhook.Preconfigured, roles Roles, user string) error {
	wanted := config.Permissions["WRITE"]
	if len(wanted) == 0 {
		return nil
	}
	if user == "" {
		user = "anonymous"
	}
	var has []string
	if roles != nil {
		var err error
		if has, err = roles.Roles(ctx, user); err != nil {
			return fmt.Errorf("find the roles of %s: %w", user, err)
		}
	}
	for _, role := range has {
		if slices.ContainsFunc(wanted, func(name string) bool { return strings.Contains(role, name) }) {
			return nil
		}
	}
	return &stage.Error{
		Type:    "PreconfiguredWebhookUnauthorizedException",
		Message: fmt.Sprintf("User '%s' is not allowed to execute stage named '%s'", user, config.Type),
	}
}

// webhookSchema is the schema of a preconfigured webhook: what is left for the
// stage to say.
func webhookSchema(title string, parameters []webhook.Parameter) json.RawMessage {
	list := make([]parameter, len(parameters))
	for i, p := range parameters {
		list[i] = parameter{p.Name, p.Label, p.Description, p.DefaultValue}
	}
	return schemaOf(title, "parameterValues", list, nil)
}

// parameter is something that a stage asks for.
type parameter struct{ name, label, description, standard string }

// schemaOf is a schema with an object of parameters under a key.
func schemaOf(title, key string, parameters []parameter, more map[string]any) json.RawMessage {
	fields := map[string]any{}
	for _, p := range parameters {
		field := map[string]any{"type": "string"}
		for name, text := range map[string]string{"title": p.label, "description": p.description, "default": p.standard} {
			if text != "" {
				field[name] = text
			}
		}
		fields[p.name] = field
	}
	properties := model.Merge(more, map[string]any{key: map[string]any{"type": "object", "title": "Parameters", "properties": fields}})
	data, err := model.Marshal(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "type": "object", "properties": properties,
	})
	if err != nil {
		return json.RawMessage(`{"type":"object"}`) // texts and maps of texts can always be written
	}
	return data
}
