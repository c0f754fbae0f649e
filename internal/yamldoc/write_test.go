package yamldoc_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/yamldoc"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a long line ", 20) + "ends"
	out, err := yamldoc.Encode(map[string]any{
		"b": []any{map[string]any{"x": "1", "y": 1.5}, "two\nlines\n", []any{}},
		"a": yamldoc.Object{{Name: "z", Value: "yes"}, {Name: "a", Value: nil}, {Name: "<<", Value: "2024-01-02"}},
		"c": long, "e10": true, "e2": int64(7),
	})
	require.NoError(t, err)
	require.Equal(t, "a:\n  z: \"yes\"\n  a: null\n  \"<<\": \"2024-01-02\"\nb:\n- x: \"1\"\n  \"y\": 1.5\n- |\n  two\n  lines\n- []\nc: "+long+"\ne10: true\ne2: 7\n", string(out))
}

func TestFlow(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]any{
		"[a, \"1\", {b: null}]": []any{"a", "1", map[string]any{"b": nil}},
		"{z: 1, a: []}":         yamldoc.Object{{Name: "z", Value: 1}, {Name: "a", Value: []any{}}},
		"text":                  "text",
		`""`:                    "",
	} {
		out, err := yamldoc.Flow(value)
		require.NoError(t, err)
		require.Equal(t, want, out)
	}
}

// TestWriteKeepsTheRest: a tree that was read is written with its comments, its order
// and its styles.
func TestWriteKeepsTheRest(t *testing.T) {
	t.Parallel()
	const text = "# head\nb: 'x' # why\na:\n  - &one {c: 1}\n  - *one\nt: |\n  lines\n---\nd: \"2\"\n"
	documents, err := check(t, text).Nodes()
	require.NoError(t, err)
	out, err := yamldoc.Write(documents...)
	require.NoError(t, err)
	require.Equal(t, text, string(out))
}

func TestAsKubernetesWrites(t *testing.T) {
	t.Parallel()
	out, err := yamldoc.Marshal(struct {
		Name string `json:"name,omitempty"`
		List []int  `json:"list"`
	}{List: []int{1}})
	require.NoError(t, err)
	require.Equal(t, "list:\n- 1\n", string(out))
	out, err = yamldoc.FromJSON([]byte(`{"b": 12345678901234567890, "a": "no"}`))
	require.NoError(t, err)
	require.Equal(t, "a: \"no\"\nb: 12345678901234567890\n", string(out))
	_, err = yamldoc.FromJSON([]byte(`{`))
	require.ErrorContains(t, err, "write YAML")
}

// TestUnusualTextsComeBack: whatever a text holds, it is the same once it was written and
// read, both ways.
func TestUnusualTextsComeBack(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"\t", "\tx\n", "\tx\ny", "\t\t=\t\n\n\t=0", "\n\tx", "a\n\tb", "\r\tx\ny", " \n\tx", "\x00", "\x1b[31m", "a\x7fb\nc",
		"\u0080", "\u0085", "\u0085\tx\n", "\u009f", "\u2028x", "\u2029\tx\n", "a\ufeffb", "\ufeffx\ny", "\ufffe", "\uffff", "😀\n\t",
		"---\na", "...\n", "\n#x", "<<", "=", "~", "0o7", "1e3", "1:20", "off",
	} {
		for _, value := range []any{text, map[string]any{"a": text}, []any{text, map[string]any{text: []any{text}}}} {
			out, err := yamldoc.Encode(value)
			require.NoError(t, err, "%q", text)
			again, err := check(t, string(out)).Value()
			require.NoError(t, err, "%q", out)
			require.Equal(t, value, again, "%q", out)

			if text == "<<" {
				continue // as a key, kubectl doesn't quote it
			}
			asJSON, err := json.Marshal(value)
			require.NoError(t, err)
			for _, write := range []func() ([]byte, error){
				func() ([]byte, error) { return yamldoc.FromJSON(asJSON) },
				func() ([]byte, error) { return yamldoc.Marshal(value) },
			} {
				out, err = write()
				require.NoError(t, err, "%q", text)
				again = nil
				require.NoError(t, check(t, string(out)).Decode(&again), "%q", out)
				require.Equal(t, value, again, "%q", out)
			}
		}
	}
}

func TestNumbersComeBack(t *testing.T) {
	t.Parallel()
	for _, number := range []any{3e-06, -1e21, 1.5e300, 5e-324, 0.1, int64(-7), uint64(1) << 63, math.Inf(-1), 1e100, math.Copysign(0, -1)} {
		out, err := yamldoc.Encode(map[string]any{"a": number})
		require.NoError(t, err)
		again, err := check(t, string(out)).Value()
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("%#v", map[string]any{"a": number}), fmt.Sprintf("%#v", again), "%q", out)
	}
}
