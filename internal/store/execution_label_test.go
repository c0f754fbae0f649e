package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// label stores an execution as the start of a run does.
func label(t testing.TB, st *store.Store, e *model.Execution, words string) {
	t.Helper()
	write(t, st, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertExecution(ctx, e); err != nil {
			return err
		}
		return tx.LabelExecution(ctx, e, words)
	})
}

// run is an execution of a pipeline.
func run(id, config string, built int64) *model.Execution {
	e := newExecution(id)
	e.PipelineConfigID, e.BuildTime = config, built
	return e
}

func TestRunsAreNumberedByPipeline(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for i, config := range []string{"a", "b", "a", "", "a"} {
			label(t, st, run(fmt.Sprintf("e%d", i), config, 1), "")
		}
		insert(t, st, newExecution("unlabelled"))
		ids := []string{"e0", "e1", "e2", "e3", "e4", "unlabelled", "none"}
		got, err := st.RunNumbers(t.Context(), ids)
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"e0": 1, "e1": 1, "e2": 2, "e4": 3}, got)

		// A number is not given twice, also when the last run is gone.
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteExecution(ctx, "e4") })
		label(t, st, run("e5", "a", 1), "")
		got, err = st.RunNumbers(t.Context(), []string{"e4", "e5"})
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"e5": 4}, got)

		many := []string{"e0"}
		for i := range 1200 {
			many = append(many, fmt.Sprint("none", i))
		}
		got, err = st.RunNumbers(t.Context(), many)
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"e0": 1}, got)
	})
}

func TestRunsThatStartTogetherHaveNumbersOfTheirOwn(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		const runs = 20
		var started sync.WaitGroup
		errs := make(chan error, runs)
		for i := range runs {
			started.Go(func() {
				e := run(fmt.Sprintf("e%d", i), "a", 1)
				errs <- st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					if err := tx.InsertExecution(ctx, e); err != nil {
						return err
					}
					return tx.LabelExecution(ctx, e, "")
				})
			})
		}
		started.Wait()
		seen, ids := map[int64]bool{}, make([]string, runs)
		for i := range ids {
			require.NoError(t, <-errs)
			ids[i] = fmt.Sprintf("e%d", i)
		}
		numbers, err := st.RunNumbers(t.Context(), ids)
		require.NoError(t, err)
		for _, n := range numbers {
			require.True(t, n >= 1 && n <= runs && !seen[n], "numbers %v", numbers)
			seen[n] = true
		}
		require.Len(t, seen, runs)
	})
}

func TestRunsAreFound(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		label(t, st, run("01A", "a", 1), "nginx:1.28\nprod\n")
		label(t, st, run("01B", "a", 2), "nginx:1.29\n100%_done\n")
		bob := run("01C", "b", 3)
		bob.Name, bob.Authentication.User = "Release", "Bob@example.com"
		label(t, st, bob, "main 3f2c1a9\n")
		old := run("01D", "b", 4)
		old.Authentication.User = "Ünal"
		insert(t, st, old) // from before there were labels

		for _, c := range []struct {
			filter store.ExecutionFilter
			want   string
		}{
			{store.ExecutionFilter{}, "01D 01C 01B 01A"},
			{store.ExecutionFilter{Search: "nginx"}, "01B 01A"},
			{store.ExecutionFilter{Search: "  NGINX  prod "}, "01A"},
			{store.ExecutionFilter{Search: "nginx 3f2c"}, ""},
			{store.ExecutionFilter{Search: "01d"}, "01D"},
			{store.ExecutionFilter{Search: "release bob@"}, "01C"},
			{store.ExecutionFilter{Search: "#1"}, "01C 01A"},
			{store.ExecutionFilter{Search: "#2 nginx"}, "01B"},
			{store.ExecutionFilter{Search: "#x"}, ""},
			{store.ExecutionFilter{Search: "100%_d"}, "01B"},
			{store.ExecutionFilter{Search: "1%8"}, ""},
			{store.ExecutionFilter{Search: `'"\;--`}, ""},
			{store.ExecutionFilter{Search: strings.Repeat("q ", 5000)}, ""},
			{store.ExecutionFilter{Search: strings.Repeat("%", 30_000)}, ""},
			{store.ExecutionFilter{NameContains: strings.Repeat("x", 60_000)}, ""},
			{store.ExecutionFilter{User: "bob@EXAMPLE.com"}, "01C"},
			{store.ExecutionFilter{User: "Ünal"}, "01D"},
			{store.ExecutionFilter{Search: "nginx", ConfigIDs: []string{"a"}, PerConfigLimit: 1}, "01B"},
			{store.ExecutionFilter{Search: "nginx", Application: "demo", Limit: 1}, "01B"},
			{store.ExecutionFilter{Search: "nginx", Application: "other"}, ""},
		} {
			found, err := st.ExecutionRefs(t.Context(), c.filter)
			require.NoError(t, err)
			ids := make([]string, len(found))
			for i, e := range found {
				ids[i] = e.ID
			}
			require.Equal(t, c.want, strings.Join(ids, " "), "%.200v", fmt.Sprint(c.filter))
			n, err := st.CountExecutions(t.Context(), c.filter)
			require.NoError(t, err)
			if c.filter.Limit == 0 && c.filter.PerConfigLimit == 0 {
				require.Equal(t, len(found), n)
			}
		}
	})
}

// Pages that begin after a place hold each execution once, whatever comes and goes
// between them.
func TestPagesGoOnAfterAPlace(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		for i := range 10 {
			insert(t, st, run(fmt.Sprint("e", i), "a", int64(1+i/3)))
		}
		for _, oldest := range []bool{false, true} {
			var after store.Place
			seen := map[string]bool{}
			for page := 0; ; page++ {
				found, err := st.ExecutionRefs(t.Context(), store.ExecutionFilter{After: after, Limit: 3, OldestFirst: oldest})
				require.NoError(t, err)
				if len(found) == 0 {
					break
				}
				for _, e := range found {
					require.False(t, seen[e.ID], "%s is in two pages", e.ID)
					seen[e.ID] = true
				}
				after = found[len(found)-1].Place
				if page == 0 {
					insert(t, st, run(fmt.Sprint("new", oldest), "a", map[bool]int64{false: 100, true: 0}[oldest]))
				}
			}
			for i := range 10 {
				require.True(t, seen[fmt.Sprint("e", i)], "e%d is in no page", i)
			}
		}
	})
}
