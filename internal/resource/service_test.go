package resource

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

type object = map[string]any

// echo tells the spec as the status.
func echo(_ context.Context, r Resource) (Result, error) {
	return Result{Status: object{"seen": r.Spec}}, nil
}

func TestChangesOfTheSpecAreReconciled(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		var calls counter
		p := start(t, Options{Store: st}, kindOf(reconcile(func(ctx context.Context, r Resource) (Result, error) {
			calls.add(r.Name, 1)
			return echo(ctx, r)
		})))
		p.put("a", object{"size": 1})
		one := p.healthy("a")
		require.EqualValues(t, 1, one.Generation)
		require.JSONEq(t, `{"seen":{"size":1}}`, string(one.Status))
		ready := one.Condition(Ready)
		require.Equal(t, Condition{Type: Ready, Status: True, Reason: Reconciled, ObservedGeneration: 1, LastTransitionTime: ready.LastTransitionTime}, ready)
		require.WithinDuration(t, time.Now(), ready.LastTransitionTime, time.Hour)
		require.WithinDuration(t, time.Now(), one.CreatedAt, time.Hour)

		p.idle("a")
		p.put("a", object{"size": 1}) // as it is
		require.Equal(t, p.get("a"), one)
		require.Equal(t, 1, calls.add("a", 0))

		p.put("a", object{"size": 2})
		two := p.becomes("a", "changed", func(r Resource) bool { return r.Generation == 2 && r.Healthy() })
		require.JSONEq(t, `{"seen":{"size":2}}`, string(two.Status))
		require.Equal(t, ready.LastTransitionTime, two.Condition(Ready).LastTransitionTime)
		require.Greater(t, two.Version, one.Version)

		// What is woken and as it was is not written.
		p.idle("a")
		require.NoError(t, p.Wake(t.Context(), "thing", "a"))
		require.Eventually(t, func() bool { return calls.add("a", 0) == 3 }, patience, time.Millisecond)
		p.idle("a")
		require.Equal(t, two, p.get("a"))
		require.NoError(t, p.Wake(t.Context(), "thing", "nobody"))
	})
}

// A change that is undone is not reconciled, nor is there a resource.
func TestUndoneChanges(t *testing.T) {
	t.Parallel()
	p := start(t, Options{Store: storetest.SQLite(t)}, kindOf(reconcile(echo)))
	undone := errors.New("undone")
	require.ErrorIs(t, p.write(func(ctx context.Context, tx *store.Tx) error {
		return errors.Join(p.Put(ctx, tx, Wanted{Kind: "thing", Name: "a", Spec: 1}), undone)
	}), undone)
	_, err := p.Get(t.Context(), "thing", "a")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

func TestWhoWritesMayGoByAVersion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		p := client(t, st, kindOf(reconcile(echo)))
		p.put("a", 1)
		change := func(version int64, spec any) error {
			return p.write(func(ctx context.Context, tx *store.Tx) error {
				return p.Put(ctx, tx, Wanted{Kind: "thing", Name: "a", Spec: spec, Version: version})
			})
		}
		before := p.get("a")
		require.NoError(t, change(before.Version, 2))
		require.Equal(t, fault.Conflict, fault.KindOf(change(before.Version, 3)))
		require.JSONEq(t, `2`, string(p.get("a").Spec))
		require.NoError(t, change(0, 4))
		require.JSONEq(t, `4`, string(p.get("a").Spec))
		var spec int
		require.NoError(t, p.get("a").DecodeSpec(&spec))
		require.Equal(t, 4, spec)
		require.Error(t, p.get("a").DecodeSpec(&struct{}{}))
		require.NoError(t, p.get("a").DecodeStatus(&struct{}{}))
		require.Error(t, p.get("a").DecodeStatus(&spec))
		err := p.write(func(ctx context.Context, tx *store.Tx) error {
			return p.Put(ctx, tx, Wanted{Kind: "thing", Name: "b", Spec: 1, Version: 1})
		})
		require.Equal(t, fault.NotFound, fault.KindOf(err))
	})
}

func TestWhatCantBeWanted(t *testing.T) {
	t.Parallel()
	p := client(t, storetest.SQLite(t), kindOf(reconcile(echo)))
	for name, test := range map[string]struct {
		wanted Wanted
		kind   fault.Kind
	}{
		"unknown kind":     {Wanted{Kind: "other", Name: "a"}, fault.Invalid},
		"no name":          {Wanted{Kind: "thing"}, fault.Invalid},
		"long name":        {Wanted{Kind: "thing", Name: strings.Repeat("a", limit.Name+1)}, fault.Invalid},
		"long application": {Wanted{Kind: "thing", Name: "a", Application: strings.Repeat("a", limit.Name+1)}, fault.Invalid},
		"large spec":       {Wanted{Kind: "thing", Name: "a", Spec: strings.Repeat("a", mostSpec)}, fault.TooLarge},
		"no JSON":          {Wanted{Kind: "thing", Name: "a", Spec: func() {}}, fault.Internal},
	} {
		err := p.write(func(ctx context.Context, tx *store.Tx) error { return p.Put(ctx, tx, test.wanted) })
		require.Error(t, err, name)
		require.Equal(t, test.kind, fault.KindOf(err), name)
	}
	err := p.write(func(ctx context.Context, tx *store.Tx) error { return p.Delete(ctx, tx, "thing", "a") })
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	for name, kind := range map[string]Kind{
		"twice":           kindOf(reconcile(echo)),
		"no name":         {Reconciler: reconcile(echo)},
		"no reconciler":   {Name: "other"},
		"takes very long": {Name: "other", Reconciler: reconcile(echo), Timeout: 2 * maxTimeout},
	} {
		require.Error(t, p.Register(kind), name)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		other := kindOf(reconcile(echo))
		other.Name = "other"
		p := client(t, st, kindOf(reconcile(echo)), other)
		require.NoError(t, p.write(func(ctx context.Context, tx *store.Tx) error {
			return errors.Join(
				p.Put(ctx, tx, Wanted{Kind: "thing", Name: "b", Application: "shop", Workspace: "one", Spec: 1}),
				p.Put(ctx, tx, Wanted{Kind: "thing", Name: "a", Application: "shop", Workspace: "two", Spec: 1}),
				p.Put(ctx, tx, Wanted{Kind: "thing", Name: "c", Spec: 1}),
				p.Put(ctx, tx, Wanted{Kind: "other", Name: "a", Spec: 1}))
		}))
		for _, test := range []struct {
			filter Filter
			want   string
		}{
			{Filter{Kind: "thing"}, "a b c"},
			{Filter{Kind: "other"}, "a"},
			{Filter{Kind: "none"}, ""},
			{Filter{Kind: "thing", Application: "shop"}, "a b"},
			{Filter{Kind: "thing", Workspace: "one"}, "b"},
			{Filter{Kind: "thing", After: "a", Limit: 1}, "b"},
		} {
			list, err := p.List(t.Context(), test.filter)
			require.NoError(t, err)
			var names []string
			for _, r := range list {
				names = append(names, r.Name)
			}
			require.Equal(t, test.want, strings.Join(names, " "), "%+v", test.filter)
		}
	})
}

// A resource is written as JSON with the names that Kubernetes' resources have.
func TestJSON(t *testing.T) {
	t.Parallel()
	text, err := json.Marshal(Resource{
		Kind: "thing", Name: "a", Spec: json.RawMessage(`{}`), Generation: 1, Status: json.RawMessage(`{}`),
		Conditions: []Condition{{Type: Ready, Status: True, Reason: Reconciled}},
	})
	require.NoError(t, err)
	require.Contains(t, string(text), `"conditions":[{"type":"Ready","status":"True","observedGeneration":0,"lastTransitionTime":"0001-01-01T00:00:00Z","reason":"Reconciled","message":""}]`)
	require.NotContains(t, string(text), "deletionRequestedAt")
}
