package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const jobWithManifest = `
job:
  preconfigured:
    kubernetes:
      - label: Hello
        type: hello
        manifest:
          kind: Job
          metadata: {name: hello, labels: null}
          spec:
            backoffLimit: 0x10
            ratio: 1.5
            suspend: false
            template: &template
              args: ["1", 2, -3, true, ~, "a: b"]
              text: |
                line
            other: *template
`

func TestLoadsValuesOfAnyKind(t *testing.T) {
	t.Parallel()
	cfg, err := load(t, jobWithManifest)
	require.NoError(t, err)
	template := map[string]any{"args": []any{"1", int64(2), int64(-3), true, nil, "a: b"}, "text": "line\n"}
	require.Equal(t, map[string]any{
		"kind":     "Job",
		"metadata": map[string]any{"name": "hello", "labels": nil},
		"spec": map[string]any{
			"backoffLimit": int64(16), "ratio": 1.5, "suspend": false,
			"template": template, "other": template,
		},
	}, cfg.Job.Preconfigured.Kubernetes[0].Manifest)

	shown, err := cfg.Redacted()
	require.NoError(t, err)
	again, err := load(t, string(shown))
	require.NoError(t, err)
	require.Equal(t, cfg.Job.Preconfigured.Kubernetes[0].Manifest, again.Job.Preconfigured.Kubernetes[0].Manifest, "what is shown can be read again")

	cfg, err = load(t, "", `GENNAKER_JOB_PRECONFIGURED_KUBERNETES=[{"label": "L", "type": "t", "manifest": {"kind": "Job", "n": [1]}}]`)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"kind": "Job", "n": []any{int64(1)}}, cfg.Job.Preconfigured.Kubernetes[0].Manifest)
}

func TestValuesOfAnyKindThatAreWrong(t *testing.T) {
	t.Parallel()
	const job = "job: {preconfigured: {kubernetes: [{label: L, type: t, manifest: %s}]}}\n"
	for manifest, want := range map[string]string{
		"text":                    "must be a mapping",
		"{a: 0x8000000000000000}": "out of range",
		"{a: *nowhere}":           "there is no anchor",
		"{a: .inf}":               "not a valid JSON number",
		"{a: &a [*a]}":            "",
		strings.Repeat("{a: ", 150) + "1" + strings.Repeat("}", 150): "levels deep",
	} {
		got := strings.Join(problems(t, strings.Replace(job, "%s", manifest, 1)), "\n")
		require.Contains(t, got, want, manifest)
	}
}
