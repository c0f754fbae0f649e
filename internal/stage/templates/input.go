package templates

import (
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// templateOf reads the stage's template, which Gate sends as JSON in base64 so
// that the expressions in it stay as they are; an object will do too.
func templateOf(in stage.Input) (map[string]any, error) {
	const field = "pipelineTemplate"
	switch value := in.Stage.Context[field].(type) {
	case nil:
		return nil, invalid("Missing required task parameter (%s)", field)
	case map[string]any:
		return value, nil
	case string:
		data, err := limit.Base64(strings.TrimSpace(value), limit.Inflated, field)
		if err != nil {
			return nil, invalid("'%s' context key must be a base64-encoded string", field)
		}
		var out map[string]any
		if err := limit.Unmarshal(data, &out); err != nil || out == nil {
			return nil, invalid("%s is not the JSON object it should be", field)
		}
		return out, nil
	}
	return nil, invalid("'%s' context key must be a base64-encoded string", field)
}

// required reads a text that must be there.
func required(in stage.Input, field string) (string, error) {
	if value := model.String(in.Stage.Context, field); value != "" {
		return value, nil
	}
	return "", invalid("Missing required task parameter (%s)", field)
}

// userOf is who a stage acts for: who the execution runs as, whatever the
// stage says of its user, unless nobody is known.
func userOf(in stage.Input) string {
	for _, name := range []string{in.Principal().Name, model.String(in.Stage.Context, "user")} {
		if name != "" {
			return name
		}
	}
	return "anonymous"
}

// invalid is the failure of a job that can't be done as it is.
func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}
