package server

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/frontdoor"
	"github.com/gennaker/gennaker/internal/githost/hooks"
	"github.com/gennaker/gennaker/internal/provider"
)

// buildAccounts puts the accounts that are stored to use, beside those of the
// configuration.
func (p *process) buildAccounts(ctx context.Context) error {
	keys, err := p.openKeys(ctx)
	if err != nil {
		return fmt.Errorf("secrets.encryption: %w", err)
	}
	p.keys = keys
	p.onClose("encryption keys", func(context.Context) error { return keys.Close() })
	p.gitHooks = hooks.New(hooks.Options{
		Store: p.platform.store, Accounts: p.artifacts, Keys: keys, BaseURL: strings.TrimRight(p.config.Server.BaseURL, "/"),
		Refresh: func(ctx context.Context) error { return p.accounts.Load(ctx) }, Now: p.clock.Now, Logger: p.log,
	})
	p.accounts = account.New(account.Options{
		Store: p.platform.store, Keys: keys, Others: []account.Sealed{p.gitHooks}, Logger: p.log, Resources: p.resources,
		Providers: []provider.Provider{p.clouds.kubernetes, p.artifacts},
	})
	if err := p.accounts.Load(ctx); err != nil {
		return fmt.Errorf("load the accounts: %w", err)
	}
	p.runs("accounts", p.accounts)
	return p.resources.Register(p.accounts.Kind())
}

// storedAccounts is what accounts of the API may do.
func (p *process) storedAccounts() kubernetes.StoredAccounts {
	stored := p.config.Kubernetes.StoredAccounts
	stored.LocalServer = frontdoor.Loopback(p.config.Server.Listen)
	return stored
}

// lookTimeout bounds a look for an account that another process may just have
// been told of.
const lookTimeout = 5 * time.Second

// missingAccount looks whether an account was stored that this process doesn't
// know yet. It does not wait for longer than it must: who asks may hold up what
// the look needs.
func (p *process) missingAccount(name string) {
	if p.accounts == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
	looked := make(chan struct{})
	go func() {
		defer cancel()
		defer close(looked)
		if err := p.accounts.Load(ctx); err != nil {
			p.log.Warn("can't look for an account", "account", name, "error", err)
		}
	}()
	select {
	case <-looked:
	case <-ctx.Done():
	}
}

// openKeys opens the configured keys; else, with SQLite, the one that lies
// beside the database. Processes that share a PostgreSQL must share a key too.
func (p *process) openKeys(ctx context.Context) (*encryption.Keyring, error) {
	switch path := p.platform.store.SQLitePath(); {
	case len(p.config.Secrets.Encryption.Keys) > 0:
		return encryption.Open(ctx, p.config.Secrets.Encryption.Keys, p.secrets)
	case path != "":
		return encryption.Local(ctx, path+".key")
	}
	return encryption.Without(`set secrets.encryption.keys, for all processes, to a key that "gennaker account new-key" makes`), nil
}
