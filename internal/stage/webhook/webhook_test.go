package webhook_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

// local resolves "localhost" alone.
type local struct{}

func (local) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if host == "localhost" {
		return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

func options(t *testing.T) webhook.Options {
	t.Helper()
	config := httpguard.DefaultConfig()
	config.RejectLocalhost = false
	guard, err := httpguard.New(config, httpguard.WithResolver(local{}))
	if err != nil {
		t.Fatal(err)
	}
	return webhook.Options{Config: webhook.DefaultConfig(), Guard: guard}
}

func service(t *testing.T, change func(*webhook.Options)) *webhook.Service {
	t.Helper()
	o := options(t)
	if change != nil {
		change(&o)
	}
	s, err := webhook.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func config(change func(*webhook.Config)) func(*webhook.Options) {
	return func(o *webhook.Options) { change(&o.Config) }
}

// serve starts a server that is called localhost.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return "http://localhost:" + u.Port()
}

// answering answers every request alike.
func answering(t *testing.T, status int, contentType, body string) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func input(context map[string]any) stage.Input {
	s := &model.Stage{ID: "s", RefID: "1", Type: "webhook", StartTime: 1_000_000, Context: context}
	return stage.Input{
		View: engine.View{Execution: &model.Execution{
			ID: "E", Authentication: &model.Authentication{User: "dev"},
			AdditionalHeaders: map[string]any{"X-Trace": "t1", "X-SPINNAKER-USER": "root"},
		}, Stage: s},
		Task: &model.Task{StartTime: 1_000_000},
		Now:  time.UnixMilli(1_000_000),
	}
}

// run runs one task and gives the status and the webhook's output.
func run(t *testing.T, s *webhook.Service, class string, context map[string]any) (model.Status, map[string]any) {
	t.Helper()
	result, err := runTask(t.Context(), s, class, input(context))
	if err != nil {
		t.Fatal(err)
	}
	return result.Status, comparableOutput(t, result.Context)
}

// runTask runs one task as the runner does: again at once if it has noted what it is
// about to do.
func runTask(ctx context.Context, s *webhook.Service, class string, in stage.Input) (stage.Result, error) {
	task := s.Type().Tasks[class]
	result, err := task.Run(ctx, in)
	if err == nil && result.Noted {
		in.State, in.Noted = result.State, true
		result, err = task.Run(ctx, in)
	}
	return result, err
}

func comparableOutput(t *testing.T, context map[string]any) map[string]any {
	t.Helper()
	data, err := model.Marshal(context)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := model.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRequests(t *testing.T) {
	t.Parallel()
	type seen struct{ Method, ContentType, Body, Custom, User, Trace, Accept string }
	target := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(seen{
			r.Method, r.Header.Get("Content-Type"), string(body), strings.Join(r.Header.Values("X-Custom"), ","),
			r.Header.Get("X-Spinnaker-User"), r.Header.Get("X-Trace"), r.Header.Get("Accept"),
		})
	})
	const accept = "application/json, application/*+json, text/plain, */*"
	tests := []struct {
		name    string
		context map[string]any
		want    seen
	}{
		{"default", map[string]any{}, seen{Method: "POST", Accept: accept}},
		{"object", map[string]any{"payload": map[string]any{"a": json.Number("1.50"), "b": "<"}},
			seen{Method: "POST", ContentType: "application/json", Body: `{"a":1.50,"b":"<"}`, Accept: accept}},
		{"list", map[string]any{"method": "put", "payload": []any{true}},
			seen{Method: "PUT", ContentType: "application/json", Body: `[true]`, Accept: accept}},
		{"number", map[string]any{"method": "PATCH", "payload": 5},
			seen{Method: "PATCH", ContentType: "application/json", Body: `5`, Accept: accept}},
		{"text", map[string]any{"payload": `{"a":1}`},
			seen{Method: "POST", ContentType: "text/plain;charset=UTF-8", Body: `{"a":1}`, Accept: accept}},
		{"text with a type", map[string]any{"payload": "<a/>", "customHeaders": map[string]any{"content-type": "text/xml"}},
			seen{Method: "POST", ContentType: "text/xml", Body: "<a/>", Accept: accept}},
		{"object with a type", map[string]any{"payload": map[string]any{}, "customHeaders": map[string]any{"Content-Type": "application/vnd.x+json"}},
			seen{Method: "POST", ContentType: "application/vnd.x+json", Body: "{}", Accept: accept}},
		{"form", map[string]any{
			"payload":       map[string]any{"b": "x y", "a": 1, "c": []any{"&"}},
			"customHeaders": map[string]any{"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"},
		}, seen{Method: "POST", ContentType: "application/x-www-form-urlencoded;charset=utf-8", Body: "a=1&b=x+y&c=%5B%22%26%22%5D", Accept: accept}},
		{"GET has no body", map[string]any{"method": "GET", "payload": map[string]any{"a": 1}}, seen{Method: "GET", Accept: accept}},
		{"DELETE may have one", map[string]any{"method": "DELETE", "payload": map[string]any{"a": 1}},
			seen{Method: "DELETE", ContentType: "application/json", Body: `{"a":1}`, Accept: accept}},
		{"headers", map[string]any{"customHeaders": map[string]any{
			"X-Custom": []any{"one", 2}, "x-spinnaker-user": "root", "Accept": "text/csv", "X-None": nil,
		}}, seen{Method: "POST", Custom: "one,2", Accept: "text/csv"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, out := run(t, service(t, nil), webhook.CreateClass, model.Merge(map[string]any{"url": target}, test.context))
			if status != model.Succeeded {
				t.Fatalf("%s: %v", status, out)
			}
			var got seen
			if err := model.Decode(out["webhook"].(map[string]any)["body"].(map[string]any), &got); err != nil {
				t.Fatal(err)
			}
			if got != test.want {
				t.Errorf("got  %+v\nwant %+v", got, test.want)
			}
		})
	}
	t.Run("additional headers", func(t *testing.T) {
		t.Parallel()
		s := service(t, config(func(c *webhook.Config) { c.IncludeAdditionalHeaders = true }))
		_, out := run(t, s, webhook.CreateClass, map[string]any{"url": target})
		if body := out["webhook"].(map[string]any)["body"].(map[string]any); body["Trace"] != "t1" || body["User"] != "" {
			t.Errorf("sent %v", body)
		}
	})
	t.Run("head", func(t *testing.T) {
		t.Parallel()
		if status, out := run(t, service(t, nil), webhook.CreateClass, map[string]any{"url": target, "method": "HEAD"}); status != model.Succeeded {
			t.Errorf("%s: %v", status, out)
		}
	})
}

func TestBodies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name              string
		status            int
		contentType, body string
		want              any
	}{
		{"JSON", 200, "application/json;charset=utf-8", `{"n":1.10}`, map[string]any{"n": json.Number("1.10")}},
		{"JSON by suffix", 200, "application/hal+json", `[1]`, []any{json.Number("1")}},
		{"JSON scalar", 200, "application/json", `"x"`, "x"},
		{"text that looks like JSON", 200, "text/plain", `{"a":1}`, `{"a":1}`},
		{"Latin-1", 200, "text/plain", "gr\xfc\xdfe", "grüße"},
		{"nothing", 200, "application/json", "", nil},
		{"no content", 204, "", "", nil},
		{"error text", 400, "application/json", "no", "no"},
		{"error JSON whatever its type", 422, "text/plain", `[{"a":1}]`, []any{map[string]any{"a": json.Number("1")}}},
		{"error that only begins as JSON", 400, "text/plain", `{oops`, `{oops`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, out := run(t, service(t, nil), webhook.CreateClass, map[string]any{"url": answering(t, test.status, test.contentType, test.body)})
			if got := out["webhook"].(map[string]any)["body"]; !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %#v, want %#v", got, test.want)
			}
		})
	}
	target := answering(t, 200, "application/json", "<html>")
	status, out := run(t, service(t, nil), webhook.CreateClass, map[string]any{"url": target})
	want := "An exception occurred for pipeline E performing a POST request to " + target + ". the response claims to be JSON, but is not"
	if got := model.String(model.Object(out, "webhook"), "error"); status != model.Terminal || !strings.HasPrefix(got, want) {
		t.Errorf("%s: %s", status, got)
	}
}

func TestAnswersThatAreErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status  int
		context map[string]any
		want    model.Status
		name    string
		message string
	}{
		{400, nil, model.Terminal, "BAD_REQUEST", "Error submitting webhook for pipeline E to URL with status code 400."},
		{400, map[string]any{"webhookRetryStatusCodes": []any{"400"}}, model.Running, "BAD_REQUEST",
			"Error submitting webhook for pipeline E to URL with status code 400, will retry."},
		{429, nil, model.Running, "TOO_MANY_REQUESTS", "Error submitting webhook for pipeline E to URL with status code 429, will retry."},
		{500, nil, model.Running, "INTERNAL_SERVER_ERROR", "Error submitting webhook for pipeline E to URL with status code 500, will retry."},
		{504, nil, model.Terminal, "GATEWAY_TIMEOUT",
			"Received status code 504, which is configured to fail fast, terminating stage for pipeline E to URL"},
		{504, map[string]any{"failFastStatusCodes": []any{}}, model.Running, "GATEWAY_TIMEOUT",
			"Error submitting webhook for pipeline E to URL with status code 504, will retry."},
		{503, map[string]any{"failFastStatusCodes": []any{json.Number("503")}}, model.Terminal, "SERVICE_UNAVAILABLE",
			"Received status code 503, which is configured to fail fast, terminating stage for pipeline E to URL"},
		{499, nil, model.Terminal, "499", "Error submitting webhook for pipeline E to URL with status code 499."},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.status, test.context), func(t *testing.T) {
			t.Parallel()
			target := answering(t, test.status, "text/plain", "sorry")
			status, out := run(t, service(t, nil), webhook.CreateClass, model.Merge(map[string]any{"url": target}, test.context))
			output := out["webhook"].(map[string]any)
			if status != test.want || output["statusCode"] != test.name || output["body"] != "sorry" ||
				output["error"] != strings.ReplaceAll(test.message, "URL", target) {
				t.Errorf("%s: %v", status, output)
			}
		})
	}
}

func TestRequestsThatGetNoAnswer(t *testing.T) {
	t.Parallel()
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	quick := config(func(c *webhook.Config) { c.ReadTimeoutMs = 30 })
	safe := config(func(c *webhook.Config) {
		c.ReadTimeoutMs, c.AllowedRequestsEnabled = 30, true
		c.AllowedRequests = []webhook.AllowedRequest{{HTTPMethods: []string{"POST"}, URLPrefix: silent, SafeToRetry: true}}
	})
	tests := []struct {
		name    string
		change  func(*webhook.Options)
		context map[string]any
		want    model.Status
		message string
	}{
		{"GET times out", quick, map[string]any{"url": silent, "method": "GET"}, model.Running,
			"Socket timeout in webhook on GET request for pipeline E to " + silent + ", will retry."},
		{"POST times out", quick, map[string]any{"url": silent}, model.Terminal,
			"An exception occurred for pipeline E performing a POST request to " + silent + ". "},
		{"POST that is safe times out", safe, map[string]any{"url": silent}, model.Running,
			"Socket timeout in webhook on POST request for pipeline E to " + silent + ", will retry."},
		{"nobody listens", nil, map[string]any{"url": strings.Replace(gone.URL, "127.0.0.1", "localhost", 1)}, model.Terminal,
			"An exception occurred for pipeline E performing a POST request to "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, out := run(t, service(t, test.change), webhook.CreateClass, test.context)
			if got := out["webhook"].(map[string]any)["error"].(string); status != test.want || !strings.HasPrefix(got, test.message) {
				t.Errorf("%s: %s", status, got)
			}
		})
	}
}

func TestStatusURL(t *testing.T) {
	t.Parallel()
	target := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if location := r.URL.Query().Get("location"); location != "" {
			w.Header().Set("Location", location)
		}
		fmt.Fprintf(w, `{"url":%q,"n":5,"none":null}`, r.URL.Query().Get("body"))
	})
	host := strings.TrimPrefix(target, "http://")
	tests := []struct {
		name, query      string
		from, path, want string
		failed           string
	}{
		{"its own", "", "getMethod", "", "SELF", ""},
		{"header", "?location=http://other.example.com/1", "locationHeader", "", "http://other.example.com/1", ""},
		{"header, another scheme", "?location=https://" + host + "/1", "locationHeader", "", "http://" + host + "/1", ""},
		{"header, relative", "?location=/jobs/1", "locationHeader", "", target + "/jobs/1", ""},
		{"no header", "", "locationHeader", "", "", "The status URL couldn't be resolved, but 'Wait for completion' is configured"},
		{"body", "?body=http://other.example.com/2", "webhookResponse", "$.url", "http://other.example.com/2", ""},
		{"body without it", "", "webhookResponse", "$.none", "", "The status URL couldn't be resolved, but 'Wait for completion' is configured"},
		{"body, wrong path", "", "webhookResponse", "$.missing", "", `Exception while resolving status check URL: the JSON path "$.missing": not found`},
		{"body, a number", "", "webhookResponse", "$.n", "", `Exception while resolving status check URL: the JSON path "$.n" did not resolve to a text`},
		{"unsaid", "", "", "", "", "Exception while resolving status check URL: statusUrlResolution is not set; it is getMethod, locationHeader or webhookResponse"},
		{"unknown", "", "psychic", "", "", "Exception while resolving status check URL: unexpected value: psychic; statusUrlResolution is getMethod, locationHeader or webhookResponse"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			self := target + test.query
			status, out := run(t, service(t, nil), webhook.CreateClass, map[string]any{
				"url": self, "waitForCompletion": true, "statusUrlResolution": test.from, "statusUrlJsonPath": test.path,
			})
			output := out["webhook"].(map[string]any)
			if test.failed != "" {
				if status != model.Terminal || output["error"] != test.failed {
					t.Errorf("%s: %v", status, output["error"])
				}
				return
			}
			want := strings.Replace(test.want, "SELF", self, 1)
			if status != model.Succeeded || output["statusEndpoint"] != want || out["statusEndpoint"] != want {
				t.Errorf("%s: %v, %v", status, output, out["statusEndpoint"])
			}
		})
	}
}

func TestArtifacts(t *testing.T) {
	t.Parallel()
	expected := map[string]any{"expectedArtifacts": []any{map[string]any{"id": "1"}}}
	target := answering(t, 200, "application/json", `{"artifacts":[{"type":"docker/image","name":"a"}]}`)
	status, out := run(t, service(t, nil), webhook.CreateClass, model.Merge(expected, map[string]any{"url": target}))
	want := []any{map[string]any{"type": "docker/image", "name": "a"}}
	if status != model.Succeeded || !reflect.DeepEqual(out["artifacts"], want) {
		t.Errorf("%s: %v", status, out)
	}
	target = answering(t, 200, "application/json", `{}`)
	status, out = run(t, service(t, nil), webhook.CreateClass, model.Merge(expected, map[string]any{"url": target}))
	if got := model.String(model.Object(out, "webhook"), "error"); status != model.Terminal ||
		!strings.HasPrefix(got, "Expected artifacts in webhook response couldn't be parsed: ") {
		t.Errorf("%s: %s", status, got)
	}
}

func TestPlans(t *testing.T) {
	t.Parallel()
	create, monitor := engine.TaskSpec{Name: "createWebhook", Class: webhook.CreateClass}, engine.TaskSpec{Name: "monitorWebhook", Class: webhook.MonitorClass}
	pause := engine.TaskSpec{Name: "waitBeforeMonitorWebhook", Class: wait.Class}
	bind := engine.TaskSpec{Name: "bindProducedArtifacts", Class: webhook.BindClass}
	account := config(func(c *webhook.Config) { c.RequireAccount = true })
	tests := []struct {
		name    string
		change  func(*webhook.Options)
		context map[string]any
		want    []engine.TaskSpec
		failure string
	}{
		{"plain", nil, map[string]any{}, []engine.TaskSpec{create}, ""},
		{"waiting", nil, map[string]any{"waitForCompletion": "true"}, []engine.TaskSpec{create, monitor}, ""},
		{"all", nil, map[string]any{"waitForCompletion": true, "waitBeforeMonitor": "5", "expectedArtifacts": []any{}},
			[]engine.TaskSpec{create, pause, monitor, bind}, ""},
		{"monitor only", nil, map[string]any{"waitForCompletion": true, "monitorOnly": true}, []engine.TaskSpec{monitor}, ""},
		{"nothing to do", nil, map[string]any{"monitorOnly": true}, nil,
			"Can't specify monitorOnly = true and waitForCompletion = false at the same time"},
		{"an account", account, map[string]any{"account": "x"}, []engine.TaskSpec{create}, ""},
		{"no account", account, map[string]any{"account": " "}, nil, "account is required"},
		{"a method there isn't", nil, map[string]any{"method": "FETCH"}, nil,
			`Can't read the webhook stage: method must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, not "FETCH"`},
		{"a code that is none", nil, map[string]any{"retryStatusCodes": []any{"x"}}, nil,
			`Can't read the webhook stage: retryStatusCodes must be status codes, not "x"`},
	}
	for _, test := range tests {
		specs, err := service(t, test.change).Type().Definition.Tasks(input(test.context).View)
		if fmt.Sprint(err) != test.failure && (err != nil || test.failure != "") {
			t.Errorf("%s: got %v", test.name, err)
		}
		if !reflect.DeepEqual(specs, test.want) {
			t.Errorf("%s: planned %v", test.name, specs)
		}
	}
}

func TestWaitBeforeMonitor(t *testing.T) {
	t.Parallel()
	task := service(t, nil).Type().Tasks[wait.Class]
	in := input(map[string]any{"waitBeforeMonitor": "10"})
	in.Now = in.Now.Add(4 * time.Second)
	result, err := task.Run(t.Context(), in)
	if err != nil || result.Status != model.Running || result.Context["waitTime"] != "10" {
		t.Errorf("got %v, %v", result, err)
	}
	if left := task.(stage.BackingOff).Backoff(in); left != 6*time.Second {
		t.Errorf("%s left", left)
	}
	in.Now = in.Now.Add(6 * time.Second)
	if result, err = task.Run(t.Context(), in); err != nil || result.Status != model.Succeeded {
		t.Errorf("got %v, %v", result, err)
	}
	in = input(map[string]any{"waitBeforeMonitor": 10, "waitTime": 0})
	if result, err = task.Run(t.Context(), in); err != nil || result.Status != model.Succeeded || result.Context != nil {
		t.Errorf("got %v, %v", result, err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 10)
	target := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- r.Method + " " + r.URL.Path + " " + string(body) + " " + r.Header.Get("X-Key")
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	kind := service(t, nil).Type()
	if _, ok := kind.Definition.(engine.Canceler); !ok {
		t.Fatal("a failure would not be told")
	}
	context := map[string]any{
		"cancelEndpoint": target + "/stop", "cancelMethod": "delete", "cancelPayload": map[string]any{"why": "x"},
		"customHeaders": map[string]any{"X-Key": "k"},
	}
	if _, err := kind.Cancel(t.Context(), input(context)); err != nil {
		t.Fatal(err)
	}
	if got := <-seen; got != `DELETE /stop {"why":"x"} k` {
		t.Errorf("sent %s", got)
	}
	if _, err := kind.Cancel(t.Context(), input(map[string]any{"cancelEndpoint": target + "/broken"})); err == nil ||
		!strings.Contains(err.Error(), "/broken: 500 Internal Server Error: [no body]") {
		t.Errorf("got %v", err)
	}
	<-seen
	for _, quiet := range []map[string]any{
		{}, {"cancelEndpoint": ""}, {"cancelEndpoint": target, "signalCancellation": false},
		{"cancelEndpoint": target, "method": "FETCH"}, // was never sent
	} {
		if _, err := kind.Cancel(t.Context(), input(quiet)); err != nil {
			t.Error(err)
		}
	}
	if len(seen) != 0 {
		t.Errorf("sent %s", <-seen)
	}
}

type accounts struct{}

func (accounts) Headers(_ context.Context, user, account string, custom http.Header) (http.Header, error) {
	if account == "secret" {
		return nil, fmt.Errorf("%s may not use it", user)
	}
	custom.Set("Authorization", "Bearer "+account)
	return custom, nil
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	target := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.Header.Get("Authorization")) })
	s := service(t, func(o *webhook.Options) { o.Accounts = accounts{} })
	if _, out := run(t, s, webhook.CreateClass, map[string]any{"url": target, "account": "ci"}); model.String(model.Object(out, "webhook"), "body") != "Bearer ci" {
		t.Errorf("got %v", out)
	}
	if _, err := runTask(t.Context(), s, webhook.CreateClass, input(map[string]any{"url": target, "account": "secret"})); err == nil || err.Error() != `use the account "secret": dev may not use it` {
		t.Errorf("got %v", err)
	}
	s = service(t, config(func(c *webhook.Config) { c.ValidateAccount = true }))
	if _, err := runTask(t.Context(), s, webhook.CreateClass, input(map[string]any{"url": target, "account": "ci"})); err == nil {
		t.Error("an account is used although there are none")
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	tasks := service(t, nil).Type().Tasks
	in := input(nil)
	for class, want := range map[string][2]time.Duration{
		webhook.CreateClass: {10 * time.Second, 5 * time.Minute}, webhook.MonitorClass: {time.Second, time.Hour},
	} {
		timeout, overridable := tasks[class].(stage.TimingOut).Timeout(in)
		if got := [2]time.Duration{tasks[class].(stage.BackingOff).Backoff(in), timeout}; got != want || !overridable {
			t.Errorf("%s: %v, %v", class, got, overridable)
		}
	}
	in.Now = in.Now.Add(61 * time.Second)
	if got := tasks[webhook.MonitorClass].(stage.BackingOff).Backoff(in); got != 15*time.Second {
		t.Errorf("after a minute: %s", got)
	}
}
