package membership_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/membership"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

func members(n int) []membership.Member {
	out := make([]membership.Member, n)
	for i := range out {
		out[i] = membership.Member{ID: fmt.Sprintf("process-%d", i), Roles: []string{"cloud"}}
	}
	return out
}

// A process that leaves moves only its own share, and the shares are alike.
func TestPickMovesFew(t *testing.T) {
	t.Parallel()
	const things = 1000
	four := members(4)
	shares := map[string]int{}
	moved := 0
	for n := range things {
		thing := fmt.Sprintf("account-%d", n)
		before, _ := membership.Pick(four, thing)
		after, _ := membership.Pick(four[:3], thing)
		shares[before.ID]++
		if before.ID != after.ID {
			moved++
			if before.ID != "process-3" {
				t.Errorf("%s moves from %s to %s, and %s has not left", thing, before.ID, after.ID, before.ID)
			}
		}
	}
	if moved != shares["process-3"] {
		t.Errorf("%d moved, %d had to", moved, shares["process-3"])
	}
	for id, share := range shares {
		if share < things/4*7/10 || share > things/4*13/10 {
			t.Errorf("%s has %d of %d", id, share, things)
		}
	}
	if _, ok := membership.Pick(nil, "x"); ok {
		t.Error("nobody owns something")
	}
}

func join(t *testing.T, st *store.Store, id string, ready ...string) (m *membership.Membership, leave func()) {
	t.Helper()
	m = membership.New(membership.Options{
		Store: st, ID: id, Roles: []string{"cloud"}, Address: func() string { return "http://" + id },
		Ready: func() []string { return ready }, Every: 50 * time.Millisecond,
	})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- m.Run(ctx) }()
	var left bool
	leave = func() {
		if left {
			return
		}
		left = true
		stop()
		if err := <-done; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(leave)
	return m, leave
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); <-time.After(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(what)
		}
	}
}

func TestMembersSeeEachOther(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) { //nolint:thelper // it is the test
		one, _ := join(t, st, "one")
		two, leave := join(t, st, "two", "prod")
		eventually(t, "they don't see each other", func() bool {
			return len(one.Members("cloud")) == 2 && len(two.Members("cloud")) == 2 && len(one.Members("api")) == 0
		})
		eventually(t, "one does not see what two has ready", func() bool {
			m := one.Members("cloud")[1]
			return m.ID == "two" && len(m.Ready) == 1
		})
		first, _ := one.Owner("cloud", "account")
		second, _ := two.Owner("cloud", "account")
		if first.ID != second.ID {
			t.Errorf("they differ on the owner: %s and %s", first.ID, second.ID)
		}
		leave()
		eventually(t, "one that has left is still there", func() bool { return len(one.Members("cloud")) == 1 })
	})
}
