package account

import (
	"context"
	"maps"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/store"
)

// Check connects with an account and tells what is missing for pipelines to work
// with it.
func (s *Service) Check(ctx context.Context, name string) (provider.Result, error) {
	if err := s.Load(ctx); err != nil {
		return nil, err
	}
	if problem := s.problem(name); problem != "" {
		return provider.Report{Account: name, Steps: []provider.Step{
			{Name: "definition", Status: provider.StepFailed, Detail: problem},
		}}, nil
	}
	account, ok := s.account(name)
	if !ok {
		return nil, fault.New(fault.NotFound, "No account found with name %s", name)
	}
	defer s.Recheck(account.Key) //nolint:contextcheck // what is shown of it is to agree, whether or not who asked waits
	return s.kinds()[account.Type].provider.Check(ctx, account)
}

// CheckDefinition does the same for an account that is not stored, or not like
// that.
func (s *Service) CheckDefinition(ctx context.Context, definition map[string]any) (provider.Result, error) {
	key, k, err := s.header(definition)
	if err != nil {
		return nil, err
	}
	old, err := s.row(ctx, key.Name)
	if err != nil {
		return nil, err
	}
	complete, err := s.complete(ctx, key, k, definition, old)
	if err != nil {
		return nil, err
	}
	account := definitionOf(key, complete)
	if err := k.allow(account); err != nil {
		return nil, err
	}
	return k.provider.Check(ctx, account)
}

// Rotation tells what a change of the key has done.
type Rotation struct {
	// Encrypted is how many accounts were encrypted anew, Current how many were
	// with the first key already.
	Encrypted int `json:"encrypted"`
	Current   int `json:"current"`
	// Failed are the accounts whose secrets can't be read, with the reason.
	Failed map[string]string `json:"failed,omitempty"`
}

// Sealed are secrets of another part that are encrypted with the same keys.
type Sealed interface {
	// Rotate encrypts those anew that aren't encrypted with the first key, and tells how
	// many, how many others there are, and which can't be read, by name.
	Rotate(ctx context.Context) (encrypted, current int, failed map[string]string, err error)
}

// RotateKey encrypts the secrets of all stored accounts with the first key. It
// may be run again at any time.
func (s *Service) RotateKey(ctx context.Context) (*Rotation, error) {
	if err := s.enabled(""); err != nil {
		return nil, err
	}
	rows, err := s.store.Accounts(ctx, store.AccountFilter{})
	if err != nil {
		return nil, err
	}
	done := &Rotation{Failed: map[string]string{}}
	for _, row := range rows {
		if row.Secrets == "" {
			continue
		}
		if s.keys.Current(row.Secrets) {
			done.Current++
			continue
		}
		changed, err := s.reseal(ctx, row)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			done.Failed[row.Name] = err.Error()
		case changed:
			done.Encrypted++
		default: // it was saved meanwhile, and with the first key
			done.Current++
		}
	}
	for _, other := range s.others {
		encrypted, current, failed, err := other.Rotate(ctx)
		if err != nil {
			return nil, err
		}
		done.Encrypted += encrypted
		done.Current += current
		maps.Copy(done.Failed, failed)
	}
	s.log.InfoContext(ctx, "accounts re-encrypted", "encrypted", done.Encrypted, "current", done.Current, "failed", len(done.Failed))
	return done, nil
}

func (s *Service) reseal(ctx context.Context, row *store.AccountDefinition) (changed bool, err error) {
	plain, err := s.keys.Open(ctx, place(row.Name), row.Secrets)
	if err != nil {
		return false, err
	}
	sealed, err := s.keys.Seal(ctx, place(row.Name), plain)
	if err != nil {
		return false, err
	}
	err = s.store.Write(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		changed, err = tx.ResealAccount(ctx, row.Name, row.Version, sealed)
		return err
	})
	return changed, err
}
