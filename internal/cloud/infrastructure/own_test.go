package infrastructure

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// cloud is a provider with some accounts, of which the first is watched here.
type cloud struct{ names []string }

func (c cloud) Accounts() []string            { return c.names }
func (cloud) View(string) (view.Viewer, bool) { return nil, false }
func (cloud) Ready() []string                 { return nil }
func (c cloud) States() []view.WatchState {
	return []view.WatchState{{Account: c.names[0], State: "live"}}
}
func (cloud) Share(func(string, bool) bool) {}
func (cloud) Reassign()                     {}
func (c cloud) CloudAccounts(context.Context) ([]view.Account, error) {
	var out []view.Account
	for _, name := range c.names {
		if name == "broken" {
			return nil, fault.New(fault.Unavailable, "no accounts now")
		}
		out = append(out, view.Account{Name: name, Details: map[string]any{"skin": "v2"}})
	}
	return out, nil
}

func TestAccountsOfAllCloudsAreDescribed(t *testing.T) {
	t.Parallel()
	s := NewShared(nil)
	for id, one := range map[string]cloud{"kubernetes": {[]string{"west", "north"}}, "aws": {[]string{"east"}}} {
		s.Add(Cloud{ID: id, Keeper: one, Own: one})
	}
	s.Add(Cloud{ID: "gce", Keeper: cloud{[]string{"south"}}, Own: nil})
	found, err := s.CloudAccounts(t.Context())
	require.NoError(t, err)
	var names []string
	for _, account := range found {
		names = append(names, account.Name)
		require.Equal(t, "v2", account.Details["skin"])
		require.Equal(t, account.Name != "north", account.Details["watch"] != nil, account.Name)
	}
	require.Equal(t, []string{"east", "north", "west"}, names)

	s.Add(Cloud{ID: "broken", Keeper: cloud{[]string{"broken"}}, Own: cloud{[]string{"broken"}}})
	_, err = s.CloudAccounts(t.Context())
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
}
