package api

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// maxTags is how many documents a list of entity tags holds where the client
// doesn't say: Clouddriver's.
const maxTags = 5000

func (s *server) tagRoutes() []route {
	const tag = "Entity tags"
	application := text("application", "whose task it is; by the entity's name where it isn't given")
	return []route{
		{
			method: http.MethodGet, path: "/tags", name: "getEntityTags", needs: anyone, tag: tag,
			summary: "List entity tags; tag:NAME=VALUE, with * for any value, asks for a tag",
			params: []param{
				text("cloudProvider", "the entity's provider"), text("application", "the entity's application"),
				text("entityType", "the entity's kind, such as servergroup; * stands for anything"),
				text("entityId", "the entities' names, separated by commas"),
				text("idPrefix", "the document's id; * stands for anything"),
				text("account", "the entity's account"), text("region", "the entity's region"),
				text("namespace", "only with a tag of this namespace"),
				sized("maxResults", "how many; 5000 where it isn't given", maxItems),
			},
			result: listOf(ref("EntityTags")), serve: s.listTags,
		},
		{
			method: http.MethodGet, path: "/tags/{id...}", name: "getEntityTagsById", needs: anyone, tag: tag,
			summary: "Get an entity's tags by their id", result: ref("EntityTags"), serve: s.getTags,
		},
		{
			method: http.MethodPost, path: "/tags", name: "createEntityTags", needs: anyone, tag: tag,
			summary: "Put tags on an entity, with a task", status: http.StatusAccepted,
			params: []param{
				needed(text("entityId", "the entity's name")), needed(text("entityType", "the entity's kind")),
				needed(text("account", "the entity's account")), needed(text("region", "the entity's region")),
				needed(text("cloudProvider", "the entity's provider")), application,
				boolean("isPartial", "keep the tags that aren't given; true where it isn't said"),
			},
			body: needs(listOf(ref("EntityTag"))), result: ref("Ref"), serve: s.postTags,
		},
		{
			method: http.MethodDelete, path: "/tags/{id}/{tag}", name: "deleteEntityTags", needs: anyone, tag: tag,
			summary: "Take tags, separated by commas, off an entity, with a task", status: http.StatusAccepted,
			result: ref("Ref"), serve: s.deleteTags,
		},
		{
			method: http.MethodPost, path: "/batch/tags", name: "batchUpdateEntityTags", needs: anyone, tag: tag,
			summary: "Put tags on several entities, with a task", status: http.StatusAccepted,
			params: []param{text("application", "whose task it is; adhoc where it isn't given")},
			body:   needs(listOf(ref("EntityTags"))), result: ref("Ref"), serve: s.postTagsOfMany,
		},
	}
}

func (s *server) listTags(r *http.Request) (any, error) {
	q := queryOf(r)
	most := q.size("maxResults", maxTags, 0, maxItems)
	if err := q.err(); err != nil {
		return nil, err
	}
	found, err := s.store.Documents(r.Context(), store.DocumentFilter{Kind: catalog.EntityTagsKind})
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
func tagsWanted(document map[string]any, q *query) bool {
	reference := model.Object(document, "entityRef")
	for _, field := range []string{"cloudProvider", "account", "region"} {
		if wanted := q.text(field); wanted != "" && !strings.EqualFold(wanted, model.String(reference, field)) {
			return false
		}
	}
	if wanted := q.text("application"); wanted != "" {
		app := either(model.String(reference, "application"), applicationOf(model.String(reference, "entityId")))
		if !strings.EqualFold(wanted, app) {
			return false
		}
	}
	if ids := q.list("entityId"); len(ids) > 0 && !containsName(ids, model.String(reference, "entityId")) {
		return false
	}
	if !like(q.text("idPrefix"), model.String(document, "id")) || !like(q.text("entityType"), model.String(reference, "entityType")) {
		return false
	}
	namespace := q.text("namespace")
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
	for key, values := range q.values {
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

func (s *server) getTags(r *http.Request) (any, error) {
	id := strings.ToLower(r.PathValue("id"))
	document, err := s.store.Document(r.Context(), catalog.EntityTagsKind, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "No EntityTags found w/ id = '%s'", id)
	}
	if err != nil {
		return nil, err
	}
	return document.Body, nil
}

func (s *server) postTags(r *http.Request) (any, error) {
	q := queryOf(r)
	reference := map[string]any{}
	for _, field := range []string{"entityId", "entityType", "account", "region", "cloudProvider"} {
		value := q.text(field)
		if value == "" {
			q.problems = append(q.problems, field+" is required")
		}
		reference[field] = value
	}
	partial := q.boolean("isPartial", true)
	if err := q.err(); err != nil {
		return nil, err
	}
	tags, err := s.objects(r)
	if err != nil {
		return nil, err
	}
	id := model.String(reference, "entityId")
	return s.startOperation(r, map[string]any{
		"application": either(q.text("application"), applicationOf(id)), "description": "Updating Tags on '" + id + "'",
		"job": []any{map[string]any{"type": "upsertEntityTags", "entityRef": reference, "isPartial": partial, "tags": tags}},
	})
}

func (s *server) deleteTags(r *http.Request) (any, error) {
	id := r.PathValue("id")
	found, err := s.getTags(r)
	if err != nil {
		return nil, err
	}
	document, _ := found.(map[string]any)
	entity := model.String(model.Object(document, "entityRef"), "entityId")
	var names []any
	for name := range strings.SplitSeq(r.PathValue("tag"), ",") {
		names = append(names, name)
	}
	return s.startOperation(r, map[string]any{
		"application": applicationOf(entity), "description": "Deleting Tags on '" + id + "'",
		"job": []any{map[string]any{"type": "deleteEntityTags", "id": id, "tags": names}},
	})
}

func (s *server) postTagsOfMany(r *http.Request) (any, error) {
	tags, err := s.objects(r)
	if err != nil {
		return nil, err
	}
	return s.startOperation(r, map[string]any{
		"application": either(r.URL.Query().Get("application"), "adhoc"), "description": "Bulk upsert Tags",
		"job": []any{map[string]any{"type": "bulkUpsertEntityTags", "entityTags": tags}},
	})
}

// objects reads a body that must be a list of JSON objects.
func (s *server) objects(r *http.Request) ([]any, error) {
	var list []any
	present, err := s.readBody(r, &list)
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
