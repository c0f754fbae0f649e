package frontfifty

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// decode reads a field that Gate sends as JSON in base64, so that expressions
// in it stay as they are; a value as it is will do too.
func decode(context map[string]any, field string, into any) error {
	value, given := context[field]
	if !given || value == nil {
		return invalid("%s is missing", field)
	}
	var (
		data []byte
		err  error
	)
	if text, ok := value.(string); ok {
		data, err = limit.Base64(strings.TrimSpace(text), limit.Inflated, field)
		if err != nil {
			return invalid("%s must be base64-encoded JSON", field)
		}
	} else if data, err = model.Marshal(value); err != nil {
		return fmt.Errorf("encode %s: %w", field, err)
	}
	if err := limit.Unmarshal(data, into); err != nil {
		return invalid("%s is not the JSON it should be: %v", field, err)
	}
	return nil
}

// flag reads a yes-or-no field, which may be JSON in base64 too.
func flag(context map[string]any, field string) bool {
	if text, ok := context[field].(string); ok {
		var value bool
		if decode(context, field, &value) == nil {
			return value
		}
		return strings.EqualFold(text, "true")
	}
	return model.Bool(context, field, false)
}

// kindOf is the kind of configuration a stage is about.
func kindOf(context map[string]any) string {
	if flag(context, "isStrategy") {
		return strategyKind
	}
	return pipelineKind
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

// newID is an id for the nth thing a stage makes. It is the same when the stage
// is run again after a crash, so that nothing is made twice.
func newID(in stage.Input, n int) string {
	name := fmt.Sprintf("%s/%s/%d", in.Execution.ID, in.Stage.ID, n)
	return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String()
}

// invalid is the failure of a job that can't be done as it is.
func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}
