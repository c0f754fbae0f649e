package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/config"
)

const configLong = `Config checks and explains the configuration: one YAML file.

Each key can also be set by an environment variable: GENNAKER_ and the key in
capitals, with an underscore between its parts and its words. server.bodyLimit
is GENNAKER_SERVER_BODY_LIMIT. Lists of texts are separated by commas; other
lists and mappings are written as YAML or JSON.`

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
		Short: "Check a configuration file, and the environment variables, and tell everything that is wrong",
		Example: `  gennaker config validate gennaker.yaml
  gennaker config validate --show     # what is in effect, without secrets`,
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
		Short: "List every key: what it is for, its default and its environment variable",
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
