// Package notifications is the area of the API about notifications: the settings of
// applications, the channels, messages and tests, and the answers that people give in
// messages.
package notifications

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// Store keeps the settings.
type Store interface {
	Document(ctx context.Context, kind, id string) (*store.Document, error)
	Write(ctx context.Context, fn func(ctx context.Context, tx *store.Tx) error) error
}

type area struct {
	store    Store
	notifier Notifier
}

//go:embed schemas.json
var schemas []byte

// New returns the area. Without a notifier there are no channels.
func New(st Store, notifier Notifier) rest.Area {
	a := &area{st, notifier}
	if notifier == nil {
		a.notifier = nobody{}
	}
	return rest.Area{Schemas: schemas, Routes: append(a.routes(), a.sending()...)}
}

func (a *area) routes() []rest.Route {
	const (
		tag  = "Notifications"
		path = "/notifications/{type}/{application}"
	)
	settings := rest.Schema{"type": "object"}
	return []rest.Route{
		{
			Method: http.MethodGet, Path: path, Name: "getNotificationConfig", Needs: rest.OnApplication(access.Read), Tag: tag,
			Summary: "Get an application's notification settings, by kind of notification",
			Result:  settings, Serve: a.getNotifications,
		},
		{
			Method: http.MethodPost, Path: path, Name: "saveNotificationConfig", Needs: rest.OnApplication(access.Write), Tag: tag,
			Summary: "Replace an application's notification settings", Body: rest.RequiredBody(settings),
			Serve: func(r *http.Request) (any, error) { return nil, a.saveNotifications(r) },
		},
		{
			Method: http.MethodDelete, Path: path, Name: "deleteNotificationConfig", Needs: rest.OnApplication(access.Write), Tag: tag,
			Summary: "Delete an application's notification settings",
			Serve:   func(r *http.Request) (any, error) { return nil, a.deleteNotifications(r) },
		},
	}
}

// notificationID is the stored document's id. Only applications have settings,
// as in Front50.
func notificationID(r *http.Request) (string, error) {
	if kind := r.PathValue("type"); kind != "application" {
		return "", fault.New(fault.NotFound, "No hierarchical level matches '%s': notification settings belong to an application", kind)
	}
	return catalog.NotificationID(r.PathValue("application")), nil
}

func (a *area) getNotifications(r *http.Request) (any, error) {
	id, err := notificationID(r)
	if err != nil {
		return nil, err
	}
	document, err := a.store.Document(r.Context(), catalog.NotificationKind, id)
	if errors.Is(err, store.ErrNotFound) {
		return struct{}{}, nil
	}
	if err != nil {
		return nil, err
	}
	return document.Body, nil
}

func (a *area) saveNotifications(r *http.Request) error {
	id, err := notificationID(r)
	if err != nil {
		return err
	}
	settings, err := rest.Object(r)
	if err != nil {
		return err
	}
	application := strings.ToLower(r.PathValue("application"))
	settings = model.Merge(settings, map[string]any{"application": application})
	return a.store.Write(r.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SaveDocument(ctx, store.Document{
			Kind: catalog.NotificationKind, ID: id, Application: application, Name: application, Body: settings,
		}, rest.User(r).Name)
		return err
	})
}

func (a *area) deleteNotifications(r *http.Request) error {
	id, err := notificationID(r)
	if err != nil {
		return err
	}
	err = a.store.Write(r.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.DeleteDocument(ctx, catalog.NotificationKind, id, rest.User(r).Name)
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
