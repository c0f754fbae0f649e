package applications

import (
	"context"
	_ "embed"
	"log/slog"
	"slices"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/shown"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Store keeps applications and projects. They are changed by tasks.
type Store interface {
	Application(ctx context.Context, name string) (model.Application, error)
	Applications(ctx context.Context, f store.ApplicationFilter) ([]model.Application, error)
	ApplicationsJSON(ctx context.Context, f store.ApplicationFilter) ([]string, error)
	ApplicationHistory(ctx context.Context, name string, limit int) ([]store.Revision, error)
	Documents(ctx context.Context, f store.DocumentFilter) ([]*store.Document, error)
}

// Clouds answers where applications run, in Clouddriver's shapes.
type Clouds interface {
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

// Deps are what the area uses.
type Deps struct {
	Store Store
	// Clouds is nil if there are none.
	Clouds Clouds
	Shown  *shown.Reader
	Log    *slog.Logger
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	store  Store
	clouds Clouds
	shown  *shown.Reader
	log    *slog.Logger
}

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{store: d.Store, clouds: d.Clouds, shown: d.Shown, log: d.Log}
	return rest.Area{Routes: slices.Concat(a.applicationRoutes(), a.projectRoutes(), a.searchRoutes()), Schemas: schemasJSON}
}
