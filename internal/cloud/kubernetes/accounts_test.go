package kubernetes

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"testing"

	"github.com/gennaker/gennaker/internal/fault"
)

func testProvider(t *testing.T, accounts ...AccountConfig) *Provider {
	t.Helper()
	p, err := New(accounts, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSetTellsWhatHasChanged(t *testing.T) {
	t.Parallel()
	p := testProvider(t, AccountConfig{Name: "same"}, AccountConfig{Name: "old"}, AccountConfig{Name: "moved"})
	var told []AccountChange
	stop := p.OnChange(func(c AccountChange) { told = append(told, c) })
	same, moved := (*p.accounts.Load())["same"], (*p.accounts.Load())["moved"]

	next := []AccountConfig{{Name: "same"}, {Name: "moved", Namespaces: []string{"dev"}}, {Name: "new"}}
	for range 2 { // the second time nothing changes
		if err := p.Set(next); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	if err := p.Set(nil); err != nil {
		t.Fatal(err)
	}
	want := []AccountChange{
		{Added: []string{"moved", "old", "same"}},
		{Added: []string{"new"}, Changed: []string{"moved"}, Removed: []string{"old"}},
	}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("told %+v, want %+v", told, want)
	}
	if len(p.Accounts()) != 0 {
		t.Errorf("the accounts are %v", p.Accounts())
	}
	if err := p.Set(next); err != nil {
		t.Fatal(err)
	}
	if now := (*p.accounts.Load())["moved"]; now == moved || len(now.config.Namespaces) != 1 {
		t.Error("a changed account is the old one")
	}
	if (*p.accounts.Load())["same"] == same {
		t.Error("an account that was away came back with its old connections")
	}
}

func TestSetIsAllOrNothing(t *testing.T) {
	t.Parallel()
	p := testProvider(t, AccountConfig{Name: "a"})
	for name, accounts := range map[string][]AccountConfig{
		"invalid": {{Name: "b"}, {Name: "c", QPS: -1}},
		"twice":   {{Name: "b"}, {Name: "b"}},
	} {
		if err := p.Set(accounts); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := p.names(); !reflect.DeepEqual(got, []string{"a"}) {
		t.Errorf("the accounts are %v", got)
	}
}

// TestChangesLeaveOperationsAlone changes and removes an account while a
// request of it is at hand.
func TestChangesLeaveOperationsAlone(t *testing.T) {
	t.Parallel()
	asked, answer := make(chan struct{}), make(chan struct{})
	cluster := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-answer
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprint(w, `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"dev"}}`)
	}))
	t.Cleanup(cluster.Close)
	config := AccountConfig{Name: "a", KubeconfigContents: fmt.Sprintf(
		`{"clusters":[{"name":"c","cluster":{"server":%q}}],"contexts":[{"name":"c","context":{"cluster":"c"}}],"current-context":"c"}`, cluster.URL)}
	p := testProvider(t, config)
	a, err := p.account("a")
	if err != nil {
		t.Fatal(err)
	}
	r := resource{gvk: gvkOf("v1", "ConfigMap"), namespaced: true}
	r.gvr = r.gvk.GroupVersion().WithResource("configmaps")
	done := make(chan error, 1)
	go func() {
		_, err := target{account: a, resource: r, kind: parseKind("configMap"), namespace: "dev", name: "x"}.get(context.WithoutCancel(t.Context()))
		done <- err
	}()
	<-asked
	config.QPS = 7
	for _, accounts := range [][]AccountConfig{{config}, nil} {
		if err := p.Set(accounts); err != nil {
			t.Fatal(err)
		}
	}
	close(answer)
	if err := <-done; err != nil {
		t.Errorf("the request at hand failed: %v", err)
	}
	if _, err := p.account("a"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the removed account gives %v", err)
	}
}

// An account that another process was told of is looked for when it is named.
func TestMissingAccountsAreLookedFor(t *testing.T) {
	t.Parallel()
	var p *Provider
	p, err := New(nil, Options{Missing: func(name string) {
		if name == "new" {
			if err := p.Set([]AccountConfig{{Name: "new"}}); err != nil {
				t.Error(err)
			}
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.account("other"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another account: %v", err)
	}
	if a, err := p.account("new"); err != nil || a.config.Name != "new" {
		t.Errorf("the new account: %v", err)
	}
}

func TestSetWhileInUse(t *testing.T) {
	t.Parallel()
	p := testProvider(t)
	known := map[string]bool{}
	defer p.OnChange(func(c AccountChange) {
		for _, name := range c.Added {
			known[name] = true
		}
		for _, name := range c.Removed {
			delete(known, name)
		}
	})()
	var users sync.WaitGroup
	for i := range 4 {
		users.Go(func() {
			for n := range 50 {
				if err := p.Set([]AccountConfig{{Name: fmt.Sprint("a", i)}, {Name: "b", Burst: n}}); err != nil {
					t.Error(err)
				}
				if got := p.Accounts(); len(got) != 2 {
					t.Errorf("the accounts are %v", got)
				}
			}
		})
	}
	users.Wait()
	for _, name := range p.names() {
		if !known[name] || len(known) != 2 {
			t.Errorf("%v are known, not %v", known, p.names())
		}
	}
}
