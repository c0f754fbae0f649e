package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/server"
)

const serveLong = `Serve runs Gennaker in the foreground until you stop it.

By default, it listens on 127.0.0.1:8084, keeps everything in a SQLite database in
the data directory, and runs all roles. GET /health returns 200 when it is ready.

Settings come from the defaults, a YAML file (see "gennaker config"), environment
variables (GENNAKER_SERVER_LISTEN sets server.listen, and so on for every key), and
these flags. Each one overrides those before it.

SIGTERM or Ctrl-C stops it gracefully: it reports that it is not ready, finishes
open requests, brings running tasks to a safe point, and exits. Nothing is lost:
executions continue after the next start. A second signal stops it at once, and
nothing is lost then either.`

//nolint:gosec // the password of the example is none
const serveExample = `  # On your own machine
  gennaker serve

  # For a team, on PostgreSQL
  gennaker serve --listen :8084 --database postgres://gennaker:secret@db/gennaker

  # The same, as two processes
  gennaker serve --roles api          --listen :8084 --database "$DATABASE_URL"
  gennaker serve --roles engine,cloud --listen :8085 --database "$DATABASE_URL"`

func serveCommand() *cobra.Command {
	settings := newSettings()
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Run the server",
		Long:    serveLong,
		Example: serveExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := settings.load(cmd)
			if err != nil {
				return err
			}
			return server.Run(cmd.Context(), cfg, server.Options{Log: cmd.ErrOrStderr()})
		},
	}
	settings.register(cmd)
	settings.complete(cmd)
	return cmd
}

// settings are the flags that set keys of the configuration.
type settings struct {
	file string
	// keys are the keys by the name of their flag.
	keys map[string]string
}

func newSettings() *settings {
	return &settings{keys: map[string]string{
		"data-dir": "dataDir", "listen": "server.listen", "database": "database.url", "roles": "roles",
		"log-level": "logging.level", "log-format": "logging.format",
	}}
}

func (s *settings) register(cmd *cobra.Command) {
	defaults := config.Default()
	roles := make([]string, 0, len(defaults.Roles))
	for _, role := range defaults.Roles {
		roles = append(roles, string(role))
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&s.file, "config", os.Getenv(configVariable), "configuration `FILE` [$"+configVariable+"]")
	flags.String("data-dir", defaults.DataDir, "`DIR` for all data on disk; created if missing [$GENNAKER_DATA_DIR]")
	flags.String("listen", defaults.Server.Listen, "`ADDRESS` to listen on, as host:port; port 0 chooses a free port [$GENNAKER_SERVER_LISTEN]")
	flags.String("database", "", "database `URL`: postgres://... or sqlite:///FILE (default gennaker.db in the data directory) [$GENNAKER_DATABASE_URL]")
	flags.String("roles", strings.Join(roles, ","), "`ROLES` of this process, separated by commas [$GENNAKER_ROLES]")
	flags.String("log-level", defaults.Logging.Level, "lowest `LEVEL` to log: debug, info, warn, or error [$GENNAKER_LOGGING_LEVEL]")
	flags.String("log-format", defaults.Logging.Format, "log `FORMAT`: text or json [$GENNAKER_LOGGING_FORMAT]")
}

// complete has the shell complete the flags' values.
func (s *settings) complete(cmd *cobra.Command) {
	choices := map[string][]string{
		"log-level":  {"debug", "info", "warn", "error"},
		"log-format": {"text", "json"},
	}
	for _, role := range config.Roles() {
		choices["roles"] = append(choices["roles"], string(role))
	}
	for flag, values := range choices {
		// It fails only for flags that don't exist.
		_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
	}
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
	_ = cmd.MarkFlagDirname("data-dir")
}

// configVariable names the configuration file where no flag does.
const configVariable = "GENNAKER_CONFIG"

// load reads the configuration: the file, the environment, and the flags that
// were given.
func (s *settings) load(cmd *cobra.Command) (*config.Config, error) {
	sources := config.Sources{File: s.file, Env: os.Environ()}
	for flag, key := range s.keys {
		if f := cmd.Flags().Lookup(flag); f != nil && f.Changed {
			sources.Settings = append(sources.Settings, config.Setting{Path: key, Value: f.Value.String(), Origin: "--" + flag})
		}
	}
	cfg, err := config.Load(sources)
	if err != nil {
		return nil, err
	}
	for _, warning := range config.UnknownVariables(sources.Env) {
		fmt.Fprintln(cmd.ErrOrStderr(), "gennaker:", warning)
	}
	return cfg, nil
}
