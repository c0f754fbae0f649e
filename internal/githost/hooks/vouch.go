package hooks

import (
	"context"
	"net/url"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// Vouch notes in an event of a Git host whether it comes from the webhook that was created
// for its repository, by the URL's parameters and the signature. If the repository has such
// a webhook, triggers without a secret start on its events alone.
func (s *Service) Vouch(ctx context.Context, e *trigger.Event, query url.Values) error {
	key := trigger.RepositoryKey(e.Source, model.String(e.Content, "repoProject"), model.String(e.Content, "slug"))
	id := query.Get(parameter)
	if id == "" {
		found, err := s.rows(ctx, keyHooks, key)
		if err != nil {
			return err
		}
		for _, r := range found {
			if r.remoteID != "" {
				e.Hook = &trigger.Hook{Problem: "Gennaker has created a webhook for this repository, and the event comes from another one: delete that one at the Git host, or set its secret in the trigger"}
			}
		}
		return nil
	}
	found, err := s.rows(ctx, readHook, id)
	if err != nil {
		return err
	}
	e.Hook = &trigger.Hook{}
	switch {
	case len(found) == 0:
		e.Hook.Problem = "Gennaker doesn't know the webhook that the event comes from: it was deleted here, so delete it at the Git host too"
		return nil
	case found[0].key != key:
		e.Hook.Problem = "the event comes from the webhook of another repository (" + found[0].project + "/" + found[0].slug + "): create a webhook for this one"
		return nil
	}
	secret, err := s.open(ctx, found[0])
	if err != nil {
		return err
	}
	e.Hook.Proved = e.Proof.Of(secret)
	if !e.Hook.Proved {
		e.Hook.Problem = "the event isn't signed with the secret of the webhook that Gennaker has created: create the webhook again, which sets its secret"
	}
	return nil
}
