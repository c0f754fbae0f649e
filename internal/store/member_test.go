package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestMembers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		one := store.Member{ID: "a", Address: "http://a", Roles: []string{"api", "cloud"}, Ready: []string{"prod"}}
		two := store.Member{ID: "b", Address: "http://b", Roles: []string{"cloud"}, Ready: []string{}}
		write := func(do func(ctx context.Context, tx *store.Tx) error) {
			t.Helper()
			if err := st.Write(t.Context(), do); err != nil {
				t.Fatal(err)
			}
		}
		members := func(within time.Duration) []store.Member {
			t.Helper()
			out, err := st.Members(t.Context(), within)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		write(func(ctx context.Context, tx *store.Tx) error { return tx.BeatMember(ctx, store.Member{ID: "a"}) })
		for _, m := range []store.Member{two, one} {
			write(func(ctx context.Context, tx *store.Tx) error { return tx.BeatMember(ctx, m) })
		}
		if got := members(time.Minute); !reflect.DeepEqual(got, []store.Member{one, two}) {
			t.Errorf("members: %+v", got)
		}
		if got := members(-time.Hour); len(got) != 0 {
			t.Errorf("members that are not alive: %+v", got)
		}
		write(func(ctx context.Context, tx *store.Tx) error { return tx.EndMember(ctx, "a") })
		if got := members(time.Minute); !reflect.DeepEqual(got, []store.Member{two}) {
			t.Errorf("members after one has ended: %+v", got)
		}
	})
}

func TestAgree(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for _, proposal := range []string{"first", "second"} {
			got, err := st.Agree(t.Context(), "secret", proposal)
			if err != nil || got != "first" {
				t.Errorf("agreed on %q (%v)", got, err)
			}
		}
	})
}
