package artifact

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// Chart fetches a chart's archive from a repository that an account is for, by the
// repository's URL or, after "@" or "alias:", by the account's name. It is nil if there is
// no such account: nothing is fetched from repositories that no account names.
func (s *Service) Chart(ctx context.Context, repository, name, version string) ([]byte, error) {
	for _, a := range *s.accounts.Load() {
		if a.handles("helm/chart") && isOf(a, repository) {
			return s.FetchArtifact(ctx, model.Artifact{Type: "helm/chart", ArtifactAccount: a.name(), Name: name, Version: version})
		}
	}
	return nil, nil
}

// isOf tells whether an account is for a repository of charts.
func isOf(a account, repository string) bool {
	for _, prefix := range []string{"@", "alias:"} {
		if name, ok := strings.CutPrefix(repository, prefix); ok {
			return a.name() == name
		}
	}
	switch a := a.(type) {
	case *helmRepository:
		return a.base == strings.TrimSuffix(repository, "/")+"/"
	case *helmOCI:
		address, ok := strings.CutPrefix(repository, "oci://")
		return ok && a.base == strings.Trim(address, "/")
	}
	return false
}
