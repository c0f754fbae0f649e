package cluster

import (
	"errors"
	"fmt"
	"os"

	"github.com/gennaker/gennaker/sandbox/internal/pki"
)

// The users that get a kubeconfig beside the components.
const (
	adminUser    = "sandbox-admin"
	readOnlyUser = "sandbox-viewer"
)

// serviceIP is the address of the API server's service inside the cluster.
const serviceIP = "10.96.0.1"

// writeCredentials makes the authority, or takes that of a kept run, and from
// it the certificates, keys and kubeconfigs of everyone involved.
func writeCredentials(l *layout, server string, hosts []string) (*pki.Authority, error) {
	authority, err := pki.LoadAuthority(l.path(pkiDir))
	if errors.Is(err, os.ErrNotExist) {
		authority, err = newAuthority(l.path(pkiDir))
	}
	if err != nil {
		return nil, err
	}
	// The controllers may do everything, so that they can start while the
	// API server is still creating the roles.
	masters := []string{"system:masters"}
	for _, c := range []struct {
		file       string
		id         pki.Identity
		kubeconfig string
	}{
		{file: "apiserver", id: pki.Identity{User: "kube-apiserver", Hosts: append(hosts, serviceIP,
			"kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local")}},
		{file: "kubelet-client", id: pki.Identity{User: kubeletClient, Groups: masters}},
		{file: "front-proxy", id: pki.Identity{User: "front-proxy"}},
		{file: "simulated-kubelet", id: pki.Identity{User: "simulated-kubelet", Hosts: hosts}},
		{file: "controller-manager", id: pki.Identity{User: "system:kube-controller-manager", Groups: masters}, kubeconfig: l.pki("controller-manager.kubeconfig")},
		{file: "scheduler", id: pki.Identity{User: "system:kube-scheduler", Groups: masters}, kubeconfig: l.pki("scheduler.kubeconfig")},
		{file: "admin", id: pki.Identity{User: adminUser, Groups: masters}, kubeconfig: l.kubeconfig},
		{file: "viewer", id: pki.Identity{User: readOnlyUser}, kubeconfig: l.kubeconfig + ReadOnlySuffix},
	} {
		pair, err := authority.Issue(c.id)
		if err != nil {
			return nil, err
		}
		if err := pair.Save(l.path(pkiDir), c.file); err != nil {
			return nil, err
		}
		if c.kubeconfig == "" {
			continue
		}
		if err := authority.WriteKubeconfig(c.kubeconfig, server, c.id.User, pair); err != nil {
			return nil, err
		}
	}
	return authority, nil
}

func newAuthority(dir string) (*pki.Authority, error) {
	authority, err := pki.NewAuthority()
	if err != nil {
		return nil, err
	}
	signing, err := pki.NewSigningKey()
	if err != nil {
		return nil, err
	}
	if err := signing.Save(dir, "service-account"); err != nil {
		return nil, err
	}
	if err := authority.Save(dir); err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return authority, nil
}
