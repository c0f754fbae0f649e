package kubernetes

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/version"
	"k8s.io/client-go/discovery"
	authentication "k8s.io/client-go/kubernetes/typed/authentication/v1"
	authorization "k8s.io/client-go/kubernetes/typed/authorization/v1"
	"k8s.io/client-go/rest"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/provider"
)

// checkTimeout bounds one look at an account.
const checkTimeout = 45 * time.Second

// Report is what a look at an account has found.
type Report struct {
	// The steps are, in order: credentials, connection, tls, authentication,
	// kinds, permissions.
	provider.Report
	// Server is the API server's address, Version its version, User and Groups
	// are who it takes us for; empty where they are not known.
	Server  string   `json:"server,omitempty"`
	Version string   `json:"version,omitempty"`
	User    string   `json:"user,omitempty"`
	Groups  []string `json:"groups,omitempty"`
	// Missing are the permissions that lack, and RBAC the objects that grant
	// them, in YAML.
	Missing []Permission `json:"missing,omitempty"`
	RBAC    string       `json:"rbac,omitempty"`
}

// CheckConfig connects to an account's cluster anew and tells what is missing
// for pipelines to work there. A configuration that does not validate is
// refused.
func (p *Provider) CheckConfig(ctx context.Context, config AccountConfig) (*Report, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	c := &checker{account: newAccount(config, p.options), report: &Report{Report: provider.Report{Account: config.Name}}}
	c.run(ctx)
	return c.report, nil
}

// checker looks at one account.
type checker struct {
	account *account
	report  *Report

	config    *rest.Config
	conn      *connection
	whoami    authentication.SelfSubjectReviewInterface
	mayI      authorization.SelfSubjectAccessReviewInterface
	discovery *discovery.DiscoveryClient
}

func (c *checker) run(ctx context.Context) {
	steps := []struct {
		name string
		look func(context.Context) (string, error)
	}{
		{"credentials", c.credentials},
		{"connection", c.connection},
		{"authentication", c.authentication},
		{"kinds", c.kinds},
		{"permissions", c.permissions},
	}
	failed := ""
	for _, step := range steps {
		if failed != "" {
			c.add(step.name, provider.StepSkipped, "not checked because the step "+failed+" failed")
			continue
		}
		detail, err := step.look(ctx)
		if err != nil {
			failed = step.name
			c.add(step.name, provider.StepFailed, fault.WithoutUserinfo(err.Error()))
			continue
		}
		c.add(step.name, provider.StepOK, detail)
	}
	c.report.OK = failed == ""
}

func (c *checker) add(name, status, detail string) {
	c.report.Steps = append(c.report.Steps, provider.Step{Name: name, Status: status, Detail: detail})
}

// credentials makes clients of the account's fields.
func (c *checker) credentials(context.Context) (string, error) {
	var err error
	if c.config, err = c.account.restConfig(); err != nil {
		return "", err
	}
	if c.conn, err = newConnection(c.config); err != nil {
		return "", err
	}
	if !c.account.config.Agent {
		c.report.Server = fault.WithoutUserinfo(c.config.Host)
	}
	who, err := authentication.NewForConfigAndClient(c.config, c.conn.http)
	if err != nil {
		return "", err
	}
	may, err := authorization.NewForConfigAndClient(c.config, c.conn.http)
	if err != nil {
		return "", err
	}
	c.whoami, c.mayI, c.discovery = who.SelfSubjectReviews(), may.SelfSubjectAccessReviews(), c.conn.resources.client
	return describeCredentials(c.config), nil
}

// describeCredentials says in words what a cluster is shown.
func describeCredentials(config *rest.Config) string {
	switch {
	case config.Host == agentHost:
		return "the agent's service account in the cluster"
	case config.ExecProvider != nil:
		return "the program " + config.ExecProvider.Command
	case config.AuthProvider != nil:
		return "the provider " + config.AuthProvider.Name
	case config.BearerTokenFile != "":
		return "the token in " + config.BearerTokenFile
	case config.BearerToken != "":
		return "a token"
	case config.Username != "":
		return "a password"
	case config.CertFile != "" || len(config.CertData) > 0:
		return "a client certificate"
	}
	return "none: requests are anonymous"
}

// connection asks for the version, which nearly every cluster gives to anyone.
func (c *checker) connection(ctx context.Context) (string, error) {
	data, err := c.discovery.RESTClient().Get().AbsPath("/version").Do(ctx).Raw()
	switch {
	case apierrors.IsUnauthorized(err), apierrors.IsForbidden(err):
		return "connected; the certificate is valid", nil // whatever it says of us
	case err != nil:
		return "", c.unreached(err)
	}
	var v version.Info
	if err := model.Unmarshal(data, &v); err != nil || v.GitVersion == "" {
		return "", fmt.Errorf("what answers at %s is no Kubernetes API server: check the address", c.config.Host)
	}
	c.report.Version = v.GitVersion
	return "connected; Kubernetes " + v.GitVersion, nil
}

// unreached says why no API server has answered.
func (c *checker) unreached(err error) error {
	var (
		name        *net.DNSError
		authority   x509.UnknownAuthorityError
		certificate x509.CertificateInvalidError
		host        x509.HostnameError
		record      tls.RecordHeaderError
		verify      *tls.CertificateVerificationError
	)
	at := c.config.Host
	if known, ok := errors.AsType[*fault.Error](err); ok {
		return known // the agent's
	}
	switch {
	case strings.Contains(err.Error(), "getting credentials: "):
		return fmt.Errorf("the program that provides the credentials failed: %w", err)
	case errors.As(err, &name):
		return fmt.Errorf("the name %s can't be resolved: correct server, or the DNS that Gennaker uses: %w", name.Name, err)
	case errors.As(err, &host):
		return fmt.Errorf("the certificate of %s is for another name: set tlsServerName (in a kubeconfig tls-server-name) to one of its names, or use such an address: %w", at, host)
	case errors.As(err, &authority):
		return fmt.Errorf("the certificate of %s is signed by an authority that the account does not know: put the cluster's into certificateAuthorityData (in a kubeconfig certificate-authority-data): %w", at, authority)
	case errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s is not valid: %w", at, certificate)
	case errors.As(err, &verify):
		return fmt.Errorf("the certificate of %s is not accepted: %w", at, verify.Err)
	case errors.As(err, &record):
		return fmt.Errorf("%s does not speak TLS: correct the address: %w", at, err)
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return fmt.Errorf("%s does not answer in time: check the address, and that no firewall blocks Gennaker: %w", at, err)
	case unreachable(err):
		return fmt.Errorf("%s can't be reached: check the address and that the API server runs: %w", at, err)
	}
	return c.account.explain(err, "ask for the version")
}

func isTimeout(err error) bool {
	var network net.Error
	return errors.As(err, &network) && network.Timeout()
}

// authentication asks the cluster who it takes us for.
func (c *checker) authentication(ctx context.Context) (string, error) {
	review, err := c.whoami.Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	switch {
	case apierrors.IsUnauthorized(err):
		return "", fmt.Errorf("the cluster does not accept the credentials: renew the token or the certificate: %w", err)
	case apierrors.IsNotFound(err):
		return "accepted; clusters before Kubernetes 1.28 don't report the user", c.accepted(ctx)
	case err != nil:
		return "", c.account.explain(err, "ask who it is")
	}
	user := review.Status.UserInfo
	c.report.User, c.report.Groups = user.Username, user.Groups
	if user.Username == "system:anonymous" {
		return "", errors.New("the cluster treats the account as anonymous (system:anonymous): give it a token, a certificate, or another credential")
	}
	return "as " + user.Username, nil
}

// accepted asks for what only somebody known is given.
func (c *checker) accepted(ctx context.Context) error {
	_, err := c.may(ctx, Permission{Verbs: []string{"*"}, Group: "*", Resource: "*"}, "*")
	if apierrors.IsUnauthorized(err) {
		return fmt.Errorf("the cluster does not accept the credentials: renew the token or the certificate: %w", err)
	}
	return err
}

// kinds asks what the cluster serves.
func (c *checker) kinds(context.Context) (string, error) {
	if err := c.conn.resources.refresh(); err != nil {
		return "", c.account.explain(err, "ask which kinds the cluster serves")
	}
	list, _ := c.conn.resources.current()
	distinct := map[string]bool{}
	for _, r := range list {
		distinct[r.gvk.GroupKind().String()] = true
	}
	return fmt.Sprintf("the cluster serves %d kinds", len(distinct)), nil
}
