package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/config"
)

const configLong = `Config checks and explains the configuration, which is one YAML file.

Every key can also be set with an environment variable: GENNAKER_ and the key in
capitals, with underscores between its parts and words. For server.bodyLimit, set
GENNAKER_SERVER_BODY_LIMIT. Separate the items of a list of strings with commas;
write other lists and mappings as YAML or JSON.`

func configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Check and explain the configuration",
		Long:  configLong,
		Args:  subcommandOnly,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },

		SuggestionsMinimumDistance: 2,
	}
	cmd.AddCommand(validateCommand(), keysCommand(), schemaCommand())
	return cmd
}

func validateCommand() *cobra.Command {
	var show bool
	cmd := &cobra.Command{
		Use:   "validate [FILE]",
		Short: "Check a configuration file and the environment variables, and report all errors",
		Example: `  gennaker config validate gennaker.yaml
  gennaker config validate --show     # print what is in effect, without secrets`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s := settings{file: os.Getenv(configVariable)}
			if len(args) > 0 {
				s.file = args[0]
			}
			cfg, err := s.load(cmd)
			if err != nil {
				return err
			}
			fmt.Fprint(cmd.ErrOrStderr(), config.WarningText(cfg.Warnings()))
			if !show {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), "The configuration is valid.")
				return err
			}
			text, err := cfg.Redacted()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
	cmd.Flags().BoolVar(&show, "show", false, "print the configuration that is in effect, without its secrets")
	return cmd
}

func keysCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "List all keys with their purpose, default, and environment variable",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), config.Text())
			return err
		},
	}
}

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration file, for editors",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := cmd.OutOrStdout().Write(config.Schema())
			return err
		},
	}
}
