package library

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

// accounting are the fields that a save sets.
var accounting = []string{"updateTs", "lastModifiedBy", "digest"}

// CreateV2 stores a new template of version 2, or a new tag of one, with its
// latest version and the one of its digest. A version that is there already is
// a Conflict, unless it is the same.
func (l *Library) CreateV2(ctx context.Context, t map[string]any, tag, user string) error {
	tag, err := checkV2(t, tag)
	if err != nil {
		return err
	}
	key := keyOf(t, tag)
	switch found, err := l.store.Document(ctx, Kind, key); {
	case err == nil && same(found.Body, withTag(t, tag)):
		return nil // the same again, as after a crash
	case err == nil:
		return fault.New(fault.Conflict, "A pipeline template with the id %s already exists", key)
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return l.saveV2(ctx, t, tag, user)
}

// UpdateV2 stores a version of a template anew, with its latest version and
// the one of its digest.
func (l *Library) UpdateV2(ctx context.Context, id string, t map[string]any, tag, user string) error {
	tag, err := checkV2(t, tag)
	if err != nil {
		return err
	}
	if err := sameID(id, t); err != nil {
		return err
	}
	return l.saveV2(ctx, t, tag, user)
}

func checkV2(t map[string]any, tag string) (string, error) {
	if tag == "" {
		tag = model.String(t, "tag")
	}
	if err := template.CheckTag(tag); err != nil {
		return "", err
	}
	return tag, template.CheckV2(t)
}

func sameID(id string, t map[string]any) error {
	if own := model.String(t, "id"); own != id {
		return fault.New(fault.Invalid, "The provided id %s doesn't match the pipeline template id %s", id, own)
	}
	return nil
}

func keyOf(t map[string]any, tag string) string {
	if tag == "" {
		return model.String(t, "id")
	}
	return model.String(t, "id") + ":" + tag
}

func withTag(t map[string]any, tag string) map[string]any {
	out := model.Without(t, append(accounting, "tag")...)
	if tag != "" {
		out["tag"] = tag
	}
	return out
}

func same(stored, given map[string]any) bool {
	a, errA := model.Marshal(model.Without(stored, accounting...))
	b, errB := model.Marshal(model.Without(given, accounting...))
	return errA == nil && errB == nil && reflect.DeepEqual(a, b)
}

// saveV2 stores a version under its own name, as the latest, and under its
// digest, which is that of the latest, as in Front50.
func (l *Library) saveV2(ctx context.Context, t map[string]any, tag, user string) error {
	newest := withTag(t, latest)
	digest, err := template.Digest(newest)
	if err != nil {
		return fmt.Errorf("compute the digest of pipeline template %s: %w", model.String(t, "id"), err)
	}
	return l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		versions := map[string]map[string]any{
			keyOf(t, latest): newest,
			model.String(t, "id") + "@sha256:" + digest: model.Merge(newest, map[string]any{"digest": digest}),
		}
		if tag != latest {
			versions[keyOf(t, tag)] = withTag(t, tag)
		}
		for key, body := range versions {
			if err := put(ctx, tx, key, body, user); err != nil {
				return err
			}
		}
		return l.changed(ctx, tx, model.String(t, "id"))
	})
}

func put(ctx context.Context, tx *store.Tx, key string, body map[string]any, user string) error {
	body = model.Merge(body, map[string]any{
		"updateTs": strconv.FormatInt(time.Now().UnixMilli(), 10), "lastModifiedBy": user,
	})
	_, err := tx.SaveDocument(ctx, store.Document{
		Kind: Kind, ID: key, Name: model.String(model.Object(body, "metadata"), "name"), Body: body,
	}, user)
	if err != nil {
		return fmt.Errorf("save pipeline template %s: %w", key, err)
	}
	return nil
}

// CreateV1 stores a new template of version 1. One of that id is a Conflict,
// unless it is the same.
func (l *Library) CreateV1(ctx context.Context, t map[string]any, user string) error {
	if err := template.CheckV1(t); err != nil {
		return err
	}
	id := model.String(t, "id")
	switch found, err := l.store.Document(ctx, Kind, id); {
	case err == nil && same(found.Body, t):
		return nil
	case err == nil:
		return fault.New(fault.Conflict, "A pipeline template with the id %s already exists", id)
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	return l.saveV1(ctx, id, t, user)
}

// UpdateV1 stores a template of version 1 anew; one that isn't there is a
// fault of kind NotFound.
func (l *Library) UpdateV1(ctx context.Context, id string, t map[string]any, user string) error {
	if err := template.CheckV1(t); err != nil {
		return err
	}
	if err := sameID(id, t); err != nil {
		return err
	}
	if _, err := l.Get(ctx, id, "", ""); err != nil {
		return err
	}
	return l.saveV1(ctx, id, t, user)
}

func (l *Library) saveV1(ctx context.Context, id string, t map[string]any, user string) error {
	return l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := put(ctx, tx, id, model.Without(t, accounting...), user); err != nil {
			return err
		}
		return l.changed(ctx, tx, id)
	})
}

// DeleteV2 deletes one version of a template; one that pipelines are made of is
// a fault that names them. The others stay, as in Front50.
func (l *Library) DeleteV2(ctx context.Context, id, tag, digest, user string) error {
	ref := template.Reference{ID: id, Tag: tag, Digest: digest}
	key, err := ref.Key()
	if err != nil {
		return err
	}
	dependents, err := l.DependentsV2(ctx, key)
	if err != nil {
		return err
	}
	if err := unused("configs", dependents); err != nil {
		return err
	}
	return l.delete(ctx, id, key, user)
}

// DeleteV1 deletes a template; one that pipelines or other templates are made
// of is a fault that names them.
func (l *Library) DeleteV1(ctx context.Context, id, user string) error {
	dependents, err := l.DependentsV1(ctx, id, true)
	if err != nil {
		return err
	}
	if err := unused("configs", dependents); err != nil {
		return err
	}
	templates, err := l.standingOn(ctx, id)
	if err != nil {
		return err
	}
	var list []map[string]any
	for _, other := range templates {
		list = append(list, map[string]any{"id": other})
	}
	if err := unused("templates", list); err != nil {
		return err
	}
	return l.delete(ctx, id, id, user)
}

func (l *Library) delete(ctx context.Context, id, key, user string) error {
	err := l.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.DeleteDocument(ctx, Kind, key, user); err != nil {
			return err
		}
		return l.changed(ctx, tx, id)
	})
	if errors.Is(err, store.ErrNotFound) {
		return fault.New(fault.NotFound, "Pipeline template not found (id: %s)", key)
	}
	return err
}
