package webhook_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

func TestMonitor(t *testing.T) {
	t.Parallel()
	const body = `{"status":"Done","bad":"BROKEN","off":"Aborted","run":"busy","ok":true,"n":50,"all":100,"allf":100.0,
		"none":null,"list":["Done"],"progress":"half","jobs":[{"s":"a"},{"s":"b"}]}`
	const lists = "done, ok ,true"
	tests := []struct {
		name            string
		path, progress  string
		status          model.Status
		errorText       string
		key             string
		value           any
		success, others string
	}{
		{name: "no path", status: model.Succeeded},
		{name: "success", path: "$.status", status: model.Succeeded, success: lists},
		{name: "success without the dollar", path: "status", status: model.Succeeded, success: lists},
		{name: "boolean", path: "$.ok", status: model.Succeeded, success: lists},
		{name: "cancelled", path: "$.off", status: model.Canceled, success: lists, others: "aborted"},
		{name: "failed", path: "$.bad", status: model.Terminal, success: lists},
		{name: "not over", path: "$.run", status: model.Running, success: lists},
		{name: "no lists", path: "$.status", status: model.Running},
		{name: "half", path: "$.n", status: model.Running, key: "percentComplete", value: "50"},
		{name: "all", path: "$.all", status: model.Succeeded, key: "percentComplete", value: "100"},
		{name: "all as a fraction", path: "$.allf", status: model.Succeeded, key: "percentComplete", value: "100"},
		{name: "progress", path: "$.run", progress: "$.progress", status: model.Running, key: "progressMessage", value: "half"},
		{name: "progress that is no text", path: "$.run", progress: "$.n", status: model.Terminal, key: "resolvedValue", value: "50",
			errorText: "The json path '$.n' did not resolve to a String value"},
		{name: "progress that isn't there", path: "$.run", progress: "$.x", status: model.Terminal,
			errorText: "Unable to parse progress: JSON property '$.x' not found in response body"},
		{name: "status that isn't there", path: "$.x.y", status: model.Terminal,
			errorText: "Unable to parse status: JSON property '$.x.y' not found in response body"},
		{name: "null", path: "$.none", status: model.Terminal, errorText: "The json path '$.none' did not resolve to a single value"},
		{name: "a list", path: "$.list", status: model.Terminal, key: "resolvedValue", value: []any{"Done"},
			errorText: "The json path '$.list' did not resolve to a single value"},
		{name: "an indefinite path", path: "$..s", status: model.Terminal, key: "resolvedValue", value: []any{"a", "b"},
			errorText: "The json path '$..s' did not resolve to a single value"},
	}
	target := answering(t, 200, "application/json", body)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, out := run(t, service(t, nil), webhook.MonitorClass, map[string]any{
				"statusEndpoint": " " + target + " ", "statusJsonPath": test.path, "progressJsonPath": test.progress,
				"successStatuses": test.success, "canceledStatuses": test.others, "terminalStatuses": "broken",
				"webhook": map[string]any{"statusCode": "CREATED", "monitor": map[string]any{"error": "old"}},
			})
			output := out["webhook"].(map[string]any)
			monitor := output["monitor"].(map[string]any)
			if output["statusCode"] != "CREATED" || monitor["statusCode"] != "OK" || model.String(monitor, "statusCodeValue") != "200" {
				t.Errorf("output %v", output)
			}
			if status != test.status || model.String(monitor, "error") != test.errorText {
				t.Errorf("%s: %v", status, monitor["error"])
			}
			got := monitor[test.key]
			if n, ok := test.value.(string); ok && n != "half" {
				got = model.String(monitor, test.key)
			}
			if test.key != "" && !reflect.DeepEqual(got, test.value) {
				t.Errorf("%s is %v", test.key, got)
			}
		})
	}
}

func TestMonitorWithoutAnAddress(t *testing.T) {
	t.Parallel()
	task := service(t, nil).Type().Tasks[webhook.MonitorClass]
	for want, context := range map[string]map[string]any{
		"Missing required parameter: statusEndpoint":                                    {"url": "http://localhost/"},
		"Missing required parameter. Either webhook url or statusEndpoint are required": {"monitorOnly": true},
	} {
		if _, err := task.Run(t.Context(), input(context)); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
	target := answering(t, 200, "text/plain", "fine")
	if status, out := run(t, service(t, nil), webhook.MonitorClass, map[string]any{"monitorOnly": true, "url": target}); status != model.Succeeded {
		t.Errorf("%s: %v", status, out)
	}
}

func TestMonitorTriesAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		code    int
		context map[string]any
		past    []any
		want    model.Status
	}{
		{"5xx", 502, nil, nil, model.Running},
		{"429", 429, nil, nil, model.Running},
		{"404", 404, nil, nil, model.Terminal},
		{"404 as asked", 404, map[string]any{"retryStatusCodes": []any{404}}, nil, model.Running},
		{"first of two", 404, map[string]any{"retries": map[string]any{"404": map[string]any{"maxAttempts": 2}}}, nil, model.Running},
		{"second of two", 404, map[string]any{"retries": map[string]any{"404": map[string]any{"maxAttempts": 2}}}, []any{404, 500}, model.Running},
		{"third of two", 404, map[string]any{"retries": map[string]any{"404": map[string]any{"maxAttempts": 2}}}, []any{404, 500, 404}, model.Terminal},
		{"5xx not even once", 500, map[string]any{"retries": map[string]any{"500": map[string]any{"maxAttempts": 0}}}, nil, model.Terminal},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			target := answering(t, test.code, "application/json", `{"error":"x"}`)
			status, out := run(t, service(t, nil), webhook.MonitorClass, model.Merge(map[string]any{
				"statusEndpoint": target, "webhook": map[string]any{"monitor": map[string]any{"pastStatusCodes": test.past}},
			}, test.context))
			monitor := out["webhook"].(map[string]any)["monitor"].(map[string]any)
			if status != test.want {
				t.Fatalf("%s: %v", status, monitor)
			}
			if status == model.Running && len(model.List(monitor, "pastStatusCodes")) != len(test.past)+1 {
				t.Errorf("past %v", monitor["pastStatusCodes"])
			}
			if status == model.Terminal {
				want := "an exception occurred in webhook monitor to " + target + ": "
				if got := model.String(monitor, "error"); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, `: "{"error":"x"}"`) {
					t.Errorf("error %s", got)
				}
				if model.Object(monitor, "headers")["Content-Type"] != "application/json" {
					t.Errorf("headers %v", monitor["headers"])
				}
			}
		})
	}
}

func TestMonitorOfAHostThatIsAway(t *testing.T) {
	t.Parallel()
	status, out := run(t, service(t, nil), webhook.MonitorClass, map[string]any{
		"statusEndpoint": "http://nowhere.example.com/", "webhook": map[string]any{"monitor": map[string]any{"pastStatusCodes": []any{500}}},
	})
	monitor := out["webhook"].(map[string]any)["monitor"].(map[string]any)
	if status != model.Running || len(model.List(monitor, "pastStatusCodes")) != 1 {
		t.Errorf("%s: %v", status, monitor)
	}
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	s := service(t, config(func(c *webhook.Config) { c.ReadTimeoutMs = 30 }))
	if status, out = run(t, s, webhook.MonitorClass, map[string]any{"statusEndpoint": silent}); status != model.Running {
		t.Errorf("%s: %v", status, out)
	}
	status, out = run(t, service(t, nil), webhook.MonitorClass, map[string]any{"statusEndpoint": "http://10.0.0.1/"})
	monitor = out["webhook"].(map[string]any)["monitor"].(map[string]any)
	if status != model.Terminal || !strings.Contains(model.String(monitor, "error"), "the host 10.0.0.1 is not allowed") {
		t.Errorf("%s: %v", status, monitor)
	}
}

func TestMonitorWithAPathThatCantBeRead(t *testing.T) {
	t.Parallel()
	target := answering(t, 200, "application/json", `{}`)
	_, err := service(t, nil).Type().Tasks[webhook.MonitorClass].Run(t.Context(), input(map[string]any{
		"statusEndpoint": target, "statusJsonPath": "$[",
	}))
	if err == nil || stage.IsRetryable(err) || !strings.Contains(err.Error(), `the JSON path "$[" can't be read`) {
		t.Errorf("got %v", err)
	}
}
