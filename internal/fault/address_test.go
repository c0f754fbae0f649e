package fault_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
)

func TestWithoutUserinfo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"nothing, a@b.example, https://host:443/path": "nothing, a@b.example, https://host:443/path",
		"Get https://ann:pw@host/x failed":            "Get https://[hidden]@host/x failed",
		"https://token@host":                          "https://[hidden]@host",
		`"http://ann:p/w@host:1/x"`:                   `"http://[hidden]@host:1/x"`,
		"https://ann:p@w@host":                        "https://[hidden]@host",
		"http://https://ann:p%zzw@host":               "http://[hidden]@host",
		"a http://u:1@h and ssh://git@h:22/r.git":     "a http://[hidden]@h and ssh://[hidden]@h:22/r.git",
		"oci://registry/app@sha256:0123":              "oci://registry/app@sha256:0123",
	} {
		if got := fault.WithoutUserinfo(text); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}
