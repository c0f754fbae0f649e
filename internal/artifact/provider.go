package artifact

import (
	"context"
	"slices"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
)

var _ provider.Provider = (*Service)(nil)

// Types implements [provider.Provider]: a type for each section of the
// configuration whose accounts do something.
func (s *Service) Types() []provider.Type {
	out := make([]provider.Type, len(sections))
	for i, section := range sections {
		out[i] = section.Type
		if !s.builder.options.Config.StoredAccounts.Enabled {
			out[i].Closed = "artifacts.storedAccounts.enabled is false"
		}
	}
	return out
}

// Configured implements [provider.Provider].
func (s *Service) Configured() []provider.Key {
	var out []provider.Key
	for _, one := range s.builder.options.Config.all() {
		out = append(out, provider.Key{Type: typePrefix + one.section, Name: one.name})
	}
	return out
}

// Validate implements [provider.Provider].
func (s *Service) Validate(account provider.Definition) []error {
	section, err := sectionOf(account)
	if err != nil {
		return []error{err}
	}
	if errs := section.validate(account); len(errs) > 0 {
		return errs
	}
	if errs := section.restrict(account); len(errs) > 0 {
		return errs
	}
	if _, err := section.build(s.builder.forStored(), account); err != nil {
		return []error{err}
	}
	return nil
}

// Use implements [provider.Provider].
func (s *Service) Use(stored []provider.Definition) error {
	b := s.builder.forStored()
	added := make([]account, 0, len(stored))
	for _, definition := range stored {
		section, err := sectionOf(definition)
		if err != nil {
			return err
		}
		a, err := section.build(b, definition)
		if err != nil {
			return fault.New(fault.KindOf(err), "use the artifact account %s: %w", definition.Name, err)
		}
		added = append(added, a)
	}
	all := slices.Concat(s.configured, added, s.builtIn)
	s.accounts.Store(&all)
	return nil
}

// Check implements [provider.Provider]: whether the credentials can be read and
// the account's own server takes them. Accounts whose server is named by each
// reference are not tried.
func (s *Service) Check(ctx context.Context, definition provider.Definition) (provider.Result, error) {
	a, err := s.checked(definition)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	report := provider.Report{Account: definition.Name, OK: true}
	add := func(name, status, detail string) {
		report.Steps = append(report.Steps, provider.Step{Name: name, Status: status, Detail: detail})
	}
	look := func(name string, look func(context.Context) (string, error)) {
		detail, err := look(ctx)
		if err != nil {
			report.OK = false
			add(name, provider.StepFailed, subject{account: definition.Name, reference: name}.reason(err))
			return
		}
		add(name, provider.StepOK, detail)
	}
	if c, ok := a.(credentialed); ok {
		look("credentials", c.checkCredentials)
	}
	c, ok := a.(connected)
	switch {
	case !ok:
		add("connection", provider.StepSkipped, "nothing to test: the server is part of each artifact's reference")
	case !report.OK:
		add("connection", provider.StepSkipped, "skipped, because the step credentials failed")
	default:
		look("connection", c.checkConnection)
	}
	return report, nil
}

// checked is the account that a check is about: one of the configuration, or
// one that needs not be stored.
func (s *Service) checked(definition provider.Definition) (account, error) {
	if definition.Fields != nil {
		section, err := sectionOf(definition)
		if err != nil {
			return nil, err
		}
		return section.build(s.builder.forStored(), definition)
	}
	for _, one := range s.builder.options.Config.all() {
		if (provider.Key{Type: typePrefix + one.section, Name: one.name}) != definition.Key {
			continue
		}
		if at := slices.IndexFunc(sections, func(s section) bool { return s.Name == definition.Type }); at >= 0 {
			return sections[at].configured(&builder{options: s.builder.options}, one.account)
		}
	}
	return nil, fault.New(fault.NotFound, "No account found with name %s", definition.Name)
}

// credentialed is an account with credentials that can be looked up.
type credentialed interface {
	checkCredentials(ctx context.Context) (string, error)
}

// connected is an account with a server of its own.
type connected interface {
	checkConnection(ctx context.Context) (string, error)
}
