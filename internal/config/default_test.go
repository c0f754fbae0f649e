package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDefaultIsValid(t *testing.T) {
	t.Parallel()
	require.NoError(t, Default().Validate())
}

func TestDefaultDataDir(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ xdg, home, want string }{
		{"/xdg", "/home/me", "/xdg/gennaker"},
		{"", "/home/me", "/home/me/.local/share/gennaker"},
		{"relative", "/home/me", "/home/me/.local/share/gennaker"},
		{"", "/", "data"},
		{"", "", "data"},
	} {
		env := map[string]string{"XDG_DATA_HOME": c.xdg, "HOME": c.home}
		require.Equal(t, c.want, defaultDataDir(func(name string) string { return env[name] }))
	}
}
