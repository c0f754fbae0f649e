package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		clock := &testClock{time.UnixMilli(1000)}
		st := storetest.Open(t, url, store.Options{Now: clock.now})
		save := func(a store.AccountDefinition) (saved *store.AccountDefinition, err error) {
			err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				saved, err = tx.SaveAccount(ctx, a, "ann")
				return err
			})
			return saved, err
		}
		body := map[string]any{"name": "prod", "context": "c"}
		first, err := save(store.AccountDefinition{Name: "prod", Type: "kubernetes", Body: body, Secrets: "s1"})
		if err != nil || first.Version != 1 || first.CreateTs != 1000 || first.UpdateTs != 1000 || first.UpdatedBy != "ann" {
			t.Fatalf("saved %+v, %v", first, err)
		}
		if got, err := st.Account(t.Context(), "prod"); err != nil || !reflect.DeepEqual(got, first) {
			t.Errorf("read %+v, %v; want %+v", got, err, first)
		}
		second, err := save(*first)
		if err != nil || second.Version != 2 || second.UpdateTs != 1001 || second.CreateTs != 1000 {
			t.Errorf("saved again %+v, %v", second, err)
		}
		for name, a := range map[string]store.AccountDefinition{
			"of an older version":  *first,
			"new with a used name": {Name: "prod", Type: "kubernetes"},
			"that is not there":    {Name: "none", Type: "kubernetes", Version: 3},
		} {
			if _, err := save(a); fault.KindOf(err) != fault.Conflict {
				t.Errorf("an account %s: %v", name, err)
			}
		}
		_, err = save(store.AccountDefinition{Name: "nameless type"})
		wantKind(t, err, fault.Invalid)

		var resealed []bool
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			resealed = nil
			for _, version := range []int64{1, 2} {
				ok, err := tx.ResealAccount(ctx, "prod", version, "s2")
				if err != nil {
					return err
				}
				resealed = append(resealed, ok)
			}
			return nil
		})
		if got, err := st.Account(t.Context(), "prod"); err != nil || got.Secrets != "s2" || got.Version != 2 ||
			!reflect.DeepEqual(resealed, []bool{false, true}) {
			t.Errorf("encrypted anew %v: %+v, %v", resealed, got, err)
		}

		remove := func() error {
			return st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				was, err := tx.DeleteAccount(ctx, "prod", "eve")
				if err == nil && was.Type != "kubernetes" {
					t.Errorf("deleted %+v", was)
				}
				return err
			})
		}
		if err := remove(); err != nil {
			t.Fatal(err)
		}
		wantKind(t, remove(), fault.NotFound)
		_, err = st.Account(t.Context(), "prod")
		wantKind(t, err, fault.NotFound)
		history, err := st.AccountHistory(t.Context(), "prod", 0)
		if err != nil || len(history) != 3 || !history[0].Deleted || history[0].UpdatedBy != "eve" ||
			!reflect.DeepEqual(history[2].Body, body) {
			t.Errorf("history %+v, %v", history, err)
		}
		if again, err := save(store.AccountDefinition{Name: "prod", Type: "kubernetes"}); err != nil || again.Version != 4 {
			t.Errorf("made anew: %+v, %v", again, err)
		}
	})
}

func TestAccountLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		write(t, st, func(ctx context.Context, tx *store.Tx) error {
			for name, kind := range map[string]string{"b": "kubernetes", "a": "kubernetes", "d": "kubernetes", "c": "docker"} {
				if _, err := tx.SaveAccount(ctx, store.AccountDefinition{Name: name, Type: kind}, "ann"); err != nil {
					return err
				}
			}
			return nil
		})
		for _, tt := range []struct {
			filter store.AccountFilter
			want   []string
		}{
			{store.AccountFilter{}, []string{"a", "b", "c", "d"}},
			{store.AccountFilter{Type: "kubernetes"}, []string{"a", "b", "d"}},
			{store.AccountFilter{Type: "kubernetes", Limit: 2}, []string{"a", "b"}},
			{store.AccountFilter{Type: "kubernetes", From: "b", Limit: 1}, []string{"b"}},
			{store.AccountFilter{Type: "kubernetes", From: "bb"}, []string{"d"}},
			{store.AccountFilter{Type: "aws"}, nil},
		} {
			list, err := st.Accounts(t.Context(), tt.filter)
			var names []string
			for _, a := range list {
				names = append(names, a.Name)
			}
			if err != nil || !reflect.DeepEqual(names, tt.want) {
				t.Errorf("%+v: %v, %v; want %v", tt.filter, names, err, tt.want)
			}
		}
		versions, err := st.AccountVersions(t.Context())
		if err != nil || !reflect.DeepEqual(versions, map[string]int64{"a": 1, "b": 1, "c": 1, "d": 1}) {
			t.Errorf("versions %v, %v", versions, err)
		}
	})
}
