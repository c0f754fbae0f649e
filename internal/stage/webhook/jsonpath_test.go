package webhook

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

const store = `{"store":{"book":[
	{"category":"reference","author":"Rees","title":"Sayings","price":8.95},
	{"category":"fiction","author":"Waugh","title":"Sword","price":12.99},
	{"category":"fiction","author":"Melville","title":"Moby Dick","isbn":"0-553","price":8}],
	"bicycle":{"color":"red","price":19.95},"empty":[],"nothing":null,"a.b":"dotted","n":3,"text":"grün"}}`

func TestReadPath(t *testing.T) {
	t.Parallel()
	var body any
	if err := model.Unmarshal([]byte(store), &body); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path string
		want any
	}{
		{"$.store.bicycle.color", "red"},
		{"store.bicycle.color", "red"},
		{"$['store']['bicycle']['color']", "red"},
		{"$.store['a.b']", "dotted"},
		{"$.store.n", int64(3)},
		{"$.store.bicycle.price", 19.95},
		{"$.store.nothing", nil},
		{"$.store.book[0].title", "Sayings"},
		{"$.store.book[-1].title", "Moby Dick"},
		{"$.store.book[*].author", []any{"Rees", "Waugh", "Melville"}},
		{"$.store.book[0,1].title", []any{"Sayings", "Sword"}},
		{"$.store.book[1:].title", []any{"Sword", "Moby Dick"}},
		{"$.store.book[?(@.price < 10)].title", []any{"Sayings", "Moby Dick"}},
		{"$.store.book[?(@.category == 'fiction' && @.price > 10)].title", []any{"Sword"}},
		{"$.store.book[?(@.isbn)].title", []any{"Moby Dick"}},
		{"$.store.book[?(@.title =~ /Mob.*/)].author", []any{"Melville"}},
		{"$.store.book[?(@.price > 100)].title", []any{}},
		{"$..isbn", []any{"0-553"}},
		{"$..missing", []any{}},
		{"$.store.empty", []any{}},
		{"$.store.book.length()", int64(3)},
		{"$.store.empty.length()", int64(0)},
		{"$.store.text.length()", nil},
		{"$.store.bicycle.keys()", []any{"color", "price"}},
		{"$..price.max()", 19.95},
		{"$.store.book.first().title", "Sayings"},
		{"$.store.book[*].title.length()", []any{nil, nil, nil}},
		{"$.sum($.store.n, 2)", 5.0},
	}
	for _, test := range tests {
		got, err := readPath(body, test.path)
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %#v, %v", test.path, got, err)
		}
	}
	for _, path := range []string{"$.missing", "$.store.missing.deeper", "$.store.book[9].title", "$.store.n.x"} {
		if got, err := readPath(body, path); !errors.Is(err, errNoPath) {
			t.Errorf("%s: got %#v, %v", path, got, err)
		}
	}
	for _, path := range []string{"$[", "$.store.book.shuffle()", "$.store.book[*].title.sum()", "$.store.empty.first()", "$.store.book[*].price.min()"} {
		if got, err := readPath(body, path); err == nil || errors.Is(err, errNoPath) {
			t.Errorf("%s: got %#v, %v", path, got, err)
		}
	}
	if _, err := readPath(nil, "$.x"); !errors.Is(err, errNoPath) {
		t.Errorf("no body: got %v", err)
	}
	if _, err := readPath("text", "$.x"); !errors.Is(err, errNoPath) {
		t.Errorf("text: got %v", err)
	}
}

func FuzzReadPath(f *testing.F) {
	for _, path := range []string{"$.a", "$..a[?(@.b == 1)]", "a[-1:2:3]", "$['a','b']", "$.a.length()", "$[?(@.a =~ /x/)]", ".()", "$", ""} {
		f.Add(path)
	}
	var body any
	if err := json.Unmarshal([]byte(store), &body); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, path string) {
		started := time.Now()
		_, _ = readPath(body, path)
		if took := time.Since(started); took > 2*time.Second {
			t.Fatalf("%q took %s", path, took)
		}
	})
}
