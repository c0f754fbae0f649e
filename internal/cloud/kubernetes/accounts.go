package kubernetes

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// AccountChange tells which accounts have come, have changed and have gone, by
// name, each list in order. A changed account is a new one of the same name.
type AccountChange struct {
	Added, Changed, Removed []string
}

func (c AccountChange) empty() bool {
	return len(c.Added) == 0 && len(c.Changed) == 0 && len(c.Removed) == 0
}

// Set makes these the accounts, all of them or, with an error, none: one that
// does not validate, or a name used twice, is refused. Accounts that are as
// they were keep their connections. An operation at hand ends with the account
// that it began with, as that was.
func (p *Provider) Set(accounts []AccountConfig) error {
	p.setting.Lock()
	defer p.setting.Unlock()
	before := *p.accounts.Load()
	after := make(map[string]*account, len(accounts))
	for _, config := range accounts {
		if err := config.check(); err != nil {
			return err
		}
		if _, twice := after[config.Name]; twice {
			return fault.New(fault.Invalid, "kubernetes account %q: the name is used twice", config.Name)
		}
		if old, ok := before[config.Name]; ok && reflect.DeepEqual(old.config, config) {
			after[config.Name] = old
		} else {
			after[config.Name] = newAccount(config, p.options)
		}
	}
	change := difference(before, after)
	if change.empty() {
		return nil
	}
	p.accounts.Store(&after)
	for tell := range p.watchers {
		(*tell)(change)
	}
	for name, old := range before {
		if after[name] != old {
			old.forget()
		}
	}
	return nil
}

// OnChange has a function told of each change of the accounts, one at a time
// and in order, the first being that those there are now were added. It must
// not call Set or OnChange. The function that comes back ends it.
func (p *Provider) OnChange(tell func(AccountChange)) (stop func()) {
	p.setting.Lock()
	defer p.setting.Unlock()
	p.watchers[&tell] = struct{}{}
	if change := (AccountChange{Added: p.names()}); !change.empty() {
		tell(change)
	}
	return func() {
		p.setting.Lock()
		defer p.setting.Unlock()
		delete(p.watchers, &tell)
	}
}

// difference compares what accounts there were with those there are.
func difference(before, after map[string]*account) AccountChange {
	var change AccountChange
	for _, name := range slices.Sorted(maps.Keys(after)) {
		switch old, ok := before[name]; {
		case !ok:
			change.Added = append(change.Added, name)
		case old != after[name]:
			change.Changed = append(change.Changed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if _, ok := after[name]; !ok {
			change.Removed = append(change.Removed, name)
		}
	}
	return change
}

// check is [AccountConfig.Validate] as one fault.
func (c AccountConfig) check() error {
	errs := c.Validate()
	if len(errs) == 0 {
		return nil
	}
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	return fault.New(fault.Invalid, "kubernetes account %q: %s", c.Name, strings.Join(texts, "; ")).With(texts...)
}
