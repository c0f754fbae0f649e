package kubernetes

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/cert"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// String names the account, and shows none of its secrets.
func (c AccountConfig) String() string { return "kubernetes account " + c.Name }

// GoString does the same for %#v.
func (c AccountConfig) GoString() string { return c.String() }

// LogValue does the same for logs.
func (c AccountConfig) LogValue() slog.Value { return slog.StringValue(c.String()) }

// validateCredentials checks the fields that say how the cluster is reached.
func (c AccountConfig) validateCredentials() []error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	var sources []string
	for _, source := range []struct {
		field string
		set   bool
	}{
		{"kubeconfigFile", c.KubeconfigFile != ""},
		{"kubeconfigContents", c.KubeconfigContents != ""},
		{"serviceAccount", c.ServiceAccount},
		{"server", c.Server != ""},
		{"agent", c.Agent},
	} {
		if source.set {
			sources = append(sources, source.field)
		}
	}
	if len(sources) > 1 {
		bad("%s: only one of %s may be set", sources[0], strings.Join(sources, ", "))
	}
	if c.Context != "" && (c.ServiceAccount || c.Server != "" || c.Agent) {
		bad("context: belongs to a kubeconfig; it has no meaning with %s", strings.Join(sources, ", "))
	}
	if c.Server != "" {
		return append(errs, c.validateServer()...)
	}
	for _, alone := range []struct {
		field string
		set   bool
	}{
		{"token", c.Token != ""},
		{"tokenFile", c.TokenFile != ""},
		{"certificateAuthorityData", c.CertificateAuthorityData != ""},
		{"certificateAuthority", c.CertificateAuthority != ""},
		{"tlsServerName", c.TLSServerName != ""},
		{"insecureSkipTLSVerify", c.InsecureSkipTLSVerify},
	} {
		if alone.set {
			bad("%s: needs server, the URL of the API server", alone.field)
		}
	}
	return errs
}

func (c AccountConfig) validateServer() []error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	u, err := url.Parse(c.Server)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.RawQuery != "":
		bad("server: is no URL such as https://203.0.113.7:6443")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		bad("server: must start with https://, to protect the token")
	}
	if (c.Token == "") == (c.TokenFile == "") {
		bad("token: an account with a server needs one of token and tokenFile")
	}
	if strings.ContainsAny(strings.TrimSpace(c.Token), " \r\n\t") {
		bad("token: must be one word")
	}
	if c.CertificateAuthorityData != "" && c.CertificateAuthority != "" {
		bad("certificateAuthority: only one of certificateAuthority and certificateAuthorityData may be set")
	}
	if _, err := c.authority(); err != nil {
		bad("certificateAuthorityData: %w", err)
	}
	if c.InsecureSkipTLSVerify && (c.CertificateAuthorityData != "" || c.CertificateAuthority != "") {
		bad("insecureSkipTLSVerify: has no meaning together with a certificate authority")
	}
	return errs
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// authority reads certificateAuthorityData: PEM, or that in base64, as a
// kubeconfig has it.
func (c AccountConfig) authority() ([]byte, error) {
	text := strings.TrimSpace(c.CertificateAuthorityData)
	if text == "" {
		return nil, nil
	}
	data := []byte(text)
	if !bytes.HasPrefix(data, []byte("-----BEGIN")) {
		var err error
		if data, err = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err != nil {
			return nil, errors.New("is neither PEM nor PEM in base64")
		}
	}
	if _, err := cert.ParseCertsPEM(data); err != nil {
		return nil, errors.New("contains no PEM certificate")
	}
	return data, nil
}

// restConfig is the way to the cluster, without what all accounts have in
// common. Files are read now; of those that it names, tokens and certificates
// are read again as they change.
func (c AccountConfig) restConfig() (*rest.Config, error) {
	switch {
	case c.ServiceAccount:
		return rest.InClusterConfig()
	case c.Server != "":
		authority, err := c.authority()
		if err != nil {
			return nil, fmt.Errorf("certificateAuthorityData: %w", err)
		}
		return &rest.Config{
			Host: c.Server, BearerToken: strings.TrimSpace(c.Token), BearerTokenFile: c.TokenFile,
			TLSClientConfig: rest.TLSClientConfig{
				Insecure: c.InsecureSkipTLSVerify, ServerName: c.TLSServerName,
				CAData: authority, CAFile: c.CertificateAuthority,
			},
		}, nil
	}
	config, err := c.fromKubeconfig()
	if err != nil {
		return nil, err
	}
	if config.ExecProvider != nil {
		// A plugin that asks a question would wait for ever.
		config.ExecProvider.StdinUnavailable = true
		config.ExecProvider.StdinUnavailableMessage = "a server can't prompt for input"
	}
	return config, nil
}

// parsedKubeconfig reads kubeconfigContents.
func (c AccountConfig) parsedKubeconfig() (*clientcmdapi.Config, error) {
	text := []byte(c.KubeconfigContents)
	_, err := yamldoc.Check(text, limit.Text)
	var config *clientcmdapi.Config
	if err == nil {
		config, err = clientcmd.Load(text)
	}
	if err != nil {
		return nil, fmt.Errorf("kubeconfigContents: this is not a kubeconfig (paste the output of kubectl config view --flatten --minify): %w", err)
	}
	return config, nil
}

func (c AccountConfig) fromKubeconfig() (*rest.Config, error) {
	overrides := &clientcmd.ConfigOverrides{CurrentContext: c.Context}
	if c.KubeconfigContents != "" {
		raw, err := c.parsedKubeconfig()
		if err != nil {
			return nil, err
		}
		return clientcmd.NewNonInteractiveClientConfig(*raw, c.Context, overrides, nil).ClientConfig()
	}
	file := c.KubeconfigFile
	if file == "" {
		file = clientcmd.RecommendedHomeFile
	}
	return clientcmd.NewNonInteractiveDeferredLoadingClientConfig(
		&clientcmd.ClientConfigLoadingRules{ExplicitPath: file}, overrides).ClientConfig()
}
