package api

import (
	_ "embed"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// schema is a JSON Schema, or another part of the OpenAPI document.
type schema map[string]any

func ref(name string) schema    { return schema{"$ref": "#/components/schemas/" + name} }
func listOf(item schema) schema { return schema{"type": "array", "items": item} }

// schemasJSON holds the schemas of what goes in and out. They say what the
// platform reads and writes; every object may have further fields.
//
//go:embed schemas.json
var schemasJSON []byte

// document is the OpenAPI 3.1 document of the routes, as JSON.
func document(routes []route, version string) ([]byte, error) {
	var schemas map[string]any
	if err := model.Unmarshal(schemasJSON, &schemas); err != nil {
		return nil, fmt.Errorf("api: schemas of the OpenAPI document: %w", err)
	}
	paths, tags := map[string]schema{}, map[string]bool{}
	for _, rt := range routes {
		item := paths[rt.documentPath()]
		if item == nil {
			item = schema{}
			paths[rt.documentPath()] = item
		}
		item[strings.ToLower(rt.method)] = operation(rt)
		tags[rt.tag] = true
	}
	var tagList []schema
	for _, tag := range slices.Sorted(maps.Keys(tags)) {
		tagList = append(tagList, schema{"name": tag})
	}
	return model.Marshal(schema{
		"openapi": "3.1.0",
		"info": schema{
			"title": "Gennaker", "version": either(version, "unknown"),
			"description": "Deliver software: Spinnaker's REST API (Gate, and Orca's own endpoints), live events beside it.",
		},
		"servers":    []schema{{"url": "/"}},
		"tags":       tagList,
		"paths":      paths,
		"components": schema{"schemas": schemas},
	})
}

func operation(rt route) schema {
	out := schema{"operationId": rt.name, "summary": rt.summary, "tags": []string{rt.tag}, "responses": responses(rt)}
	if params := parameters(rt); len(params) > 0 {
		out["parameters"] = params
	}
	if rt.body != nil {
		out["requestBody"] = schema{"required": rt.body.required, "content": schema{jsonType: schema{"schema": rt.body.schema}}}
	}
	if rt.deprecated {
		out["deprecated"] = true
	}
	return out
}

func parameters(rt route) []schema {
	var out []schema
	for _, name := range rt.pathParams() {
		out = append(out, schema{"name": name, "in": "path", "required": true, "schema": schema{"type": "string"}})
	}
	for _, p := range rt.params {
		out = append(out, schema{
			"name": p.name, "in": "query", "required": p.required, "description": p.about,
			"schema": schema{"type": p.kind},
		})
	}
	return out
}

func responses(rt route) schema {
	if rt.refused != 0 {
		return schema{strconv.Itoa(rt.refused): schema{
			"description": "The service behind it is not here",
			"content":     schema{jsonType: schema{"schema": ref("Error")}},
		}}
	}
	status := rt.status
	if status == 0 {
		status = http.StatusOK
	}
	good := schema{"description": http.StatusText(status)}
	if rt.result != nil {
		good["content"] = schema{either(rt.produces, jsonType): schema{"schema": rt.result}}
	}
	return schema{
		strconv.Itoa(status): good,
		"default": schema{
			"description": "An error: 400 for what can't be taken, 404 for what isn't there, 409 for what doesn't fit by now, 5xx for the platform's own faults",
			"content":     schema{jsonType: schema{"schema": ref("Error")}},
		},
	}
}
