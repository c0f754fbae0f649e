package runner

import (
	"context"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
)

// Follower makes messages of what happens to executions, for those that follow them
// from outside of the installation.
type Follower interface {
	// Messages are those about a step of an execution's life; there may be none.
	Messages(e *model.Execution, h engine.Happening) []outbox.Message
}

// Outbox takes messages in the transaction that makes happen what they tell of.
type Outbox interface {
	Add(ctx context.Context, tx *store.Tx, messages ...outbox.Message) error
}

// untold are the messages about what is not stored yet. They are made once: a
// transaction may be run again after it was committed, and must then write the same.
type untold struct {
	// happened is how much of what happened they are about.
	happened int
	messages []outbox.Message
}

// tellFollowers puts the messages about the changes into the transaction that stores
// them.
func (r *run) tellFollowers(ctx context.Context, tx *store.Tx, changes engine.Changes) error {
	if len(r.Followers) == 0 {
		return nil
	}
	e := r.machine.Execution()
	for _, h := range changes.Happened[r.untold.happened:] {
		for _, follower := range r.Followers {
			r.untold.messages = append(r.untold.messages, follower.Messages(e, h)...)
		}
	}
	r.untold.happened = len(changes.Happened)
	if len(r.untold.messages) == 0 {
		return nil
	}
	return r.Outbox.Add(ctx, tx, r.untold.messages...)
}

// tellFollowersOfEnd does so for an execution that is ended without being advanced.
func (r *Runner) tellFollowersOfEnd(ctx context.Context, tx *store.Tx, e *model.Execution) error {
	var messages []outbox.Message
	for _, follower := range r.Followers {
		messages = append(messages, follower.Messages(e, engine.Happening{Status: e.Status})...)
	}
	if len(messages) == 0 {
		return nil
	}
	return r.Outbox.Add(ctx, tx, messages...)
}
