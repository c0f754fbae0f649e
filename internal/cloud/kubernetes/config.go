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
	Name string `yaml:"name" json:"name" doc:"The account's name. Pipelines refer to it."`
	// Environment and AccountType are labels; the name where empty.
	Environment string `yaml:"environment,omitempty" json:"environment,omitempty" doc:"A label, such as prod. If empty, the name."`
	AccountType string `yaml:"accountType,omitempty" json:"accountType,omitempty" doc:"A label. If empty, the name."`
	// KubeconfigFile is the path of a kubeconfig; ~/.kube/config where neither
	// it nor KubeconfigContents nor ServiceAccount is set. A reference to a
	// secret, encryptedFile:..., stands for the kubeconfig itself.
	KubeconfigFile string `yaml:"kubeconfigFile,omitempty" json:"kubeconfigFile,omitempty" doc:"Path of a kubeconfig. If neither this, kubeconfigContents, nor serviceAccount is set, ~/.kube/config. encryptedFile:... refers to a secret that is the kubeconfig."`
	// KubeconfigContents is the text of a kubeconfig.
	KubeconfigContents string `yaml:"kubeconfigContents,omitempty" json:"kubeconfigContents,omitempty" doc:"The text of a kubeconfig, instead of a file." secret:"true"`
	// Context is the kubeconfig's context to use; its current one where empty.
	Context string `yaml:"context,omitempty" json:"context,omitempty" doc:"The kubeconfig's context to use. If empty, the current context."`
	// ServiceAccount uses the service account of the pod that we run in.
	ServiceAccount bool `yaml:"serviceAccount,omitempty" json:"serviceAccount,omitempty" doc:"If true, uses the service account of the pod that Gennaker runs in, instead of a kubeconfig."`
	// Agent has an agent in the cluster serve the account: it connects to us,
	// and we hold no credentials of the cluster.
	Agent bool `yaml:"agent,omitempty" json:"agent,omitempty" doc:"If true, an agent in the cluster serves the account: it connects to Gennaker, which then needs no credentials. See docs/accounts.md."`
	// Server is the URL of the API server, for an account that has a token and
	// no kubeconfig.
	Server string `yaml:"server,omitempty" json:"server,omitempty" doc:"URL of the API server, such as https://203.0.113.7:6443, for an account with a token instead of a kubeconfig."`
	// Token is a bearer token, such as a service account's; TokenFile is the
	// path of a file with one, which is read again as it changes.
	Token     string `yaml:"token,omitempty" json:"token,omitempty" doc:"A bearer token, such as a service account's, or its place: encrypted:...." secret:"true"`
	TokenFile string `yaml:"tokenFile,omitempty" json:"tokenFile,omitempty" doc:"Path of a file that contains the token. It is read again when it changes."`
	// CertificateAuthorityData are the certificates that Server's is checked
	// with, as PEM or that in base64, CertificateAuthority is the path of a
	// file with them; the system's where neither is set.
	CertificateAuthorityData string `yaml:"certificateAuthorityData,omitempty" json:"certificateAuthorityData,omitempty" doc:"Trusted CA certificates for the server, as PEM or base64-encoded PEM. If neither this nor certificateAuthority is set, the system's certificates."`
	CertificateAuthority     string `yaml:"certificateAuthority,omitempty" json:"certificateAuthority,omitempty" doc:"Path of a file that contains them."`
	// TLSServerName is the name that the certificate must be for; Server's
	// host where empty.
	TLSServerName string `yaml:"tlsServerName,omitempty" json:"tlsServerName,omitempty" doc:"The name that the server's certificate must contain. If empty, the host of server."`
	// InsecureSkipTLSVerify takes any certificate.
	InsecureSkipTLSVerify bool `yaml:"insecureSkipTLSVerify,omitempty" json:"insecureSkipTLSVerify,omitempty" doc:"If true, doesn't verify the server's certificate. Insecure: traffic can be read and altered."`
	// Namespaces are the only namespaces to use, OmitNamespaces the ones not
	// to use. At most one of the two may be set.
	Namespaces     []string `yaml:"namespaces,omitempty" json:"namespaces,omitempty" doc:"The only namespaces to use. If empty, all."`
	OmitNamespaces []string `yaml:"omitNamespaces,omitempty" json:"omitNamespaces,omitempty" doc:"Namespaces to ignore. Can't be combined with namespaces."`
	// Kinds are the only kinds to use, OmitKinds the ones not to use. At most
	// one of the two may be set.
	Kinds     []string `yaml:"kinds,omitempty" json:"kinds,omitempty" doc:"The only kinds to use. If empty, all."`
	OmitKinds []string `yaml:"omitKinds,omitempty" json:"omitKinds,omitempty" doc:"Kinds to ignore. Can't be combined with kinds."`
	// CustomResources say how kinds of your own are treated.
	CustomResources []CustomResource `yaml:"customResources,omitempty" json:"customResources,omitempty" doc:"How custom kinds are treated."`
	// OnlySpinnakerManaged leaves objects out of the views that no pipeline
	// has deployed.
	OnlySpinnakerManaged bool `yaml:"onlySpinnakerManaged,omitempty" json:"onlySpinnakerManaged,omitempty" doc:"If true, views show only objects that a pipeline has deployed."`
	// Permissions are the roles that may read, write and execute.
	Permissions Permissions `yaml:"permissions,omitempty" json:"permissions,omitzero" doc:"Who can use the account. If empty, everyone."`
	// RequestTimeoutSeconds limits each request to the cluster; 30 where 0.
	RequestTimeoutSeconds int `yaml:"kubectlRequestTimeoutSeconds,omitempty" json:"kubectlRequestTimeoutSeconds,omitempty" doc:"Timeout of each request to the cluster, in seconds. 0: 30. (Gennaker doesn't use kubectl; the name is Spinnaker's.)"`
	// QPS and Burst limit the requests to the cluster: 100 a second and 300 at
	// once where 0.
	QPS   float32 `yaml:"qps,omitempty" json:"qps,omitempty" doc:"Requests per second to the cluster. 0: 100."`
	Burst int     `yaml:"burst,omitempty" json:"burst,omitempty" doc:"Maximum burst of requests to the cluster. 0: 300."`
	// FromAPI says that a user of the API has given the account, and not the
	// configuration: [Options].Stored says what it may reach.
	FromAPI bool `yaml:"-" json:"-"`
}

// CustomResource says how a kind is treated that has no rules of its own.
type CustomResource struct {
	// KubernetesKind is the kind with its group: "Certificate.cert-manager.io".
	KubernetesKind string `yaml:"kubernetesKind" json:"kubernetesKind" doc:"The kind and its group, such as Certificate.cert-manager.io."`
	// SpinnakerKind is its place in the views; "unclassified" where empty.
	SpinnakerKind string `yaml:"spinnakerKind,omitempty" json:"spinnakerKind,omitempty" doc:"Where the kind appears in views: instances, configs, serverGroups, loadBalancers, securityGroups, serverGroupManagers, or unclassified (the default)."`
	// DeployPriority is a number, smaller is deployed earlier, or the name of
	// one; "100" where empty.
	DeployPriority string `yaml:"deployPriority,omitempty" json:"deployPriority,omitempty" doc:"A number (lower numbers are deployed first), or the name of a priority, such as WORKLOAD. If empty, 100."`
	// Versioned gives each deployment a name with a version of its own.
	Versioned bool `yaml:"versioned,omitempty" json:"versioned,omitempty" doc:"If true, each deployment gets a versioned name."`
	// Namespaced is true where unset.
	Namespaced *bool `yaml:"namespaced,omitempty" json:"namespaced,omitempty" doc:"If true, the kind is namespaced. Default: true."`
}

// Permissions are roles by what they may do with an account.
type Permissions struct {
	Read    []string `yaml:"READ,omitempty" json:"READ,omitempty" doc:"Roles that can view it."`
	Write   []string `yaml:"WRITE,omitempty" json:"WRITE,omitempty" doc:"Roles that can deploy to it."`
	Execute []string `yaml:"EXECUTE,omitempty" json:"EXECUTE,omitempty" doc:"Roles that can run actions in it."`
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
		errs = append(errs, fmt.Errorf("%s.spinnakerKind: %q is not one of Spinnaker's kinds, such as serverGroups", field, r.SpinnakerKind))
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
