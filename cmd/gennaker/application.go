package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

func applicationCommand() *cobra.Command {
	return group("application", "List and change applications",
		"An application is what you deliver. It has pipelines, and workloads that run under its\nname in the clouds.",
		listApplications, getApplication, saveApplication, deleteApplication)
}

func listApplications(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the applications", Args: cobra.NoArgs,
		Example: "  gennaker application list\n  gennaker application list -o json | jq -r '.[].name'",
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, _ []string) error {
			apps, err := c.Applications(ctx)
			if err != nil {
				return err
			}
			return r.print(cmd, apps, func() cli.Table {
				t := cli.Table{Header: []string{"NAME", "OWNER", "ACCOUNTS", "DESCRIPTION"}, Empty: "There are no applications."}
				for _, app := range apps {
					t.Rows = append(t.Rows, []string{app.Name(), model.String(app, "email"), model.String(app, "accounts"), model.String(app, "description")})
				}
				return t
			})
		}),
	}
}

func getApplication(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "get NAME", Short: "Show an application's attributes", Args: cobra.ExactArgs(1),
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			app, err := c.Application(ctx, args[0])
			if err != nil {
				return err
			}
			return r.print(cmd, app, func() cli.Table { return attributes(app) })
		}),
	}
}

// attributes is an object as a table: a row for each field.
func attributes(object map[string]any) cli.Table {
	var t cli.Table
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value := model.String(object, key)
		switch v := object[key].(type) {
		case map[string]any, []any:
			text, err := model.Marshal(v)
			if err != nil {
				continue
			}
			value = string(text)
		}
		if value != "" {
			t.Rows = append(t.Rows, []string{key, value})
		}
	}
	return t
}

func saveApplication(r *remote) *cobra.Command {
	var (
		file, email, description string
		set                      []string
	)
	cmd := &cobra.Command{
		Use: "save [NAME]", Short: "Create an application, or change its attributes", Args: cobra.MaximumNArgs(1),
		Long: "Save creates an application, or changes the given attributes and keeps the others. A\nnew application needs the email address of its owner.",
		Example: `  gennaker application save shop --email team@example.com --description "The shop"
  gennaker application save shop --set repoType=github --set repoSlug=shop
  gennaker application get shop -o yaml > shop.yaml; gennaker application save -f shop.yaml`,
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			app, err := oneInput(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			more, err := cli.Pairs(set, cmd.InOrStdin())
			if err != nil {
				return usageError{fmt.Errorf("--set: %w", err)}
			}
			app = model.Merge(app, more)
			for field, value := range map[string]string{"email": email, "description": description} {
				if value != "" {
					app[field] = value
				}
			}
			if len(args) > 0 {
				app["name"] = args[0]
			}
			name := model.String(app, "name")
			if name == "" {
				return usageError{errors.New("name the application as an argument, or in --file")}
			}
			_, err = c.Application(ctx, name)
			exists := err == nil
			if err != nil && !client.IsNotFound(err) {
				return err
			}
			if err := c.SaveApplication(ctx, app, exists); err != nil {
				return err
			}
			verb := "Created"
			if exists {
				verb = "Changed"
			}
			if r.output == "table" {
				r.sayf(cmd, "%s the application %s.", verb, name)
				return nil
			}
			saved, err := c.Application(ctx, name)
			if err != nil {
				return err
			}
			return r.print(cmd, saved, nil)
		}),
	}
	fileFlag(cmd, &file, "the application's attributes")
	cmd.Flags().StringVar(&email, "email", "", "`ADDRESS` of the owner")
	cmd.Flags().StringVar(&description, "description", "", "description `TEXT`")
	cmd.Flags().StringArrayVar(&set, "set", nil, "`NAME=VALUE` of any attribute; with NAME=@FILE, the value is read from a file")
	return cmd
}

func deleteApplication(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete an application with its pipelines", Args: cobra.ExactArgs(1),
		Long:              "Delete removes an application with its pipelines, strategies, and notification\nsettings. Workloads in the clouds stay, and executions can still be viewed.",
		ValidArgsFunction: r.names(applicationNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if _, err := c.Application(ctx, args[0]); err != nil {
				return err
			}
			if err := c.DeleteApplication(ctx, args[0]); err != nil {
				return err
			}
			r.sayf(cmd, "Deleted the application %s.", args[0])
			return nil
		}),
	}
}
