package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

const addAccountLong = `Add stores an account, which all server processes use at once. A cluster's credentials
are a kubeconfig, or the URL of an API server and a token. Only the chosen
context of a kubeconfig is stored, with the files that it refers to. An account of another type
takes its fields from --set or a file. Secrets are stored encrypted.`

const addAccountExample = `  # From your own kubeconfig
  gennaker account add prod --kubeconfig ~/.kube/config --context prod

  # With a service account's token
  kubectl create token deployer | gennaker account add prod \
    --server https://203.0.113.7:6443 --certificate-authority ca.crt --token-file -

  # A source of artifacts
  gennaker account add charts --type artifacts.helm --set repository=https://charts.example.com \
    --set username=ann --set password=@password.txt

  # With other fields
  gennaker account add -f prod.yaml
  gennaker account add prod --kubeconfig prod.kubeconfig --set namespaces=shop,cart --set qps=50`

func addAccount(r *remote) *cobra.Command {
	var (
		file, kind, kubeconfig, kubeContext, server, tokenFile, authority string
		set                                                               []string
		test                                                              bool
	)
	cmd := &cobra.Command{
		Use: "add [NAME]", Short: "Add an account", Args: cobra.MaximumNArgs(1),
		Long: addAccountLong, Example: addAccountExample,
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			definition, err := oneInput(file, cmd.InOrStdin())
			if err != nil {
				return err
			}
			read := func(field, path string) error {
				if path == "" {
					return nil
				}
				data, err := cli.ReadFile(path, cmd.InOrStdin())
				definition[field] = strings.TrimSpace(string(data))
				return err
			}
			if kubeconfig != "" {
				if definition["kubeconfigContents"], err = oneContext(kubeconfig, kubeContext); err != nil {
					return fmt.Errorf("--kubeconfig: %w", err)
				}
			}
			if err := errors.Join(read("token", tokenFile), read("certificateAuthorityData", authority)); err != nil {
				return err
			}
			if server != "" {
				definition["server"] = server
			}
			if kind != "" {
				definition["type"] = kind
			}
			if err := setFields(ctx, c, definition, set, cmd); err != nil {
				return err
			}
			if len(args) > 0 {
				definition["name"] = args[0]
			}
			if model.String(definition, "type") == "" {
				definition["type"] = accountType
			}
			if model.String(definition, "name") == "" {
				return usageError{errors.New("name the account as an argument, or in --file")}
			}
			if test {
				if err := r.tested(cmd)(c.TestAccountDefinition(ctx, definition)); err != nil {
					return err
				}
			}
			saved, err := c.CreateAccount(ctx, definition)
			if err != nil {
				return err
			}
			r.sayf(cmd, "Added the account %s.", model.String(saved, "name"))
			return r.unlessTable(cmd, saved)
		}),
	}
	fileFlag(cmd, &file, "the account's fields")
	flags := cmd.Flags()
	flags.StringVar(&kind, "type", "", "`TYPE` of the account; \"gennaker account types\" lists them (default: kubernetes)")
	flags.StringVar(&kubeconfig, "kubeconfig", "", "`FILE` of the cluster's kubeconfig")
	flags.StringVar(&kubeContext, "context", "", "`NAME` of the kubeconfig's context (default: the current one)")
	flags.StringVar(&server, "server", "", "`URL` of the API server, instead of a kubeconfig")
	flags.StringVar(&tokenFile, "token-file", "", "`FILE` with a token; - reads standard input")
	flags.StringVar(&authority, "certificate-authority", "", "`FILE` with the API server's CA certificates")
	flags.StringArrayVar(&set, "set", nil, "`NAME=VALUE` of any field; with NAME=@FILE, the value is read from a file")
	flags.BoolVar(&test, "test", false, "add the account only if its test passes")
	cmd.MarkFlagsMutuallyExclusive("kubeconfig", "server")
	return cmd
}

// unlessTable prints what was saved, for programs.
func (r *remote) unlessTable(cmd *cobra.Command, value any) error {
	if r.output == "table" {
		return nil
	}
	return r.print(cmd, value, nil)
}

// oneContext reads a kubeconfig and makes one of it that has a single context,
// and the content of the files that it names.
func oneContext(path, kubeContext string) (string, error) {
	config, err := clientcmd.LoadFromFile(path)
	if err != nil {
		return "", err
	}
	if kubeContext != "" {
		config.CurrentContext = kubeContext
	}
	if _, ok := config.Contexts[config.CurrentContext]; !ok {
		return "", fmt.Errorf("%s has no context %q", path, config.CurrentContext)
	}
	if err := clientcmdapi.MinifyConfig(config); err != nil {
		return "", fmt.Errorf("extract the context %s from %s: %w", config.CurrentContext, path, err)
	}
	if err := clientcmd.ResolveLocalPaths(config); err != nil {
		return "", fmt.Errorf("find the files that %s names: %w", path, err)
	}
	if err := clientcmdapi.FlattenConfig(config); err != nil {
		return "", fmt.Errorf("read the files that %s names: %w", path, err)
	}
	for _, user := range config.AuthInfos {
		if user.TokenFile == "" {
			continue
		}
		token, err := cli.ReadFile(user.TokenFile, nil)
		if err != nil {
			return "", err
		}
		user.Token, user.TokenFile = strings.TrimSpace(string(token)), ""
	}
	text, err := clientcmd.Write(*config)
	return string(text), err
}

// fieldValue reads the value of a field of a JSON Schema type.
func fieldValue(kind, field, text string) (any, error) {
	switch {
	case kind == "string", field == "type":
		return text, nil
	case kind == "array" && !strings.HasPrefix(strings.TrimSpace(text), "["):
		return splitList(text), nil
	}
	checked, err := yamldoc.Check([]byte(text), limit.File)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", field, err)
	}
	value, err := checked.Value()
	if err != nil {
		return nil, fmt.Errorf("%s: %q can't be read: %w", field, text, err)
	}
	return value, nil
}

func setAccount(r *remote) *cobra.Command {
	var kubeconfig, kubeContext string
	cmd := &cobra.Command{
		Use: "set NAME [FIELD=VALUE...]", Short: "Change an account's fields, or its credentials", Args: cobra.MinimumNArgs(1),
		Long: `Set changes the given fields of a stored account and keeps the others, including
secrets. FIELD= removes a field; FIELD=@FILE reads the value from a file, @- from
standard input. Running operations finish with the old settings.`,
		Example: `  gennaker account set prod namespaces=shop,cart qps=50
  gennaker account set prod token=@new-token
  gennaker account set prod --kubeconfig new.kubeconfig`,
		ValidArgsFunction: r.names(accountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if len(args) == 1 && kubeconfig == "" {
				return usageError{errors.New("set fields, such as namespaces=shop,cart, or use --kubeconfig")}
			}
			definition, err := storedAccount(ctx, c, args[0])
			if err != nil {
				return err
			}
			if kubeconfig != "" {
				if definition["kubeconfigContents"], err = oneContext(kubeconfig, kubeContext); err != nil {
					return fmt.Errorf("--kubeconfig: %w", err)
				}
			}
			if err := setFields(ctx, c, definition, args[1:], cmd); err != nil {
				return err
			}
			saved, err := c.SaveAccount(ctx, definition)
			if err != nil {
				return err
			}
			r.sayf(cmd, "Changed the account %s.", args[0])
			return r.unlessTable(cmd, saved)
		}),
	}
	cmd.Flags().StringVar(&kubeconfig, "kubeconfig", "", "`FILE` of a new kubeconfig")
	cmd.Flags().StringVar(&kubeContext, "context", "", "`NAME` of its context (default: the current one)")
	return cmd
}

func removeAccount(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Short: "Remove an account", Args: cobra.ExactArgs(1),
		Long:              "Remove deletes a stored account and its secrets. Workloads in a cluster stay.",
		ValidArgsFunction: r.names(accountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if err := c.DeleteAccount(ctx, args[0]); err != nil {
				return err
			}
			r.sayf(cmd, "Removed the account %s.", args[0])
			return nil
		}),
	}
}
