// Package tags is the area of the API about entity tags: notes on what is deployed.
package tags

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/api/operation"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// maxTags is how many documents a list of entity tags holds where the client
// doesn't say: Clouddriver's.
const maxTags = 5000

// Store keeps the tags.
type Store interface {
	Document(ctx context.Context, kind, id string) (*store.Document, error)
	Documents(ctx context.Context, f store.DocumentFilter) ([]*store.Document, error)
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	store      Store
	operations *operation.Runner
}

// New returns the area. Tags are changed by tasks.
func New(st Store, operations *operation.Runner) rest.Area {
	a := &area{store: st, operations: operations}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	const tag = "Entity tags"
	application := rest.Text("application", "the task's application; default: from the entity's name")
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/tags", Name: "getEntityTags", Needs: rest.Anyone, Tag: tag,
			Summary: "List entity tags; filter with tag:NAME=VALUE, where VALUE can be *",
			Params: []rest.Param{
				rest.Text("cloudProvider", "the entity's provider"), rest.Text("application", "the entity's application"),
				rest.Text("entityType", "the entity's kind, such as servergroup; * stands for anything"),
				rest.Text("entityId", "the entities' names, separated by commas"),
				rest.Text("idPrefix", "the document's id; * stands for anything"),
				rest.Text("account", "the entity's account"), rest.Text("region", "the entity's region"),
				rest.Text("namespace", "only with a tag of this namespace"),
				rest.Sized("maxResults", "maximum number; default: 5000", rest.MaxItems),
			},
			Result: rest.ListOf(rest.Ref("EntityTags")), Serve: a.listTags,
		},
		{
			Method: http.MethodGet, Path: "/tags/{id...}", Name: "getEntityTagsById", Needs: rest.Anyone, Tag: tag,
			Summary: "Get an entity's tags by their id", Result: rest.Ref("EntityTags"), Serve: a.getTags,
		},
		{
			Method: http.MethodPost, Path: "/tags", Name: "createEntityTags", Needs: rest.Anyone, Tag: tag,
			Summary: "Add tags to an entity, with a task", Status: http.StatusAccepted,
			Params: []rest.Param{
				rest.RequiredParam(rest.Text("entityId", "the entity's name")), rest.RequiredParam(rest.Text("entityType", "the entity's kind")),
				rest.RequiredParam(rest.Text("account", "the entity's account")), rest.RequiredParam(rest.Text("region", "the entity's region")),
				rest.RequiredParam(rest.Text("cloudProvider", "the entity's provider")), application,
				rest.Boolean("isPartial", "keep the tags that aren't in the request; default: true"),
			},
			Body: rest.RequiredBody(rest.ListOf(rest.Ref("EntityTag"))), Result: rest.Ref("Ref"), Serve: a.postTags,
		},
		{
			Method: http.MethodDelete, Path: "/tags/{id}/{tag}", Name: "deleteEntityTags", Needs: rest.Anyone, Tag: tag,
			Summary: "Remove tags, separated by commas, from an entity, with a task", Status: http.StatusAccepted,
			Result: rest.Ref("Ref"), Serve: a.deleteTags,
		},
		{
			Method: http.MethodPost, Path: "/batch/tags", Name: "batchUpdateEntityTags", Needs: rest.Anyone, Tag: tag,
			Summary: "Add tags to several entities, with a task", Status: http.StatusAccepted,
			Params: []rest.Param{rest.Text("application", "the task's application; default: adhoc")},
			Body:   rest.RequiredBody(rest.ListOf(rest.Ref("EntityTags"))), Result: rest.Ref("Ref"), Serve: a.postTagsOfMany,
		},
	}
}

func (a *area) listTags(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	most := q.Size("maxResults", maxTags, 0, rest.MaxItems)
	if err := q.Err(); err != nil {
		return nil, err
	}
	found, err := a.store.Documents(r.Context(), store.DocumentFilter{Kind: catalog.EntityTagsKind})
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	for _, document := range found {
		if len(out) < most && tagsWanted(document.Body, q) {
			out = append(out, document.Body)
		}
	}
	return out, nil
}

// tagsWanted tells whether a document is among those that a query asks for, by
// the rules of Clouddriver's search: every criterion that is given must hold,
// and each tag that is asked for with its namespace.
func tagsWanted(document map[string]any, q *rest.Query) bool {
	reference := model.Object(document, "entityRef")
	for _, field := range []string{"cloudProvider", "account", "region"} {
		if wanted := q.Text(field); wanted != "" && !strings.EqualFold(wanted, model.String(reference, field)) {
			return false
		}
	}
	if wanted := q.Text("application"); wanted != "" {
		app := cmp.Or(model.String(reference, "application"), applicationOf(model.String(reference, "entityId")))
		if !strings.EqualFold(wanted, app) {
			return false
		}
	}
	if ids := q.List("entityId"); len(ids) > 0 && !containsName(ids, model.String(reference, "entityId")) {
		return false
	}
	if !like(q.Text("idPrefix"), model.String(document, "id")) || !like(q.Text("entityType"), model.String(reference, "entityType")) {
		return false
	}
	namespace := q.Text("namespace")
	has := func(name, value string) bool {
		for _, tag := range model.Objects(document, "tags") {
			if (name == "" || strings.EqualFold(name, model.String(tag, "name"))) &&
				(value == "" || value == "*" || strings.EqualFold(value, fmt.Sprint(tag["value"]))) &&
				(namespace == "" || strings.EqualFold(namespace, model.String(tag, "namespace"))) {
				return true
			}
		}
		return false
	}
	asked := false
	for key, values := range q.Values() {
		if name, ok := strings.CutPrefix(strings.ToLower(key), "tag:"); ok {
			asked = true
			if !has(name, values[0]) {
				return false
			}
		}
	}
	return asked || namespace == "" || has("", "")
}

// like tells whether a text fits a pattern in which * stands for anything,
// whatever the case; everything fits an empty one.
func like(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	// path.Match minds slashes and brackets, which ids may have.
	plain := strings.NewReplacer("/", "\x00", "[", "\x01", "]", "\x02", "\\", "\x03")
	fits, err := path.Match(plain.Replace(strings.ToLower(pattern)), plain.Replace(strings.ToLower(text)))
	return err == nil && fits
}

func containsName(names []string, name string) bool {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return true
		}
	}
	return false
}

func (a *area) getTags(r *http.Request) (any, error) {
	id := strings.ToLower(r.PathValue("id"))
	document, err := a.store.Document(r.Context(), catalog.EntityTagsKind, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "No EntityTags found w/ id = '%s'", id)
	}
	if err != nil {
		return nil, err
	}
	return document.Body, nil
}

func (a *area) postTags(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	reference := map[string]any{}
	for _, field := range []string{"entityId", "entityType", "account", "region", "cloudProvider"} {
		value := q.Text(field)
		if value == "" {
			q.Problemf("%s is required", field)
		}
		reference[field] = value
	}
	partial := q.Boolean("isPartial", true)
	if err := q.Err(); err != nil {
		return nil, err
	}
	tags, err := objects(r)
	if err != nil {
		return nil, err
	}
	id := model.String(reference, "entityId")
	return a.operations.Start(r, map[string]any{
		"application": cmp.Or(q.Text("application"), applicationOf(id)), "description": "Updating Tags on '" + id + "'",
		"job": []any{map[string]any{"type": "upsertEntityTags", "entityRef": reference, "isPartial": partial, "tags": tags}},
	})
}

func (a *area) deleteTags(r *http.Request) (any, error) {
	id := r.PathValue("id")
	found, err := a.getTags(r)
	if err != nil {
		return nil, err
	}
	document, _ := found.(map[string]any)
	entity := model.String(model.Object(document, "entityRef"), "entityId")
	var names []any
	for name := range strings.SplitSeq(r.PathValue("tag"), ",") {
		names = append(names, name)
	}
	return a.operations.Start(r, map[string]any{
		"application": applicationOf(entity), "description": "Deleting Tags on '" + id + "'",
		"job": []any{map[string]any{"type": "deleteEntityTags", "id": id, "tags": names}},
	})
}

func (a *area) postTagsOfMany(r *http.Request) (any, error) {
	tags, err := objects(r)
	if err != nil {
		return nil, err
	}
	return a.operations.Start(r, map[string]any{
		"application": cmp.Or(r.URL.Query().Get("application"), "adhoc"), "description": "Bulk upsert Tags",
		"job": []any{map[string]any{"type": "bulkUpsertEntityTags", "entityTags": tags}},
	})
}

// objects reads a body that must be a list of JSON objects.
func objects(r *http.Request) ([]any, error) {
	var list []any
	present, err := rest.ReadBody(r, &list)
	if err != nil {
		return nil, err
	}
	if !present || list == nil {
		return nil, fault.New(fault.Invalid, "a body is required: a list of JSON objects")
	}
	for i, item := range list {
		if _, ok := item.(map[string]any); !ok {
			return nil, fault.New(fault.Invalid, "item %d of the list is not an object", i)
		}
	}
	return list, nil
}

// clusterName is the name of a cluster or server group by Netflix's convention:
// app-stack-detail-v001.
var clusterName = regexp.MustCompile(`^([\w.^]+)(?:-[\w.^-]*)?$`)

// applicationOf is the application that a name belongs to by convention; "" of
// a name that doesn't follow it.
func applicationOf(name string) string {
	if match := clusterName.FindStringSubmatch(name); match != nil {
		return match[1]
	}
	return ""
}
