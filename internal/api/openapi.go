package api

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/api/schemas"
	"github.com/gennaker/gennaker/internal/model"
)

// components are the schemas of the document: those that areas share, and each
// area's own.
func components(areas []rest.Area) (map[string]any, error) {
	var out map[string]any
	if err := model.Unmarshal(schemas.JSON, &out); err != nil {
		return nil, fmt.Errorf("api: shared schemas of the OpenAPI document: %w", err)
	}
	for _, area := range areas {
		if area.Schemas == nil {
			continue
		}
		var own map[string]any
		if err := model.Unmarshal(area.Schemas, &own); err != nil {
			return nil, fmt.Errorf("api: schemas of an area: %w", err)
		}
		for name, schema := range own {
			if _, taken := out[name]; taken {
				return nil, fmt.Errorf("api: two schemas are named %q", name)
			}
			out[name] = schema
		}
	}
	return out, nil
}

// document is the OpenAPI 3.1 document of the routes, as JSON.
func document(routes []rest.Route, components map[string]any, version string) ([]byte, error) {
	paths, tags := map[string]rest.Schema{}, map[string]bool{}
	for _, rt := range routes {
		item := paths[documentPath(rt)]
		if item == nil {
			item = rest.Schema{}
			paths[documentPath(rt)] = item
		}
		item[strings.ToLower(rt.Method)] = describe(rt)
		tags[rt.Tag] = true
	}
	var tagList []rest.Schema
	for _, tag := range slices.Sorted(maps.Keys(tags)) {
		tagList = append(tagList, rest.Schema{"name": tag})
	}
	return model.Marshal(rest.Schema{
		"openapi": "3.1.0",
		"info": rest.Schema{
			"title": "Gennaker", "version": cmp.Or(version, "unknown"),
			"description": "Software delivery: Spinnaker's REST API (Gate, and Orca's own endpoints), and live events.",
		},
		"servers":    []rest.Schema{{"url": "/"}},
		"tags":       tagList,
		"paths":      paths,
		"components": rest.Schema{"schemas": components},
	})
}

func describe(rt rest.Route) rest.Schema {
	out := rest.Schema{"operationId": rt.Name, "summary": rt.Summary, "tags": []string{rt.Tag}, "responses": responses(rt)}
	if params := parameters(rt); len(params) > 0 {
		out["parameters"] = params
	}
	if rt.Body != nil {
		out["requestBody"] = rest.Schema{"required": rt.Body.Required, "content": rest.Schema{rest.JSONType: rest.Schema{"schema": rt.Body.Schema}}}
	}
	if rt.Deprecated {
		out["deprecated"] = true
	}
	return out
}

func parameters(rt rest.Route) []rest.Schema {
	var out []rest.Schema
	for _, name := range rt.PathParams() {
		out = append(out, rest.Schema{"name": name, "in": "path", "required": true, "schema": rest.Schema{"type": "string"}})
	}
	for _, p := range rt.Params {
		out = append(out, rest.Schema{
			"name": p.Name, "in": "query", "required": p.Required, "description": p.About,
			"schema": rest.Schema{"type": p.Kind},
		})
	}
	return out
}

func responses(rt rest.Route) rest.Schema {
	if rt.Refused != 0 {
		return rest.Schema{strconv.Itoa(rt.Refused): rest.Schema{
			"description": "The service is not available",
			"content":     rest.Schema{rest.JSONType: rest.Schema{"schema": rest.Ref("Error")}},
		}}
	}
	status := rt.Status
	if status == 0 {
		status = http.StatusOK
	}
	good := rest.Schema{"description": http.StatusText(status)}
	if rt.Result != nil {
		good["content"] = rest.Schema{cmp.Or(rt.Produces, rest.JSONType): rest.Schema{"schema": rt.Result}}
	}
	return rest.Schema{
		strconv.Itoa(status): good,
		"default": rest.Schema{
			"description": "An error: 400 for an invalid request, 404 for something that doesn't exist, 409 for a conflict with the current state, 5xx for a fault of the platform",
			"content":     rest.Schema{rest.JSONType: rest.Schema{"schema": rest.Ref("Error")}},
		},
	}
}
