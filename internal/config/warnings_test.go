package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/secret"
)

func TestWarnings(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	require.Empty(t, cfg.Warnings())
	cfg.Artifacts.HTTP.Accounts = []artifact.HTTPAccount{{Name: "files", Headers: map[string]secret.Ref{"X-Key": secret.NewRef("a")}}}
	require.NoError(t, cfg.Validate())
	warnings := cfg.Warnings()
	require.Len(t, warnings, 1)
	require.Equal(t, "artifacts.http.accounts[0].allowedHosts", warnings[0].Path)
	require.Contains(t, config.WarningText(warnings), "warning: artifacts.http.accounts[0].allowedHosts")
}

// A process has a SQLite database to itself, so what it doesn't do nobody does.
func TestRolesOnSQLite(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Roles = []config.Role{config.RoleAPI}
	require.NoError(t, cfg.Validate())
	for _, url := range []string{"", "sqlite:///var/lib/gennaker/gennaker.db"} {
		cfg.Database.URL = url
		text := config.WarningText(cfg.Warnings())
		require.Contains(t, text, `warning: roles: does not contain "engine", and no other process can use a SQLite database: no pipeline runs; add "engine", or use PostgreSQL`)
		require.Contains(t, text, `does not contain "cloud"`)
		require.NotContains(t, text, `does not contain "api"`)
	}
	cfg.Database.URL = "postgres://db.example.com/gennaker"
	require.Empty(t, cfg.Warnings())
}

func TestHostsOfTheServer(t *testing.T) {
	t.Parallel()
	cfg := config.Default()
	cfg.Server.Listen = ":8084"
	require.Len(t, cfg.Warnings(), 1)
	require.Equal(t, "server.baseUrl", cfg.Warnings()[0].Path)
	cfg.Server.BaseURL = "https://gennaker.example.com"
	require.Empty(t, cfg.Warnings())
	cfg.Server.AllowedHosts = []string{"*.example.com", "gate"}
	require.NoError(t, cfg.Validate())
	cfg.Server.BaseURL, cfg.Server.AllowedHosts = "gennaker.example.com", []string{"https://gate"}
	require.ErrorContains(t, cfg.Validate(), "server.baseUrl")
	require.ErrorContains(t, cfg.Validate(), "server.allowedHosts[0]")
}
