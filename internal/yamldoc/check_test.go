package yamldoc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/yamldoc"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

// TestYAMLBombs: no text takes much more than it is long until it is refused.
func TestYAMLBombs(t *testing.T) { //nolint:paralleltest // it measures what the process allocates
	for name, text := range limittest.YAMLBombs() {
		data := []byte(text)
		var err error
		limittest.Bounded(t, len(data), 100, func() { _, err = yamldoc.Check(data, limit.Document) })
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%s: %v", name, err)
		require.Less(t, len(err.Error()), 300, name)
	}
}

func TestYAMLTakesWhatIsOrdinary(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {a: b, c: d}}\ndata:\n  text: |\n    [1, 2, 3]\n---\n", 9_000)
	for name, text := range map[string]string{
		"empty":             "",
		"stars and ands":    "schedule: '* * * * *'\nq: a & b\n",
		"anchors":           "base: &base {image: nginx, env: [a, b]}\none: {<<: *base, name: one}\ntwo: {<<: [*base], name: two}\n",
		"a shared text":     limittest.AliasedScalar(10_000, 100),
		"many documents":    many,
		"a long text":       "data: |\n  " + strings.Repeat("some, text: ", 100_000),
		"what is no YAML":   "a: &a [*b",
		"unknown reference": "a: *nowhere\nb: &b c",
		"many brackets":     "log: |\n" + strings.Repeat("  [31m a line in colour\n", 5_000),
	} {
		_, err := yamldoc.Check([]byte(text), limit.Document)
		require.NoError(t, err, name)
	}
}

// FuzzText: whatever the text, each way to read it stays within the bounds and comes
// back; and what was read can be written and read again.
func FuzzText(f *testing.F) {
	for _, text := range limittest.YAMLBombs() {
		if len(text) < 5_000 {
			f.Add([]byte(text))
		}
	}
	for _, text := range []string{"<<: {a: b}", "? a\n: b", "!!binary AAAA", "a: *b", "a: [\nb", "\"\": 1", "a: &s {<<: *s}", "? [a]: b"} {
		f.Add([]byte(text))
	}
	for _, c := range yamltest.Unusual() {
		f.Add([]byte(c.Text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for name, read := range map[string]func(yamldoc.Text){
			"JSON":      func(text yamldoc.Text) { _, _ = text.JSON() },
			"Manifests": func(text yamldoc.Text) { drain(text) },
			"Nodes":     func(text yamldoc.Text) { _, _ = text.Nodes() },
			"Values":    func(text yamldoc.Text) { _, _ = text.Values() },
			"Fill":      func(text yamldoc.Text) { _ = text.Fill(new(any)) },
		} {
			t.Log(name)
			limittest.Bounded(t, len(data), 2000, func() {
				if text, err := yamldoc.Check(data, limit.Document); err == nil {
					read(text)
				}
			})
		}
		text, err := yamldoc.Check(data, limit.Document)
		if err != nil {
			return
		}
		value, err := text.Value()
		if err != nil {
			return
		}
		out, err := yamldoc.Encode(value)
		require.NoError(t, err)
		text, err = yamldoc.Check(out, limit.File)
		require.NoError(t, err)
		again, err := text.Value()
		require.NoError(t, err, "%q", out)
		require.Equal(t, fmt.Sprintf("%#v", value), fmt.Sprintf("%#v", again), "%q", out)
	})
}

func drain(text yamldoc.Text) {
	for range text.Manifests() {
	}
}
