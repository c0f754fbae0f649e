package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
)

// triggerWebhooks groups the commands about webhooks at Git hosts.
func triggerWebhooks(r *remote) *cobra.Command {
	cmd := &cobra.Command{
		Use: "webhook", Short: "Create the webhooks of Git repositories at their hosts",
		Long: "Git triggers start when the Git host sends a webhook. The server creates it at the host, with\n" +
			"an account of GitHub, GitLab, Bitbucket or Gitea and a secret that it checks.",
		Args: subcommandOnly, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(listWebhooks(r), createWebhook(r), deleteWebhook(r))
	return cmd
}

func listWebhooks(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "list [APPLICATION]", Short: "List the webhooks that the server has created", Args: cobra.MaximumNArgs(1),
		Example:           "  gennaker trigger webhook list\n  gennaker trigger webhook list shop",
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			application := ""
			if len(args) > 0 {
				application = args[0]
			}
			found, err := c.GitWebhooks(ctx, application)
			if err != nil {
				return err
			}
			return r.print(cmd, found, func() cli.Table {
				t := cli.Table{Header: []string{"ID", "APPLICATION", "HOST", "REPOSITORY", "SOURCE", "ACCOUNT", "CREATED"}, Empty: "The server has created no webhooks."}
				for _, one := range found {
					created := cli.Time(one.CreatedAt)
					if !one.Created {
						created = "not finished: create it again"
					}
					t.Rows = append(t.Rows, []string{one.ID, one.Application, one.Host, one.Repository, one.Source, one.Account, created})
				}
				return t
			})
		}),
	}
}

func createWebhook(r *remote) *cobra.Command {
	var wanted client.WantedGitWebhook
	cmd := &cobra.Command{
		Use: "create APPLICATION REPOSITORY", Short: "Create the webhook of a repository, or bring it up to date", Args: cobra.ExactArgs(2),
		Long: "Create has the server create a webhook at the Git host. If the server has created it before, it is\n" +
			"brought up to date; you can repeat the command. The webhook starts the Git triggers of the\n" +
			"repository that have no secret of their own.",
		Example:           "  gennaker trigger webhook create shop acme/cart --account hub\n  gennaker trigger webhook create shop acme/cart --account tea --source forgejo",
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if wanted.Account == "" {
				return usageError{errors.New("--account: name the account of the Git host; \"gennaker account list\" shows them")}
			}
			wanted.Repository = args[1]
			made, err := c.CreateGitWebhook(ctx, args[0], wanted)
			if err != nil {
				return err
			}
			return r.print(cmd, made, func() cli.Table {
				delivery := map[string]string{"ok": "works", "failed": "failed: " + made.Problem, "unknown": "not tested"}[made.Delivery]
				return cli.Table{
					Header: []string{"ID", "REPOSITORY", "SOURCE", "PROJECT", "SLUG", "DELIVERY"},
					Rows:   [][]string{{made.ID, made.Repository, made.Source, made.Project, made.Slug, delivery}},
				}
			})
		}),
	}
	cmd.Flags().StringVar(&wanted.Account, "account", "", "`NAME` of the account of the Git host")
	cmd.Flags().StringVar(&wanted.AccountType, "account-type", "", "the account's `TYPE`, such as artifacts.github, if several accounts have the name")
	cmd.Flags().StringVar(&wanted.Source, "source", "", "the `SOURCE` of the triggers, if it isn't the usual one: forgejo for an account of Gitea")
	return cmd
}

func deleteWebhook(r *remote) *cobra.Command {
	var forget bool
	cmd := &cobra.Command{
		Use: "delete APPLICATION ID", Short: "Delete a webhook that the server has created", Args: cobra.ExactArgs(2),
		Example:           "  gennaker trigger webhook delete shop 01JD4Z3M8W6Q2V5X7Y9A0B1C2D",
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if err := c.DeleteGitWebhook(ctx, args[0], args[1], forget); err != nil {
				return err
			}
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "Deleted the webhook %s.\n", args[1])
			return err
		}),
	}
	cmd.Flags().BoolVar(&forget, "forget", false, "only delete it at the server, if it can't be deleted at the host any more")
	return cmd
}
