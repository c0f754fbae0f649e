// Package messages is the API of the outbox for operators: which messages to other
// systems were given up, and putting them back. Spinnaker has nothing like it.
package messages

import (
	"context"
	_ "embed"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/outbox"
)

//go:embed schemas.json
var schemas []byte

// Outbox keeps the messages.
type Outbox interface {
	// Dead lists the oldest of those that were given up.
	Dead(ctx context.Context) ([]outbox.Dead, error)
	// Retry puts one back; a fault of kind NotFound if there is none.
	Retry(ctx context.Context, id string) error
	// Discard deletes one; a fault of kind NotFound if there is none.
	Discard(ctx context.Context, id string) error
	// Waiting lists the oldest of those that are to be delivered.
	Waiting(ctx context.Context) ([]outbox.Waiting, error)
}

// New returns the area.
func New(box Outbox) rest.Area {
	const tag = "Administration"
	seesAll := rest.Need{Permission: access.Permission{Kind: access.Platform, Authorization: access.Read}, On: rest.Installation}
	administrators := func(serve func(r *http.Request) (any, error)) func(r *http.Request) (any, error) {
		return func(r *http.Request) (any, error) {
			if !rest.Administers(r) {
				return nil, rest.AccessDenied()
			}
			return serve(r)
		}
	}
	return rest.Area{Schemas: schemas, Routes: []rest.Route{
		{
			Method: http.MethodGet, Path: "/outbox", Name: "getDeadMessages", Needs: seesAll, Tag: tag,
			Summary: "The oldest messages to other systems that couldn't be delivered, at most 1,000",
			Result:  rest.ListOf(rest.Ref("DeadMessage")),
			Serve:   administrators(func(r *http.Request) (any, error) { return box.Dead(r.Context()) }),
		},
		{
			Method: http.MethodPost, Path: "/outbox/{id}/retry", Name: "retryDeadMessage", Needs: rest.Administrator, Tag: tag,
			Summary: "Try again to deliver a message that couldn't be delivered",
			Serve: administrators(func(r *http.Request) (any, error) {
				return nil, box.Retry(r.Context(), r.PathValue("id"))
			}),
		},
		{
			Method: http.MethodDelete, Path: "/outbox/{id}", Name: "deleteDeadMessage", Needs: rest.Administrator, Tag: tag,
			Summary: "Delete a message that couldn't be delivered",
			Serve: administrators(func(r *http.Request) (any, error) {
				return nil, box.Discard(r.Context(), r.PathValue("id"))
			}),
		},
		{
			Method: http.MethodGet, Path: "/outbox/queue", Name: "getWaitingMessages", Needs: seesAll, Tag: tag,
			Summary: "The oldest messages to other systems that are to be delivered, at most 200, with when each is tried next",
			Result:  rest.ListOf(rest.Ref("WaitingMessage")),
			Serve:   administrators(func(r *http.Request) (any, error) { return box.Waiting(r.Context()) }),
		},
	}}
}
