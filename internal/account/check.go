package account

import (
	"context"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
)

// Check connects to an account's cluster and tells what is missing for
// pipelines to work there.
func (s *Service) Check(ctx context.Context, name string) (*kubernetes.Report, error) {
	if err := s.Load(ctx); err != nil {
		return nil, err
	}
	if problem := s.problem(name); problem != "" {
		return &kubernetes.Report{Account: name, Steps: []kubernetes.Step{
			{Name: "definition", Status: kubernetes.StepFailed, Detail: problem},
		}}, nil
	}
	config, ok := s.config(name)
	if !ok {
		return nil, fault.New(fault.NotFound, "No account found with name %s", name)
	}
	return s.provider.CheckConfig(ctx, config)
}

// CheckDefinition does the same for an account that is not stored, or not like
// that.
func (s *Service) CheckDefinition(ctx context.Context, definition map[string]any) (*kubernetes.Report, error) {
	name, err := s.named(definition)
	if err != nil {
		return nil, err
	}
	old, err := s.row(ctx, name)
	if err != nil {
		return nil, err
	}
	complete, err := s.complete(ctx, definition, old)
	if err != nil {
		return nil, err
	}
	config, err := s.valid(complete)
	if err != nil {
		return nil, err
	}
	return s.provider.CheckConfig(ctx, config)
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

// RotateKey encrypts the secrets of all stored accounts with the first key. It
// may be run again at any time.
func (s *Service) RotateKey(ctx context.Context) (*Rotation, error) {
	if err := s.enabled(); err != nil {
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
	s.log.InfoContext(ctx, "accounts encrypted anew", "encrypted", done.Encrypted, "current", done.Current, "failed", len(done.Failed))
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
