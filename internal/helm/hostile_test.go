package helm

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// TestHostileCharts: charts that would become large are refused at little cost.
func TestHostileCharts(t *testing.T) { //nolint:paralleltest // it measures what the process allocates
	manifest := func(expression string) []string {
		return []string{"templates/a.yaml", "kind: ConfigMap\nmetadata: {name: a}\ndata: {a: '" + expression + "'}"}
	}
	cases := map[string][]string{
		"repeat":         manifest(`{{ repeat 1000000000 "x" }}`),
		"repeat twice":   manifest(`{{ repeat 100000 (repeat 100000 "x") }}`),
		"until":          manifest(`{{ until 2000000000 | len }}`),
		"untilStep":      manifest(`{{ untilStep 2000000000 0 -1 | len }}`),
		"seq":            manifest(`{{ seq 1 2000000000 }}`),
		"printf":         manifest(`{{ printf "%2000000000d" 1 }}`),
		"printf *":       manifest(`{{ printf "%*d" 2000000000 1 }}`),
		"indent":         manifest(`{{ indent 2000000000 "x" }}`),
		"nindent":        manifest(`{{ nindent 2000000000 "x" }}`),
		"random":         manifest(`{{ randAlphaNum 2000000000 }}`),
		"random bytes":   manifest(`{{ randBytes 2000000000 }}`),
		"doubled":        manifest(`{{ $x := "xx" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}`),
		"doubled printf": manifest(`{{ $x := "xx" }}{{ range until 40 }}{{ $x = printf "%s%s" $x $x }}{{ end }}`),
		"replaced":       manifest(`{{ $x := "xx" }}{{ range until 40 }}{{ $x = replace "x" "xx" $x }}{{ end }}`),
		"rendered bomb":  {"templates/a.yaml", "kind: ConfigMap\nmetadata: {name: a}\n" + limittest.Laughs(9)},
		"nested charts":  {"charts/a.tgz", deep(t, 8)},
	}
	for name, text := range map[string]string{"a text": limittest.AliasedScalar(100_000, 30_000), "laughs": limittest.Laughs(9), "in itself": "a: &a [*a]"} {
		for _, file := range []string{"values.yaml", "Chart.lock", "charts/b/values.yaml"} {
			cases[fmt.Sprint(file, ": ", name)] = []string{file, text}
		}
	}
	for name, files := range cases {
		var err error
		limittest.Bounded(t, 1<<20, 300, func() { _, err = render(t, nil, files...) })
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%s: %v", name, err)
		require.Less(t, len(err.Error()), 2000, name)
	}
}

// deep is an archive of a chart within a chart, so many times.
func deep(t *testing.T, levels int) string {
	t.Helper()
	archive := pack(t, "Chart.yaml", "{apiVersion: v2, name: web, version: 1.0.0}")
	for range levels {
		archive = pack(t, "Chart.yaml", "{apiVersion: v2, name: web, version: 1.0.0}", "charts/a.tgz", string(archive))
	}
	return string(archive)
}

// TestOrdinaryFunctions: those that are bounded do what they did.
func TestOrdinaryFunctions(t *testing.T) {
	t.Parallel()
	made, err := render(t, nil, "templates/a.yaml", `kind: ConfigMap
metadata: {name: a}
data: {a: '{{ repeat 3 "x" }} {{ until 3 }} {{ untilStep 3 0 -1 }} {{ seq 1 2 5 }} {{ printf "%05d|%-4s|%.2f%%" 7 "a" 1.5 }} {{ print "a" 1 2 "b" }} {{ indent 2 "a" }}|{{ replace "a" "b" "aa" }} {{ randAlpha 4 | len }} {{ lookup "v1" "Pod" "a" "b" | len }}'}
`+"text: {{ nindent 2 \"b\" }}\n")
	require.NoError(t, err)
	for _, part := range []string{"xxx [0 1 2] [3 2 1] 1 3 5 00007|a   |1.50% a1 2b   a|bb 4 0", "text: \n  b"} {
		require.Contains(t, made.Manifest, part)
	}
}

// FuzzRender: no archive makes rendering panic, or take more than its bound.
func FuzzRender(f *testing.F) {
	f.Add([]byte("a: 1"), `{{ .Values.a }}`)
	f.Add([]byte(limittest.Laughs(5)), `{{ range until 10 }}{{ print . }}{{ end }}`)
	f.Add([]byte("a: &a [*a]"), `{{ tpl "{{ . }}" . }}`)
	f.Fuzz(func(t *testing.T, values []byte, text string) {
		if len(values) > 100_000 || len(text) > 10_000 || strings.Count(text, "range") > 2 {
			return // loops in loops end with the task's time
		}
		limittest.Bounded(t, len(values)+len(text), 20_000, func() {
			_, _ = render(t, nil, "values.yaml", string(bytes.ToValidUTF8(values, nil)), "templates/a.yaml", text)
		})
	})
}
