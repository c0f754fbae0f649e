package engine

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// form is what a field of a stage's context may be.
type form string

const (
	textForm    form = "text"
	booleanForm form = "true or false"
	numberForm  form = "a number"
	listForm    form = "a list"
	objectForm  form = "an object"
)

// formOf is the form of the fields that people change in running stages; "" for others,
// which stage types check themselves.
func formOf(key string) form {
	switch key {
	case "judgmentStatus", "judgmentInput", "comments":
		return textForm
	case "skipRemainingWait", "manualSkip", "failPipeline", "continuePipeline", "completeOtherBranchesThenFail",
		"failOnFailedExpressions", "sendNotifications", "propagateAuthenticationContext", "restrictExecutionDuringTimeWindow":
		return booleanForm
	case "stageTimeoutMs", "waitTime":
		return numberForm
	case "judgmentInputs", "notifications":
		return listForm
	case "restrictedExecutionWindow", "stageEnabled":
		return objectForm
	}
	return ""
}

// checkField refuses a value of the wrong form. What the context has already may be sent
// back, null takes a field away, and an expression may become anything.
func checkField(context map[string]any, key string, value any) error {
	want := formOf(key)
	text, isText := value.(string)
	if want == "" || value == nil || (isText && strings.Contains(text, "${")) || reflect.DeepEqual(context[key], value) || want.fits(value) {
		return nil
	}
	return fault.New(fault.Invalid, "%s must be %s", key, want).With(key + ": must be " + string(want))
}

func (f form) fits(value any) bool {
	switch v := value.(type) {
	case string:
		_, err := strconv.ParseFloat(v, 64)
		boolean := strings.EqualFold(v, "true") || strings.EqualFold(v, "false")
		return f == textForm || (f == booleanForm && boolean) || (f == numberForm && err == nil)
	case bool:
		return f == booleanForm
	case json.Number, float64, float32, int, int64:
		return f == numberForm
	case []any:
		return f == listForm
	case map[string]any:
		return f == objectForm
	}
	return false
}
