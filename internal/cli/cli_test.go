package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func TestObjects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"JSON":              {`{"n": 1795253896076, "f": 1.5}`, []string{`{"f":1.5,"n":1795253896076}`}},
		"list":              {`[{"a":1},{"b":"<"}]`, []string{`{"a":1}`, `{"b":"<"}`}},
		"YAML":              {"a: 1795253896076\nb: [x, true]\nc: \"1\"\n", []string{`{"a":1795253896076,"b":["x",true],"c":"1"}`}},
		"documents":         {"a: 1\n---\nb: 2\n---\n", []string{`{"a":1}`, `{"b":2}`}},
		"a byte order mark": {"\ufeff{\"a\": \"\\/\"}", []string{`{"a":"/"}`}},
		"YAML list":         {"- a: 1\n- b: |\n    x\n    y\n", []string{`{"a":1}`, `{"b":"x\ny\n"}`}},
		"flow":              {"{a: 1}", []string{`{"a":1}`}},
		"anchors":           {"a: &x {k: v}\nb: *x\n", []string{`{"a":{"k":"v"},"b":{"k":"v"}}`}},
		"number as key":     {"1: x\n", []string{`{"1":"x"}`}},
		"an expression":     {"a: ${parameters.x}\n", []string{`{"a":"${parameters.x}"}`}},
	} {
		objects, err := cli.Objects([]byte(c.text))
		require.NoError(t, err, name)
		var got []string
		for _, o := range objects {
			text, err := model.Marshal(o)
			require.NoError(t, err)
			got = append(got, string(text))
		}
		require.Equal(t, c.want, got, name)
	}
}

func TestBrokenInputSaysWhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "it is empty",
		"---\n":                    "it is empty",
		"x":                        "want an object or a list of objects",
		"[1]":                      "entry 1 of the list is not an object",
		"{\n\"a\": 1,\n\"b\" 2\n}": "line 3: ",
		"a: [1\nb: 2":              "line 2: ",
	} {
		_, err := cli.Objects([]byte(text))
		require.ErrorContains(t, err, want, text)
	}
}

func TestReadObject(t *testing.T) {
	t.Parallel()
	got, err := cli.ReadObject("-", strings.NewReader("a: 1"))
	require.NoError(t, err)
	require.Equal(t, "1", model.String(got, "a"))
	_, err = cli.ReadObject("-", strings.NewReader("[{},{}]"))
	require.EqualError(t, err, "read the standard input: want one object, found 2")
}

func TestPairs(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(file, []byte("text"), 0o600))
	got, err := cli.Pairs([]string{"a=1", "b=x=y", "c=", "d=@" + file, "e=@"}, nil)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": "1", "b": "x=y", "c": "", "d": "text", "e": "@"}, got)
	for _, bad := range []string{"a", "=1"} {
		_, err := cli.Pairs([]string{bad}, nil)
		require.ErrorContains(t, err, "is not of the form name=value")
	}
}

func TestPrint(t *testing.T) {
	t.Parallel()
	var value map[string]any
	require.NoError(t, model.Unmarshal([]byte(`{"m":1795253896076,"s":"1","t":"<a>","l":["x\ny"]}`), &value))
	table := func() cli.Table {
		return cli.Table{Header: []string{"A", "B"}, Rows: [][]string{{"x\ny", "1"}, {"long text", ""}}}
	}
	for format, want := range map[string]string{
		"json":  "{\n  \"l\": [\n    \"x\\ny\"\n  ],\n  \"m\": 1795253896076,\n  \"s\": \"1\",\n  \"t\": \"<a>\"\n}\n",
		"yaml":  "l:\n- |-\n  x\n  y\nm: 1795253896076\ns: \"1\"\nt: <a>\n",
		"table": "A          B\nx y        1\nlong text\n",
	} {
		var out bytes.Buffer
		require.NoError(t, cli.Print(&out, format, value, table))
		require.Equal(t, want, out.String(), format)
	}
	require.ErrorContains(t, cli.Print(&bytes.Buffer{}, "xml", nil, nil), `unknown output format "xml"`)
}

func TestDuration(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(100_000)
	require.Empty(t, cli.Duration(0, 0, now))
	require.Equal(t, "1.5s", cli.Duration(1000, 2500, now))
	require.Equal(t, "1m39s", cli.Duration(1000, 0, now))
	require.Equal(t, "0.0s", cli.Duration(1000, 900, now))
}

func execution(t *testing.T, text string) client.Execution {
	t.Helper()
	var e client.Execution
	require.NoError(t, model.Unmarshal([]byte(text), &e))
	return e
}

func TestProgressTellsEachStepOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := cli.NewProgress(&out, false)
	running := execution(t, `{"id":"E","application":"shop","name":"Deploy","status":"RUNNING","stages":[
		{"id":"1","name":"Wait","status":"SUCCEEDED","startTime":1000,"endTime":3000},
		{"id":"2","name":"Sure","type":"manualJudgment","status":"RUNNING","startTime":3000,
		 "context":{"instructions":"look","judgmentInputs":[{"value":"eu"}]}},
		{"id":"3","name":"Last","status":"NOT_STARTED"}]}`)
	p.Tell(running)
	p.Tell(running)
	ended := execution(t, `{"id":"E","status":"TERMINAL","startTime":1000,"endTime":9000,"stages":[
		{"id":"2","name":"Sure","status":"TERMINAL"},
		{"id":"4","parentStageId":"2","name":"Notify","status":"TERMINAL","context":{"exception":{"details":{"errors":["no mail"]}}}}]}`)
	p.Tell(ended)
	p.End(ended)
	require.Equal(t, strings.TrimPrefix(`
E  shop "Deploy"
  SUCCEEDED  Wait  2.0s
  RUNNING    Sure
             look
             waiting for approval: gennaker execution judge E continue|stop --stage "Sure"
             with --input one of "eu"
  TERMINAL   Sure
  TERMINAL   Sure › Notify
             no mail
TERMINAL after 8.0s
`, "\n"), out.String())
}

func TestProgressOnATerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := cli.NewProgress(&out, true)
	p.Tell(execution(t, `{"id":"E","status":"RUNNING","stages":[{"id":"1","name":"Wait","status":"RUNNING","tasks":[{"name":"wait","status":"RUNNING"}]}]}`))
	require.Contains(t, out.String(), "RUNNING Wait: wait")
	p.End(execution(t, `{"status":"SUCCEEDED"}`))
	require.True(t, strings.HasSuffix(out.String(), "\rSUCCEEDED\n"), out.String())
}

func FuzzObjects(f *testing.F) {
	for _, text := range []string{`{"a":1}`, "a: 1\n---\nb: [x]", "[{}]", "a: &x\n  b: *x"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(_ *testing.T, text []byte) { _, _ = cli.Objects(text) })
}

// A message at the end of a row is what the reader came for.
func TestTablesCutAllButTheLastCell(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300)
	var out bytes.Buffer
	require.NoError(t, cli.Print(&out, "table", nil, func() cli.Table {
		return cli.Table{Header: []string{"PATH", "MESSAGE"}, Rows: [][]string{{long, long + "\n" + long}}}
	}))
	require.Contains(t, out.String(), strings.Repeat("x", 99)+"…  "+long+" "+long+"\n")
}
