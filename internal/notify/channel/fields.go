package channel

import (
	"reflect"

	"github.com/gennaker/gennaker/internal/provider"
)

// fields is the JSON Schema of a preference's fields: those of the struct, and more
// that are kept as they are.
func fields[T any]() map[string]any {
	schema := provider.SchemaOf(reflect.TypeFor[T]())
	delete(schema, "additionalProperties")
	return schema
}

// texts are the fields with users' own texts.
type texts struct {
	Message map[string]textOf `json:"message" doc:"Text to add, by the event: {\"pipeline.failed\": {\"text\": \"...\"}}. Can contain expressions."`
}

type textOf struct {
	Text string `json:"text" doc:"The text."`
}

// custom is a field with a message that replaces the whole text.
type custom struct {
	CustomMessage string `json:"customMessage" doc:"Text to send instead of the usual one. {{executionId}} and {{link}} are replaced. Can contain expressions."`
}
