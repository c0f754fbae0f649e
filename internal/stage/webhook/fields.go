package webhook

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// methods are the methods a stage may ask for.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// fields are a stage's settings, Orca's WebhookStage.StageData.
type fields struct {
	account, url, method   string
	payload                any
	headers                map[string]any
	failFast, createRetry  []int
	wait, monitorOnly      bool
	urlFrom, urlPath       string
	endpoint               string
	statusPath, progress   string
	success, cancel, fail  string
	monitorRetry           []int
	attempts               map[int]int
	waitBeforeMonitor      int64
	signal                 bool
	cancelURL, cancelVerb  string
	cancelPayload          any
	expectsArtifacts, bind bool
	onInterruption         string
}

// read takes the settings from a stage's context.
func read(context map[string]any) (fields, error) {
	f := fields{
		account:       strings.TrimSpace(model.String(context, "account")),
		url:           strings.TrimSpace(model.String(context, "url")),
		payload:       context["payload"],
		headers:       model.Object(context, "customHeaders"),
		wait:          model.Bool(context, "waitForCompletion", false),
		monitorOnly:   model.Bool(context, "monitorOnly", false),
		urlFrom:       model.String(context, "statusUrlResolution"),
		urlPath:       model.String(context, "statusUrlJsonPath"),
		endpoint:      strings.TrimSpace(model.String(context, "statusEndpoint")),
		statusPath:    model.String(context, "statusJsonPath"),
		progress:      model.String(context, "progressJsonPath"),
		success:       model.String(context, "successStatuses"),
		cancel:        model.String(context, "canceledStatuses"),
		fail:          model.String(context, "terminalStatuses"),
		signal:        model.Bool(context, "signalCancellation", true),
		cancelURL:     strings.TrimSpace(model.String(context, "cancelEndpoint")),
		cancelPayload: context["cancelPayload"],
	}
	f.waitBeforeMonitor, _ = model.Int(context, "waitBeforeMonitor")
	_, f.bind = context["expectedArtifacts"]
	f.expectsArtifacts = len(model.List(context, "expectedArtifacts")) > 0
	f.onInterruption = strings.ToLower(model.String(context, "onInterruption"))
	if f.onInterruption != "" && f.onInterruption != repeatRequest && f.onInterruption != failStage {
		return f, wrong("onInterruption must be repeat or fail, not %q", f.onInterruption)
	}
	var err error
	if f.method, err = verb(context, "method"); err != nil {
		return f, err
	}
	if f.cancelVerb, err = verb(context, "cancelMethod"); err != nil {
		return f, err
	}
	f.failFast = []int{http.StatusGatewayTimeout}
	if context["failFastStatusCodes"] != nil {
		if f.failFast, err = codes(context, "failFastStatusCodes"); err != nil {
			return f, err
		}
	}
	if f.createRetry, err = codes(context, "webhookRetryStatusCodes"); err != nil {
		return f, err
	}
	if f.monitorRetry, err = codes(context, "retryStatusCodes"); err != nil {
		return f, err
	}
	f.attempts, err = attempts(context)
	return f, err
}

// verb reads a method, whatever its case; POST where there is none.
func verb(context map[string]any, key string) (string, error) {
	method := strings.ToUpper(strings.TrimSpace(model.String(context, key)))
	if method == "" {
		return http.MethodPost, nil
	}
	if !slices.Contains(methods, method) {
		return "", wrong("%s must be one of %s, not %q", key, strings.Join(methods, ", "), fault.Short(method))
	}
	return method, nil
}

// codes reads a list of status codes.
func codes(context map[string]any, key string) ([]int, error) {
	list, ok := context[key].([]any)
	if !ok {
		if context[key] == nil || context[key] == "" {
			return nil, nil
		}
		list = []any{context[key]}
	}
	out := make([]int, 0, len(list))
	for _, item := range list {
		code, ok := model.ToInt(item)
		if !ok {
			return nil, wrong("%s must be status codes, not %q", key, fault.Short(fmt.Sprint(item)))
		}
		out = append(out, int(code))
	}
	return out, nil
}

// attempts reads how often the monitor may be answered with a status code
// before it counts as failed.
func attempts(context map[string]any) (map[int]int, error) {
	retries := model.Object(context, "retries")
	out := make(map[int]int, len(retries))
	for key := range retries {
		code, err := strconv.Atoi(key)
		if err != nil {
			return nil, wrong("retries must be by status code, not %q", fault.Short(key))
		}
		most, _ := model.Int(model.Object(retries, key), "maxAttempts")
		out[code] = int(most)
	}
	return out, nil
}

// unreadable begins the errors about a stage's settings.
const unreadable = "Can't read the webhook stage: "

func wrong(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: unreadable + fmt.Sprintf(format, args...)}
}
