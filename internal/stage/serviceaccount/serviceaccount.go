// Package serviceaccount gives pipelines with roles a service account of their
// own when they are saved: the task updatePipelinePermissions, which the stages
// savePipeline and updatePipeline begin with where
// tasks.use-managed-service-accounts is on. Its rules are those of Orca's
// SaveServiceAccountTask, with one exception: a pipeline may keep a service
// account that it names only where the name is a managed one's, so that nobody
// can change the roles of any other account by saving a pipeline.
package serviceaccount

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage"
)

// Class is Orca's name of the task.
const Class = "com.netflix.spinnaker.orca.front50.tasks.SaveServiceAccountTask"

// Ends of the names of managed service accounts: of one pipeline's, and of one
// that all pipelines with the same roles share.
const (
	suffix       = "@managed-service-account"
	sharedSuffix = "@shared-managed-service-account"
)

// Permission is what a user may do.
type Permission struct {
	Roles []string
	Admin bool
}

// Accounts knows users and keeps service accounts. It is called by any number
// of tasks at a time. Faults of kind Invalid, Forbidden and Conflict are
// lasting; any other error has it called again.
type Accounts interface {
	// Permission reads what a user or service account may do; one that isn't
	// there is a fault of kind NotFound.
	Permission(ctx context.Context, user string) (Permission, error)
	// SaveServiceAccount creates a service account, or gives the one of that
	// name these roles.
	SaveServiceAccount(ctx context.Context, name string, roles []string) error
}

// Options say how service accounts are made.
type Options struct {
	Accounts Accounts
	// Shared has pipelines with the same roles share a service account:
	// tasks.use-shared-managed-service-accounts.
	Shared bool
}

// Wrap returns the types with savePipeline and updatePipeline begun by the
// task; the others are left as they are.
func Wrap(types []*stage.Type, options Options) []*stage.Type {
	out := slices.Clone(types)
	for i, t := range out {
		if t.Name != "savePipeline" && t.Name != "updatePipeline" {
			continue
		}
		wrapped := *t
		wrapped.Definition = definition{t.Definition}
		wrapped.Tasks = maps.Clone(t.Tasks)
		wrapped.Tasks[Class] = task{options}
		out[i] = &wrapped
	}
	return out
}

// definition is a definition with one more task.
type definition struct{ base engine.Definition }

// Tasks gives the base's tasks after this package's.
func (d definition) Tasks(view engine.View) ([]engine.TaskSpec, error) {
	specs, err := d.base.Tasks(view)
	if err != nil {
		return nil, err
	}
	return append([]engine.TaskSpec{{Name: "updatePipelinePermissions", Class: Class}}, specs...), nil
}

// task makes or changes service accounts, and has the pipelines' triggers run
// as these.
type task struct{ options Options }

// Backoff and Timeout are those of Orca's SaveServiceAccountTask.
func (task) Backoff(stage.Input) time.Duration { return time.Second }

// Timeout is how long it is tried.
func (task) Timeout(stage.Input) (time.Duration, bool) { return time.Minute, false }

// ensure has the service account have the roles, where the user has them all.
func (t task) ensure(ctx context.Context, user, account string, roles []string) error {
	current, err := t.options.Accounts.Permission(ctx, account)
	if err == nil && sameSet(current.Roles, roles) {
		return nil
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return stage.Failure(stage.HTTPException, fmt.Errorf("read service account %s: %w", account, err))
	}
	if len(roles) > 0 {
		permission, err := t.options.Accounts.Permission(ctx, user)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return stage.Failure(stage.HTTPException, fmt.Errorf("read the roles of %s: %w", user, err))
		}
		if user == "" || !permission.Admin && !containsAll(permission.Roles, roles) {
			return &stage.Error{Type: "UserException", Message: fmt.Sprintf("User '%s' is not authorized with all roles for pipeline", user)}
		}
	}
	if err := t.options.Accounts.SaveServiceAccount(ctx, account, roles); err != nil {
		return stage.Failure(stage.HTTPException, fmt.Errorf("save service account %s: %w", account, err))
	}
	return nil
}

func sameSet(a, b []string) bool { return containsAll(a, b) && containsAll(b, a) }

func containsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
