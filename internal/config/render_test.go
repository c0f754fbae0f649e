package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRedactedShowsNoSecrets(t *testing.T) {
	t.Parallel()
	cfg, err := load(t, `
database: {url: "postgres://gennaker:s3cret-one@db/gennaker?sslpassword=s3cret-two&sslmode=require"}
tracing: {headers: {authorization: Bearer s3cret-three}}
kubernetes:
  accounts:
    - name: prod
      kubeconfigContents: "token: s3cret-four"
`)
	require.NoError(t, err)
	text, err := cfg.Redacted()
	require.NoError(t, err)
	require.NotContains(t, string(text), "s3cret")
	for _, shown := range []string{"postgres://gennaker:xxxxx@db/gennaker", "sslmode=require", "authorization: <hidden>", "kubeconfigContents: <hidden>", "name: prod", "readTimeout: 1m\n", "bodyLimit: 10MB"} {
		require.Contains(t, string(text), shown)
	}
}

func TestErrorsShowNoSecrets(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"postgres://u:s3cret@[db/x", "mysql://u:s3cret@db/x", "postgres://u:s3cret%zz@db/x"} {
		_, err := load(t, "database: {url: '"+url+"'}\n")
		require.Error(t, err)
		require.NotContains(t, err.Error(), "s3cret")
	}
}

// What --show prints is a configuration itself, but for the secrets.
func TestRedactedCanBeRead(t *testing.T) {
	t.Parallel()
	text, err := Default().Redacted()
	require.NoError(t, err)
	cfg, err := load(t, string(text))
	require.NoError(t, err)
	again, err := cfg.Redacted()
	require.NoError(t, err)
	require.Equal(t, string(text), string(again))
}
