// Package subscriptions is the area of the API about the subscriptions of message systems
// that triggers can listen to.
package subscriptions

import (
	_ "embed"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/trigger/subscription"
)

//go:embed schemas.json
var schemas []byte

// Lister lists the subscriptions.
type Lister interface {
	List() []subscription.Named
}

// New returns the area. Without a lister, there are no subscriptions.
func New(lister Lister) rest.Area {
	return rest.Area{Schemas: schemas, Routes: []rest.Route{{
		Method: http.MethodGet, Path: "/pubsub/subscriptions", Name: "getPubsubSubscriptions", Needs: rest.Anyone, Tag: "Triggers",
		Summary: "List the subscriptions that are read", Result: rest.ListOf(rest.Ref("PubsubSubscription")),
		Serve: func(*http.Request) (any, error) {
			if lister == nil {
				return []subscription.Named{}, nil
			}
			return lister.List(), nil
		},
	}}}
}
