package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func accountCommand() *cobra.Command {
	return group("account", "List the cloud accounts",
		"An account is a place to deploy to, such as a Kubernetes cluster. Accounts are\npart of the server's configuration.",
		listAccounts, getAccount)
}

func listAccounts(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the cloud accounts", Args: cobra.NoArgs,
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string) error {
			accounts, err := c.Accounts(ctx)
			if err != nil {
				return err
			}
			return r.print(cmd, accounts, func() cli.Table {
				t := cli.Table{Header: []string{"NAME", "TYPE", "ENVIRONMENT", "MAY WRITE"}, Empty: "There are no accounts: see \"gennaker config keys\", kubernetes.accounts."}
				for _, a := range accounts {
					may := "yes"
					if !model.Bool(a, "authorized", true) {
						may = "no"
					}
					t.Rows = append(t.Rows, []string{model.String(a, "name"), model.String(a, "type"), model.String(a, "environment"), may})
				}
				return t
			})
		}),
	}
}

func getAccount(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "get NAME", Short: "Show a cloud account", Args: cobra.ExactArgs(1),
		ValidArgsFunction: r.names(func(ctx context.Context, c *client.Client, _ []string) ([]string, error) {
			accounts, err := c.Accounts(ctx)
			var out []string
			for _, a := range accounts {
				out = append(out, model.String(a, "name"))
			}
			return out, err
		}),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			account, err := c.Account(ctx, args[0])
			if err != nil {
				return err
			}
			return r.print(cmd, account, func() cli.Table { return attributes(account) })
		}),
	}
}
