package imagebakery

import (
	"context"

	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
)

// Builder builds images, each in a process or a place of its own that outlives this
// process. All methods may be called again after a crash.
type Builder interface {
	// Prepare checks that the plan can be carried out here, and gives the contents of the
	// files that the image depends on. Its faults are the request's or the installation's.
	Prepare(ctx context.Context, p recipe.Plan) (contents [][]byte, err error)
	// Own waits until this process is the only one that sees to the builds of this
	// machine, and lets others once released.
	Own(ctx context.Context) (machine string, release func(), err error)
	// Start starts a build; one that was started is found again. What is left of one that
	// ended is replaced.
	Start(ctx context.Context, b Build) error
	// Look tells how a build is doing, with its log from a byte on.
	Look(id string, from int64) (Progress, error)
	// Cancel has a build stop and clean up. It doesn't wait for that.
	Cancel(id string) error
	// Remove removes what is left of a build. It ends one that is still there.
	Remove(id string) error
	// Builds lists those of which something is there.
	Builds() ([]string, error)
}

// Build is something to build.
type Build struct {
	ID   string
	Plan recipe.Plan
	// Secrets are the values of the plan's secret variables.
	Secrets map[string]string
}

// Progress is how a build is doing.
type Progress struct {
	State BuildState
	// Log is a part of the log that begins where it was asked for; there is more if it is
	// not empty. Secrets are masked, and it is valid UTF-8 once all parts are together.
	Log []byte
	// Failure says why a build that ended has failed; it is "" if it went well.
	Failure string
	// Manifest is what Packer's manifest post-processor wrote, if it did.
	Manifest []byte
}

// BuildState is where a build stands.
type BuildState int

// The states of builds. One that is Gone ended without saying how: its process was
// killed, or its machine restarted.
const (
	BuildRuns BuildState = iota
	BuildEnded
	BuildGone
)
