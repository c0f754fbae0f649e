package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

// accountType is the type of the accounts that can be added.
const accountType = "kubernetes"

func accountCommand() *cobra.Command {
	return group("account", "List, add, change, and test cloud accounts",
		"An account is a place to deploy to, such as a Kubernetes cluster. Accounts are\npart of the server's configuration, or stored by the server. Stored accounts can be\nadded, changed, and removed here; changes take effect at once.",
		listAccounts, getAccount, addAccount, setAccount, removeAccount, testAccount, accountHistory, newAccountKey, rotateAccountKey)
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
				t := cli.Table{Header: []string{"NAME", "TYPE", "ENVIRONMENT", "MAY WRITE"}, Empty: "There are no accounts: add one with \"gennaker account add\"."}
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
	var definition bool
	cmd := &cobra.Command{
		Use: "get NAME", Short: "Show a cloud account", Args: cobra.ExactArgs(1),
		Long: `Get shows an account as pipelines see it, or its stored definition with
--definition. Secrets appear as [hidden].`,
		ValidArgsFunction: r.names(accountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			account, err := c.Account(ctx, args[0])
			if definition {
				account, err = storedAccount(ctx, c, args[0])
			}
			if err != nil {
				return err
			}
			return r.print(cmd, account, func() cli.Table { return attributes(account) })
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

// storedAccount reads the definition of a stored account.
func storedAccount(ctx context.Context, c *client.Client, name string) (map[string]any, error) {
	definition, err := c.AccountDefinition(ctx, accountType, name)
	if err == nil && definition == nil {
		err = fmt.Errorf("no stored account %q; change accounts of the configuration in the configuration file", name)
	}
	return definition, err
}
