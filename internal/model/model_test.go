package model_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

func TestStatuses(t *testing.T) {
	t.Parallel()
	for _, s := range model.Statuses() {
		if got, ok := model.ParseStatus(string(s)); !ok || got != s {
			t.Errorf("%s is not found by its name", s)
		}
		if s.Halt() && !s.Complete() {
			t.Errorf("%s halts and is not complete", s)
		}
		if s.LetsDownstreamRun() && (s.Halt() || !s.Complete()) {
			t.Errorf("%s lets what is downstream run", s)
		}
	}
	if _, ok := model.ParseStatus("nope"); ok {
		t.Error("an unknown status is found")
	}
	if !model.Stopped.Successful() || !model.Stopped.Failure() {
		t.Error("STOPPED is a success and a failure, in Orca")
	}
}

func TestFields(t *testing.T) {
	t.Parallel()
	var m map[string]any
	if err := model.Unmarshal([]byte(`{"s":"text","n":12,"f":1.5,"b":true,"bs":"TRUE","ns":"7","l":["a",1,{"k":"v"}],"o":{"x":1},"null":null}`), &m); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"s": "text", "n": "12", "f": "1.5", "b": "true", "l": "", "null": "", "gone": ""} {
		if got := model.String(m, key); got != want {
			t.Errorf("text of %s is %q, want %q", key, got, want)
		}
	}
	for key, want := range map[string]int64{"n": 12, "f": 1, "ns": 7} {
		if got, ok := model.Int(m, key); !ok || got != want {
			t.Errorf("number of %s is %d, %t", key, got, ok)
		}
	}
	if _, ok := model.Int(m, "s"); ok {
		t.Error("a text that is no number counts as one")
	}
	if !model.Bool(m, "b", false) || !model.Bool(m, "bs", false) || !model.Bool(m, "gone", true) || model.Bool(m, "s", false) {
		t.Error("booleans are read wrong")
	}
	if got := model.Strings(m, "l"); !reflect.DeepEqual(got, []string{"a"}) {
		t.Errorf("texts of the list are %v", got)
	}
	if got := model.Objects(m, "l"); len(got) != 1 || got[0]["k"] != "v" {
		t.Errorf("objects of the list are %v", got)
	}
}

func TestDropNulls(t *testing.T) {
	t.Parallel()
	in := map[string]any{"a": nil, "b": map[string]any{"c": nil, "d": 1}, "l": []any{nil, map[string]any{"e": nil}}}
	want := map[string]any{"b": map[string]any{"d": 1}, "l": []any{nil, map[string]any{}}}
	if got := model.DropNulls(in); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if _, ok := in["a"]; !ok {
		t.Error("the original was changed")
	}
}

func TestDecodeIsAsLenientAsJackson(t *testing.T) {
	t.Parallel()
	var into struct {
		N    int            `json:"n"`
		Flag bool           `json:"flag"`
		List []string       `json:"list"`
		Any  map[string]any `json:"any"`
	}
	err := model.Decode(map[string]any{"n": "5", "flag": "true", "list": "one", "any": map[string]any{"x": json.Number("1")}, "other": 1}, &into)
	if err != nil || into.N != 5 || !into.Flag || !reflect.DeepEqual(into.List, []string{"one"}) {
		t.Errorf("got %+v, %v", into, err)
	}
	err = model.Decode(map[string]any{"n": "five"}, &into)
	if err == nil || !strings.Contains(err.Error(), "n") {
		t.Errorf("the error does not name the field: %v", err)
	}
}

func TestDecodeSaysWhatFieldsMustBe(t *testing.T) {
	t.Parallel()
	var into struct {
		N       int              `json:"n"`
		Few     uint8            `json:"few"`
		Share   float64          `json:"share"`
		Flag    *bool            `json:"flag"`
		Text    string           `json:"text"`
		Any     map[string]any   `json:"any"`
		List    []map[string]any `json:"list"`
		Moniker struct {
			App string `json:"app"`
		} `json:"moniker"`
		Artifacts []struct {
			Name string `json:"name"`
		} `json:"artifacts"`
	}
	for name, c := range map[string]struct {
		fields map[string]any
		wanted string
	}{
		"a whole number":      {map[string]any{"n": "five"}, `n must be a whole number, not "five"`},
		"an expression":       {map[string]any{"flag": "${nope}"}, `flag must be true or false, not "${nope}"`},
		"below nothing":       {map[string]any{"few": json.Number("-1")}, "few must be a whole number, not -1"},
		"a number":            {map[string]any{"share": "much"}, `share must be a number, not "much"`},
		"a text":              {map[string]any{"text": map[string]any{"a": 1}}, "text must be a text, not an object"},
		"an object":           {map[string]any{"any": "x"}, `any must be an object, not "x"`},
		"a list's object":     {map[string]any{"list": "x"}, `list[0] must be an object, not "x"`},
		"an object of fields": {map[string]any{"moniker": "x"}, "moniker must be an object"},
		"objects of fields":   {map[string]any{"artifacts": []any{"x"}}, "artifacts[0] must be an object"},
		"within an object":    {map[string]any{"moniker": map[string]any{"app": []any{"x"}}}, "moniker.app must be a text, not a list"},
		"two at once":         {map[string]any{"n": "a", "share": "b"}, `n must be a whole number, not "a"; share must be a number, not "b"`},
		"a long text":         {map[string]any{"n": strings.Repeat("x", 1000)}, `n must be a whole number, not "` + strings.Repeat("x", 100) + `..."`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := into
			if err := model.Decode(c.fields, &target); err == nil || err.Error() != c.wanted {
				t.Errorf("got %v, want %s", err, c.wanted)
			}
		})
	}
}

func TestJSONKeepsNumbersAndRefusesMore(t *testing.T) {
	t.Parallel()
	const text = `{"big":12345678901234567890,"f":1.0,"html":"<&>"}`
	var m map[string]any
	if err := model.Unmarshal([]byte(text), &m); err != nil {
		t.Fatal(err)
	}
	if got, err := model.Marshal(m); err != nil || string(got) != text {
		t.Errorf("came back as %s, %v", got, err)
	}
	if err := model.Unmarshal([]byte(`{} {}`), &m); err == nil {
		t.Error("two values are taken")
	}
}

func TestTriggerHasWhatOrcasAlwaysHas(t *testing.T) {
	t.Parallel()
	got := model.NormalizeTrigger(map[string]any{"type": "webhook", "extra": 1, "user": nil})
	if got.Type() != "webhook" || got["extra"] != 1 || got["user"] != "[anonymous]" || got["rebake"] != false || got.DryRun() {
		t.Errorf("got %v", got)
	}
}

func TestIDsSortByTime(t *testing.T) {
	t.Parallel()
	now := time.Now()
	if a, b := model.NewID(now), model.NewID(now.Add(time.Millisecond)); a >= b || len(a) != 26 {
		t.Errorf("%s and %s", a, b)
	}
}

func TestStageFailures(t *testing.T) {
	t.Parallel()
	operation := func(failed bool, more map[string]any) map[string]any {
		return model.Merge(map[string]any{"status": map[string]any{"failed": failed}}, more)
	}
	refused := map[string]any{"exception": map[string]any{"message": "refused"}}
	for name, c := range map[string]struct {
		context map[string]any
		want    []string
	}{
		"nothing":    {nil, nil},
		"sentences":  {map[string]any{"exception": map[string]any{"details": map[string]any{"error": "x", "errors": []any{"a", "b"}}}}, []string{"a", "b"}},
		"a heading":  {map[string]any{"exception": map[string]any{"details": map[string]any{"error": "x", "errors": []any{}}}}, []string{"x"}},
		"operations": {map[string]any{"kato.tasks": []any{operation(false, refused), operation(true, refused), operation(true, map[string]any{"history": []any{"begun", "lost"}}), operation(true, nil)}}, []string{"refused", "lost"}},
		"both":       {map[string]any{"exception": map[string]any{"details": map[string]any{"errors": []any{"a"}}}, "kato.tasks": []any{operation(true, refused)}}, []string{"a"}},
	} {
		if got := (&model.Stage{Context: c.context}).Failures(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
