package infrastructure

import (
	"cmp"
	"context"
	"io"
	"maps"
	"slices"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// What only some providers can do. A provider implements those that it can;
// what a request needs and its provider can't is a NotFound fault.

// Describer describes a provider's accounts, as the API lists them.
type Describer interface {
	// CloudAccounts describes all accounts, by name.
	CloudAccounts(ctx context.Context) ([]view.Account, error)
}

// CloudAccounts describes the accounts of all clouds, by name, with how the watch of
// each is.
func (s *Shared) CloudAccounts(ctx context.Context) ([]view.Account, error) {
	var out []view.Account
	watches := s.Watches(ctx)
	for _, cloud := range s.clouds {
		describer, ok := cloud.Own.(Describer)
		if !ok {
			continue
		}
		described, err := describer.CloudAccounts(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, described...)
	}
	for i, account := range out {
		if state, ok := watches[account.Name]; ok {
			details := maps.Clone(account.Details)
			if details == nil {
				details = map[string]any{}
			}
			details["watch"] = state
			out[i].Details = details
		}
	}
	slices.SortStableFunc(out, func(a, b view.Account) int { return cmp.Compare(a.Name, b.Name) })
	return out, nil
}

// Consoles show the end of an instance's logs.
type Consoles interface {
	// Console is the output of an instance, in the provider's own shape.
	Console(ctx context.Context, account, region, instance string) (any, error)
}

// Logs read logs of instances.
type Logs interface {
	// Log reads a part of an instance's log; who asked closes it.
	Log(ctx context.Context, account, region, instance string, part view.LogPart) (io.ReadCloser, error)
}

// Jobs are things that run once.
type Jobs interface {
	// Job tells how a job is doing; nil where there is none.
	Job(ctx context.Context, account, region, name string) (any, error)
}

// Dependencies tell what keeps an application from being deleted.
type Dependencies interface {
	// ApplicationDependencies names the kinds of things that an application has,
	// and the accounts that could not be asked.
	ApplicationDependencies(ctx context.Context, application string) (left, unreached []string, err error)
}

// own is what the provider of an account can do besides; a NotFound fault where
// there is no such account, or its provider has no such thing.
func own[T any](s *Shared, account, what string) (T, error) {
	var none T
	for _, cloud := range s.clouds {
		if !slices.Contains(cloud.Keeper.Accounts(), account) {
			continue
		}
		if able, ok := cloud.Own.(T); ok {
			return able, nil
		}
		return none, fault.New(fault.NotFound, "account %s has no %s: accounts of type %s have none", account, what, cloud.ID)
	}
	// The account may be new, and its provider knows how to look for it.
	for _, cloud := range s.clouds {
		if able, ok := cloud.Own.(T); ok {
			return able, nil
		}
	}
	return none, fault.New(fault.NotFound, "Account not found (name: %s)", account)
}

// Console is the output of an instance, which clients name by its id, as lists
// do, or by its full name.
func (s *Shared) Console(ctx context.Context, account, region, id string) (any, error) {
	consoles, err := own[Consoles](s, account, "consoles")
	if err != nil {
		return nil, err
	}
	name, err := s.PodName(ctx, account, region, id)
	if err != nil {
		return nil, err
	}
	return consoles.Console(ctx, account, region, name)
}

// Log reads a part of an instance's log; who asked closes it.
func (s *Shared) Log(ctx context.Context, account, region, id string, part view.LogPart) (io.ReadCloser, error) {
	logs, err := own[Logs](s, account, "logs")
	if err != nil {
		return nil, err
	}
	name, err := s.PodName(ctx, account, region, id)
	if err != nil {
		return nil, err
	}
	return logs.Log(ctx, account, region, name, part)
}

// Job tells how a job is doing. None is a NotFound fault.
func (s *Shared) Job(ctx context.Context, account, region, name string) (any, error) {
	jobs, err := own[Jobs](s, account, "jobs")
	if err != nil {
		return nil, err
	}
	found, err := jobs.Job(ctx, account, region, name)
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, fault.New(fault.NotFound, "Job not found (account: %s, region: %s, name: %s)", account, region, name)
	}
	return found, nil
}

// ApplicationDependencies names the kinds of things that an application has:
// what the clouds say, and of accounts that can't be reached what was last seen.
func (s *Shared) ApplicationDependencies(ctx context.Context, application string) ([]string, error) {
	var out []string
	for _, cloud := range s.clouds {
		left, unreached := []string(nil), cloud.Keeper.Accounts()
		if live, ok := cloud.Own.(Dependencies); ok {
			var err error
			if left, unreached, err = live.ApplicationDependencies(ctx, application); err != nil {
				return nil, err
			}
		}
		out = append(out, left...)
		if len(unreached) == 0 {
			continue
		}
		last, err := s.LastSeen(ctx, application, unreached)
		if err != nil {
			return nil, err
		}
		out = append(out, last...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
