package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/gennaker/gennaker/internal/agent"
	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/telemetry"
	"github.com/gennaker/gennaker/internal/version"
)

const agentLong = `Agent runs in a cluster that the server can't reach. It connects to the server over
TLS and forwards requests to the cluster's API server with its own service account.
The server needs no credentials for the cluster, and the cluster opens no port. The
account has "agent: true" instead of credentials:

  gennaker account add edge --set agent=true
  gennaker agent token edge > token
  gennaker agent manifest edge --server https://gennaker.example.com \
    --token-file token --image IMAGE | kubectl apply -f -

If the connection breaks, the agent reconnects. It then also picks up a changed token
file.`

// agentFlags are what an agent is told, by its own command line or by the
// manifest that installs it.
type agentFlags struct {
	server, account, tokenFile, authority string
	namespaces                            []string
	readOnly, plaintext                   bool
}

func (a *agentFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.StringVar(&a.server, "server", os.Getenv(endpointVariable), "`URL` of the server [$"+endpointVariable+"]")
	flags.StringVar(&a.tokenFile, "token-file", "", "`FILE` with the agent's token")
	flags.StringVar(&a.authority, "certificate-authority", "", "`FILE` with the server's CA certificates (default: the system's)")
	flags.StringSliceVar(&a.namespaces, "namespaces", nil, "`NAMES` of the namespaces to allow (default: all)")
	flags.BoolVar(&a.readOnly, "read-only", false, "block requests that could change anything")
	flags.BoolVar(&a.plaintext, "plaintext", false, "connect without TLS; insecure, for development only")
	_ = cmd.MarkFlagFilename("token-file")
	_ = cmd.MarkFlagFilename("certificate-authority")
}

// check reads the server's URL and makes sure that nothing is missing.
func (a *agentFlags) check() (*url.URL, error) {
	if a.server == "" || a.account == "" || a.tokenFile == "" {
		return nil, usageError{errors.New("an agent needs --server, --account and --token-file")}
	}
	server, err := url.Parse(strings.TrimRight(a.server, "/"))
	if err == nil {
		err = agent.Check(server, a.plaintext)
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("--server: %w", err)}
	}
	return server, nil
}

func (a *agentFlags) limits() agent.Limits {
	return agent.Limits{Namespaces: a.namespaces, ReadOnly: a.readOnly}
}

// tls is how the server is checked.
func (a *agentFlags) tls() (*tls.Config, error) {
	out := &tls.Config{MinVersion: tls.VersionTLS12}
	if a.authority == "" {
		return out, nil
	}
	data, err := os.ReadFile(a.authority)
	if err != nil {
		return nil, fmt.Errorf("--certificate-authority: %w", err)
	}
	out.RootCAs = x509.NewCertPool()
	if !out.RootCAs.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("--certificate-authority: %s contains no certificate", a.authority)
	}
	return out, nil
}

func agentCommand() *cobra.Command {
	var (
		flags                   agentFlags
		kubeconfig, level, form string
	)
	cmd := &cobra.Command{
		Use:   "agent",
		Short: "Connect a cluster that the server can't reach",
		Long:  agentLong,
		Args:  subcommandOnly,
		RunE: func(cmd *cobra.Command, _ []string) error {
			server, err := flags.check()
			if err != nil {
				return err
			}
			log, err := telemetry.NewLogger(cmd.ErrOrStderr(), level, form)
			if err != nil {
				return usageError{err}
			}
			secure, err := flags.tls()
			if err != nil {
				return usageError{err}
			}
			cluster, err := clusterConfig(kubeconfig)
			if err != nil {
				return err
			}
			proxy, err := agent.NewProxy(cluster, flags.limits(), log)
			if err != nil {
				return err
			}
			return agent.Run(cmd.Context(), agent.Options{
				Server: server, Account: flags.account, TLS: secure, Handler: proxy, Version: version.Get().Version, Logger: log,
				Token: func() (string, error) {
					token, err := cli.ReadFile(flags.tokenFile, nil)
					if err != nil {
						return "", fmt.Errorf("--token-file: %w", err)
					}
					return string(token), nil
				},
			})
		},
	}
	flags.register(cmd)
	own := cmd.Flags()
	own.StringVar(&flags.account, "account", "", "`NAME` of the account that the agent serves")
	own.StringVar(&kubeconfig, "kubeconfig", "", "kubeconfig `FILE` of the cluster (default: the pod's service account)")
	own.StringVar(&level, "log-level", "info", "lowest `LEVEL` to log: debug, info, warn, or error")
	own.StringVar(&form, "log-format", "text", "log `FORMAT`: text or json")
	cmd.AddCommand(agentGroup()...)
	return cmd
}

// clusterConfig is the agent's own way to its cluster.
func clusterConfig(kubeconfig string) (config *rest.Config, err error) {
	if kubeconfig == "" {
		config, err = rest.InClusterConfig()
	} else {
		config, err = clientcmd.BuildConfigFromFlags("", kubeconfig)
	}
	if err != nil {
		return nil, fmt.Errorf("find the cluster's API server (outside of a pod, set --kubeconfig): %w", err)
	}
	config.UserAgent = "gennaker-agent/" + version.Get().Version
	return config, nil
}

// agentGroup are the commands about agents that ask the server.
func agentGroup() []*cobra.Command {
	group := &remote{}
	out := []*cobra.Command{agentToken(group), agentStatus(group), agentManifest()}
	for _, cmd := range out[:2] {
		group.register(cmd)
	}
	return out
}

func agentToken(r *remote) *cobra.Command {
	var (
		account, revoke string
		list            bool
	)
	cmd := &cobra.Command{
		Use: "token [ACCOUNT]", Short: "Create, list, and revoke tokens of an account's agent", Args: cobra.MaximumNArgs(1),
		Long: `Token creates a token for an account's agent and prints it. The server keeps only a
hash, so the token can't be shown again. An agent that is connected with a revoked
token is disconnected within seconds.` + "\n" + connectionHelp,
		Example: `  gennaker agent token edge > token
  gennaker agent token edge --list
  gennaker agent token edge --revoke ID`,
		ValidArgsFunction: r.names(accountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				account = args[0]
			}
			switch {
			case account == "":
				return usageError{errors.New("name the account")}
			case list:
				status, err := c.AgentStatus(ctx, account)
				if err != nil {
					return err
				}
				return r.print(cmd, status.Tokens, func() cli.Table { return tokensOf(status) })
			case revoke != "":
				if err := c.RevokeAgentToken(ctx, account, revoke); err != nil {
					return err
				}
				r.sayf(cmd, "Revoked the token %s.", revoke)
				return nil
			}
			token, err := c.NewAgentToken(ctx, account)
			if err != nil {
				return err
			}
			if r.output != "table" {
				return r.print(cmd, token, nil)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), token.Token)
			return err
		}),
	}
	cmd.Flags().StringVar(&account, "account", "", "`NAME` of the account, instead of the argument")
	cmd.Flags().BoolVar(&list, "list", false, "list the tokens")
	cmd.Flags().StringVar(&revoke, "revoke", "", "`ID` of a token to revoke")
	cmd.MarkFlagsMutuallyExclusive("list", "revoke")
	return cmd
}

func tokensOf(status *client.AgentStatus) cli.Table {
	t := cli.Table{Header: []string{"ID", "CREATED", "BY", "LAST USED"}, Empty: "No tokens."}
	for _, token := range status.Tokens {
		t.Rows = append(t.Rows, []string{token.ID, cli.Time(token.CreatedAt), token.CreatedBy, cli.Time(token.UsedAt)})
	}
	return t
}

func agentStatus(r *remote) *cobra.Command {
	return &cobra.Command{
		Use: "status ACCOUNT", Short: "Show whether an account's agent is connected", Args: cobra.ExactArgs(1),
		Long:              "Status shows where an account's agent is connected, or when it was last connected.\n" + connectionHelp,
		ValidArgsFunction: r.names(accountNames),
		RunE: r.do(func(ctx context.Context, c *client.Client, cmd *cobra.Command, args []string) error {
			status, err := c.AgentStatus(ctx, args[0])
			if err != nil {
				return err
			}
			return r.print(cmd, status, func() cli.Table {
				t := cli.Table{Header: []string{"CONNECTED", "SINCE", "SEEN", "FROM", "VERSION", "PROCESS"}, Empty: "The agent was never connected."}
				for _, one := range status.Connections {
					connected := "no"
					if one.Open {
						connected = "yes"
					}
					t.Rows = append(t.Rows, []string{connected, cli.Time(one.ConnectedAt), cli.Time(one.SeenAt), one.Remote, one.Version, one.Process})
				}
				return t
			})
		}),
	}
}

func agentManifest() *cobra.Command {
	var (
		flags            agentFlags
		image, namespace string
	)
	cmd := &cobra.Command{
		Use: "manifest ACCOUNT", Short: "Write the manifests that install an agent", Args: cobra.MaximumNArgs(1),
		Long: `Manifest writes the objects that install an agent, for kubectl apply: a namespace, a
service account with the permissions that pipelines need, a Secret with the token, and
a Deployment. With --namespaces, the permissions are limited to these namespaces,
which must exist; with --read-only, they allow no changes. No server is contacted.`,
		Example: `  gennaker agent token edge | gennaker agent manifest edge --token-file - \
    --server https://gennaker.example.com --image IMAGE | kubectl apply -f -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				flags.account = args[0]
			}
			server, err := flags.check()
			if err != nil {
				return err
			}
			if image == "" {
				return usageError{errors.New("--image: name an image that contains this program")}
			}
			token, err := cli.ReadFile(flags.tokenFile, cmd.InOrStdin())
			if err != nil {
				return fmt.Errorf("--token-file: %w", err)
			}
			install := agent.Install{
				Server: server.String(), Account: flags.account, Token: strings.TrimSpace(string(token)), Image: image,
				Namespace: namespace, Limits: flags.limits(), Plaintext: flags.plaintext,
			}
			if flags.authority != "" {
				data, err := os.ReadFile(flags.authority)
				if err != nil {
					return fmt.Errorf("--certificate-authority: %w", err)
				}
				install.Authority = string(data)
			}
			text, err := install.Manifest()
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), text)
			return err
		},
	}
	flags.register(cmd)
	cmd.Flags().StringVar(&flags.account, "account", "", "`NAME` of the account, instead of the argument")
	cmd.Flags().StringVar(&image, "image", os.Getenv("GENNAKER_IMAGE"), "`IMAGE` that contains this program [$GENNAKER_IMAGE]")
	cmd.Flags().StringVar(&namespace, "namespace", "gennaker-agent", "`NAME` of the namespace that the agent runs in")
	return cmd
}
