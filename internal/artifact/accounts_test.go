package artifact_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
)

// TestAddressesHoldNoCredentials: addresses are shown to everybody who may see an
// account, so none may hold a password, nor may the error that says so.
func TestAddressesHoldNoCredentials(t *testing.T) {
	t.Parallel()
	const password = "hunter2-and-more"
	type checked interface{ Validate() []error }
	for name, tc := range map[string]struct {
		account checked
		refused bool
	}{
		"git":                     {artifact.GitRepoAccount{Name: "a", Repository: "https://ci:" + password + "@git.example.com/r.git"}, true},
		"git, a token for a user": {artifact.GitRepoAccount{Name: "a", Repository: "https://" + password + "@git.example.com/r.git"}, true},
		"git, ssh":                {artifact.GitRepoAccount{Name: "a", Repository: "ssh://git:" + password + "@git.example.com/r.git"}, true},
		"git, no URL":             {artifact.GitRepoAccount{Name: "a", Repository: "https://ci:" + password + "\x7f@git.example.com/r.git"}, true},
		"git, user of ssh":        {artifact.GitRepoAccount{Name: "a", Repository: "ssh://git@git.example.com/r.git"}, false},
		"git, short":              {artifact.GitRepoAccount{Name: "a", Repository: "git@git.example.com:r.git"}, false},
		"git, plain":              {artifact.GitRepoAccount{Name: "a", Repository: "https://git.example.com/r.git"}, false},
		"git, any":                {artifact.GitRepoAccount{Name: "a"}, false},
		"registry":                {artifact.DockerAccount{Name: "a", Address: "https://ci:" + password + "@registry.example.com"}, true},
		"registry, no scheme":     {artifact.DockerAccount{Name: "a", Address: "ci:" + password + "@registry.example.com/x"}, true},
		"registry, plain":         {artifact.DockerAccount{Name: "a", Address: "registry.example.com:5000"}, false},
		"helm":                    {artifact.HelmAccount{Name: "a", Repository: "https://ci:" + password + "@charts.example.com"}, true},
		"maven":                   {artifact.MavenAccount{Name: "a", RepositoryURL: "https://ci:" + password + "@maven.example.com"}, true},
		"s3":                      {artifact.S3Account{Name: "a", APIEndpoint: "https://ci:" + password + "@s3.example.com"}, true},
		"gcs":                     {artifact.GCSAccount{Name: "a", APIEndpoint: "https://ci:" + password + "@gcs.example.com"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := errors.Join(tc.account.Validate()...)
			if !tc.refused {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.NotContains(t, err.Error(), password)
		})
	}
}
