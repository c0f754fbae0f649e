package entitytags

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// idPattern says what an id is made of.
const idPattern = "{{cloudProvider}}:{{entityType}}:{{entityId}}:{{account}}:{{region}}"

// upsert merges given tags with those an entity has, and stores them where that
// changes anything. Tags that aren't given stay where partial is set.
func upsert(ctx context.Context, store Store, in stage.Input, given map[string]any, partial bool) error {
	reference := entityRef(model.Object(given, "entityRef"))
	id := model.String(given, "id")
	if id == "" {
		var err error
		if id, err = idOf(reference); err != nil {
			return err
		}
	}
	tags, err := tagsOf(given)
	if err != nil {
		return err
	}
	stored, err := store.EntityTags(ctx, id)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return stage.Failure(stage.HTTPException, fmt.Errorf("read the tags of %s: %w", id, err))
	}
	before := model.Objects(stored, "tags")
	if stored != nil && contains(before, tags) && (partial || contains(tags, before)) {
		return nil
	}
	metadata := metadataOf(model.Objects(stored, "tagsMetadata"), tags, in)
	if partial {
		for _, tag := range before {
			if find(tags, model.String(tag, "name")) == nil {
				tags = append(tags, tag)
			}
		}
	} else {
		metadata = slices.DeleteFunc(metadata, func(m map[string]any) bool { return find(tags, model.String(m, "name")) == nil })
	}
	document := map[string]any{"id": id, "idPattern": idPattern, "tags": anys(tags), "tagsMetadata": anys(metadata)}
	if len(reference) > 0 {
		document["entityRef"] = reference
	}
	if err := store.SaveEntityTags(ctx, stamped(model.Merge(stored, document), in)); err != nil {
		return stage.Failure(stage.HTTPException, fmt.Errorf("save the tags of %s: %w", id, err))
	}
	return nil
}

// entityRef is a reference as it is stored: its type in lower case, and the
// account by name and id. An account's name counts as its id where no id is
// given.
func entityRef(given map[string]any) map[string]any {
	out := model.DropNulls(given)
	if out == nil {
		return nil
	}
	if kind := model.String(out, "entityType"); kind != "" {
		out["entityType"] = strings.ToLower(kind)
	}
	name, id := model.String(out, "account"), model.String(out, "accountId")
	switch {
	case id == "" && name != "" && name != "*":
		out["accountId"] = name
	case name == "" && id != "":
		out["account"] = id
	}
	return out
}

// idOf is the id of an entity's tags, as clouddriver's EntityRefIdBuilder makes
// it.
func idOf(reference map[string]any) (string, error) {
	for _, field := range []string{"cloudProvider", "entityType", "entityId"} {
		if model.String(reference, field) == "" {
			return "", invalid("entityRef.%s is missing", field)
		}
	}
	account := model.String(reference, "accountId")
	if account == "" {
		account = model.String(reference, "account")
	}
	parts := []string{
		model.String(reference, "cloudProvider"), model.String(reference, "entityType"), model.String(reference, "entityId"),
		account, model.String(reference, "region"),
	}
	for i := range parts {
		if parts[i] == "" {
			parts[i] = "*"
		}
	}
	return strings.ToLower(strings.Join(parts, ":")), nil
}

// tagsOf reads the given tags: names and namespaces in lower case, of several
// with one name the first, and the kind of value where it isn't said.
func tagsOf(given map[string]any) ([]map[string]any, error) {
	var out []map[string]any
	for i, tag := range model.Objects(given, "tags") {
		name := strings.ToLower(model.String(tag, "name"))
		if name == "" {
			return nil, invalid("tags[%d].name is missing", i)
		}
		if find(out, name) != nil {
			continue
		}
		namespace := strings.ToLower(model.String(tag, "namespace"))
		if namespace == "" {
			namespace = "default"
		}
		tag = model.Merge(tag, map[string]any{"name": name, "namespace": namespace})
		if model.String(tag, "valueType") == "" {
			tag["valueType"] = "literal"
			if model.Object(tag, "value") != nil {
				tag["valueType"] = "object"
			}
		}
		out = append(out, tag)
	}
	return out, nil
}

// metadataOf notes who has put which tag, and when; a tag's own timestamp goes
// before the time of the task.
func metadataOf(before, tags []map[string]any, in stage.Input) []map[string]any {
	out := slices.Clone(before)
	for _, tag := range tags {
		at := model.Millis(in.Now)
		if own, ok := model.Int(tag, "timestamp"); ok {
			at = own
		}
		name := model.String(tag, "name")
		i := slices.IndexFunc(out, func(m map[string]any) bool { return strings.EqualFold(model.String(m, "name"), name) })
		changed := map[string]any{"lastModified": at, "lastModifiedBy": userOf(in)}
		if i >= 0 {
			out[i] = model.Merge(out[i], changed)
			continue
		}
		out = append(out, model.Merge(changed, map[string]any{"name": name, "created": at, "createdBy": userOf(in)}))
	}
	for _, tag := range tags {
		delete(tag, "timestamp")
	}
	return out
}

// without is a document that lacks the tags of these names.
func without(document map[string]any, names []string) map[string]any {
	gone := func(item map[string]any) bool {
		return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, model.String(item, "name")) })
	}
	return model.Merge(document, map[string]any{
		"tags":         anys(slices.DeleteFunc(model.Objects(document, "tags"), gone)),
		"tagsMetadata": anys(slices.DeleteFunc(model.Objects(document, "tagsMetadata"), gone)),
	})
}

// stamped is a document with who has changed it, and when.
func stamped(document map[string]any, in stage.Input) map[string]any {
	return model.Merge(document, map[string]any{"lastModified": model.Millis(in.Now), "lastModifiedBy": userOf(in)})
}

// contains tells whether all tags are among others, with the same value.
func contains(others, tags []map[string]any) bool {
	for _, tag := range tags {
		other := find(others, model.String(tag, "name"))
		if other == nil || !reflect.DeepEqual(other["value"], tag["value"]) {
			return false
		}
	}
	return true
}

func find(tags []map[string]any, name string) map[string]any {
	for _, tag := range tags {
		if strings.EqualFold(model.String(tag, "name"), name) {
			return tag
		}
	}
	return nil
}

func userOf(in stage.Input) string {
	if user := in.Principal().Name; user != "" {
		return user
	}
	return "unknown"
}

func anys(list []map[string]any) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = list[i]
	}
	return out
}
