package account_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

type object = map[string]any

// kit is a service on a store, and the provider that it tells.
type kit struct {
	*account.Service
	t        *testing.T
	provider *kubernetes.Provider
	log      *log
}

// options are the service's, and what stored accounts may do.
type options struct {
	account.Options
	Stored kubernetes.StoredAccounts
}

// log is what was logged.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func keys(t *testing.T, refs ...string) *encryption.Keyring {
	t.Helper()
	list := make([]encryption.Ref, len(refs))
	for i, r := range refs {
		list[i] = encryption.NewRef(r)
	}
	k, err := encryption.Open(t.Context(), list, nil)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func newKit(t *testing.T, st *store.Store, changes ...func(*options)) *kit {
	t.Helper()
	configured := []kubernetes.AccountConfig{{Name: "static", KubeconfigFile: "/k"}}
	k := &kit{t: t, log: &log{}}
	o := options{
		Options: account.Options{Store: st, Poll: 5 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(k.log, nil))},
		Stored:  kubernetes.StoredAccounts{Enabled: true},
	}
	for _, change := range changes {
		change(&o)
	}
	var err error
	if k.provider, err = kubernetes.New(configured, kubernetes.Options{Stored: o.Stored}); err != nil {
		t.Fatal(err)
	}
	o.Providers = []provider.Provider{k.provider}
	if o.Keys == nil {
		o.Keys = keys(t, encryption.NewKey())
	}
	k.Service = account.New(o.Options)
	if err := k.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return k
}

func with(ring *encryption.Keyring) func(*options) {
	return func(o *options) { o.Keys = ring }
}

// names are the accounts that the provider has.
func (k *kit) names() string {
	var out []string
	for _, a := range k.provider.Accounts() {
		out = append(out, a.Name)
	}
	return strings.Join(out, " ")
}

func (k *kit) config(name string) kubernetes.AccountConfig {
	k.t.Helper()
	for _, a := range k.provider.Accounts() {
		if a.Name == name {
			return a
		}
	}
	k.t.Fatalf("the provider has no account %s", name)
	return kubernetes.AccountConfig{}
}

// run has the service look for changes until the test ends.
func (k *kit) run() {
	ctx, cancel := context.WithCancel(context.WithoutCancel(k.t.Context()))
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	k.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			k.t.Errorf("Run: %v", err)
		}
	})
}

func (k *kit) until(what string, holds func() bool) {
	k.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !holds(); <-time.After(time.Millisecond) {
		if time.Now().After(deadline) {
			k.t.Fatalf("it does not come to be that %s; the log:\n%s", what, k.log)
		}
	}
}

func prod(more ...any) object {
	out := object{"type": "kubernetes", "name": "prod", "server": "https://x:6443", "token": "hunter2", "namespaces": []any{"dev"}, "cacheThreads": 1}
	for i := 0; i < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

func refused(t *testing.T, err error, kind fault.Kind, text string) {
	t.Helper()
	if fault.KindOf(err) != kind || err == nil || !strings.Contains(err.Error(), text) {
		t.Errorf("got %v (%d), want %q (%d)", err, fault.KindOf(err), text, kind)
	}
}

func TestAccountsAreAddedChangedAndRemoved(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		k := newKit(t, st)
		ctx := t.Context()
		made, err := k.Create(ctx, prod(), "ann")
		if want := prod("token", "[hidden]"); err != nil || fmt.Sprint(made) != fmt.Sprint(want) {
			t.Errorf("made %v, %v; want %v", made, err, want)
		}
		if c := k.config("prod"); c.Token != "hunter2" || c.Server != "https://x:6443" || k.names() != "prod static" {
			t.Errorf("the provider has %s: %#v", k.names(), c)
		}
		_, err = k.Create(ctx, prod(), "ann")
		refused(t, err, fault.Invalid, "Cannot create an account which already exists (name: prod)")

		// What is shown can be sent back with a change.
		listed, err := k.Definitions(ctx, "kubernetes", 100, "")
		if err != nil || len(listed) != 1 {
			t.Fatalf("listed %v, %v", listed, err)
		}
		listed[0]["qps"] = 7
		if _, err := k.Save(ctx, listed[0], "bob"); err != nil {
			t.Fatal(err)
		}
		if c := k.config("prod"); c.Token != "hunter2" || c.QPS != 7 {
			t.Errorf("after a change: %v, %v", c.Token, c.QPS)
		}
		// A rotated token is used at once.
		if _, err := k.Update(ctx, "prod", prod("token", "hunter3"), "bob"); err != nil {
			t.Fatal(err)
		}
		if c := k.config("prod"); c.Token != "hunter3" || c.QPS != 0 {
			t.Errorf("after an update: %v, %v", c.Token, c.QPS)
		}
		if err := k.Delete(ctx, "prod", "eve"); err != nil || k.names() != "static" {
			t.Errorf("after the deletion: %s, %v", k.names(), err)
		}
		refused(t, k.Delete(ctx, "prod", "eve"), fault.NotFound, "No account found with name prod")
		_, err = k.Update(ctx, "prod", prod(), "bob")
		refused(t, err, fault.Invalid, "Cannot update an account which does not exist (name: prod)")

		history, err := k.History(ctx, "prod")
		if err != nil || len(history) != 4 || history[0]["account"] != nil || history[0]["updatedBy"] != "eve" ||
			fmt.Sprint(history[3]["version"]) != "1" || history[3]["account"].(object)["token"] != "[hidden]" {
			t.Errorf("history %v, %v", history, err)
		}
		if text := k.log.String(); strings.Contains(text, "hunter") || !strings.Contains(text, "account saved") {
			t.Errorf("the log:\n%s", text)
		}
	})
}

func TestSecretsAreEncryptedInTheStore(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		k := newKit(t, st)
		if _, err := k.Create(t.Context(), prod(), "ann"); err != nil {
			t.Fatal(err)
		}
		row, err := st.Account(t.Context(), "prod")
		if err != nil || row.Secrets == "" || strings.Contains(fmt.Sprint(*row), "hunter2") {
			t.Errorf("stored %+v, %v", row, err)
		}
		// A row's secrets are of no use in another row.
		body := prod("name", "other", "token", "[hidden]", "server", "https://evil")
		if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.SaveAccount(ctx, store.AccountDefinition{Name: "other", Type: "kubernetes", Body: body, Secrets: row.Secrets}, "eve")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if err := k.Load(t.Context()); err != nil || k.names() != "prod static" {
			t.Errorf("the provider has %s, %v", k.names(), err)
		}
		report, err := k.Check(t.Context(), "other")
		if err != nil || report.Passed() || !strings.Contains(fmt.Sprint(report), "belongs elsewhere") {
			t.Errorf("the report is %+v, %v", report, err)
		}
	})
}

func TestWhatCannotBeStored(t *testing.T) {
	t.Parallel()
	k := newKit(t, storetest.SQLite(t))
	if _, err := k.Create(t.Context(), prod(), "ann"); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		definition object
		kind       fault.Kind
		want       string
	}{
		"no type":               {object{"name": "a"}, fault.Invalid, "type: is missing"},
		"another type":          {object{"name": "a", "type": "aws"}, fault.Invalid, `type: there is no account type "aws"`},
		"no name":               {object{"type": "kubernetes"}, fault.Invalid, "name: is missing"},
		"bad name":              {prod("name", "a/b"), fault.Invalid, "name: "},
		"reserved name":         {prod("name", "type"), fault.Invalid, "reserved"},
		"unknown field":         {prod("namespace", "x"), fault.Invalid, `namespace: a Kubernetes account has no such field; did you mean "namespaces"?`},
		"wrong type":            {prod("namespaces", "x"), fault.Invalid, "namespaces: is a string, and must be a list"},
		"old restriction":       {prod("requiredGroupMembership", []any{"x"}), fault.Invalid, "requiredGroupMembership"},
		"not valid":             {prod("qps", -1), fault.Invalid, "qps: "},
		"a file":                {prod("token", "", "tokenFile", "/etc/shadow"), fault.Invalid, "tokenFile: names a file"},
		"of the configuration":  {prod("name", "static"), fault.Conflict, "part of the configuration"},
		"nothing hidden":        {prod("name", "new", "token", "[hidden]"), fault.Invalid, "token: is [hidden]"},
		"nothing hidden before": {prod("kubeconfigContents", "[hidden]"), fault.Invalid, "kubeconfigContents: is [hidden]"},
		"token sent elsewhere":  {prod("token", "[hidden]", "server", "https://evil"), fault.Invalid, "token: enter it again, because server has changed"},
		"token sent unchecked":  {prod("token", "[hidden]", "insecureSkipTLSVerify", true), fault.Invalid, "token: enter it again"},
	} {
		_, err := k.Save(t.Context(), test.definition, "ann")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, err, test.kind, test.want)
		})
		if _, err := k.CheckDefinition(t.Context(), test.definition); name != "of the configuration" && err == nil {
			t.Errorf("%s: it was looked at", name)
		}
	}
	_, err := k.Create(t.Context(), prod("name", "static"), "ann")
	refused(t, err, fault.Invalid, "already exists")
	_, err = k.Update(t.Context(), "other", prod(), "ann")
	refused(t, err, fault.Invalid, "Mismatched account names. URI value: other. Request body value: prod.")
	refused(t, k.Delete(t.Context(), "static", "ann"), fault.Conflict, "part of the configuration")
	if k.names() != "prod static" {
		t.Errorf("the provider has %s", k.names())
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	st := storetest.SQLite(t)
	off := newKit(t, st, func(o *options) { o.Stored.Enabled = false })
	_, err := off.Create(t.Context(), prod(), "ann")
	refused(t, err, fault.Invalid, "kubernetes.storedAccounts.enabled")
	_, err = off.Definitions(t.Context(), "kubernetes", 0, "")
	refused(t, err, fault.Invalid, "kubernetes.storedAccounts.enabled")
	files := newKit(t, st, func(o *options) { o.Stored.AllowFiles = true })
	if _, err := files.Create(t.Context(), object{"type": "kubernetes", "name": "a", "kubeconfigFile": "/k"}, "ann"); err != nil {
		t.Error(err)
	}
	keyless := newKit(t, st, with(encryption.Without("set a key")))
	_, err = keyless.Create(t.Context(), prod(), "ann")
	refused(t, err, fault.Invalid, "set a key")
}

func TestOtherProcessesUseChangedAccounts(t *testing.T) {
	t.Parallel()
	url, ring := testpostgres.New(t), keys(t, encryption.NewKey())
	here := newKit(t, storetest.Open(t, url, store.Options{}), with(ring))
	there := newKit(t, storetest.Open(t, url, store.Options{}), with(ring))
	there.run()
	if _, err := here.Create(t.Context(), prod(), "ann"); err != nil {
		t.Fatal(err)
	}
	there.until("the account is there", func() bool { return there.names() == "prod static" })
	if _, err := here.Save(t.Context(), prod("token", "hunter3"), "ann"); err != nil {
		t.Fatal(err)
	}
	there.until("the token is the new one", func() bool { return there.config("prod").Token == "hunter3" })
	if err := here.Delete(t.Context(), "prod", "ann"); err != nil {
		t.Fatal(err)
	}
	there.until("the account is gone", func() bool { return there.names() == "static" })
}

func TestKeyIsRotated(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		before, after := encryption.NewKey(), encryption.NewKey()
		old := newKit(t, st, with(keys(t, before)))
		for _, name := range []string{"a", "b"} {
			if _, err := old.Create(t.Context(), prod("name", name), "ann"); err != nil {
				t.Fatal(err)
			}
		}
		blind := newKit(t, st, with(keys(t, after)))
		if blind.names() != "static" {
			t.Errorf("without the key there are %s", blind.names())
		}
		done, err := blind.RotateKey(t.Context())
		if err != nil || done.Encrypted != 0 || len(done.Failed) != 2 {
			t.Errorf("without the key: %+v, %v", done, err)
		}
		both := newKit(t, st, with(keys(t, after, before)))
		if _, err := both.Create(t.Context(), prod("name", "c"), "ann"); err != nil {
			t.Fatal(err)
		}
		want := &account.Rotation{Encrypted: 2, Current: 1, Failed: map[string]string{}}
		if done, err := both.RotateKey(t.Context()); err != nil || !reflect.DeepEqual(done, want) {
			t.Errorf("rotated %+v, %v", done, err)
		}
		if k := newKit(t, st, with(keys(t, after))); k.names() != "a b c static" || k.config("a").Token != "hunter2" {
			t.Errorf("with the new key alone there are %s", k.names())
		}
		if history, err := both.History(t.Context(), "a"); err != nil || len(history) != 1 {
			t.Errorf("it is in the history: %v, %v", history, err)
		}
	})
}

// failing is a provider that can't use its accounts.
type failing struct{ fail atomic.Bool }

func (*failing) Types() []provider.Type {
	return []provider.Type{{Name: "failing", Title: "failing account", Fields: object{"properties": object{"name": object{"type": "string"}}}}}
}
func (*failing) Configured() []provider.Key           { return nil }
func (*failing) Validate(provider.Definition) []error { return nil }
func (f *failing) Use([]provider.Definition) error {
	if f.fail.Load() {
		return errors.New("out of order")
	}
	return nil
}
func (*failing) Check(context.Context, provider.Definition) (provider.Result, error) {
	return provider.Report{OK: true}, nil
}

// A provider that fails keeps no other from its accounts, and is tried again.
func TestProviderThatFailsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	broken := &failing{}
	broken.fail.Store(true)
	st := storetest.SQLite(t)
	k := newKit(t, st)
	both := account.New(account.Options{Store: st, Keys: keys(t, encryption.NewKey()), Providers: []provider.Provider{broken, k.provider}})
	if _, err := both.Create(t.Context(), prod(), "ann"); err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Errorf("the failure is not told: %v", err)
	}
	if k.names() != "prod static" {
		t.Errorf("the other provider has %s", k.names())
	}
	if err := both.Load(t.Context()); err == nil {
		t.Error("it is not tried again")
	}
	broken.fail.Store(false)
	if err := both.Load(t.Context()); err != nil {
		t.Error(err)
	}
	if report, err := both.Check(t.Context(), "prod"); err != nil || report.Passed() {
		t.Errorf("the report is %v, %v", report, err)
	}
}
