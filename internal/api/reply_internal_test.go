package api

import (
	"encoding/json"
	"testing"

	"github.com/gennaker/gennaker/internal/api/rest"
)

func TestEncode(t *testing.T) {
	t.Parallel()
	for want, value := range map[string]any{
		`[]`:           []json.RawMessage{},
		`[{"a":1},[]]`: []json.RawMessage{json.RawMessage(`{"a":1}`), json.RawMessage(`[]`)},
		`[ ]`:          rest.RawJSON(`[ ]`),
		`["<"]`:        []string{"<"},
	} {
		if got, err := encode(value); err != nil || string(got) != want {
			t.Errorf("%v: %s, %v; want %s", value, got, err, want)
		}
	}
}
