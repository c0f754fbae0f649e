package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// lamps is a provider of accounts that are well or not, as the test has it.
type lamps struct {
	mu         sync.Mutex
	report     provider.Report
	err        error
	checks     []string
	configured []provider.Key
	invalid    bool
}

func (*lamps) Types() []provider.Type {
	return []provider.Type{{Name: "lamps", Title: "lamp", Fields: object{"properties": object{
		"name": object{"type": "string"}, "volts": object{"type": "integer"}, "token": object{"type": "string", "writeOnly": true},
	}}}}
}
func (l *lamps) Configured() []provider.Key { return l.configured }
func (l *lamps) Validate(provider.Definition) []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.invalid {
		return []error{errors.New("volts: too many")}
	}
	return nil
}
func (*lamps) Use([]provider.Definition) error { return nil }
func (l *lamps) Check(_ context.Context, d provider.Definition) (provider.Result, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.checks = append(l.checks, d.Name+" "+fmt.Sprint(d.Fields["volts"]))
	report := l.report
	report.Steps = append([]provider.Step{}, report.Steps...)
	return report, l.err
}

func (l *lamps) set(change func(l *lamps)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(l)
}

func (l *lamps) checked() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string{}, l.checks...)
}

var works = provider.Report{OK: true, Steps: []provider.Step{
	{Name: "credentials", Status: provider.StepOK, Detail: "a token"}, {Name: "connection", Status: provider.StepOK, Detail: "reached, version 7"},
}}

// watched is an account service whose accounts are looked after.
type watched struct {
	*account.Service
	t    *testing.T
	stop func()
}

func look(t *testing.T, st *store.Store, keys *encryption.Keyring, p provider.Provider) *watched {
	t.Helper()
	resources := resource.New(resource.Options{Store: st})
	s := account.New(account.Options{Store: st, Keys: keys, Providers: []provider.Provider{p}, Resources: resources})
	require.NoError(t, s.Load(t.Context()))
	require.NoError(t, resources.Register(s.Kind()))
	q, err := queue.New(t.Context(), st, queue.Options{})
	require.NoError(t, err)
	resources.Through(q, true)
	require.NoError(t, s.Adopt(t.Context()))
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- q.Run(ctx) }()
	w := &watched{Service: s, t: t, stop: sync.OnceFunc(func() {
		cancel()
		<-ended
	})}
	t.Cleanup(w.stop)
	return w
}

// ready is what is known of an account: the status and the reason of Ready, and its
// message.
func (w *watched) ready(key string) string {
	w.t.Helper()
	states, err := w.States(w.t.Context())
	require.NoError(w.t, err)
	for _, s := range states {
		if s.Type+"/"+s.Name != key {
			continue
		}
		for _, c := range s.Conditions {
			if c.Type == resource.Ready && s.Settled {
				return strings.TrimSpace(fmt.Sprintf("%s %s %s", c.Status, c.Reason, c.Message))
			}
		}
		return "unknown"
	}
	return "none"
}

func (w *watched) becomes(key, want string) {
	w.t.Helper()
	require.Eventually(w.t, func() bool { return w.ready(key) == want }, 2*time.Minute, 2*time.Millisecond,
		"%s never is %q", key, want)
}

func TestAccountsAreLookedAfter(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		ring := keys(t, encryption.NewKey())
		// One that was stored before anybody looked.
		early := account.New(account.Options{Store: st, Keys: ring, Providers: []provider.Provider{&lamps{}}})
		_, err := early.Create(t.Context(), object{"type": "lamps", "name": "early"}, "ann")
		require.NoError(t, err)

		l := &lamps{report: works, configured: []provider.Key{{Type: "lamps", Name: "static"}}}
		w := look(t, st, ring, l)
		w.becomes("lamps/early", "True CheckPassed")
		w.becomes("lamps/static", "True CheckPassed")

		_, err = w.Create(t.Context(), object{"type": "lamps", "name": "new", "volts": 1, "token": "hunter2"}, "ann")
		require.NoError(t, err)
		w.becomes("lamps/new", "True CheckPassed")

		// A change is looked at, as it is then.
		l.set(func(l *lamps) {
			l.report = provider.Report{Steps: []provider.Step{
				{Name: "credentials", Status: provider.StepOK},
				{Name: "connection", Status: provider.StepFailed, Detail: "hunter2 is not the word"},
			}}
		})
		_, err = w.Save(t.Context(), object{"type": "lamps", "name": "new", "volts": 2, "token": "[hidden]"}, "ann")
		require.NoError(t, err)
		w.becomes("lamps/new", "False ConnectionFailed [hidden] is not the word")
		require.Contains(t, l.checked(), "new 2")

		// What isn't stored as it must be is told too.
		l.set(func(l *lamps) { l.report, l.invalid = works, false })
		w.Recheck(provider.Key{Type: "lamps", Name: "new"})
		w.Recheck(provider.Key{Type: "lamps", Name: "new"})
		w.becomes("lamps/new", "True CheckPassed")

		// A test has what is shown agree with it.
		l.set(func(l *lamps) { l.err = errors.New("out of order: hunter2") })
		_, err = w.Check(t.Context(), "new")
		require.Error(t, err)
		w.becomes("lamps/new", "False CheckFailed out of order: [hidden]")
		l.set(func(l *lamps) { l.err = nil })

		require.NoError(t, w.Delete(t.Context(), "new", "ann"))
		require.Equal(t, "none", w.ready("lamps/new"))
		require.NoError(t, w.Delete(t.Context(), "early", "ann"))
		w.stop()

		// Another configuration, and another process.
		other := &lamps{report: works, configured: []provider.Key{{Type: "lamps", Name: "other"}}}
		w = look(t, st, ring, other)
		w.becomes("lamps/other", "True CheckPassed")
		require.Equal(t, "none", w.ready("lamps/static"))
	})
}

func TestAccountsThatCantBeUsed(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	ring := keys(t, encryption.NewKey())
	l := &lamps{report: works}
	w := look(t, st, ring, l)
	_, err := w.Create(t.Context(), object{"type": "lamps", "name": "a", "token": "hunter2"}, "ann")
	require.NoError(t, err)
	w.becomes("lamps/a", "True CheckPassed")
	w.stop()
	// Without its key, and with rules that it doesn't keep.
	w = look(t, st, keys(t, encryption.NewKey()), l)
	w.Recheck(provider.Key{Type: "lamps", Name: "a"})
	require.Eventually(t, func() bool {
		return strings.HasPrefix(w.ready("lamps/a"), "False InvalidDefinition the secrets of account a can't be read")
	},
		2*time.Minute, 2*time.Millisecond)
	w.stop()
	l.set(func(l *lamps) { l.invalid = true })
	w = look(t, st, ring, l)
	w.Recheck(provider.Key{Type: "lamps", Name: "a"})
	w.becomes("lamps/a", `False InvalidDefinition account "a": volts: too many`)
}

// An account that is deleted while a process starts is not looked after by it.
func TestAccountsThatGoAsAProcessStarts(t *testing.T) {
	t.Parallel()
	st := storetest.Postgres(t)
	resources := resource.New(resource.Options{Store: st})
	s := account.New(account.Options{Store: st, Keys: keys(t, encryption.NewKey()), Providers: []provider.Provider{&lamps{}}, Resources: resources})
	require.NoError(t, resources.Register(s.Kind()))
	for _, name := range []string{"a", "b"} { // as versions before stored them, without resources
		require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.SaveAccount(ctx, store.AccountDefinition{Name: name, Type: "lamps", Body: object{"type": "lamps", "name": name}}, "ann")
			return err
		}))
	}
	adopted := make(chan error, 1)
	require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.DeleteAccount(ctx, "a", "ann"); err != nil {
			return err
		}
		go func() { adopted <- s.Adopt(t.Context()) }()
		waiting := store.NewStatement(`SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND datname = current_database()`, "")
		require.Eventually(t, func() bool {
			n := 0
			err := st.Query(ctx, waiting, nil, func(row store.Row) error { return row.Scan(&n) })
			return err == nil && n > 0 || len(adopted) > 0
		}, 2*time.Minute, time.Millisecond)
		return nil
	}))
	require.NoError(t, <-adopted)
	states, err := s.States(t.Context())
	require.NoError(t, err)
	require.Len(t, states, 1)
	require.Equal(t, "b", states[0].Name)
}
