package messages_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/outbox"
)

// box is an outbox with one dead message.
type box struct{ retried []string }

func (*box) Dead(context.Context) ([]outbox.Dead, error) {
	return []outbox.Dead{{ID: "m1", Kind: "rest", Topic: "orca:pipeline:failed", Attempts: 3, Error: "away", Created: 1, Ended: 2}}, nil
}

func (b *box) Retry(_ context.Context, id string) error {
	if id != "m1" {
		return fault.New(fault.NotFound, "no undelivered message with the id %s", id)
	}
	b.retried = append(b.retried, id)
	return nil
}

func (b *box) Discard(ctx context.Context, id string) error { return b.Retry(ctx, id) }

func (*box) Waiting(context.Context) ([]outbox.Waiting, error) {
	return []outbox.Waiting{{ID: "m3", Kind: "notify", Topic: "slack", Attempts: 1, Error: "busy", Created: 1, Next: 5}}, nil
}

func TestDeadMessages(t *testing.T) {
	t.Parallel()
	b := &box{}
	k := apitest.New(t, func(p *apitest.Parts) { p.Messages = b })
	got := k.Get("/outbox").Is(http.StatusOK).List()
	if len(got) != 1 || got[0]["id"] != "m1" || got[0]["error"] != "away" {
		t.Errorf("dead messages %v", got)
	}
	k.Post("/outbox/m1/retry", nil).Is(http.StatusOK).Empty()
	k.Post("/outbox/m2/retry", nil).Refused(http.StatusNotFound, "no undelivered message")
	if len(b.retried) != 1 {
		t.Errorf("retried %v", b.retried)
	}
	k.Call(http.MethodDelete, "/outbox/m1", nil).Is(http.StatusOK).Empty()
	k.Call(http.MethodDelete, "/outbox/m2", nil).Refused(http.StatusNotFound, "no undelivered message")
	waiting := k.Get("/outbox/queue").Is(http.StatusOK).List()
	if len(waiting) != 1 || waiting[0]["id"] != "m3" || waiting[0]["nextAttempt"] != json.Number("5") {
		t.Errorf("waiting messages %v", waiting)
	}
}

func TestOnlyAdministratorsSeeMessages(t *testing.T) {
	t.Parallel()
	b := &box{}
	k := apitest.New(t, func(p *apitest.Parts) {
		p.Messages = b
		p.Identify = func(r *http.Request) (access.Principal, error) {
			name := r.Header.Get("X-Login")
			return access.Principal{Name: name, Admin: name == "root"}, nil
		}
	})
	for path, method := range map[string]string{
		"/outbox": http.MethodGet, "/outbox/queue": http.MethodGet, "/outbox/m1/retry": http.MethodPost, "/outbox/m1": http.MethodDelete,
	} {
		k.Call(method, path, nil, "X-Login", "ann").Refused(http.StatusForbidden, "Access is denied")
		k.Call(method, path, nil, "X-Login", "root").Is(http.StatusOK)
	}
}

// failing is an outbox whose database is away.
type failing struct{ box }

func (failing) Dead(context.Context) ([]outbox.Dead, error) { return nil, errors.New("away") }

func TestMessagesThatCantBeRead(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(p *apitest.Parts) { p.Messages = &failing{} })
	k.Get("/outbox").Is(http.StatusInternalServerError)
}
