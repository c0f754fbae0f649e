package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/importer/gatetest"
	"github.com/gennaker/gennaker/internal/model"
)

// shell runs commands against a server of its own.
type shell struct {
	t        *testing.T
	endpoint string
}

// startServer runs "gennaker serve" until the test ends.
func startServer(t *testing.T, flags ...string) shell {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var errs log
	ended := make(chan int, 1)
	dir := t.TempDir()
	go func() {
		ended <- run(ctx, append([]string{"serve", "--data-dir", dir, "--listen", "127.0.0.1:0"}, flags...), strings.NewReader(""), io.Discard, &errs)
	}()
	t.Cleanup(func() { stop(); <-ended })
	address := regexp.MustCompile(`msg=ready address=(\S+)`)
	require.Eventually(t, func() bool { return address.MatchString(errs.String()) }, 2*time.Minute, 5*time.Millisecond, "%s", &errs)
	return shell{t, "http://" + address.FindStringSubmatch(errs.String())[1]}
}

// run runs a command with an input and returns the exit code and what it wrote.
func (s shell) run(input string, args ...string) (code int, out, errs string) {
	s.t.Helper()
	var stdout, stderr bytes.Buffer
	if args[0] == "__complete" {
		args = append([]string{args[0], args[1], "--endpoint", s.endpoint}, args[2:]...)
	} else {
		args = append(args, "--endpoint", s.endpoint)
	}
	code = run(s.t.Context(), args, strings.NewReader(input), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// ok is run for a command that must not fail; its words are split at spaces.
func (s shell) ok(input, command string) string {
	s.t.Helper()
	code, out, errs := s.run(input, strings.Fields(command)...)
	require.Equal(s.t, exitOK, code, "%s: %s%s", command, out, errs)
	return out
}

// fails is run for a command that must fail, and returns what it complained.
func (s shell) fails(code int, input, command string) string {
	s.t.Helper()
	got, out, errs := s.run(input, strings.Fields(command)...)
	require.Equal(s.t, code, got, "%s: %s%s", command, out, errs)
	return strings.TrimSuffix(errs, "\n")
}

func decode[T any](t *testing.T, text string) T {
	t.Helper()
	var out T
	require.NoError(t, json.Unmarshal([]byte(text), &out), text)
	return out
}

const twoPipelines = `
application: shop
name: Deploy
parameterConfig: [{name: seconds, default: "0"}]
stages:
- {refId: "1", type: wait, name: Wait, waitTime: "${parameters.seconds}"}
- {refId: "2", requisiteStageRefIds: ["1"], type: manualJudgment, name: Sure, judgmentInputs: [{value: eu}, {value: us}]}
---
application: shop
name: Fails
stages:
- refId: "1"
  type: checkPreconditions
  name: Check
  preconditions: [{type: expression, failPipeline: true, context: {expression: "1 > 2"}}]
`

func TestApplicationsAndPipelines(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	require.Equal(t, "There are no applications.\n", s.ok("", "application list"))
	require.Equal(t, "gennaker: Application not found (id: shop)", s.fails(1, "", "application get shop"))
	require.Contains(t, s.fails(1, "", "application save shop"), "Application must have a non-empty email")
	require.Equal(t, "Created the application shop.\n", s.ok("", "application save shop --email a@b.example"))
	require.Equal(t, "Changed the application shop.\n", s.ok(`{"name":"shop","description":"a shop"}`, "application save -f - --set repoType=git"))
	require.Regexp(t, `shop +a@b.example +a shop`, s.ok("", "application list"))
	app := decode[map[string]any](t, s.ok("", "application get shop -o json"))
	require.Equal(t, "git", app["repoType"])
	require.Regexp(t, `(?m)^email +a@b.example$`, s.ok("", "applications get shop"))

	require.Equal(t, "The application shop has no pipelines.\n", s.ok("", "pipeline list shop"))
	require.Regexp(t, `(?s)^Created the pipeline Deploy of shop \(.*Created the pipeline Fails of shop`, s.ok(twoPipelines, "pipeline save -f -"))
	require.Contains(t, s.ok(twoPipelines, "pipeline save -f -"), "Replaced the pipeline Deploy of shop")
	require.Regexp(t, `Deploy +\S+ +2 `, s.ok("", "pipeline list shop"))
	require.Contains(t, s.ok("", "pipeline get shop Deploy"), "2: Sure (manualJudgment) after 1")
	text := s.ok("", "pipeline get shop Deploy -o yaml")
	require.Contains(t, text, "waitTime: ${parameters.seconds}\n")
	require.Contains(t, s.ok(text, "pipeline save -f - --if-unchanged"), "Saved the pipeline Deploy")
	s.ok(strings.Replace(text, "Sure", "Really", 1), "pipeline save -f - --if-unchanged")
	require.Contains(t, s.fails(1, strings.Replace(text, "Sure", "Surely", 1), "pipeline save -f - --if-unchanged"), "stale")
	require.Len(t, decode[[]any](t, s.ok("", "pipeline history shop Deploy -o json")), 3)

	_, _, errs := s.run(`{"application":"shop","name":"x","stages":[{"refId":"1","type":"wiat"}]}`, "pipeline", "save", "-f", "-")
	require.Equal(t, "warning: stages[0]: there is no stage type \"wiat\"; the nearest is \"wait\"\n", errs)
	refused := s.fails(1, `{"application":"shop","name":"y","stages":[{"refId":"1","type":"wait"},{"refId":"1"}]}`, "pipeline save -f -")
	require.Contains(t, refused, "(and 1 more)\n  ")
	require.Contains(t, refused, `stages[1]: refId "1" is used by another stage too`)
	require.Contains(t, refused, "stages[1]: type is missing")
	require.Equal(t, "Deleted the pipeline x of shop.\n", s.ok("", "pipeline delete shop x"))

	_, out, _ := s.run("", "__complete", "pipeline", "start", "")
	require.Contains(t, out, "shop\n")
	_, out, _ = s.run("", "__complete", "pipeline", "start", "shop", "")
	require.Contains(t, out, "Deploy\nFails\n")
	_, out, _ = s.run("", "__complete", "pipeline", "start", "shop", "Deploy", "-p", "")
	require.Contains(t, out, "seconds=\n")

	require.Contains(t, s.ok("", "task list shop"), "Create Application: shop")
	require.Equal(t, "Deleted the application shop.\n", s.ok("", "application delete shop"))
}

func TestEventsAreExplained(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.ok("", "application save shop --email a@b.example")
	s.ok(`{"application":"shop","name":"Deploy","triggers":[{"type":"webhook","enabled":true,"source":"ci","payloadConstraints":{"env":"prod"}}],
		"stages":[{"refId":"1","type":"wait","name":"Wait","waitTime":0}]}`, "pipeline save -f -")
	require.Equal(t, "No events found.\n", s.ok("", "trigger events"))
	send := func(body string) {
		response, err := http.Post(s.endpoint+"/webhooks/webhook/ci", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
	}
	send(`{"env":"qa"}`)
	send(`{"env":"prod"}`)
	list := s.ok("", "trigger events shop --pipeline Deploy")
	require.Contains(t, list, "1 of 1")
	require.Contains(t, list, `Deploy: payloadConstraints.env: the trigger wants "prod", and the event has "qa"`)
	refused := decode[[]map[string]any](t, s.ok("", "trigger events --started false -o json"))
	require.Len(t, refused, 1)
	id, _ := refused[0]["id"].(string)
	require.Regexp(t, `shop +Deploy +webhook +no match`, s.ok("", "trigger why "+id))
	require.Contains(t, s.ok("", "trigger replay "+id), "It started nothing")
	started := decode[[]map[string]any](t, s.ok("", "trigger events --started true -o json"))
	id, _ = started[0]["id"].(string)
	require.Regexp(t, `started +\S+ +source "ci", payloadConstraints.env "prod"`, s.ok("", "trigger why "+id))
	require.Regexp(t, `^EXECUTION\n\S+\n$`, s.ok("", "trigger replay "+id))
	require.Contains(t, s.fails(1, "", "trigger why none"), "there is no event none")
	require.Contains(t, s.fails(2, "", "trigger events --pipeline Deploy"), "name its application too")
}

func TestExecutionsAreWatchedToTheirEnd(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.ok("", "application save shop --email a@b.example")
	s.ok(twoPipelines, "pipeline save -f -")

	code, out, errs := s.run("", "pipeline", "start", "shop", "Fails", "--watch")
	require.Equal(t, exitFailed, code)
	require.Contains(t, out, "TERMINAL   Check")
	require.Regexp(t, `^gennaker: \S+ ended TERMINAL: .*the precondition "1 > 2" came to false\n$`, errs)

	id := decode[map[string]string](t, s.ok("", "pipeline execute shop Deploy -p seconds=0 -o json"))["id"]
	require.Eventually(t, func() bool {
		return strings.Contains(s.ok("", "execution get "+id), "RUNNING Sure")
	}, time.Minute, 10*time.Millisecond)
	require.Contains(t, s.ok("", "execution list shop --status running"), id)
	require.Contains(t, s.ok("", "execution search "+id+" --application shop --status running --since 1h"), "#1")
	require.Contains(t, s.ok("", "execution search no-such-image"), "No executions found.")
	require.Equal(t, "Paused "+id+".\n", s.ok("", "execution pause "+id))
	require.Equal(t, "Resumed "+id+".\n", s.ok("", "execution resume "+id))
	require.Equal(t, `gennaker: no judgment "Other" is waiting in `+id, s.fails(1, "", "execution judge "+id+" stop --stage Other"))
	require.Contains(t, s.fails(2, "", "execution judge "+id+" maybe"), `unknown answer "maybe"`)
	out = s.ok("", "execution judge "+id+" continue --input eu --watch")
	require.Contains(t, out, "SUCCEEDED after")
	e := decode[map[string]any](t, s.ok("", "execution get "+id+" --watch -o json"))
	require.Equal(t, "SUCCEEDED", e["status"])

	code, _, errs = s.run("", "execution", "restart", id, "Wait")
	require.Equal(t, exitOK, code, errs)
	require.Eventually(t, func() bool {
		return strings.Contains(s.ok("", "execution get "+id), "RUNNING Sure")
	}, time.Minute, 10*time.Millisecond)
	s.ok("", "execution cancel "+id+" --reason enough")
	require.Contains(t, s.fails(1, "", "execution get "+id+" --watch"), "canceled by anonymous: enough")
	require.Equal(t, "Deleted "+id+".\n", s.ok("", "execution delete "+id))

	out = s.ok("application: shop\njob: [{type: wait, waitTime: 0}]", "task start -f - --watch")
	require.Contains(t, out, "SUCCEEDED")
	require.Contains(t, s.fails(1, "application: shop\njob: [{type: dance}]", "task start -f -"), `there is no stage type "dance"`)
	require.Contains(t, s.ok("", "account list"), "There are no accounts")
}

func TestWatchUsesTheLiveStream(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	// Looking every hour would not see the end.
	c, err := client.New(client.Options{Endpoint: s.endpoint, Poll: time.Hour})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	id, err := c.StartTask(ctx, map[string]any{
		"application": "shop", "description": "wait", "job": []any{map[string]any{"type": "wait", "waitTime": 1}},
	})
	require.NoError(t, err)
	states := 0
	e, err := c.Watch(ctx, model.OrchestrationExecution, id, func(client.Execution) { states++ })
	require.NoError(t, err)
	require.Equal(t, model.Succeeded, e.Status())
	require.Greater(t, states, 1)
}

func TestNoLongerWatching(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	s.ok("", "application save shop --email a@b.example")
	s.ok(twoPipelines, "pipeline save -f -")
	id := strings.TrimSpace(s.ok("", "pipeline start shop Deploy"))
	ctx, cancel := context.WithCancel(t.Context())
	var out log
	var errs bytes.Buffer
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, []string{"execution", "get", id, "--watch", "--endpoint", s.endpoint}, strings.NewReader(""), &out, &errs)
	}()
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "waiting for approval") }, time.Minute, 5*time.Millisecond)
	cancel()
	require.Equal(t, exitFailed, <-ended)
	require.Equal(t, "gennaker: stopped watching "+id+", which is still running\n", errs.String())
}

func TestImportIntoThisServer(t *testing.T) {
	t.Parallel()
	s, gate := startServer(t), gatetest.New(t, false)
	out := s.ok("", "import --dry-run --from "+gate.URL)
	require.Regexp(t, `create     pipeline demo/Bake & Deploy\n             cannot run here: .*"titusRunJob".*; there is no stage type "acmeDance"\n`, out)
	require.Contains(t, out, "Would import: 9 to create, 0 to update, 0 unchanged")
	require.Equal(t, "There are no applications.\n", s.ok("", "application list"))

	require.Contains(t, s.ok("", "import --from "+gate.URL), "Imported: 9 created, 0 updated, 0 unchanged")
	require.Contains(t, s.ok("", "pipeline list demo"), " p1 ")
	require.Contains(t, s.ok("", "import --from "+gate.URL), "Imported: 0 created, 0 updated, 9 unchanged")
	gate.Change("p2", func(p map[string]any) { p["description"] = "changed" })
	require.Contains(t, s.ok("", "import --from "+gate.URL+" --application demo"), "0 created, 1 updated")

	gate.Broken["/applications/cart/pipelineConfigs"] = true
	errs := s.fails(1, "", "import --from "+gate.URL)
	require.Contains(t, errs, "gennaker: 1 could not be imported:\n  pipeline cart/(all): read it from ")
	require.Contains(t, errs, "Failed to connect to orca")
	for _, write := range gate.Writes() {
		t.Errorf("it wrote to the Spinnaker: %s", write)
	}
	require.Contains(t, s.fails(2, "", "import"), "--from")
	require.Contains(t, s.fails(2, "", "import --from http://x --only things"), `unknown kind "things"`)
}

func TestImportFromAnotherServerOfOurs(t *testing.T) {
	t.Parallel()
	from, to := startServer(t), startServer(t)
	from.ok("", "application save shop --email a@b.example")
	from.ok(twoPipelines, "pipeline save -f -")
	require.Contains(t, to.ok("", "import --from "+from.endpoint), "3 created")
	require.Contains(t, to.ok("", "import --from "+from.endpoint), "0 created, 0 updated, 3 unchanged")
	ids := func(s shell) (out []string) {
		for _, p := range decode[[]map[string]any](t, s.ok("", "pipeline list shop -o json")) {
			out = append(out, p["id"].(string))
		}
		return out
	}
	require.Equal(t, ids(from), ids(to))
}

func TestPipelineValidate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.json")
	require.NoError(t, os.WriteFile(good, []byte(twoPipelines), 0o600))
	require.NoError(t, os.WriteFile(bad, []byte(`{"name":"b","application":"a","stages":[
		{"refId":"1","type":"wait","name":"W","waitTime":"${ #stage('Nope').x + parameters.p }"},
		{"refId":"2","requisiteStageRefIds":["7"],"type":"wait","waitTime":"${ 1 + "}]}`), 0o600))
	code, out, errs := gennaker(t, "pipeline", "validate", good)
	require.Equal(t, exitOK, code, out+errs)
	require.Equal(t, "2 pipelines are valid.\n", out)

	code, out, errs = gennaker(t, "pipeline", "validate", good, bad, filepath.Join(dir, "none"), "-o", "json")
	require.Equal(t, exitFailed, code)
	require.Equal(t, "gennaker: 2 of 3 files have errors\n", errs)
	var lines []string
	for _, f := range decode[[]finding](t, out) {
		lines = append(lines, string(f.Severity)+" "+f.String())
	}
	require.Len(t, lines, 5)
	require.Contains(t, lines, `error stages: stage "2": requisiteStageRefIds names "7", and no stage has that refId`)
	require.Contains(t, lines, `warning stages[0].waitTime (W): no stage is named "Nope"`)
	require.Contains(t, lines, `warning stages[0].waitTime (W): the pipeline declares no parameter "p"`)
	require.Contains(t, lines[1], `error stages[1].waitTime: the expression can't be parsed: `)
	require.Contains(t, lines[4], "no such file")
}

func TestClientMistakes(t *testing.T) {
	t.Parallel()
	for command, want := range map[string]string{
		"application lisst":                                    `gennaker application has no command "lisst"; did you mean "list"?`,
		"application list -o xml":                              `--output: "xml" is not one of table, json, yaml`,
		"application list --endpoint nonsense":                 `--endpoint: the endpoint "nonsense" is not a URL such as http://localhost:8084`,
		"pipeline get one":                                     `gennaker pipeline get got the argument "one"; usage: gennaker pipeline get APPLICATION PIPELINE [flags]`,
		"pipeline save":                                        "--file is missing; - reads standard input",
		"pipeline start a b -p x":                              `--parameter: "x" is not of the form name=value`,
		"execution search a --status gone":                     `--status: unknown status "gone"`,
		"execution search --since -1h":                         "--since: must not be negative",
		"execution list a --status gone":                       `--status: unknown status "gone"`,
		"pipeline list a --endpoint http://127.0.0.1:1 --wide": "unknown flag: --wide; gennaker pipeline list --help lists the flags",
	} {
		code, _, errs := gennaker(t, strings.Fields(command)...)
		require.Equal(t, exitUsage, code, command)
		require.Equal(t, "gennaker: "+want+"\n", errs, command)
	}
	code, _, errs := gennaker(t, "pipeline", "list", "a", "--endpoint", "http://127.0.0.1:1")
	require.Equal(t, exitFailed, code)
	require.Regexp(t, `^gennaker: can't reach http://127.0.0.1:1: .*refused\n$`, errs)
}

func TestClientHelpTeaches(t *testing.T) {
	t.Parallel()
	for command, want := range map[string][]string{
		"pipeline":          {"GENNAKER_ENDPOINT", "GENNAKER_TOKEN", "validate"},
		"pipeline start":    {"--watch", "-p version=1.2.3", "trigger.json"},
		"pipeline validate": {"exit code\nis 1", "warning"},
		"import":            {"never deletes", "--dry-run", "GENNAKER_FROM_TOKEN"},
		"task start":        {"scaleManifest"},
	} {
		_, out, _ := gennaker(t, append(strings.Fields(command), "--help")...)
		for _, text := range want {
			require.Contains(t, out, text, command)
		}
	}
}
