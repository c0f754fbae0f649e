package rest

import (
	"testing"
)

func TestAppendWith(t *testing.T) {
	t.Parallel()
	for object, want := range map[string]string{
		`{}`:                     `{"a":1,"b":"x"}`,
		`{"c":[1,{"d":2}]}`:      `{"c":[1,{"d":2}],"a":1,"b":"x"}`,
		`{"a":7,"c":3}`:          `{"c":3,"a":1,"b":"x"}`,
		`{"c":{"a":7,"b":8}}`:    `{"c":{"a":7,"b":8},"a":1,"b":"x"}`,
		`{"c":"\"a\":7","b":{}}`: `{"c":"\"a\":7","a":1,"b":"x"}`,
		`{"c":"say \"a\" }"}`:    `{"c":"say \"a\" }","a":1,"b":"x"}`,
		`{"b":1.50,"é\"":null}`:  `{"é\"":null,"a":1,"b":"x"}`,
	} {
		if got := string(AppendWith(nil, object, Member{Name: "a", Value: "1"}, Member{Name: "b", Value: `"x"`})); got != want {
			t.Errorf("%s: %s, want %s", object, got, want)
		}
		if got := string(AppendWith([]byte("["), object)); got != "["+object {
			t.Errorf("%s with nothing: %s", object, got)
		}
	}
}
