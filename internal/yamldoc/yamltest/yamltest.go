// Package yamltest holds YAML that decoders read in different ways, for tests that
// hold each reader of the program to what it has made of it ever since.
package yamltest

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update-recorded", false, "write what the readers of YAML make of unusual texts")

// Case is a text with a name.
type Case struct{ Name, Text string }

// Unusual are texts in which dialects and decoders differ.
func Unusual() []Case {
	return []Case{
		{"booleans of 1.1", "a: yes\nb: no\nc: on\nd: off\ne: y\nf: N\ng: Yes\nh: OFF\n"},
		{"booleans of 1.2", "a: true\nb: False\nc: TRUE\nd: tRUE\n"},
		{"booleans in quotes", "a: 'true'\nb: \"yes\"\n"},
		{"octal", "a: 0o17\nb: 017\nc: -017\nd: 089\ne: 0o9\n"},
		{"hexadecimal and binary", "a: 0x1F\nb: -0x1f\nc: 0b101\nd: -0b11\ne: 0xG\n"},
		{"underscores", "a: 1_000\nb: 1_0.5\nc: _1\nd: 1_\ne: 0x_f\n"},
		{"base 60", "a: 190:20:30\nb: 1:30.5\nc: 22:22\n"},
		{"signs", "a: +1\nb: -0\nc: +1.5\nd: - 1\ne: +\nf: -\n"},
		{"floats", "a: 1e3\nb: 1.5e-3\nc: .5\nd: 1.\ne: 1E3\nf: 1e\ng: 1.0\nh: 0.1\n"},
		{"large floats", "a: 1e400\nb: 12345678901234567890.5\n"},
		{"no numbers", "a: .inf\nb: 1\n"},
		{"not a number", "a: .nan\n"},
		{"negative infinity", "a: -.INF\n"},
		{"large integers", "a: 9223372036854775807\nb: 9223372036854775808\nc: -9223372036854775808\n"},
		{"20 digits", "a: 12345678901234567890\nb: 99999999999999999999\nc: -99999999999999999999\n"},
		{"many digits", "a: 1234567890123456789012345678901234567890\n"},
		{"versions", "a: 1.10\nb: 1.2.3\nc: v1\nd: 007\n"},
		{"dates", "a: 2024-01-02\nb: 2024-01-02T03:04:05Z\nc: 2024-01-02 03:04:05\nd: 2024-1-2\ne: 2024-13-45\n"},
		{"dates as keys", "2024-01-02: a\n"},
		{"nulls", "a: ~\nb: null\nc:\nd: NULL\ne: nUll\nf: ''\n"},
		{"null as a key", "~: a\n"},
		{"null as text key", "null: a\n"},
		{"an empty key", "'': a\n"},
		{"duplicate keys", "a: 1\na: 2\n"},
		{"duplicate keys deeper", "x:\n  a: 1\n  a: 2\n"},
		{"a surrogate pair", "{\"a\": \"\\ud83d\\ude00\"}\n"},
		{"keys that are no texts", "1: a\ntrue: b\n1.5: c\n"},
		{"yes as a key", "on: a\nno: b\n"},
		{"an octal key", "017: a\n"},
		{"a large key", "12345678901234567890: a\n"},
		{"a list as a key", "? [a, b]\n: c\n"},
		{"a map as a key", "? {a: b}\n: c\n"},
		{"a tagged key", "!!str 1: a\n"},
		{"merge keys", "base: &b {x: 1, y: 2}\na: {<<: *b, y: 3}\nc: {y: 4, <<: *b}\n"},
		{"merge of a list", "one: &o {x: 1}\ntwo: &t {x: 2, y: 2}\na: {<<: [*o, *t]}\n"},
		{"merge of no map", "a: {<<: 1}\n"},
		{"merge key in quotes", "a: {'<<': {x: 1}}\n"},
		{"merge written out", "a: {<<: {x: 1}, y: 2}\n"},
		{"merge twice", "one: &o {x: 1}\ntwo: &t {y: 2}\na:\n  <<: *o\n  <<: *t\n"},
		{"anchors", "a: &x [1, 2]\nb: *x\nc: &y text\nd: *y\n"},
		{"an anchor set twice", "a: &x 1\nb: *x\nc: &x 2\nd: *x\n"},
		{"an unknown anchor", "a: 1\nb: *x\n"},
		{"an anchor in itself", "a: &x [*x]\n"},
		{"an anchor as a key", "a: &x k\n*x : v\n"},
		{"an anchor of nothing", "a: &x\nb: *x\n"},
		{"tabs before a key", "a:\n\tb: 1\n"},
		{"tabs behind a colon", "a:\t1\nb: x\t\n"},
		{"a tab in a text", "a: x\ty\n"},
		{"BOM", "\ufeffa: 1\n"},
		{"BOM in the middle", "a: 1\n---\n\ufeffb: 2\n"},
		{"CRLF", "a: 1\r\nb: |\r\n  x\r\n  y\r\n"},
		{"CR", "a: 1\rb: 2\r"},
		{"UTF-16", "\xff\xfea\x00:\x00 \x001\x00\n\x00"},
		{"broken UTF-8", "a: \xff\n"},
		{"a control character", "a: \x01\n"},
		{"NEL and LS", "a: x\u0085b: y\u2028z\n"},
		{"emoji", "a: 😀\n\"\\U0001F600\": b\n"},
		{"empty", ""},
		{"white space", " \n\n"},
		{"a comment", "# nothing\n"},
		{"a marker alone", "---\n"},
		{"markers alone", "---\n---\n"},
		{"end of a document", "a: 1\n...\n"},
		{"end and another", "a: 1\n...\nb: 2\n"},
		{"documents", "a: 1\n---\nb: 2\n"},
		{"documents with nothing between", "---\n---\na: 1\n---\n"},
		{"a comment behind a marker", "--- # first\na: 1\n--- # second\nb: 2\n"},
		{"a value on the marker", "--- {a: 1}\n--- {b: 2}\n"},
		{"a marker in a text", "a: |\n  ---\n  b\n"},
		{"a marker in a text at the margin", "a: |\n---\nb: 2\n"},
		{"a directive", "%YAML 1.1\n---\na: yes\n"},
		{"a directive of 1.2", "%YAML 1.2\n---\na: yes\n"},
		{"a second document that is broken", "a: 1\n---\nb: [\n"},
		{"a text alone", "just text\n"},
		{"a number alone", "7\n"},
		{"a list alone", "- a: 1\n- b: 2\n"},
		{"a list of texts", "- a\n- b\n"},
		{"a list at the margin", "a:\n- 1\n- 2\n"},
		{"an empty entry", "a:\n-\n- x\n"},
		{"literal and folded", "a: |\n  x\n   y\n\nb: >\n  x\n  y\n\n  z\nc: |-\n  x\nd: |+\n  x\n\n"},
		{"a literal with its indent", "a: |2\n    x\n"},
		{"texts over lines", "a: x\n  y\n\n  z\nb: 'x\n  y'\nc: \"x\\\n  y\\n\"\n"},
		{"escapes", "a: \"\\x41\\u00e9\\t\\0\"\nb: 'it''s'\n"},
		{"an escape that is none", "a: \"\\q\"\n"},
		{"flow", "{a: [1, x, {b: c}], d: e}\n"},
		{"flow with a comma too many", "{a: 1,}\n"},
		{"flow without values", "{a, b}\n"},
		{"flow with no space", "{a:1, \"b\":2}\n"},
		{"JSON", "{\"a\": 1, \"b\": [true, null, 1e3, \"\\u00e9\\/\"]}\n"},
		{"a colon in a text", "a: b: c\n"},
		{"a URL", "a: http://x:80/#y\nb: x # y\n"},
		{"a percent sign", "a: %x\n"},
		{"an at sign", "a: @x\n"},
		{"a backquote", "a: `x`\n"},
		{"a star", "a: *\n"},
		{"an expression", "a: ${ x['y'] }\nb: \"${ z }\"\n"},
		{"a template", "a: {{ x }}\n"},
		{"an equals sign", "a: =\n"},
		{"tags", "a: !!str 1\nb: !!int '2'\nc: !!float 3\nd: !!bool 'true'\ne: !!null ''\n"},
		{"a tag of one's own", "a: !mine 1\nb: !mine {x: y}\n"},
		{"a tag that doesn't fit", "a: !!int x\n"},
		{"a binary", "a: !!binary aGk=\n"},
		{"a set", "a: !!set {x, y}\n"},
		{"a timestamp", "a: !!timestamp 2024-01-02\n"},
		{"broken in the first line", "a: [1\n"},
		{"broken in the third line", "a: 1\nb: 2\nc: }\n"},
		{"broken at the end", "a: 1\nb: [1,\n 2\n"},
		{"broken by indent", "a: 1\n b: 2\nc: 3\n"},
		{"broken by less indent", "a:\n    b: 1\n  c: 2\n"},
		{"broken quotes", "a: 1\nb: \"x\nc: 2\n"},
		{"a list and a map", "a: 1\n- b\n"},
		{"a map and a list", "- b\na: 1\n"},
		{"a key without a colon", "a: 1\nb\nc: 2\n"},
		{"a long key", "? " + long(2000) + "\n: a\n"},
		{"a long key in a line", long(2000) + ": a\n"},
		{"deep", nested(40)},
	}
}

func long(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = 'k'
	}
	return string(out)
}

func nested(n int) string {
	text := "x"
	for range n {
		text = "[" + text + "]"
	}
	return "a: " + text + "\n"
}

// Recorded reads all of [Unusual] and fails the test where a reader gives another
// value, or another error, than is recorded in the file. Values are compared as
// JSON.
func Recorded(t *testing.T, file string, read func(text string) (any, error)) {
	t.Helper()
	got := map[string]string{}
	for _, c := range Unusual() {
		got[c.Name] = outcome(read, c.Text)
	}
	if *update {
		data, err := json.MarshalIndent(got, "", "  ")
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, append(data, '\n'), 0o600))
		return
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("nothing is recorded; run the test with -update-recorded")
	}
	require.NoError(t, err)
	var want map[string]string
	require.NoError(t, json.Unmarshal(data, &want))
	for _, c := range Unusual() {
		require.Equal(t, want[c.Name], got[c.Name], "%s: %q", c.Name, c.Text)
	}
	require.Len(t, want, len(got))
}

func outcome(read func(string) (any, error), text string) string {
	value, err := read(text)
	if err != nil {
		return "error: " + err.Error()
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value) // what JSON has no form of, such as NaN
	}
	return string(data)
}
