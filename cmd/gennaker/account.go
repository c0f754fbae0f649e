package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func accountCommand() *cobra.Command {
	return group("account", "List, add, change, and test accounts",
		"An account is a place to deploy to, such as a Kubernetes cluster, or a source of\nartifacts, such as a Helm repository. Accounts are part of the server's configuration,\nor stored by the server. Stored accounts can be\nadded, changed, and removed here; changes take effect at once.",
		listAccounts, accountTypes, getAccount, addAccount, setAccount, removeAccount, testAccount, accountHistory, newAccountKey, rotateAccountKey)
}

func listAccounts(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the accounts", Args: cobra.NoArgs,
		Long: `List shows the accounts that pipelines deploy to, and those of other types, such as
Helm repositories. The server checks each account regularly, and whenever it changes
or its cluster's connection breaks; STATE is the result of the last check.
"gennaker account test" checks an account now.`,
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string) error {
			accounts, err := c.Accounts(ctx)
			if err != nil {
				return err
			}
			others, err := otherAccounts(ctx, c)
			if err != nil {
				return err
			}
			accounts = append(accounts, others...)
			states, err := accountStates(ctx, c)
			if err != nil {
				return err
			}
			accounts = states.tell(accounts)
			return r.print(cmd, accounts, func() cli.Table {
				t := cli.Table{Header: []string{"NAME", "TYPE", "ENVIRONMENT", "MAY WRITE", "STATE"}, Empty: "There are no accounts: add one with \"gennaker account add\"."}
				for _, a := range accounts {
					may := "yes"
					if !model.Bool(a, "authorized", true) {
						may = "no"
					}
					t.Rows = append(t.Rows, []string{
						model.String(a, "name"), model.String(a, "type"), model.String(a, "environment"), may, stateOf(a),
					})
				}
				return t
			})
		}),
	}
}

func getAccount(r *remote) *cobra.Command {
	var definition bool
	cmd := &cobra.Command{
		Use: "get NAME", Short: "Show an account", Args: cobra.ExactArgs(1),
		Long: `Get shows an account as pipelines see it, or its stored definition with
--definition. Secrets appear as [hidden].`,
		ValidArgsFunction: r.names(accountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			account, err := c.Account(ctx, args[0])
			if definition || client.IsNotFound(err) { // pipelines see no more of other types
				missing := err
				if account, err = storedAccount(ctx, c, args[0]); err != nil && !definition {
					err = missing
				}
			}
			if err != nil {
				return err
			}
			if !definition {
				states, err := accountStates(ctx, c)
				if err != nil {
					return err
				}
				states.add(account)
			}
			return r.print(cmd, account, func() cli.Table { return attributesOf(account) })
		}),
	}
	cmd.Flags().BoolVar(&definition, "definition", false, "show the stored definition")
	return cmd
}

func accountNames(ctx context.Context, c *client.Client, _ []string) ([]string, error) {
	accounts, err := c.Accounts(ctx)
	var out []string
	for _, a := range accounts {
		out = append(out, model.String(a, "name"))
	}
	return out, err
}
