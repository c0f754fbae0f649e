package stage_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/stage"
)

func TestHost(t *testing.T) {
	t.Parallel()
	spaced := " http://a "
	for of, want := range map[string]string{
		"https://Example.com:8443/a?b": "host example.com:8443", spaced: "host a", "": "", "/path": "", "https://[::1]:9/x": "host [::1]:9", ":": "", "ssh://git@a/x": "host a",
	} {
		if got := stage.Host(of); got != want {
			t.Errorf("%q: %q, want %q", of, got, want)
		}
	}
	task := stage.At(nil, func(stage.Input) string { return "there" })
	if at, ok := task.(stage.Destined); !ok || at.Destination(stage.Input{}) != "there" {
		t.Error("a task has no destination")
	}
}
