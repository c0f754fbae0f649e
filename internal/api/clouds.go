package api

import (
	"context"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// Infrastructure answers what runs in the clouds, in Clouddriver's shapes.
type Infrastructure interface {
	// ApplicationClusters gives an application's clusters by account, each in
	// short: name, provider, loadBalancers, serverGroups.
	ApplicationClusters(ctx context.Context, application string) (map[string][]map[string]any, error)
	// ApplicationAccounts gives the names of the accounts that each application
	// has something in, by the application's name in lower case; also of
	// applications that nobody has created here.
	ApplicationAccounts(ctx context.Context) (map[string][]string, error)
	ProjectClusters(ctx context.Context, clusters []view.ProjectCluster) ([]any, error)
	// Search finds what has a text in its name: of types such as serverGroups.
	Search(ctx context.Context, text string, types []string) ([]map[string]any, error)
}
