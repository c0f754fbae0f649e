package runner

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/store"
)

// Follower makes messages of what happens to executions, for those that follow them
// from outside of the installation.
type Follower interface {
	// Follow gives the messages about a step of an execution's life; there may be none.
	// It is called in the transaction that stores the step, and may read in it.
	Follow(ctx context.Context, tx *store.Tx, e *model.Execution, h engine.Happening) ([]outbox.Message, error)
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
	messages, err := r.follow(ctx, tx, r.machine.Execution(), changes.Happened[r.untold.happened:])
	if err != nil {
		return err
	}
	r.untold.messages = append(r.untold.messages, messages...)
	r.untold.happened = len(changes.Happened)
	if len(r.untold.messages) == 0 {
		return nil
	}
	return r.Outbox.Add(ctx, tx, r.untold.messages...)
}

// tellFollowersOfEnd does so for an execution that is ended without being advanced.
func (r *Runner) tellFollowersOfEnd(ctx context.Context, tx *store.Tx, e *model.Execution) error {
	messages, err := r.follow(ctx, tx, e, []engine.Happening{{Status: e.Status}})
	if err != nil || len(messages) == 0 {
		return err
	}
	return r.Outbox.Add(ctx, tx, messages...)
}

// follow are the messages of all followers about what happened.
func (r *Runner) follow(ctx context.Context, tx *store.Tx, e *model.Execution, happened []engine.Happening) (messages []outbox.Message, err error) {
	for _, h := range happened {
		for _, follower := range r.Followers {
			more, err := follower.Follow(ctx, tx, e, h)
			if err != nil {
				return nil, fmt.Errorf("make messages of what happened to execution %s: %w", e.ID, err)
			}
			messages = append(messages, more...)
		}
	}
	return messages, nil
}
