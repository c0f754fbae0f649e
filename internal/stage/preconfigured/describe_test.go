package preconfigured_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/stage/noop"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

// Editors are told which fields a webhook sets, and whether there is anything left
// for a stage to say, as Orca's PreconfiguredWebhook has it.
func TestDescribeWebhooks(t *testing.T) {
	t.Parallel()
	yes, no := true, false
	whole := webhook.Preconfigured{
		Type: "w", Label: "W", URL: "http://a", Method: "GET", Payload: "{}", CustomHeaders: map[string][]string{"A": {"b"}}, WaitForCompletion: &no,
	}
	change := func(f func(*webhook.Preconfigured)) webhook.Preconfigured {
		out := whole
		f(&out)
		return out
	}
	waits := change(func(w *webhook.Preconfigured) {
		w.WaitForCompletion, w.StatusURLResolution, w.StatusJSONPath, w.ProgressJSONPath = &yes, "getMethod", "$.s", "$.p"
		w.SuccessStatuses, w.CanceledStatuses, w.TerminalStatuses = "a", "b", "c"
	})
	for name, c := range map[string]struct {
		config webhook.Preconfigured
		whole  bool
	}{
		"all that a call needs":         {whole, true},
		"no address":                    {change(func(w *webhook.Preconfigured) { w.URL = "" }), false},
		"no method":                     {change(func(w *webhook.Preconfigured) { w.Method = "" }), false},
		"no payload":                    {change(func(w *webhook.Preconfigured) { w.Payload = "" }), false},
		"no headers":                    {change(func(w *webhook.Preconfigured) { w.CustomHeaders = nil }), false},
		"waiting is left open":          {change(func(w *webhook.Preconfigured) { w.WaitForCompletion = nil }), false},
		"it waits, and doesn't say how": {change(func(w *webhook.Preconfigured) { w.WaitForCompletion = &yes }), false},
		"it waits, and says how":        {waits, true},
		"its status is somewhere in the answer": {func() webhook.Preconfigured {
			w := waits
			w.StatusURLResolution = "webhookResponse"
			return w
		}(), false},
	} {
		told, err := preconfigured.DescribeWebhooks([]webhook.Preconfigured{c.config, {Type: "off", Enabled: &no}})
		require.NoError(t, err, name)
		require.Len(t, told, 1, name)
		require.Equal(t, c.whole, told[0]["noUserConfigurableFields"], name)
		require.Equal(t, "w", told[0]["type"])
		require.IsIncreasing(t, told[0]["preconfiguredProperties"])
	}
	told, err := preconfigured.DescribeWebhooks(nil)
	require.NoError(t, err)
	require.Empty(t, told)
}

func TestDescribeJobs(t *testing.T) {
	t.Parallel()
	no := false
	told := preconfigured.DescribeJobs([]preconfigured.Job{
		{Type: "a", Label: "A"}, {Type: "off", Enabled: &no},
		{Type: "b", UIType: "CUSTOM", WaitForCompletion: &no, ProducesArtifacts: &no, Parameters: []preconfigured.JobParameter{{Name: "p"}}},
	})
	require.Equal(t, []map[string]any{
		{"type": "a", "label": "A", "description": "", "waitForCompletion": true, "producesArtifacts": true, "uiType": "BASIC",
			"cloudProvider": "kubernetes", "noUserConfigurableFields": true, "parameters": []preconfigured.JobParameter{}},
		{"type": "b", "label": "", "description": "", "waitForCompletion": false, "producesArtifacts": false, "uiType": "CUSTOM",
			"cloudProvider": "kubernetes", "noUserConfigurableFields": true, "parameters": []preconfigured.JobParameter{{Name: "p"}}},
	}, told)
}

// What can't be used of the configuration is said by its place, when the program
// starts.
func TestJobsThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	m := object{"spec": object{"containers": []any{object{"args": []any{"a"}}}}}
	mapped := func(place string) preconfigured.Job {
		return preconfigured.Job{Type: "t", Label: "l", Manifest: m, Parameters: []preconfigured.JobParameter{{Name: "p", Mapping: place}}}
	}
	for want, job := range map[string]preconfigured.Job{
		"type is missing":     {Label: "l", Manifest: m},
		"label is missing":    {Type: "t", Manifest: m},
		"manifest is missing": {Type: "t", Label: "l"},
		`cloudProvider must be kubernetes, not "titus"`:                                               {Type: "t", Label: "l", Manifest: m, CloudProvider: "titus"},
		"parameters[0].name is missing":                                                               {Type: "t", Label: "l", Manifest: m, Parameters: []preconfigured.JobParameter{{}}},
		"parameters[0].mapping: manifest.nope.a: there is no object nope":                             mapped("manifest.nope.a"),
		"parameters[0].mapping: manifest.spec.containers[3].image: the list containers has 1 members": mapped("manifest.spec.containers[3].image"),
		"parameters[0].mapping: manifest.spec.nope[0].image: there is no list nope":                   mapped("manifest.spec.nope[0].image"),
		"parameters[0].mapping: manifest.spec.containers[0].args[1]: the list args has 1 members":     mapped("manifest.spec.containers[0].args[1]"),
		"parameters[0].mapping: manifest.spec.containers[0].env[0]: there is no list env":             mapped("manifest.spec.containers[0].env[0]"),
	} {
		_, err := preconfigured.Jobs(noop.Type(), []preconfigured.Job{{Type: "fine", Label: "Fine", Manifest: m}, job})
		require.EqualError(t, err, "job.preconfigured.kubernetes[1]: "+want)
	}
	for _, place := range []string{"", "manifest.spec.containers[0].image", "manifest.spec.containers[0].args[0]", "account"} {
		types, err := preconfigured.Jobs(noop.Type(), []preconfigured.Job{mapped(place)})
		require.NoError(t, err, place)
		require.Len(t, types, 1)
	}
	require.Equal(t, object{"spec": object{"containers": []any{object{"args": []any{"a"}}}}}, m, "the configuration stays as it is")
}
