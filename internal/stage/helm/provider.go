// Package helm holds the stages that work on releases of Helm: installing and
// upgrading, rolling back, uninstalling, and reading the history. A release is
// made in the steps of package manifest, each of which may be carried out more
// than once, and recorded as Helm does, so that helm's own commands know it.
package helm

import (
	"context"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// Provider is what the stages need of the clusters. Errors are faults, as those
// of [manifest.Provider].
type Provider interface {
	manifest.Provider
	// PlanUpgradeRelease installs a release or upgrades it. The plan has the
	// hooks before and the objects; what comes after them is
	// PlanFinishRelease's.
	PlanUpgradeRelease(ctx context.Context, request UpgradeRequest) (manifest.Plan, Planned, error)
	// PlanRollbackRelease makes a new revision that is as an earlier one.
	PlanRollbackRelease(ctx context.Context, request RollbackRequest) (manifest.Plan, Planned, error)
	// PlanFinishRelease runs the hooks after the objects are stable, and marks
	// the revision as the one that is deployed.
	PlanFinishRelease(ctx context.Context, request FinishRequest) (manifest.Plan, error)
	// PlanUninstallRelease deletes a release's objects and, unless its history
	// is kept, its records.
	PlanUninstallRelease(ctx context.Context, request UninstallRequest) (manifest.Plan, error)
	// ReleaseHistory lists a release's revisions, oldest first.
	ReleaseHistory(ctx context.Context, target Target) ([]Revision, error)
}

// Target names a release.
type Target struct {
	Account   string
	Namespace string
	Name      string
}

// Made says who makes a revision.
type Made struct {
	// ID is the operation's.
	ID string
	// By is the stage that makes the revision: run again, it goes on with the
	// revision that it has begun and makes no other.
	By string
	// Application is the application that the objects belong to.
	Application string
	// DisableHooks leaves hooks out.
	DisableHooks bool
}

// UpgradeRequest asks for a release of a chart.
type UpgradeRequest struct {
	Target
	Made
	// Chart is the chart's archive; Values override the chart's.
	Chart  []byte
	Values map[string]any
	// ReuseValues puts the last revision's values under these, ResetValues
	// takes none of them. With neither they are taken where none are given.
	ReuseValues, ResetValues bool
	CreateNamespace          bool
	SkipCRDs                 bool
	// TakeOwnership takes objects over that belong to no release.
	TakeOwnership bool
}

// RollbackRequest asks for an earlier revision, 0 for the one before.
type RollbackRequest struct {
	Target
	Made
	Revision int
	// Failed, where set, is the revision that has failed, and Reason why.
	// MarkOnly does no more than to record that.
	Failed   int
	Reason   string
	MarkOnly bool
}

// FinishRequest marks a revision as deployed.
type FinishRequest struct {
	Target
	Made
	Revision int
	// Event is the hooks': install, upgrade or rollback.
	Event string
	// HistoryMax is how many revisions are kept; 0 for all.
	HistoryMax int
}

// UninstallRequest asks for a release to be deleted.
type UninstallRequest struct {
	Target
	Made
	KeepHistory bool
}

// Planned is the revision that a plan makes.
type Planned struct {
	Revision int
	// Event is install, upgrade or rollback.
	Event string
	Notes string
	Chart string
	// Unchanged says that the stage has made this very revision before.
	Unchanged bool
}

// Revision is one revision of a release.
type Revision struct {
	Revision    int    `json:"revision"`
	Status      string `json:"status"`
	Chart       string `json:"chart"`
	AppVersion  string `json:"appVersion"`
	Description string `json:"description"`
	// Updated is in milliseconds since the epoch.
	Updated int64 `json:"updated"`
}
