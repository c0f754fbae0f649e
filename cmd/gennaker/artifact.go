package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func artifactCommand() *cobra.Command {
	return group("artifact", "List and fetch artifacts",
		"An artifact is something that a pipeline uses, such as a file, a chart, or an image.\nThe server fetches it with its artifact accounts, so what works here also works in a\npipeline.",
		artifactAccounts, artifactNames, artifactVersions, fetchArtifact)
}

func artifactAccounts(r *remote) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use: "accounts", Short: "List the artifact accounts", Args: cobra.NoArgs, Aliases: []string{"list"},
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string) error {
			accounts, err := c.ArtifactAccounts(ctx)
			if err != nil {
				return err
			}
			accounts = slices.DeleteFunc(accounts, func(a client.ArtifactAccount) bool { return kind != "" && !slices.Contains(a.Types, kind) })
			if accounts == nil {
				accounts = []client.ArtifactAccount{}
			}
			return r.print(cmd, accounts, func() cli.Table {
				t := cli.Table{Header: []string{"NAME", "TYPES"}, Empty: "No such accounts. To add some, see \"artifacts\" in \"gennaker config keys\"."}
				for _, a := range accounts {
					t.Rows = append(t.Rows, []string{a.Name, strings.Join(a.Types, ", ")})
				}
				return t
			})
		}),
	}
	cmd.Flags().StringVar(&kind, "type", "", "only accounts of this `TYPE`, such as helm/chart")
	return cmd
}

func artifactNames(r *remote) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use: "names ACCOUNT", Short: "List the names of an account's artifacts", Args: cobra.ExactArgs(1),
		Long:    "Names lists an account's artifacts if the account supports it, such as the charts of\na Helm repository or the images of a registry.",
		Example: "  gennaker artifact names stable-charts", ValidArgsFunction: r.names(artifactAccountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			kind, err := typeOf(ctx, c, args[0], kind)
			if err != nil {
				return err
			}
			found, err := c.ArtifactNames(ctx, args[0], kind)
			if err != nil {
				return err
			}
			return r.printTexts(cmd, "NAME", found, "The account "+args[0]+" lists no artifacts.")
		}),
	}
	typeFlag(cmd, &kind)
	return cmd
}

func artifactVersions(r *remote) *cobra.Command {
	var kind string
	cmd := &cobra.Command{
		Use: "versions ACCOUNT NAME", Short: "List the versions of an artifact", Args: cobra.ExactArgs(2),
		Example: "  gennaker artifact versions stable-charts nginx",
		ValidArgsFunction: r.names(artifactAccountNames, func(ctx context.Context, c *client.Client, args []string) ([]string, error) {
			kind, err := typeOf(ctx, c, args[0], kind)
			if err != nil {
				return nil, err
			}
			return c.ArtifactNames(ctx, args[0], kind)
		}),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			kind, err := typeOf(ctx, c, args[0], kind)
			if err != nil {
				return err
			}
			found, err := c.ArtifactVersions(ctx, args[0], kind, args[1])
			if err != nil {
				return err
			}
			return r.printTexts(cmd, "VERSION", found, "The account "+args[0]+" lists no versions of "+args[1]+".")
		}),
	}
	typeFlag(cmd, &kind)
	return cmd
}

func typeFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "type", "", "artifact `TYPE`, such as helm/chart (default: the account's first one)")
}

// typeOf is the type that is meant: the one that is given, else the first one
// of the account.
func typeOf(ctx context.Context, c *client.Client, account, given string) (string, error) {
	if given != "" {
		return given, nil
	}
	accounts, err := c.ArtifactAccounts(ctx)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(accounts, func(a client.ArtifactAccount) bool { return a.Name == account })
	switch {
	case i < 0:
		return "", fmt.Errorf("no artifact account %q; \"gennaker artifact accounts\" lists the accounts", account)
	case len(accounts[i].Types) == 0:
		return "", usageError{fmt.Errorf("the account %s has no type; set --type", account)}
	}
	return accounts[i].Types[0], nil
}

func artifactAccountNames(ctx context.Context, c *client.Client, _ []string) ([]string, error) {
	accounts, err := c.ArtifactAccounts(ctx)
	var out []string
	for _, a := range accounts {
		out = append(out, a.Name)
	}
	return out, err
}

// printTexts prints a list of texts, each in a row of its own.
func (r *remote) printTexts(cmd *cobra.Command, header string, texts []string, empty string) error {
	if texts == nil {
		texts = []string{}
	}
	return r.print(cmd, texts, func() cli.Table {
		t := cli.Table{Header: []string{header}, Empty: empty}
		for _, text := range texts {
			t.Rows = append(t.Rows, []string{text})
		}
		return t
	})
}

const fetchLong = `Fetch downloads an artifact as a pipeline would. Describe the artifact with a
REFERENCE and flags, or with --file, in the form that pipelines use; flags override
the file.

The content is written unchanged. With -o json or -o yaml, it is part of the artifact,
as "content", or as "contentBase64" if it isn't text.`

func fetchArtifact(r *remote) *cobra.Command {
	var (
		given    = map[string]*string{}
		file, to string
	)
	cmd := &cobra.Command{
		Use: "fetch [REFERENCE]", Short: "Fetch an artifact", Long: fetchLong, Args: cobra.MaximumNArgs(1),
		Example: `  gennaker artifact fetch https://example.com/app.yml --type http/file
  gennaker artifact fetch --account stable-charts --name nginx --version 1.2.3 --to nginx.tgz
  gennaker artifact fetch -f artifact.json`,
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			artifact, err := oneInput(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			for field, value := range given {
				if *value != "" {
					artifact[field] = *value
				}
			}
			if len(args) == 1 {
				artifact["reference"] = args[0]
			}
			if err := withType(ctx, c, artifact); err != nil {
				return err
			}
			content, err := c.Artifact(ctx, artifact)
			if err != nil {
				return err
			}
			return r.printContent(cmd, artifact, content, to)
		}),
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	for _, f := range []struct{ name, field, usage string }{
		{"account", "artifactAccount", "`NAME` of the artifact account (default: the server chooses one for the type)"},
		{"type", "type", "artifact `TYPE`, such as http/file (default: the account's first one)"},
		{"name", "name", "artifact `NAME`"},
		{"version", "version", "artifact `VERSION`, or a branch"},
		{"location", "location", "artifact `LOCATION`"},
	} {
		given[f.field] = flags.String(f.name, "", f.usage)
	}
	fileFlag(cmd, &file, "the artifact")
	flags.StringVar(&to, "to", "", "`FILE` to write the content to")
	_ = cmd.RegisterFlagCompletionFunc("account", func(cmd *cobra.Command, _ []string, part string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return r.names(artifactAccountNames)(cmd, nil, part)
	})
	return cmd
}

// withType adds the type that the account implies.
func withType(ctx context.Context, c *client.Client, artifact map[string]any) error {
	account, kind := model.String(artifact, "artifactAccount"), model.String(artifact, "type")
	if account == "" && kind == "" {
		return usageError{errors.New("give --account or --type, or an artifact in --file")}
	}
	if kind == "" {
		found, err := typeOf(ctx, c, account, "")
		if err != nil {
			return err
		}
		artifact["type"] = found
	}
	return nil
}

// printContent writes what was fetched to a file or to the output.
func (r *remote) printContent(cmd *cobra.Command, artifact map[string]any, content []byte, to string) error {
	if to != "" {
		if err := os.WriteFile(to, content, 0o644); err != nil { //nolint:gosec // what was fetched is not secret to the machine's users
			return fmt.Errorf("write the artifact: %w", err)
		}
		r.sayf(cmd, "Wrote %d bytes to %s.", len(content), to)
		return nil
	}
	text := utf8.Valid(content)
	if r.output != "table" {
		out := map[string]any{"artifact": artifact, "size": len(content)}
		if text {
			out["content"] = string(content)
		} else {
			out["contentBase64"] = base64.StdEncoding.EncodeToString(content)
		}
		return r.print(cmd, out, nil)
	}
	if !text && isTerminal(cmd.OutOrStdout()) {
		return errors.New("the content isn't text; write it to a file with --to FILE")
	}
	_, err := cmd.OutOrStdout().Write(content)
	return err
}
