package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/areas"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func TestIdentity(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) {
		d.Clouds = apitest.TwoAccounts{}
		d.Identify = func(r *http.Request) (access.Principal, error) {
			name := r.Header.Get("X-Login")
			if name == "" {
				return access.Principal{}, fault.New(fault.Forbidden, "log in first")
			}
			return access.Principal{Name: name, FirstName: "A", Roles: []string{"ops"}}, nil
		}
	})
	for _, path := range []string{"/applications", "/pipelines/x", "/v3/api-docs", "/pipelines/x/stream"} {
		k.Get(path).Refused(http.StatusForbidden, "log in first")
	}
	user := k.Call(http.MethodGet, "/auth/user", nil, "X-Login", "ann", "X-SPINNAKER-USER", "root").Is(http.StatusOK).Object()
	if user["username"] != "ann" || user["firstName"] != "A" || user["lastName"] != nil ||
		!slices.Equal(model.Strings(user, "allowedAccounts"), []string{"open", "closed"}) || !slices.Equal(model.Strings(user, "roles"), []string{"ops"}) {
		t.Errorf("user: %v", user)
	}
}

func TestErrorsAtTheEdge(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Config.BodyLimit = 1000 })
	k.Get("/nowhere").Refused(http.StatusNotFound, "nothing at this path")
	k.Get("/").Is(http.StatusFound)
	wrong := k.Delete("/applications").Refused(http.StatusMethodNotAllowed, "'DELETE' is not supported")
	if got := wrong.Header.Get("Allow"); got != "GET, HEAD" {
		t.Errorf("Allow: %q", got)
	}
	k.Call(http.MethodPost, "/orchestrate", "name: x", "Content-Type", "text/plain").Refused(http.StatusUnsupportedMediaType, "application/json")
	k.Call(http.MethodPost, "/orchestrate", "a=b", "Content-Type", "application/x-www-form-urlencoded").Is(http.StatusUnsupportedMediaType)
	k.Post("/orchestrate", `{"name":"`+strings.Repeat("x", 2000)+`"}`).Refused(http.StatusRequestEntityTooLarge, "limit of 1000 bytes")
	k.Post("/orchestrate", `{"a":1}{"b":2}`).Refused(http.StatusBadRequest, "after the JSON value")
	k.Get("/applications/../tasks").Refused(http.StatusBadRequest, "relative segments")
	k.Get("/applications//tasks").Refused(http.StatusBadRequest, "%2F")
	k.Get("/version/").Is(http.StatusOK) // as Spring takes it
	if got := k.Call(http.MethodHead, "/version", nil).Is(http.StatusOK); len(got.Body) != 0 || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD: %v %q", got.Header, got.Body)
	}
	if got := k.Call(http.MethodOptions, "/tasks", nil).Is(http.StatusOK).Header.Get("Allow"); !strings.Contains(got, "POST") || !strings.Contains(got, "OPTIONS") {
		t.Errorf("OPTIONS: %q", got)
	}
	// Paths of which neither is the narrower: what one has not is the other's.
	if got := k.Call(http.MethodOptions, "/v2/canaries/canary/x", nil).Is(http.StatusOK).Header.Get("Allow"); !strings.Contains(got, "POST") || !strings.Contains(got, "GET") {
		t.Errorf("OPTIONS of two: %q", got)
	}
	k.Get("/v2/canaries/canary/x").Refused(http.StatusNotFound, "canary analysis is not available")
	k.Get("/v2/canaries/canary/executions").Is(http.StatusOK).List()
	k.Put("/v2/canaries/canary/x", object{}).Refused(http.StatusMethodNotAllowed, "it takes")
	k.Get("/artifacts/debian/nginx").Refused(http.StatusNotFound, "Provider debian not found")
	if got := k.Get("/version").Text("version"); got != "1.2.3" {
		t.Errorf("version: %s", got)
	}
}

// TestErrorsHaveBothShapes: Spring's attributes and problem details, whoever
// finds the fault.
func TestErrorsHaveBothShapes(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	for _, c := range []struct {
		method, path, body, kind string
		status                   int
		title                    string
		exception                bool
	}{
		{"GET", "/nowhere", "", "", 404, "Not Found", false},
		{"POST", "/pipelines/demo/name/with-a-slash", "{}", "application/json", 404, "Not Found", false},
		{"GET", "/pipelines/none", "", "", 404, "Not Found", true},
		{"DELETE", "/applications", "", "", 405, "Method Not Allowed", false},
		{"POST", "/tasks", "{", "application/json", 400, "Bad Request", true},
		{"POST", "/tasks", "", "application/json", 400, "Bad Request", true},
		{"POST", "/tasks", "a: b", "text/plain", 415, "Unsupported Media Type", false},
		{"GET", "/applications/demo/tasks?page=x", "", "", 400, "Bad Request", true},
	} {
		t.Run(c.method+" "+c.path+" "+c.body, func(t *testing.T) {
			k := *k
			k.T = t
			got := k.Call(c.method, c.path, c.body, "Content-Type", c.kind, "X-SPINNAKER-REQUEST-ID", "abc").Is(c.status)
			path, _, _ := strings.Cut(c.path, "?")
			e := got.Object()
			for field, want := range map[string]any{
				"status": c.status, "error": c.title, "path": path, "message": e["detail"],
				"type": "about:blank", "title": c.title, "instance": path, "requestId": "abc",
			} {
				if fmt.Sprint(e[field]) != fmt.Sprint(want) {
					t.Errorf("%s is %v, want %v", field, e[field], want)
				}
			}
			if _, err := time.Parse("2006-01-02T15:04:05.000-07:00", model.String(e, "timestamp")); err != nil || !strings.HasSuffix(model.String(e, "timestamp"), "+00:00") {
				t.Errorf("timestamp %v: %v", e["timestamp"], err)
			}
			if named := e["exception"] != nil; named != c.exception {
				t.Errorf("exception: %v", e["exception"])
			}
			if got.Header.Get("X-SPINNAKER-REQUEST-ID") != "abc" {
				t.Errorf("request id: %v", got.Header)
			}
		})
	}
}

// TestYAML: it is read and written beside JSON.
func TestYAML(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Application("demo")
	const pipeline = "application: demo\nname: Written\nstages:\n- {type: wait, refId: '1', requisiteStageRefIds: [], waitTime: 1}\n"
	k.Call(http.MethodPost, "/pipelines", pipeline, "Content-Type", "application/x-yaml").Is(http.StatusOK)
	k.Call(http.MethodPost, "/pipelines", strings.Replace(pipeline, "Written", "Also", 1), "Content-Type", "application/yaml; charset=utf-8").Is(http.StatusOK)
	k.Call(http.MethodPost, "/pipelines", "a: [", "Content-Type", "application/x-yaml").Refused(http.StatusBadRequest, "malformed YAML")
	k.Call(http.MethodPost, "/pipelines", "- a", "Content-Type", "application/x-yaml").Refused(http.StatusBadRequest, "not valid for this request")
	const path = "/applications/demo/pipelineConfigs/Written"
	for accept, want := range map[string]string{
		"":                                     "application/json",
		"*/*":                                  "application/json",
		"application/json, text/plain, */*":    "application/json",
		"application/x-yaml":                   "application/x-yaml",
		"application/yaml":                     "application/x-yaml",
		"application/x-yaml, */*":              "application/x-yaml",
		"application/json, application/x-yaml": "application/json",
		"application/x-yaml;q=0.5, application/json;q=0.9": "application/json",
		"application/json;q=0.1, application/x-yaml":       "application/x-yaml",
		"text/html": "application/json",
	} {
		got := k.Call(http.MethodGet, path, nil, "Accept", accept).Is(http.StatusOK)
		if kind := got.Header.Get("Content-Type"); kind != want {
			t.Errorf("Accept %q: %s, want %s", accept, kind, want)
		}
		if isYAML := strings.Contains(string(got.Body), "name: Written\n"); isYAML != (want == "application/x-yaml") {
			t.Errorf("Accept %q: %s", accept, got.Body)
		}
	}
	wrong := k.Call(http.MethodGet, "/nowhere", nil, "Accept", "application/x-yaml").Is(http.StatusNotFound)
	if !strings.Contains(string(wrong.Body), "status: 404\n") {
		t.Errorf("error: %s", wrong.Body)
	}
}

// TestAnswersTellTheirLength: also long ones, which the HTTP server would else
// send in chunks, and those to HEAD.
func TestAnswersTellTheirLength(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	for _, path := range []string{"/v3/api-docs", "/version", "/nowhere", "/swagger-ui/index.html"} {
		get := k.Call(http.MethodGet, path, nil, "Accept-Encoding", "identity")
		if got := get.Header.Get("Content-Length"); got != strconv.Itoa(len(get.Body)) {
			t.Errorf("%s: length %q of %d", path, got, len(get.Body))
		}
		head := k.Call(http.MethodHead, path, nil, "Accept-Encoding", "identity").Is(get.Status)
		if head.Header.Get("Content-Length") != get.Header.Get("Content-Length") {
			t.Errorf("HEAD %s: length %q", path, head.Header.Get("Content-Length"))
		}
		if len(head.Body) != 0 {
			t.Errorf("HEAD %s has a body", path)
		}
	}
}

// broken is an engine that answers everything with one error.
type broken struct {
	areas.Executions
	err   error
	panic bool
}

func (b broken) Start(context.Context, map[string]any, access.Principal) (*model.Execution, error) {
	if b.panic {
		panic("secret")
	}
	return nil, b.err
}

func TestFaultsBecomeStatuses(t *testing.T) {
	t.Parallel()
	wrapped := func(kind fault.Kind) error {
		return fmt.Errorf("secret inside: %w", fault.New(kind, "told outside").With("one", "two"))
	}
	for name, c := range map[string]struct {
		engine broken
		status int
		want   string
	}{
		"invalid":     {broken{err: wrapped(fault.Invalid)}, http.StatusBadRequest, "told outside"},
		"not found":   {broken{err: wrapped(fault.NotFound)}, http.StatusNotFound, "told outside"},
		"conflict":    {broken{err: wrapped(fault.Conflict)}, http.StatusConflict, "told outside"},
		"forbidden":   {broken{err: wrapped(fault.Forbidden)}, http.StatusForbidden, "told outside"},
		"too large":   {broken{err: wrapped(fault.TooLarge)}, http.StatusRequestEntityTooLarge, "told outside"},
		"unavailable": {broken{err: wrapped(fault.Unavailable)}, http.StatusServiceUnavailable, "told outside"},
		"internal":    {broken{err: errors.New("secret inside")}, http.StatusInternalServerError, "the platform failed"},
		"too slow":    {broken{err: fmt.Errorf("secret inside: %w", context.DeadlineExceeded)}, http.StatusServiceUnavailable, "too long"},
		"panic":       {broken{panic: true}, http.StatusInternalServerError, "the platform failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := apitest.New(t, func(d *apitest.Parts) { d.Executions = c.engine })
			got := k.Post("/orchestrate", object{"name": "x"}).Refused(c.status, c.want)
			if strings.Contains(string(got.Body), "secret") {
				t.Errorf("what is inside is told outside: %s", got.Body)
			}
			if errs := got.Object()["errors"]; c.want == "told outside" && fmt.Sprint(errs) != "[one two]" {
				t.Errorf("errors: %v", errs)
			}
		})
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	const header = "X-SPINNAKER-REQUEST-ID"
	if got := k.Call(http.MethodGet, "/version", nil, header, "abc").Header.Get(header); got != "abc" {
		t.Errorf("the client's id came back as %q", got)
	}
	if got := k.Call(http.MethodGet, "/nowhere", nil, header, "abc").Text("requestId"); got != "abc" {
		t.Errorf("the id in an error: %q", got)
	}
	if got := k.Call(http.MethodGet, "/version", nil, header, strings.Repeat("x", 500)).Header.Get(header); len(got) != 26 {
		t.Errorf("an unfit id: %q", got)
	}
}

func TestEntityTags(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	first := k.Get("/applications").Is(http.StatusOK)
	tag := first.Header.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	k.Call(http.MethodGet, "/applications", nil, "If-None-Match", tag).Is(http.StatusNotModified).Empty()
	k.Call(http.MethodGet, "/applications", nil, "If-None-Match", `"other", `+tag).Is(http.StatusNotModified)
	k.Application("demo")
	if got := k.Call(http.MethodGet, "/applications", nil, "If-None-Match", tag).Is(http.StatusOK).Header.Get("ETag"); got == tag {
		t.Error("the tag did not change with the answer")
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	plain := k.Call(http.MethodGet, "/v3/api-docs", nil, "Accept-Encoding", "identity").Is(http.StatusOK)
	packed := k.Call(http.MethodGet, "/v3/api-docs", nil, "Accept-Encoding", "gzip").Is(http.StatusOK)
	if packed.Header.Get("Content-Encoding") != "gzip" || len(packed.Body)*3 > len(plain.Body) {
		t.Errorf("%s: %d bytes of %d", packed.Header.Get("Content-Encoding"), len(packed.Body), len(plain.Body))
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	const deck = "http://localhost:9000"
	k := apitest.New(t, func(d *apitest.Parts) {
		d.Config.CORS = api.CORS{AllowedOrigins: []string{deck}, AllowedOriginsPattern: `https://[a-z]+\.example\.com`}
	})
	allowed := func(origin string) bool {
		got := k.Call(http.MethodGet, "/version", nil, "Origin", origin).Is(http.StatusOK)
		echoed := got.Header.Get("Access-Control-Allow-Origin")
		if echoed != "" && (echoed != origin || got.Header.Get("Access-Control-Allow-Credentials") != "true") {
			t.Errorf("%s: %v", origin, got.Header)
		}
		return echoed != ""
	}
	for origin, want := range map[string]bool{
		deck: true, "https://a.example.com": true, "http://localhost:9001": false,
		"https://a.example.com.evil.org": false, "https://evil.org/https://a.example.com": false, "null": false,
	} {
		if got := allowed(origin); got != want {
			t.Errorf("%s: allowed %v, want %v", origin, got, want)
		}
	}
	preflight := k.Call(http.MethodOptions, "/applications/demo/anything", nil, "Origin", deck,
		"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "x-ratelimit-app,content-type").Is(http.StatusOK)
	headers := strings.ToLower(preflight.Header.Get("Access-Control-Allow-Headers"))
	if !strings.Contains(headers, "x-ratelimit-app") || !strings.Contains(headers, "content-type") || !strings.Contains(preflight.Header.Get("Access-Control-Allow-Methods"), "PATCH") {
		t.Errorf("preflight: %v", preflight.Header)
	}
	// A page of elsewhere changes nothing, even in a request that needs no preflight.
	k.Call(http.MethodPost, "/ops", list{object{"type": "wait"}}, "Origin", "https://evil.org").Refused(http.StatusForbidden, "evil.org")
	k.Call(http.MethodPost, "/ops", list{object{"type": "wait"}}, "Sec-Fetch-Site", "cross-site").Is(http.StatusForbidden)
	k.Call(http.MethodPost, "/ops", list{object{"type": "wait"}}, "Origin", deck).Is(http.StatusOK)
}

func TestBadConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := api.New(api.Options{Authorizer: &questioner{}}); err == nil {
		t.Error("permissions that can't be checked")
	}
	for name, cors := range map[string]api.CORS{
		"path":    {AllowedOrigins: []string{"http://x/y"}},
		"word":    {AllowedOrigins: []string{"localhost"}},
		"pattern": {AllowedOriginsPattern: "("},
	} {
		if _, err := api.New(api.Options{Config: api.Config{CORS: cors}}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// counter passes on what it is told.
type counter chan string

func (c counter) Request(method, route string, status int, took time.Duration) {
	if took < 0 {
		status = -1
	}
	c <- fmt.Sprintf("%s %d %s", method, status, route)
}

func TestMetricsNameTheRoute(t *testing.T) {
	t.Parallel()
	count := make(counter, 1)
	k := apitest.New(t, func(d *apitest.Parts) { d.Metrics = count })
	for path, want := range map[string]string{
		"/applications/secret-name": "GET 404 GET /applications/{application}", "/nowhere/secret-name": "GET 404 ",
	} {
		k.Get(path)
		if got := <-count; got != want {
			t.Errorf("counted %q, want %q", got, want)
		}
	}
}

func TestRequestTimeout(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Config.RequestTimeout = time.Nanosecond })
	k.Get("/applications").Refused(http.StatusServiceUnavailable, "too long")
}

func TestSaveThatTakesTooLong(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) {
		d.TaskWait = 50 * time.Millisecond
		d.Executions = stuck{d.Executions}
	})
	k.Post("/pipelines", object{"application": "demo", "name": "x"}).Refused(http.StatusServiceUnavailable, "/tasks/")
}

// stuck starts tasks that never end in place of what it is asked for.
type stuck struct{ areas.Executions }

func (s stuck) StartOperation(ctx context.Context, _ map[string]any, who access.Principal) (*model.Execution, error) {
	return s.Executions.StartOperation(ctx, object{"application": "demo", "job": list{object{"type": "untilTold"}}}, who)
}

func TestSaveThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Executions = failing{d.Executions} })
	got := k.Post("/pipelines", object{"application": "demo", "name": "x"}).Refused(http.StatusBadRequest, "told to fail").Object()
	if got["message"] != "told to fail" || fmt.Sprint(got["errors"]) != "[told to fail and so it did]" {
		t.Errorf("problem: %v", got)
	}
}

// failing starts tasks that fail in place of what it is asked for.
type failing struct{ areas.Executions }

func (f failing) StartOperation(ctx context.Context, _ map[string]any, who access.Principal) (*model.Execution, error) {
	return f.Executions.StartOperation(ctx, object{"application": "demo", "job": list{object{"type": "untilTold", "told": "fail"}}}, who)
}
