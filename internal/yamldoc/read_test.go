package yamldoc_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

func check(t *testing.T, text string) yamldoc.Text {
	t.Helper()
	checked, err := yamldoc.Check([]byte(text), limit.Document)
	require.NoError(t, err)
	return checked
}

// TestUnusual: what each way to read makes of texts that decoders differ in.
func TestUnusual(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(yamldoc.Text) (any, error){
		"values": func(text yamldoc.Text) (any, error) { return text.Values() },
		"json": func(text yamldoc.Text) (any, error) {
			data, err := text.JSON()
			return json.RawMessage(data), err
		},
		"manifests": func(text yamldoc.Text) (any, error) {
			var out []any
			for value, err := range text.Manifests() {
				if err != nil {
					return nil, err
				}
				out = append(out, value)
			}
			return out, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			yamltest.Recorded(t, "testdata/"+name+".json", func(text string) (any, error) {
				checked, err := yamldoc.Check([]byte(text), limit.Document)
				if err != nil {
					return nil, err
				}
				return read(checked)
			})
		})
	}
}

func TestTypesOfValues(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]any{
		"1": int64(1), "-1": int64(-1), "+1": int64(1), "0x10": int64(16), "017": int64(15), "0o17": int64(15), "0b11": int64(3), "1_000": int64(1000),
		"9223372036854775808": uint64(1 << 63), "18446744073709551616": "18446744073709551616",
		"1.0": 1.0, "1.5e3": 1500.0, "1e3": "1e3", "1234e5": "1234e5", "1.0e400": "1.0e400",
		"yes": "yes", "true": true, "~": nil, "'~'": "~", "\"1\"": "1", "|\n  1\n": "1\n",
		"2024-01-02": "2024-01-02", "22:22": "22:22", "!!str 1": "1", "!!float 1": 1.0, "!!int '1'": int64(1), "!mine 1": "1",
	} {
		got, err := check(t, "a: "+text).Value()
		require.NoError(t, err, text)
		require.Equal(t, map[string]any{"a": want}, got, text)
	}
}

// TestErrorsSayTheLine: where it is wrong, whatever is wrong.
func TestErrorsSayTheLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: [1":                          "line 1: did not find expected ',' or ']'",
		"a: [1\n":                        "line 1: did not find expected ',' or ']'",
		"a: 1\nb: }\n":                   "line 2: did not find expected node content",
		"a: 1\n- b\n":                    "line 2: did not find expected key",
		"- a\nb: 1\n":                    "line 2: did not find expected '-' indicator",
		"a:\n\tb: 1\n":                   "line 2: found character that cannot start any token",
		"a: 1\nb: \"x\nc: 2\n":           "line 2: found unexpected end of stream",
		"a: 1\n---\nb: 2\n---\nc: 'x\n":  "line 5: found unexpected end of stream",
		"a: 1\nb: *x\n":                  "line 2: there is no anchor &x above",
		"x*x: 1\nb:\n- *x\n- &x 1\n":     "line 3: there is no anchor &x above",
		"a: 1\nb: \x01\n":                "line 2: control characters are not allowed",
		"a: 1\n\nb: \xff\n":              "line 3: invalid leading UTF-8 octet",
		"a: 1\nb: 2\na: 3\n":             `line 3: the key "a" is already in line 1`,
		"1: a\n'1': b\n":                 `line 2: the key "1" is already in line 1`,
		"a: 1\n? [b]\n: c\n":             "line 2: a key must be a text, a number, true, false or null",
		"a: 1\nb: !!int x\n":             `line 2: "x" is no int`,
		"a: 1\nb:\n  <<: 1\n":            "line 3: << can merge only maps",
		"a: 1\n---\nb: 1\n---\nb: 1\nb:": `line 6: the key "b" is already in line 5`,
	} {
		_, err := check(t, text).Values()
		require.EqualError(t, err, want, "%q", text)
		var at *yamldoc.Error
		require.ErrorAs(t, err, &at)
	}
}

func TestMerges(t *testing.T) {
	t.Parallel()
	got, err := check(t, "one: &one {x: 1, y: 1}\ntwo: &two {y: 2, z: 2}\nall: {x: 0, <<: [*one, *two]}\nmore: {<<: *two, <<: *one, z: 3}\n").Value()
	require.NoError(t, err)
	require.Equal(t, map[string]any{"x": int64(0), "y": int64(1), "z": int64(2)}, got.(map[string]any)["all"])
	require.Equal(t, map[string]any{"x": int64(1), "y": int64(2), "z": int64(3)}, got.(map[string]any)["more"])
}

func TestAsKubernetesReads(t *testing.T) {
	t.Parallel()
	var fields struct {
		Name  string `json:"name"`
		Ready bool   `json:"ready"`
	}
	require.NoError(t, check(t, "name: 1\nready: yes\nmore: 1\n").Decode(&fields))
	require.Equal(t, "1", fields.Name)
	require.True(t, fields.Ready)
	require.ErrorContains(t, check(t, "name: a\nmore: 1\n").DecodeStrict(&fields), `unknown field "more"`)
	require.ErrorContains(t, check(t, "name: a\nname: b\n").DecodeStrict(&fields), `key "name" already set`)

	var tagged struct {
		Name string `yaml:"called"`
	}
	require.NoError(t, check(t, "called: a\nmore: 1\n").Fill(&tagged))
	require.Equal(t, "a", tagged.Name)
}

func TestDocumentsOfManifests(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a: 1\n":                                 `[{"a":1}]`,
		"a: 1\n---\nb: 2\n":                      `[{"a":1},{"b":2}]`,
		"---\n---\na: 1\n---\n":                  `[{"a":1}]`,
		"# only\n---\na: 1\n":                    `[null,{"a":1}]`,
		"--- # first\na: 1\n--- # second\nb: 2":  `[{"a":1},{"b":2}]`,
		"--- {a: 1}\n--- [b]\n":                  `[{"a":1},["b"]]`,
		"---\r\na: 1\r\n---\t\r\nb: 2\r\n":       `[{"a":1},{"b":2}]`,
		"\ufeff---\na: 1\n":                      `[{"a":1}]`,
		"a: 1\n...\nb: 2\n":                      `[{"a":1},{"b":2}]`,
		"---\na: 1\n... \n---\nb: 2\n...\n":      `[{"a":1},{"b":2}]`,
		"---\n...\n":                             `[]`,
		"%YAML 1.2\n---\na: 1\n":                 `[{"a":1}]`,
		"# c\n%YAML 1.1\n%TAG ! x\n---\na: 1\n":  `[null,{"a":1}]`,
		"a: |\n  ---\n  ...\n  %x\nb: \"...\"\n": `[{"a":"---\n...\n%x\n","b":"..."}]`,
		"a: |\n  x\n---\nb: >\n  y\n\n  z\n":     `[{"a":"x\n"},{"b":"y\nz\n"}]`,
		"a: ---b\n":                              `[{"a":"---b"}]`,
		"":                                       `[]`,
		"\n\n":                                   `[null]`,
	} {
		got := []any{}
		for value, err := range check(t, text).Manifests() {
			require.NoError(t, err, "%q", text)
			got = append(got, value)
		}
		written, err := json.Marshal(got)
		require.NoError(t, err)
		require.Equal(t, want, string(written), "%q", text)
	}
}

func TestManyDocuments(t *testing.T) {
	t.Parallel()
	text := check(t, strings.Repeat("a: 1\n---\n", limit.Documents+1))
	_, err := text.Nodes()
	require.ErrorContains(t, err, "there are more than 10,000 documents")
	var last error
	for _, last = range text.Manifests() {
	}
	require.ErrorContains(t, last, "there are more than 10,000 documents")
	first, err := check(t, "a: 1\n---\nb: 2\n").Value()
	require.NoError(t, err)
	require.Equal(t, map[string]any{"a": int64(1)}, first)
}
