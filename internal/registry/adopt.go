package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
)

// spec is a resource's. The account itself is where it is stored or configured.
type spec struct {
	Section string `json:"section"`
	Account string `json:"account"`
	Host    string `json:"host"`
}

// adoptEvery is how often it is looked whether there are other accounts.
const adoptEvery = 5 * time.Second

// Run has all accounts looked at, also those that are added while the program runs, until
// ctx ends.
func (s *Service) Run(ctx context.Context) error {
	ticker := time.NewTicker(adoptEvery)
	defer ticker.Stop()
	for {
		if err := s.Adopt(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "can't note which registries to look at; trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

// Adopt has the accounts of this process looked at, and no others. It does nothing if they
// are the same as last time.
func (s *Service) Adopt(ctx context.Context) error {
	wanted := map[string]artifact.Source{}
	var names []string
	for _, one := range s.o.Sources.Sources() {
		name := nameOf(one.Section, one.Account)
		if _, twice := wanted[name]; !twice {
			names = append(names, name)
		}
		wanted[name] = one
	}
	slices.Sort(names)
	var text strings.Builder
	for _, name := range names {
		fmt.Fprintf(&text, "%s %s %v %s\n", name, wanted[name].Host, wanted[name].Repositories, wanted[name].Base)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.adopted != nil && *s.adopted == text.String() {
		return nil
	}
	there, err := s.o.Resources.List(ctx, resource.Filter{Kind: ResourceKind})
	if err != nil {
		return err
	}
	for _, name := range names {
		one := wanted[name]
		err := s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.Repeatable()
			w := resource.Wanted{Kind: ResourceKind, Name: name, Spec: spec{one.Section, one.Account, one.Host}}
			if err := s.o.Resources.Put(ctx, tx, w); err != nil {
				return err
			}
			return s.o.Resources.WakeIn(ctx, tx, ResourceKind, name)
		})
		if fault.KindOf(err) == fault.Conflict {
			return nil // it is being forgotten still: the next time
		}
		if err != nil {
			return fmt.Errorf("have %s looked at: %w", name, err)
		}
	}
	for _, r := range there {
		if _, ok := wanted[r.Name]; ok || !r.DeletionRequestedAt.IsZero() {
			continue
		}
		err := s.o.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
			tx.Repeatable()
			return s.o.Resources.Delete(ctx, tx, ResourceKind, r.Name)
		})
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return fmt.Errorf("look at %s no longer: %w", r.Name, err)
		}
	}
	all := text.String()
	s.adopted = &all
	return nil
}

// PipelineSaved has the sources looked at that a saved pipeline waits for: what is there
// now isn't new, and what comes after it is.
func (s *Service) PipelineSaved(ctx context.Context, tx *store.Tx, p model.Pipeline) error {
	for _, t := range model.Objects(p, "triggers") {
		section := sections[model.String(t, "type")]
		account := model.String(t, "account")
		if section == "" || account == "" || !model.Bool(t, "enabled", false) {
			continue
		}
		// What its tags stand for must be known, if it is looked at already.
		if err := hurry(ctx, tx, nameOf(section, account), model.String(t, "repository")); err != nil {
			return err
		}
		if err := s.o.Resources.WakeIn(ctx, tx, ResourceKind, nameOf(section, account)); err != nil {
			return err
		}
	}
	return nil
}

// sections are those of the accounts that triggers of a type name.
var sections = map[string]string{
	"docker": artifact.DockerSource, "helm/oci": artifact.DockerSource, "helm": artifact.HelmSource,
}

// PipelineDeleted comes after a pipeline was deleted. What it waited for is forgotten at
// the next look.
func (*Service) PipelineDeleted(context.Context, *store.Tx, string) error { return nil }
