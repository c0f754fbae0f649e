package hooks

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/githost"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// Wanted is the webhook that a repository is to have.
type Wanted struct {
	// Application is whose triggers it is for.
	Application string
	// AccountType and Account are what it is created with; the type may be "".
	AccountType, Account string
	// Repository is its path at the host, such as acme/cart.
	Repository string
	// Source is what triggers call the host; "" for the usual name.
	Source string
	// User is who asks for it.
	User string
}

// Hook is a webhook that was created at a host.
type Hook struct {
	ID          string `json:"id"`
	Application string `json:"application"`
	// Source, Project and Slug are what triggers call the repository.
	Source  string `json:"source"`
	Project string `json:"project"`
	Slug    string `json:"slug"`
	// Repository is its path at the host, and Host the host's URL.
	Repository  string `json:"repository"`
	Host        string `json:"host"`
	AccountType string `json:"accountType"`
	Account     string `json:"account"`
	URL         string `json:"url"`
	// Created tells whether the host has it; it doesn't if creating it was interrupted.
	Created   bool   `json:"created"`
	CreatedAt int64  `json:"createdAt"`
	CreatedBy string `json:"createdBy,omitempty"`
	// Delivery is how the host's test went: ok, failed with the problem, or unknown if the
	// host can't test without telling of a change that didn't happen.
	Delivery string `json:"delivery,omitempty"`
	Problem  string `json:"problem,omitempty"`
}

func (r *row) shown() Hook {
	return Hook{
		ID: r.id, Application: r.application, Source: r.source, Project: r.project, Slug: r.slug, Repository: r.path, Host: r.host,
		AccountType: r.accountType, Account: r.account, URL: r.url, Created: r.remoteID != "", CreatedAt: r.createdAt, CreatedBy: r.createdBy,
	}
}

// Create has a repository's webhook created at its host. If there is one that Gennaker has
// created, that is brought up to date: it may be called again at any time.
func (s *Service) Create(ctx context.Context, w Wanted) (Hook, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	account, host, err := s.host(ctx, w.AccountType, w.Account)
	if err != nil {
		return Hook{}, err
	}
	source, err := sourceOf(host, w.Source)
	if err != nil {
		return Hook{}, err
	}
	if err := s.reachable(host, account.Address); err != nil {
		return Hook{}, err
	}
	repository, err := host.Repository(ctx, w.Repository)
	if err != nil {
		return Hook{}, err
	}
	s.one.Lock()
	defer s.one.Unlock()
	id := model.NewID(s.o.Now())
	sealed, err := s.o.Keys.Seal(ctx, place(id), []byte(rand.Text()+rand.Text()))
	if err != nil {
		return Hook{}, err
	}
	r, err := s.reserve(ctx, &row{
		id: id, host: account.Address, path: repository.Path, source: source,
		key: trigger.RepositoryKey(source, repository.Project, repository.Slug), project: repository.Project, slug: repository.Slug,
		application: w.Application, accountType: accountTypePrefix + account.Section, account: account.Account,
		secret: sealed, createdAt: s.o.Now().UnixMilli(), createdBy: w.User,
	})
	if err != nil {
		return Hook{}, err
	}
	r.accountType, r.account = accountTypePrefix+account.Section, account.Account
	r.project, r.slug = repository.Project, repository.Slug // a project of GitLab may be displayed by another name now
	delivery, err := s.ensure(ctx, host, repository, r)
	if err != nil {
		s.undo(ctx, r, err)
		return Hook{}, err
	}
	s.o.Logger.InfoContext(ctx, "webhook created", "host", r.host, "repository", r.path, "application", w.Application, "user", w.User)
	out := r.shown()
	switch {
	case !delivery.Known:
		out.Delivery = "unknown"
	case delivery.OK:
		out.Delivery = "ok"
	default:
		out.Delivery, out.Problem = "failed", delivery.Problem
	}
	return out, nil
}

// undo forgets a webhook that the host has refused, so that it isn't listed. One of which
// it isn't known whether the host has created it stays, to be found again.
func (s *Service) undo(ctx context.Context, r *row, err error) {
	if fault.KindOf(err) == fault.Unavailable || fault.KindOf(err) == fault.Internal || ctx.Err() != nil {
		return
	}
	if err := s.write(ctx, dropHook, r.id); err != nil {
		s.o.Logger.WarnContext(ctx, "can't forget a webhook that was refused", "repository", r.path, "error", err)
	}
}

// ensure creates a webhook or brings it up to date, removes others with its URL, which come
// of two processes that create it at once, and tries it.
func (s *Service) ensure(ctx context.Context, host githost.Host, repository githost.Repository, r *row) (githost.Delivery, error) {
	secret, err := s.open(ctx, r)
	if err != nil {
		return githost.Delivery{}, err
	}
	wanted := githost.Wanted{URL: s.o.BaseURL + "/webhooks/git/" + r.source + "?" + parameter + "=" + r.id, Secret: secret}
	ours, err := s.ours(ctx, host, repository, r.id)
	if err != nil {
		return githost.Delivery{}, err
	}
	if len(ours) == 0 {
		if _, err = host.Create(ctx, repository, wanted); err != nil {
			return githost.Delivery{}, err
		}
		if ours, err = s.ours(ctx, host, repository, r.id); err != nil {
			return githost.Delivery{}, err
		}
		if len(ours) == 0 {
			return githost.Delivery{}, fault.New(fault.Unavailable, "%s has created the webhook of %s, but doesn't list it: try again", host.Label(), repository.Path)
		}
	} else if err := host.Update(ctx, repository, ours[0].ID, wanted); err != nil {
		return githost.Delivery{}, err
	}
	for _, other := range ours[1:] {
		if err := host.Delete(ctx, repository, other.ID); err != nil {
			return githost.Delivery{}, fmt.Errorf("remove a second webhook with the same URL: %w", err)
		}
	}
	r.remoteID, r.url = ours[0].ID, wanted.URL
	if err := s.write(ctx, noteHook, r.remoteID, r.url, r.accountType, r.account, trigger.RepositoryKey(r.source, r.project, r.slug), r.project, r.slug, r.id); err != nil {
		return githost.Delivery{}, err
	}
	pinger, ok := host.(githost.Pinger)
	if !ok {
		return githost.Delivery{}, nil
	}
	delivery, err := pinger.Ping(ctx, repository, r.remoteID, wanted)
	if err != nil { // the webhook is there all the same
		return githost.Delivery{Known: true, Problem: err.Error()}, nil //nolint:nilerr // it is told as the delivery's problem
	}
	return delivery, nil
}

// ours are the webhooks of a repository with an id of ours, in an order that all processes
// agree on.
func (s *Service) ours(ctx context.Context, host githost.Host, repository githost.Repository, id string) ([]githost.Hook, error) {
	all, err := host.Hooks(ctx, repository)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(k githost.Hook) bool { return !sameHook(k.URL, id) })
	slices.SortFunc(all, func(a, b githost.Hook) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

func sourceOf(host githost.Host, wanted string) (string, error) {
	sources := host.Sources()
	if wanted == "" {
		return sources[0], nil
	}
	if !slices.Contains(sources, wanted) {
		return "", fault.New(fault.Invalid, "source: the account is of %s, so that its triggers have the source %s", host.Label(), strings.Join(sources, " or "))
	}
	return wanted, nil
}

// Delete removes a webhook at its host, and forgets it. With forget, it is only forgotten:
// the account may be gone.
func (s *Service) Delete(ctx context.Context, application, id string, forget bool) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := s.find(ctx, id)
	if err != nil {
		return err
	}
	if !strings.EqualFold(r.application, application) {
		return fault.New(fault.NotFound, "the webhook %s belongs to the application %s", id, r.application)
	}
	if !forget {
		if err := s.remove(ctx, r); err != nil {
			return err
		}
	}
	return s.write(ctx, forgetHook, id)
}

// remove deletes a webhook at its host.
func (s *Service) remove(ctx context.Context, r *row) error {
	_, host, err := s.host(ctx, r.accountType, r.account)
	if err == nil {
		repository := githost.Repository{Path: r.path, Project: r.project, Slug: r.slug}
		var ours []githost.Hook
		if ours, err = s.ours(ctx, host, repository, r.id); err == nil {
			for _, one := range ours {
				if err = host.Delete(ctx, repository, one.ID); err != nil {
					break
				}
			}
		}
	}
	if err != nil {
		return fault.New(fault.KindOf(err), "%w. If it can't be deleted there any more, delete it here alone, with forget=true", err)
	}
	return nil
}

// Filter says which webhooks are listed; what is "" doesn't matter.
type Filter struct{ Application, Source, Project, Slug string }

// mostListed is how many webhooks are listed.
const mostListed = 5000

// List lists the webhooks that were created.
func (s *Service) List(ctx context.Context, f Filter) ([]Hook, error) {
	var rows []*row
	var err error
	if key := trigger.RepositoryKey(f.Source, f.Project, f.Slug); key != "" {
		rows, err = s.rows(ctx, keyHooks, key)
	} else {
		rows, err = s.rows(ctx, allHooks, "", mostListed)
	}
	if err != nil {
		return nil, err
	}
	out := []Hook{}
	for _, r := range rows {
		if matches(f.Application, r.application) && matches(f.Source, r.source) && matches(f.Project, r.project) && matches(f.Slug, r.slug) {
			out = append(out, r.shown())
		}
	}
	return out, nil
}

func matches(want, got string) bool { return want == "" || strings.EqualFold(want, got) }
