package yamldoc_test

import (
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
