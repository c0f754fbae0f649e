package jsonpath_test

import (
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/jsonpath"
	"github.com/gennaker/gennaker/internal/model"
)

// recorded are answers of the real library.
type recorded struct {
	Documents map[string]any `json:"documents"`
	Cases     []struct {
		Document string `json:"document"`
		Path     string `json:"path"`
		Result   any    `json:"result"`
		// Error is notFound, invalid, or other.
		Error string `json:"error"`
	} `json:"cases"`
}

func load(tb testing.TB) recorded {
	tb.Helper()
	data, err := os.ReadFile("testdata/jayway.json")
	if err != nil {
		tb.Fatal(err)
	}
	var out recorded
	if err := model.Unmarshal(data, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

// mended are paths that Jayway reads wrongly by mistake: texts in single quotes
// as arguments, and what follows a function without arguments.
var mended = map[string]any{
	"$.concat($.store.bicycle.color, '-', $.store.book[0].title)": "red-Sayings of the Century",
	"$.strings.concat('z')":      "xyz",
	"$.store.book.first().title": "Sayings of the Century",
	"$.store.book.last().title":  "The Lord of the Rings",
}

func TestRecorded(t *testing.T) {
	t.Parallel()
	r := load(t)
	if len(r.Cases) < 250 {
		t.Fatalf("%d cases", len(r.Cases))
	}
	for _, c := range r.Cases {
		got, err := jsonpath.Read(r.Documents[c.Document], c.Path)
		if want, ok := mended[c.Path]; ok {
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s %s: got %v, %v; want %v", c.Document, c.Path, got, err, want)
			}
			continue
		}
		switch {
		case c.Error == "notFound":
			if !errors.Is(err, jsonpath.ErrNotFound) {
				t.Errorf("%s %s: got %v, %v; want nothing found", c.Document, c.Path, got, err)
			}
		case c.Error != "":
			if err == nil || errors.Is(err, jsonpath.ErrNotFound) {
				t.Errorf("%s %s: got %v, %v; want an error", c.Document, c.Path, got, err)
			}
		case err != nil:
			t.Errorf("%s %s: %v; want %s", c.Document, c.Path, err, show(c.Result))
		case !reflect.DeepEqual(ordered(c.Path, got), ordered(c.Path, c.Result)):
			t.Errorf("%s %s: got %s, want %s", c.Document, c.Path, show(got), show(c.Result))
		}
	}
}

func show(value any) string {
	data, _ := json.Marshal(value)
	return string(data)
}

// ordered gives a value with all numbers as float64; where the order depends
// on that of an object's members, lists are sorted.
func ordered(path string, value any) any {
	var out any
	if err := json.Unmarshal([]byte(show(value)), &out); err != nil {
		return err
	}
	if list, ok := out.([]any); ok && (strings.Contains(path, "*") || strings.Contains(path, "..") || strings.HasSuffix(path, "keys()")) {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(show(a), show(b)) })
	}
	return out
}

func TestBounds(t *testing.T) {
	t.Parallel()
	var deep any = 1
	for range 1000 {
		deep = map[string]any{"a": deep}
	}
	wide := make([]any, 3000)
	for i := range wide {
		wide[i] = map[string]any{"a": wide[:i%7]}
	}
	for name, c := range map[string]struct {
		document any
		path     string
	}{
		"a long path":       {1, "$" + strings.Repeat(".a", 5000)},
		"a deep document":   {deep, "$..a..a"},
		"many descents":     {wide, "$..*..*..*..*"},
		"nested conditions": {wide, "$[?(" + strings.Repeat("(", 500) + "@.a" + strings.Repeat(")", 500) + ")]"},
		"nested filters":    {wide, "$" + strings.Repeat("[?(@", 300)},
		"nested functions":  {1, "$" + strings.Repeat(".sum($", 500)},
	} {
		// What has no bound does not end before the tests do.
		if got, err := jsonpath.Read(c.document, c.path); err == nil {
			t.Errorf("%s: got %.100v", name, got)
		}
	}
}

func FuzzRead(f *testing.F) {
	r := load(f)
	for _, c := range r.Cases {
		f.Add(c.Path)
	}
	f.Fuzz(func(_ *testing.T, path string) {
		for _, document := range r.Documents {
			_, _ = jsonpath.Read(document, path)
		}
	})
}
