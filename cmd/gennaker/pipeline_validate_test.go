package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// What runs, or is no pipeline, is not refused.
func TestValidateRefusesNothingThatRuns(t *testing.T) {
	t.Parallel()
	for file, want := range map[string][]string{
		"validator-guarded-expressions.json": {
			`warning stages[2].type (3): the stage type "notifyTeam" is defined by a server's configuration, and can't be checked without it`,
		},
		"validator-shell-placeholders.json": {
			"warning stages[0].manifests[0].data.logback (1): the expression can't be parsed: the expression ends before ':'; it stays as it is when the pipeline runs",
			"warning stages[0].manifests[0].data.open (1): the expression can't be parsed: the expression that starts with ${ has no closing }; it stays as it is when the pipeline runs",
			"warning stages[0].manifests[0].data.spring (1): the expression can't be parsed: the expression ends before ':'; it stays as it is when the pipeline runs",
		},
		"validator-unused-manifest-name.json": nil,
		"template-v2.json":                    nil,
		"template-v1.yml":                     nil,
		"configuration-v1.json":               nil,
		"templated.json":                      nil,
		"dinghy.json":                         nil,
		"dinghyfile":                          {"warning it is a template, as its {{...}} show: render it, and check the result (line 5: invalid character '{' looking for beginning of object key string)"},
		"application.json":                    nil,
		"execution.json":                      {"warning stages[0].account (D): account is missing"},
		"task.json":                           nil,
		"crd.yaml":                            {"warning it is a Kubernetes object of kind Pipeline, and no pipeline: it is not checked"},
		"list.json":                           nil,
		"as-json-in-deck.json": {
			"warning name: name is missing: the pipeline can't be saved before it has one",
			"warning application: application is missing: the pipeline can't be saved before it has one",
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			code, lines := validated(t, file)
			require.Equal(t, exitOK, code)
			require.Equal(t, want, lines)
		})
	}
}

func TestValidateTellsWhatFailsAndWhatIsIgnored(t *testing.T) {
	t.Parallel()
	code, lines := validated(t, "broken.json")
	require.Equal(t, exitFailed, code)
	require.Equal(t, []string{
		`error stages[0].waitTime (W): waitTime must be a whole number of seconds, not soon`,
		`error stages[1].manifestName (S): manifestName is missing`,
		`error stages[2].manifests[1].apiVersion (D): manifests[1].apiVersion is missing`,
		`error stages[2].manifests[1].metadata.name (D): manifests[1].metadata.name is missing`,
		`error stages[4] (N): there is no stage type "notATypeAtAll"`,
		`error stages[2].manifests[0].data.a (D): the expression can't be parsed: the expression ends before ':'`,
		`error stages[3].variables[0].value (V): the expression can't be parsed: the operand to the right of '+' is missing`,
		`warning stages[0].stageTimeoutMs (W): stageTimeoutMs is the text "60000", and so ignored: only a number counts`,
		`warning stages[0].failPipeline (W): failPipeline is "no", and so ignored: only true and false count`,
		`warning stages[0].requisteStageRefIds (W): the field requisteStageRefIds is ignored; is requisiteStageRefIds meant?`,
	}, lines)
}

func TestValidateSumsUp(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "empty.json")
	require.NoError(t, os.WriteFile(empty, []byte("[]"), 0o600))
	commented := filepath.Join(t.TempDir(), "commented.json")
	require.NoError(t, os.WriteFile(commented, []byte("{\n  // why\n  \"name\": \"p\"\n}"), 0o600))
	jsonnet := filepath.Join(t.TempDir(), "p.jsonnet")
	require.NoError(t, os.WriteFile(jsonnet, []byte("local s = import 's';\n{}"), 0o600))
	file := func(name string) string { return filepath.Join("testdata", "validate", name) }
	for _, test := range []struct {
		files []string
		code  int
		want  string
	}{
		{[]string{file("task.json")}, exitOK, "1 task is valid."},
		{[]string{file("broken.json")}, exitFailed, "broken.json has 7 errors"},
		{[]string{file("task.json"), file("broken.json")}, exitFailed, "1 of 2 files has 7 errors: " + file("broken.json")},
		{[]string{file("task.json"), file("broken.json"), commented}, exitFailed, "2 of 3 files have errors"},
		{[]string{empty}, exitOK, "it contains no pipeline: it is an empty list"},
		{[]string{commented}, exitFailed, "line 2: JSON has no comments"},
		{[]string{jsonnet}, exitOK, "it is Jsonnet, which generates pipelines: check the result"},
	} {
		code, out, errs := gennaker(t, append([]string{"pipeline", "validate"}, test.files...)...)
		require.Equal(t, test.code, code, "%s%s", out, errs)
		require.Contains(t, out+errs, test.want)
	}
}

func validated(t *testing.T, file string) (code int, lines []string) {
	t.Helper()
	code, out, _ := gennaker(t, "pipeline", "validate", filepath.Join("testdata", "validate", file), "-o", "json")
	for _, f := range decode[[]finding](t, out) {
		lines = append(lines, string(f.Severity)+" "+f.String())
	}
	return code, lines
}
