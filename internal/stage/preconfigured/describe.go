package preconfigured

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/stage/webhook"
)

// DescribeWebhooks tells editors of the preconfigured webhooks that are
// enabled, as Orca's GET /webhooks/preconfigured does.
func DescribeWebhooks(configs []webhook.Preconfigured) ([]map[string]any, error) {
	out := []map[string]any{}
	for i, config := range configs {
		if config.Enabled != nil && !*config.Enabled {
			continue
		}
		settings, err := settingsOf(config)
		if err != nil {
			return nil, fmt.Errorf("webhook.preconfigured[%d]: %w", i, err)
		}
		out = append(out, map[string]any{
			"type": config.Type, "label": config.Label, "description": config.Description,
			"waitForCompletion":        config.WaitForCompletion,
			"preconfiguredProperties":  slices.Sorted(maps.Keys(settings)),
			"noUserConfigurableFields": complete(config, settings),
			"parameters":               orEmpty(config.Parameters), "parameterData": config.ParameterData,
		})
	}
	return out, nil
}

// complete tells whether a configuration leaves nothing for the stage to say,
// by the rules of Orca's PreconfiguredWebhook.
func complete(config webhook.Preconfigured, settings map[string]any) bool {
	if config.WaitForCompletion == nil {
		return false
	}
	wanted := []string{"url", "customHeaders", "method", "payload"}
	if *config.WaitForCompletion {
		wanted = append(wanted, "statusUrlResolution", "statusJsonPath", "progressJsonPath", "successStatuses", "canceledStatuses", "terminalStatuses")
		if config.StatusURLResolution == "webhookResponse" {
			wanted = append(wanted, "statusUrlJsonPath")
		}
	}
	return !slices.ContainsFunc(wanted, func(field string) bool { return settings[field] == nil })
}

// DescribeJobs tells editors of the preconfigured Jobs that are enabled, as
// Orca's GET /jobs/preconfigured does.
func DescribeJobs(configs []Job) []map[string]any {
	out := []map[string]any{}
	for _, config := range configs {
		if config.Enabled != nil && !*config.Enabled {
			continue
		}
		out = append(out, map[string]any{
			"type": config.Type, "label": config.Label, "description": config.Description,
			"waitForCompletion": unlessFalse(config.WaitForCompletion), "producesArtifacts": unlessFalse(config.ProducesArtifacts),
			"uiType": cmp.Or(config.UIType, "BASIC"), "cloudProvider": "kubernetes",
			"noUserConfigurableFields": true, "parameters": orEmpty(config.Parameters),
		})
	}
	return out
}

func unlessFalse(b *bool) bool { return b == nil || *b }

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
