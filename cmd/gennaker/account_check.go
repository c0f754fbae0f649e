package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/model"
)

func testAccount(r *remote) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "test [NAME]", Short: "Test the connection and the permissions of an account", Args: cobra.MaximumNArgs(1),
		Long: `Test makes the server connect to an account's cluster. It checks whether the cluster
can be reached, whether its certificate is valid, who the account is, and whether the
account has the permissions that pipelines need. It lists missing permissions, with
the RBAC rules that grant them. For an artifact account, it checks whether the
credentials can be read and whether the account's server accepts them.`,
		Example: `  gennaker account test prod
  gennaker account test prod -o json | jq -r .rbac | kubectl apply -f -
  gennaker account test -f not-yet-added.yaml`,
		ValidArgsFunction: r.names(accountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if (len(args) == 0) == (file == "") {
				return usageError{errors.New("name an account, or give one with --file")}
			}
			if file == "" {
				return r.tested(cmd)(c.TestAccount(ctx, args[0]))
			}
			definition, err := cli.ReadObject(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			if model.String(definition, "type") == "" {
				definition["type"] = accountType
			}
			return r.tested(cmd)(c.TestAccountDefinition(ctx, definition))
		}),
	}
	fileFlag(cmd, &file, "an account to test without storing it")
	return cmd
}

// tested shows a report; one that isn't good is an error.
func (r *remote) tested(cmd *cobra.Command) func(*client.AccountReport, error) error {
	return func(report *client.AccountReport, err error) error {
		if err != nil {
			return err
		}
		if err := r.print(cmd, report, func() cli.Table { return stepsOf(report) }); err != nil {
			return err
		}
		if report.OK {
			return nil
		}
		if r.output == "table" {
			if err := showMissing(cmd, report); err != nil {
				return err
			}
		}
		for _, step := range report.Steps {
			if step.Status == "failed" {
				return fmt.Errorf("account %s: %s: %s", report.Account, step.Name, step.Detail)
			}
		}
		return fmt.Errorf("account %s can't be used", report.Account)
	}
}

func stepsOf(report *client.AccountReport) cli.Table {
	t := cli.Table{Header: []string{"STEP", "RESULT", "DETAIL"}}
	for _, step := range report.Steps {
		t.Rows = append(t.Rows, []string{step.Name, step.Status, step.Detail})
	}
	return t
}

// showMissing lists permissions that lack, and the rules that grant them.
func showMissing(cmd *cobra.Command, report *client.AccountReport) error {
	if len(report.Missing) == 0 {
		return nil
	}
	out := cmd.OutOrStdout()
	t := cli.Table{Header: []string{"NAMESPACE", "GROUP", "RESOURCE", "MISSING VERBS"}}
	for _, p := range report.Missing {
		t.Rows = append(t.Rows, []string{cmp.Or(p.Namespace, "(all)"), cmp.Or(p.Group, "(core)"), p.Resource, strings.Join(p.Verbs, ",")})
	}
	fmt.Fprintln(out)
	if err := cli.Print(out, "table", nil, func() cli.Table { return t }); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nThese RBAC rules grant the missing permissions:\n\n%s\n", report.RBAC)
	return nil
}

func accountHistory(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "history NAME", Short: "List the versions of a stored account", Args: cobra.ExactArgs(1),
		Long:              "History lists the versions of a stored account, even after its removal. It never\nincludes secrets.",
		ValidArgsFunction: r.names(accountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			revisions, err := c.AccountHistory(ctx, args[0])
			if err != nil {
				return err
			}
			return r.print(cmd, revisions, func() cli.Table {
				t := cli.Table{Header: []string{"VERSION", "TIME", "USER", "CHANGE"}, Empty: "No account with this name was ever stored."}
				for i, revision := range revisions {
					var before map[string]any
					if i+1 < len(revisions) {
						before = revisions[i+1].Account
					}
					t.Rows = append(t.Rows, []string{
						fmt.Sprint(revision.Version), cli.Time(revision.Timestamp), revision.UpdatedBy, changeOf(before, revision.Account),
					})
				}
				return t
			})
		}),
	}
}

// changeOf says in words what has become of an account.
func changeOf(before, after map[string]any) string {
	switch {
	case after == nil:
		return "removed"
	case before == nil:
		return "added"
	}
	fields := maps.Clone(before)
	maps.Copy(fields, after)
	var changed []string
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if fmt.Sprint(before[field]) != fmt.Sprint(after[field]) {
			changed = append(changed, field)
		}
	}
	if len(changed) == 0 {
		return "saved; a secret may have changed"
	}
	return "changed " + strings.Join(changed, ", ")
}

func newAccountKey(*remote) *cobra.Command {
	return &cobra.Command{
		Use: "new-key", Short: "Generate a key for encrypting stored secrets", Args: cobra.NoArgs,
		Long: `New-key prints a new random key, without contacting a server. Store it where the
server's secrets.encryption.keys refers to: a file that only the server can read, an
environment variable, or Vault.`,
		Example: "  (umask 077; gennaker account new-key > /etc/gennaker/key)",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), encryption.NewKey())
			return err
		},
	}
}

func rotateAccountKey(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "rotate-key", Short: "Re-encrypt stored secrets with the server's first key", Args: cobra.NoArgs,
		Long: `Rotate-key re-encrypts the secrets of all stored accounts. To change the key, put a
new one before the old one in the server's secrets.encryption.keys, restart all server
processes one by one, run this command, and remove the old key.`,
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string) error {
			done, err := c.RotateAccountKey(ctx)
			if err != nil {
				return err
			}
			if err := r.unlessTable(cmd, done); err != nil {
				return err
			}
			r.sayf(cmd, "Re-encrypted %d accounts; %d already used the first key.", done.Encrypted, done.Current)
			if len(done.Failed) == 0 {
				return nil
			}
			var lines []string
			for _, name := range slices.Sorted(maps.Keys(done.Failed)) {
				lines = append(lines, name+": "+done.Failed[name])
			}
			return fmt.Errorf("keep the old key, because some secrets couldn't be read:\n  %s", strings.Join(lines, "\n  "))
		}),
	}
}
