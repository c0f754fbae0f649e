package kubernetes

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/client-go/tools/clientcmd/api"
)

// StoredAccounts says what accounts may do that somebody adds through the API.
// What is not allowed would have a user of the API run programs on the server,
// read its files, or act as it.
type StoredAccounts struct {
	Enabled             bool `yaml:"enabled" json:"enabled" doc:"If true, accounts can be added, changed, and removed through the API (Clouddriver's account.storage.enabled)."`
	AllowExec           bool `yaml:"allowExec" json:"allowExec" doc:"If true, the kubeconfig of such an account can run a program on the server to get credentials (users[].user.exec, auth-provider). Anyone who can add accounts can then run any program."`
	AllowFiles          bool `yaml:"allowFiles" json:"allowFiles" doc:"If true, such an account can refer to files on the server: kubeconfigFile, tokenFile, certificateAuthority, and those in its kubeconfig. Anyone who can add accounts can then read these files."`
	AllowLocalAddresses bool `yaml:"allowLocalAddresses" json:"allowLocalAddresses" doc:"If true, such an account can use the address of the machine that Gennaker runs on, a link-local address, or a cloud's metadata service (server, proxy-url). Anyone who can add accounts can then send requests to the services there. If false, a server that listens on a loopback address still accepts clusters on its own machine that have a certificate for their address, such as kind's and minikube's."`
	AllowServiceAccount bool `yaml:"allowServiceAccount" json:"allowServiceAccount" doc:"If true, such an account can use the service account of the pod that Gennaker runs in."`
	// LocalServer says that only this machine reaches the server.
	LocalServer bool `yaml:"-" json:"-"`
}

// Check tells what an account of the API may not have, each error beginning
// with the field's name and saying which setting would allow it.
func (s StoredAccounts) Check(c AccountConfig) []error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if names := c.references(); len(names) > 0 {
		bad("%s: refers to a secret of the server, which an account added through the API can't use; give the value", names[0])
		return errs
	}
	if !s.AllowFiles {
		for _, field := range []struct{ name, value string }{
			{"kubeconfigFile", c.KubeconfigFile}, {"tokenFile", c.TokenFile}, {"certificateAuthority", c.CertificateAuthority},
		} {
			if field.value != "" {
				bad("%s: names a file on the server, which an account of the API may not; give what is in it, or have kubernetes.storedAccounts.allowFiles set", field.name)
			}
		}
	}
	switch {
	case c.ServiceAccount && !s.AllowServiceAccount:
		bad("serviceAccount: would act as the server's own service account, which an account of the API may not; have kubernetes.storedAccounts.allowServiceAccount set, or put the account into the configuration")
	case c.KubeconfigContents != "":
		errs = append(errs, s.checkKubeconfig(c)...)
	case c.KubeconfigFile == "" && c.Server == "" && !c.ServiceAccount && !c.Agent:
		bad("kubeconfigContents: is missing; set a kubeconfig, or server and token, or agent: true")
	}
	return append(errs, s.checkReach(c)...)
}

func (s StoredAccounts) checkKubeconfig(c AccountConfig) []error {
	config, err := c.parsedKubeconfig()
	if err != nil {
		return []error{err}
	}
	var errs []error
	file := func(path, where, name, field string) {
		if path != "" && !s.AllowFiles {
			errs = append(errs, fmt.Errorf("kubeconfigContents: %s %q: %s names a file on the server, which an account of the API may not; put what is in it into %s, or have kubernetes.storedAccounts.allowFiles set",
				where, name, field, inPlaceOf[field]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(config.Clusters)) {
		file(config.Clusters[name].CertificateAuthority, "cluster", name, "certificate-authority")
	}
	for _, name := range slices.Sorted(maps.Keys(config.AuthInfos)) {
		user := config.AuthInfos[name]
		file(user.ClientCertificate, "user", name, "client-certificate")
		file(user.ClientKey, "user", name, "client-key")
		file(user.TokenFile, "user", name, "tokenFile")
		if runs := runsPrograms(user); runs != "" && !s.AllowExec {
			errs = append(errs, fmt.Errorf("kubeconfigContents: user %q: %s runs a program on the server, which an account added through the API can't do; use a token or certificates, define the account in the configuration, or ask an administrator to set kubernetes.storedAccounts.allowExec",
				name, runs))
		}
	}
	if len(errs) > 0 {
		return errs
	}
	if _, err := c.fromKubeconfig(); err != nil {
		errs = append(errs, fmt.Errorf("kubeconfigContents: can't be used: %w", err))
	}
	return errs
}

// inPlaceOf are the fields that hold what the file of another has.
var inPlaceOf = map[string]string{
	"certificate-authority": "certificate-authority-data", "client-certificate": "client-certificate-data",
	"client-key": "client-key-data", "tokenFile": "token",
}

// runsPrograms names the field of a kubeconfig's user that has a program run;
// "" for none.
func runsPrograms(user *api.AuthInfo) string {
	switch {
	case user.Exec != nil:
		return "exec"
	case user.AuthProvider != nil:
		return "auth-provider"
	}
	return ""
}
