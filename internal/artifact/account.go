package artifact

import (
	"context"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// account is one configured account of some kind. It may be used by any number
// of goroutines.
type account interface {
	// name is what pipelines call the account.
	name() string
	// types are the artifact types it handles, as the API lists them.
	types() []string
	// handles tells whether it handles a type; kinds with open-ended types know
	// more than they list.
	handles(artifactType string) bool
	// fetch gives the content. Its errors are faults made by [subject].
	fetch(ctx context.Context, artifact model.Artifact) ([]byte, error)
}

// nameLister is an account that knows what there is to fetch.
type nameLister interface {
	names(ctx context.Context) ([]string, error)
}

// versionLister is an account that knows the versions of a name.
type versionLister interface {
	versions(ctx context.Context, name string) ([]string, error)
}

// fileReader is an account whose artifacts are directories, and that can give
// one file without the rest.
type fileReader interface {
	file(ctx context.Context, artifact model.Artifact, path string) ([]byte, error)
}

// identity is the part that all accounts have in common.
type identity struct {
	accountName string
	typeNames   []string
}

func (i identity) name() string             { return i.accountName }
func (i identity) types() []string          { return slices.Clone(i.typeNames) }
func (i identity) handles(kind string) bool { return slices.Contains(i.typeNames, kind) }
