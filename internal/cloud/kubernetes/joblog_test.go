package kubernetes

import (
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/limit/limittest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestParseProperties(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		log  string
		want map[string]any
		bad  bool
	}{
		"nothing":    {"one\ntwo\n", map[string]any{}, false},
		"properties": {"x\nSPINNAKER_PROPERTY_A=1\n  SPINNAKER_PROPERTY_Long_Key = some words \r\nSPINNAKER_PROPERTY_TOKEN=YWI=", map[string]any{"a": "1", "long_key": "some words", "token": "YWI="}, false},
		"no value":   {"SPINNAKER_PROPERTY_A=\nSPINNAKER_PROPERTY_B", map[string]any{}, false},
		"later wins": {"SPINNAKER_PROPERTY_A=1\nSPINNAKER_PROPERTY_a=2", map[string]any{"a": "2"}, false},
		"json":       {`  SPINNAKER_CONFIG_JSON={"a":"1","Deep":{"b":[1.50]}}`, map[string]any{"a": "1", "Deep": map[string]any{"b": []any{jsonNumber("1.50")}}}, false},
		"bad json":   {"SPINNAKER_CONFIG_JSON={", nil, true},
		"long line":  {strings.Repeat("x", 3<<20) + "\nSPINNAKER_PROPERTY_A=1", map[string]any{"a": "1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseProperties(strings.NewReader(test.log))
			if (err != nil) != test.bad || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v %v, want %v", got, err, test.want)
			}
		})
	}
}

func jsonNumber(text string) any {
	var out []any
	if err := model.Unmarshal([]byte("["+text+"]"), &out); err != nil {
		panic(err)
	}
	return out[0]
}

func FuzzParseProperties(f *testing.F) {
	f.Add("SPINNAKER_PROPERTY_A=1\nSPINNAKER_CONFIG_JSON={}")
	f.Add(strings.Repeat("SPINNAKER_PROPERTY_A=1\n", 1_000_000))
	f.Add("SPINNAKER_CONFIG_JSON={\"a\":" + limittest.JSONBombs()["objects in objects"] + "}")
	f.Fuzz(func(t *testing.T, log string) {
		var (
			got map[string]any
			err error
		)
		limittest.Bounded(t, len(log), 1000, func() { got, err = parseProperties(strings.NewReader(log)) })
		if err == nil && got == nil {
			t.Error("neither properties nor an error")
		}
	})
}
