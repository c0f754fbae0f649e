package kubernetes

import (
	"fmt"
	"strconv"
	"strings"
)

// AccountConfig is one entry of kubernetes.accounts: a cluster and what may be
// done with it. The fields are Spinnaker's.
type AccountConfig struct {
	// Name is the account's name, by which pipelines choose it.
	Name string `yaml:"name" json:"name" doc:"The account's name, by which pipelines choose it."`
	// Environment and AccountType are labels; the name where empty.
	Environment string `yaml:"environment,omitempty" json:"environment,omitempty" doc:"A label, such as prod; the name where empty."`
	AccountType string `yaml:"accountType,omitempty" json:"accountType,omitempty" doc:"A label; the name where empty."`
	// KubeconfigFile is the path of a kubeconfig; ~/.kube/config where neither
	// it nor KubeconfigContents nor ServiceAccount is set. A reference to a
	// secret, encryptedFile:..., stands for the kubeconfig itself.
	KubeconfigFile string `yaml:"kubeconfigFile,omitempty" json:"kubeconfigFile,omitempty" doc:"Path of a kubeconfig; ~/.kube/config where neither it nor kubeconfigContents nor serviceAccount is set. encryptedFile:... refers to a secret that is the kubeconfig."`
	// KubeconfigContents is the text of a kubeconfig.
	KubeconfigContents string `yaml:"kubeconfigContents,omitempty" json:"kubeconfigContents,omitempty" doc:"The text of a kubeconfig, in place of a file." secret:"true"`
	// Context is the kubeconfig's context to use; its current one where empty.
	Context string `yaml:"context,omitempty" json:"context,omitempty" doc:"The kubeconfig's context to use; its current one where empty."`
	// ServiceAccount uses the service account of the pod that we run in.
	ServiceAccount bool `yaml:"serviceAccount,omitempty" json:"serviceAccount,omitempty" doc:"Whether to use the service account of the pod that Gennaker runs in, in place of a kubeconfig."`
	// Agent has an agent in the cluster serve the account: it connects to us,
	// and we hold no credentials of the cluster.
	Agent bool `yaml:"agent,omitempty" json:"agent,omitempty" doc:"Whether an agent in the cluster serves the account: it connects to Gennaker, which needs no credentials then. See docs/accounts.md."`
	// Server is the URL of the API server, for an account that has a token and
	// no kubeconfig.
	Server string `yaml:"server,omitempty" json:"server,omitempty" doc:"URL of the API server, such as https://203.0.113.7:6443, for an account with a token in place of a kubeconfig."`
	// Token is a bearer token, such as a service account's; TokenFile is the
	// path of a file with one, which is read again as it changes.
	Token     string `yaml:"token,omitempty" json:"token,omitempty" doc:"A bearer token, such as a service account's, or its place: encrypted:...." secret:"true"`
	TokenFile string `yaml:"tokenFile,omitempty" json:"tokenFile,omitempty" doc:"Path of a file with the token, which is read again as it changes."`
	// CertificateAuthorityData are the certificates that Server's is checked
	// with, as PEM or that in base64, CertificateAuthority is the path of a
	// file with them; the system's where neither is set.
	CertificateAuthorityData string `yaml:"certificateAuthorityData,omitempty" json:"certificateAuthorityData,omitempty" doc:"Certificates to check the server's with, as PEM or that in base64; the system's where neither it nor certificateAuthority is set."`
	CertificateAuthority     string `yaml:"certificateAuthority,omitempty" json:"certificateAuthority,omitempty" doc:"Path of a file with them."`
	// TLSServerName is the name that the certificate must be for; Server's
	// host where empty.
	TLSServerName string `yaml:"tlsServerName,omitempty" json:"tlsServerName,omitempty" doc:"The name that the server's certificate must be for; the host of server where empty."`
	// InsecureSkipTLSVerify takes any certificate.
	InsecureSkipTLSVerify bool `yaml:"insecureSkipTLSVerify,omitempty" json:"insecureSkipTLSVerify,omitempty" doc:"Whether to take any certificate. Whoever is on the way can then read and change everything."`
	// Namespaces are the only namespaces to use, OmitNamespaces the ones not
	// to use. At most one of the two may be set.
	Namespaces     []string `yaml:"namespaces,omitempty" json:"namespaces,omitempty" doc:"The only namespaces to use; all where empty."`
	OmitNamespaces []string `yaml:"omitNamespaces,omitempty" json:"omitNamespaces,omitempty" doc:"Namespaces to leave alone. Excludes namespaces."`
	// Kinds are the only kinds to use, OmitKinds the ones not to use. At most
	// one of the two may be set.
	Kinds     []string `yaml:"kinds,omitempty" json:"kinds,omitempty" doc:"The only kinds to use; all where empty."`
	OmitKinds []string `yaml:"omitKinds,omitempty" json:"omitKinds,omitempty" doc:"Kinds to leave alone. Excludes kinds."`
	// CustomResources say how kinds of your own are treated.
	CustomResources []CustomResource `yaml:"customResources,omitempty" json:"customResources,omitempty" doc:"How kinds of your own are treated."`
	// OnlySpinnakerManaged leaves objects out of the views that no pipeline
	// has deployed.
	OnlySpinnakerManaged bool `yaml:"onlySpinnakerManaged,omitempty" json:"onlySpinnakerManaged,omitempty" doc:"Whether to leave objects out of the views that no pipeline has deployed."`
	// Permissions are the roles that may read, write and execute.
	Permissions Permissions `yaml:"permissions,omitempty" json:"permissions,omitzero" doc:"Who may use the account; everybody where empty."`
	// RequestTimeoutSeconds limits each request to the cluster; 30 where 0.
	RequestTimeoutSeconds int `yaml:"kubectlRequestTimeoutSeconds,omitempty" json:"kubectlRequestTimeoutSeconds,omitempty" doc:"Limit of each request to the cluster, in seconds; 30 where 0. (There is no kubectl; the name is Spinnaker's.)"`
	// QPS and Burst limit the requests to the cluster: 100 a second and 300 at
	// once where 0.
	QPS   float32 `yaml:"qps,omitempty" json:"qps,omitempty" doc:"Requests to the cluster a second; 100 where 0."`
	Burst int     `yaml:"burst,omitempty" json:"burst,omitempty" doc:"Requests to the cluster at once; 300 where 0."`
	// FromAPI says that a user of the API has given the account, and not the
	// configuration: [Options].Stored says what it may reach.
	FromAPI bool `yaml:"-" json:"-"`
}

// CustomResource says how a kind is treated that has no rules of its own.
type CustomResource struct {
	// KubernetesKind is the kind with its group: "Certificate.cert-manager.io".
	KubernetesKind string `yaml:"kubernetesKind" json:"kubernetesKind" doc:"The kind with its group, such as Certificate.cert-manager.io."`
	// SpinnakerKind is its place in the views; "unclassified" where empty.
	SpinnakerKind string `yaml:"spinnakerKind,omitempty" json:"spinnakerKind,omitempty" doc:"Its place in the views: instances, configs, serverGroups, loadBalancers, securityGroups, serverGroupManagers or unclassified, which is the default."`
	// DeployPriority is a number, smaller is deployed earlier, or the name of
	// one; "100" where empty.
	DeployPriority string `yaml:"deployPriority,omitempty" json:"deployPriority,omitempty" doc:"A number, smaller is deployed earlier, or the name of a priority, such as WORKLOAD; 100 where empty."`
	// Versioned gives each deployment a name with a version of its own.
	Versioned bool `yaml:"versioned,omitempty" json:"versioned,omitempty" doc:"Whether each deployment has a name with a version of its own."`
	// Namespaced is true where unset.
	Namespaced *bool `yaml:"namespaced,omitempty" json:"namespaced,omitempty" doc:"Whether the kind stands in namespaces; true where unset."`
}

// Permissions are roles by what they may do with an account.
type Permissions struct {
	Read    []string `yaml:"READ,omitempty" json:"READ,omitempty" doc:"Roles that may see it."`
	Write   []string `yaml:"WRITE,omitempty" json:"WRITE,omitempty" doc:"Roles that may deploy to it."`
	Execute []string `yaml:"EXECUTE,omitempty" json:"EXECUTE,omitempty" doc:"Roles that may run what is there."`
}

// Validate tells everything that is wrong with the configuration, each error
// beginning with the field's name.
func (c AccountConfig) Validate() []error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if strings.TrimSpace(c.Name) == "" {
		bad("name: is missing")
	}
	errs = append(errs, c.validateCredentials()...)
	if len(c.Namespaces) > 0 && len(c.OmitNamespaces) > 0 {
		bad("omitNamespaces: only one of namespaces and omitNamespaces may be set")
	}
	if len(c.Kinds) > 0 && len(c.OmitKinds) > 0 {
		bad("omitKinds: only one of kinds and omitKinds may be set")
	}
	for field, list := range map[string][]string{
		"namespaces": c.Namespaces, "omitNamespaces": c.OmitNamespaces, "kinds": c.Kinds, "omitKinds": c.OmitKinds,
	} {
		for i, entry := range list {
			if strings.TrimSpace(entry) == "" {
				bad("%s[%d]: is empty", field, i)
			}
		}
	}
	for i, r := range c.CustomResources {
		errs = append(errs, r.validate(fmt.Sprintf("customResources[%d]", i))...)
	}
	if c.RequestTimeoutSeconds < 0 {
		bad("kubectlRequestTimeoutSeconds: must not be negative")
	}
	if c.QPS < 0 {
		bad("qps: must not be negative")
	}
	if c.Burst < 0 {
		bad("burst: must not be negative")
	}
	return errs
}

func (r CustomResource) validate(field string) []error {
	var errs []error
	if r.KubernetesKind == "" {
		errs = append(errs, fmt.Errorf("%s.kubernetesKind: is missing", field))
	} else if !strings.Contains(r.KubernetesKind, ".") {
		errs = append(errs, fmt.Errorf("%s.kubernetesKind: %q needs its group, as in Certificate.cert-manager.io", field, r.KubernetesKind))
	}
	if _, ok := parsePriority(r.DeployPriority); !ok {
		errs = append(errs, fmt.Errorf("%s.deployPriority: %q is neither a number nor the name of a priority, such as WORKLOAD", field, r.DeployPriority))
	}
	switch r.SpinnakerKind {
	case "", "instances", "configs", "serverGroups", "loadBalancers", "securityGroups", "serverGroupManagers", "unclassified":
	default:
		errs = append(errs, fmt.Errorf("%s.spinnakerKind: %q is none of Spinnaker's kinds, such as serverGroups", field, r.SpinnakerKind))
	}
	return errs
}

// parsePriority reads a deploy priority, as a number or by Spinnaker's name.
func parsePriority(text string) (int, bool) {
	if text == "" {
		return priorityWorkload, true
	}
	if n, err := strconv.Atoi(text); err == nil {
		return n, true
	}
	n, ok := priorityNames[strings.TrimSuffix(strings.ToUpper(text), "_PRIORITY")]
	return n, ok
}
