package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

// accountType is the type of accounts that are added if no other is named.
const accountType = "kubernetes"

func accountTypes(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "types [TYPE]", Short: "List the types of accounts, or the fields of one", Args: cobra.MaximumNArgs(1),
		Example:           "  gennaker account types\n  gennaker account types artifacts.helm",
		ValidArgsFunction: r.names(accountTypeNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			types, err := c.AccountTypes(ctx)
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return r.print(cmd, types, func() cli.Table {
					t := cli.Table{Header: []string{"TYPE", "WHAT IT IS", "CONFIGURATION SECTION"}}
					for _, one := range types {
						t.Rows = append(t.Rows, []string{one.Type, one.Title, one.Section})
					}
					return t
				})
			}
			at := slices.IndexFunc(types, func(t client.AccountType) bool { return t.Type == args[0] })
			if at < 0 {
				return fmt.Errorf("no account type %q; \"gennaker account types\" lists them", args[0])
			}
			return r.print(cmd, types[at], func() cli.Table { return fieldsOf(types[at]) })
		}),
	}
}

func fieldsOf(t client.AccountType) cli.Table {
	out := cli.Table{Header: []string{"FIELD", "VALUE", "DESCRIPTION"}}
	properties := model.Object(t.Schema, "properties")
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		field := model.Object(properties, name)
		value := model.String(field, "type")
		if model.Bool(field, "writeOnly", false) {
			value += ", secret"
		}
		out.Rows = append(out.Rows, []string{name, value, model.String(field, "description")})
	}
	return out
}

func accountTypeNames(ctx context.Context, c *client.Client, _ []string) ([]string, error) {
	types, err := c.AccountTypes(ctx)
	out := make([]string, len(types))
	for i, t := range types {
		out[i] = t.Type
	}
	return out, err
}

// otherAccounts are the stored accounts of all types but clusters'.
func otherAccounts(ctx context.Context, c *client.Client) ([]map[string]any, error) {
	types, err := c.AccountTypes(ctx)
	if err != nil {
		return nil, err
	}
	var out []map[string]any
	for _, one := range types {
		if one.Type == accountType || one.Closed != "" {
			continue
		}
		found, err := c.AccountDefinitions(ctx, one.Type)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// storedAccount reads the definition of a stored account of any type.
func storedAccount(ctx context.Context, c *client.Client, name string) (map[string]any, error) {
	types, err := c.AccountTypes(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range types {
		if one.Closed != "" {
			continue
		}
		definition, err := c.AccountDefinition(ctx, one.Type, name)
		if err != nil || definition != nil {
			return definition, err
		}
	}
	return nil, fmt.Errorf("no stored account %q; change accounts of the configuration in the configuration file", name)
}

// setFields puts NAME=VALUE pairs into a definition, as its type reads them:
// texts as they are, lists separated by commas, all else as YAML. A field
// without a value is taken out.
func setFields(ctx context.Context, c *client.Client, definition map[string]any, pairs []string, cmd *cobra.Command) error {
	given, err := cli.Pairs(pairs, cmd.InOrStdin())
	if err != nil {
		return usageError{err}
	}
	if len(given) == 0 {
		return nil
	}
	types, err := c.AccountTypes(ctx)
	if err != nil {
		return err
	}
	kind := accountType
	if text := model.String(definition, "type"); text != "" {
		kind = text
	}
	if text, ok := given["type"].(string); ok {
		kind = text
	}
	var properties map[string]any
	if at := slices.IndexFunc(types, func(t client.AccountType) bool { return t.Type == kind }); at >= 0 {
		properties = model.Object(types[at].Schema, "properties")
	}
	for field, value := range given {
		text, _ := value.(string)
		if text == "" {
			delete(definition, field)
			continue
		}
		if definition[field], err = fieldValue(model.String(model.Object(properties, field), "type"), field, text); err != nil {
			return usageError{err}
		}
	}
	return nil
}

func splitList(text string) []string {
	out := []string{}
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}
