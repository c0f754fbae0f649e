package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestAgentTokens(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		clock := &testClock{time.UnixMilli(1000)}
		st := storetest.Open(t, url, store.Options{Now: clock.now})
		for _, token := range []store.AgentToken{
			{ID: "1", Account: "prod", Hash: "h1", CreatedBy: "ann"}, {ID: "2", Account: "prod", Hash: "h2"}, {ID: "3", Account: "test", Hash: "h3"},
		} {
			write(t, st, func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.AddAgentToken(ctx, token)
				return err
			})
		}
		clock.at = time.UnixMilli(2000)
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.UseAgentToken(ctx, "1") })
		want := store.AgentToken{ID: "1", Account: "prod", Hash: "h1", CreatedAt: 1000, CreatedBy: "ann", UsedAt: 2000}
		if found, err := st.AgentTokenByHash(t.Context(), "h1"); err != nil || found != want {
			t.Errorf("found %+v, %v; want %+v", found, err, want)
		}
		list, err := st.AgentTokens(t.Context(), "prod")
		if err != nil || len(list) != 2 || list[0] != want || list[1].UsedAt != 0 {
			t.Errorf("listed %+v, %v", list, err)
		}
		if ids, err := st.AgentTokenIDs(t.Context()); err != nil || len(ids) != 3 || !ids["3"] {
			t.Errorf("ids %v, %v", ids, err)
		}
		revoke := func(account, id string) error {
			return st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.DeleteAgentToken(ctx, account, id) })
		}
		wantKind(t, revoke("test", "1"), fault.NotFound)
		if err := revoke("prod", "1"); err != nil {
			t.Error(err)
		}
		_, err = st.AgentTokenByHash(t.Context(), "h1")
		wantKind(t, err, fault.NotFound)
	})
}

func TestAgentConnections(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		see := func(process string, anew bool) {
			write(t, st, func(ctx context.Context, tx *store.Tx) error {
				return tx.SeeAgent(ctx, store.AgentConnection{
					Account: "prod", ProcessID: process, Address: "http://" + process, Version: "1", Remote: "192.0.2.1",
				}, anew)
			})
		}
		list := func(fresh time.Duration) []store.AgentConnection {
			found, err := st.AgentConnections(t.Context(), "prod", fresh)
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		see("a", true)
		see("a", false)
		see("b", true)
		found := list(time.Minute)
		if len(found) != 2 || !found[0].Open || !found[1].Open || found[0].Address == "" || found[0].Version != "1" || found[0].ConnectedAt == 0 || found[0].SeenAt < found[0].ConnectedAt {
			t.Errorf("connections %+v", found)
		}
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.ForgetAgents(ctx, "a") })
		if found := list(time.Minute); len(found) != 2 {
			t.Errorf("those just seen are forgotten: %+v", found)
		}
		if found := list(-time.Minute); found[0].Open || found[1].Open {
			t.Errorf("connections that were not seen are open: %+v", found)
		}
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.CloseAgent(ctx, "prod", "a") })
		open := map[string]bool{}
		for _, c := range list(time.Minute) {
			open[c.ProcessID] = c.Open
		}
		if open["a"] || !open["b"] {
			t.Errorf("open are %v", open)
		}
		if found, err := st.AgentConnections(t.Context(), "other", time.Minute); err != nil || len(found) != 0 {
			t.Errorf("of another account: %+v, %v", found, err)
		}
	})
}
