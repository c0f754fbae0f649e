package config

import (
	"encoding/json"
	"fmt"
)

// Schema is the JSON Schema (2020-12) of the configuration file.
func Schema() []byte {
	root := schemaOf(description())
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Gennaker's configuration"
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(fmt.Sprintf("config: encode the schema: %v", err)) // it holds only maps and texts
	}
	return append(out, '\n')
}

func schemaOf(n *node) map[string]any {
	s := map[string]any{}
	if n.doc != "" {
		s["description"] = n.doc
	}
	if len(n.enum) > 0 {
		s["enum"] = n.enum
	}
	switch n.kind {
	case kindText, kindOther:
		s["type"] = "string"
	case kindBool:
		s["type"] = "boolean"
	case kindInt:
		s["type"] = "integer"
	case kindFloat:
		s["type"] = "number"
	case kindDuration:
		s["type"], s["pattern"] = "string", `^-?([0-9.]+(ns|us|µs|ms|s|m|h))+$|^0$`
	case kindSize:
		s["type"], s["pattern"] = []string{"string", "integer"}, `^[0-9]+ *([KkMmGg][Ii]?)?[Bb]?$`
	case kindList:
		s["type"], s["items"] = "array", schemaOf(n.elem)
	case kindMap:
		s["type"], s["additionalProperties"] = "object", schemaOf(n.elem)
	case kindObject:
		properties := map[string]any{}
		for _, f := range n.fields {
			properties[f.name] = schemaOf(f.node)
		}
		s["type"], s["properties"], s["additionalProperties"] = "object", properties, false
	}
	return s
}
