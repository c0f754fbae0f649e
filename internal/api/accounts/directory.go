package accounts

import (
	"context"
	"slices"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
)

// Directory answers which accounts somebody may use. It is what other areas know of
// accounts.
type Directory struct{ clouds Clouds }

// NewDirectory returns the directory of the clouds' accounts; without clouds there
// are none.
func NewDirectory(clouds Clouds) Directory { return Directory{clouds} }

func (d Directory) list(ctx context.Context) ([]account, error) {
	if d.clouds == nil {
		return nil, nil
	}
	found, err := d.clouds.CloudAccounts(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]account, len(found))
	for i, one := range found {
		out[i] = account{one}
	}
	return out, nil
}

// Allowed names the accounts that a user may use.
func (d Directory) Allowed(ctx context.Context, user access.Principal) ([]string, error) {
	accounts, err := d.list(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, account := range accounts {
		if account.allows(user) {
			out = append(out, account.Name)
		}
	}
	return out, nil
}

// MayUse refuses an account that the user may not change anything in. One that
// there is not is for who uses it to tell.
func (d Directory) MayUse(ctx context.Context, user access.Principal, name string) error {
	accounts, err := d.list(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(accounts, func(a account) bool { return a.Name == name })
	if at >= 0 && !accounts[at].allows(user) {
		return fault.New(fault.Forbidden, "account: you may not use account %q; ask for a role that may write to it", name)
	}
	return nil
}
