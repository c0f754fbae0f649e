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
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// accounts are two: one that everyone may use and one that needs a role.
type accounts struct{}

func (accounts) CloudAccounts(context.Context) ([]api.Account, error) {
	return []api.Account{
		{
			Name: "open", Type: "kubernetes",
			Ask:     func(context.Context) map[string]any { return map[string]any{"namespaces": list{"default"}} },
			Details: map[string]any{"spinnakerKindMap": object{"deployment": "serverGroupManagers"}},
		},
		{Name: "closed", Type: "kubernetes", Permissions: map[string][]string{"WRITE": {"Ops"}}, RequiredGroups: []string{"ops"}, Primary: true},
	}, nil
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) { d.Accounts = accounts{} })
	short := k.get("/credentials").is(http.StatusOK).list()
	if len(short) != 2 || len(short[0]) != 6 || short[0]["accountId"] != "open" || short[0]["authorized"] != true || short[1]["authorized"] != false {
		t.Errorf("accounts: %v", short)
	}
	long := k.get("/credentials?expand=true").is(http.StatusOK).list()
	if long[0]["cloudProvider"] != "kubernetes" || long[0]["environment"] != "open" || long[0]["spinnakerKindMap"] == nil || long[1]["primaryAccount"] != true {
		t.Errorf("expanded accounts: %v", long)
	}
	for _, expanded := range []map[string]any{long[0], k.get("/credentials/open").is(http.StatusOK).object()} {
		if fmt.Sprint(expanded["namespaces"]) != "[default]" {
			t.Errorf("the namespaces of an account: %v", expanded)
		}
	}
	one := k.get("/credentials/closed").is(http.StatusOK).object()
	if one["name"] != "closed" || fmt.Sprint(one["permissions"]) != "map[WRITE:[Ops]]" {
		t.Errorf("account: %v", one)
	}
	k.get("/credentials/none").refused(http.StatusNotFound, "Account not found")
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) {
		d.Accounts = accounts{}
		d.Identify = func(r *http.Request) (access.Principal, error) {
			name := r.Header.Get("X-Login")
			if name == "" {
				return access.Principal{}, fault.New(fault.Forbidden, "log in first")
			}
			return access.Principal{Name: name, FirstName: "A", Roles: []string{"ops"}}, nil
		}
	})
	for _, path := range []string{"/applications", "/pipelines/x", "/v3/api-docs", "/pipelines/x/stream"} {
		k.get(path).refused(http.StatusForbidden, "log in first")
	}
	user := k.call(http.MethodGet, "/auth/user", nil, "X-Login", "ann", "X-SPINNAKER-USER", "root").is(http.StatusOK).object()
	if user["username"] != "ann" || user["firstName"] != "A" || user["lastName"] != nil ||
		!slices.Equal(model.Strings(user, "allowedAccounts"), []string{"open", "closed"}) || !slices.Equal(model.Strings(user, "roles"), []string{"ops"}) {
		t.Errorf("user: %v", user)
	}
}

func TestErrorsAtTheEdge(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) { d.Config.BodyLimit = 1000 })
	k.get("/nowhere").refused(http.StatusNotFound, "nothing at this path")
	k.get("/").is(http.StatusFound)
	wrong := k.delete("/applications").refused(http.StatusMethodNotAllowed, "'DELETE' is not supported")
	if got := wrong.header.Get("Allow"); got != "GET, HEAD" {
		t.Errorf("Allow: %q", got)
	}
	k.call(http.MethodPost, "/orchestrate", "name: x", "Content-Type", "text/plain").refused(http.StatusUnsupportedMediaType, "application/json")
	k.call(http.MethodPost, "/orchestrate", "a=b", "Content-Type", "application/x-www-form-urlencoded").is(http.StatusUnsupportedMediaType)
	k.post("/orchestrate", `{"name":"`+strings.Repeat("x", 2000)+`"}`).refused(http.StatusRequestEntityTooLarge, "limit of 1000 bytes")
	k.post("/orchestrate", `{"a":1}{"b":2}`).refused(http.StatusBadRequest, "after the JSON value")
	k.get("/applications/../tasks").refused(http.StatusBadRequest, "relative segments")
	k.get("/applications//tasks").refused(http.StatusBadRequest, "%2F")
	k.get("/version/").is(http.StatusOK) // as Spring takes it
	if got := k.call(http.MethodHead, "/version", nil).is(http.StatusOK); len(got.body) != 0 || got.header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD: %v %q", got.header, got.body)
	}
	if got := k.call(http.MethodOptions, "/tasks", nil).is(http.StatusOK).header.Get("Allow"); !strings.Contains(got, "POST") || !strings.Contains(got, "OPTIONS") {
		t.Errorf("OPTIONS: %q", got)
	}
	// Paths of which neither is the narrower: what one has not is the other's.
	if got := k.call(http.MethodOptions, "/v2/canaries/canary/x", nil).is(http.StatusOK).header.Get("Allow"); !strings.Contains(got, "POST") || !strings.Contains(got, "GET") {
		t.Errorf("OPTIONS of two: %q", got)
	}
	k.get("/v2/canaries/canary/x").refused(http.StatusNotFound, "canary analysis is off")
	k.get("/v2/canaries/canary/executions").is(http.StatusOK).list()
	k.put("/v2/canaries/canary/x", object{}).refused(http.StatusMethodNotAllowed, "it takes")
	k.post("/webhooks/webhook/x", object{}).refused(http.StatusNotFound, "webhook triggers are off")
	k.get("/artifacts/debian/nginx").refused(http.StatusNotFound, "Provider debian not found")
	if got := k.get("/version").text("version"); got != "1.2.3" {
		t.Errorf("version: %s", got)
	}
}

// TestErrorsHaveBothShapes: Spring's attributes and problem details, whoever
// finds the fault.
func TestErrorsHaveBothShapes(t *testing.T) {
	t.Parallel()
	k := newKit(t)
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
			k.t = t
			got := k.call(c.method, c.path, c.body, "Content-Type", c.kind, "X-SPINNAKER-REQUEST-ID", "abc").is(c.status)
			path, _, _ := strings.Cut(c.path, "?")
			e := got.object()
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
			if got.header.Get("X-SPINNAKER-REQUEST-ID") != "abc" {
				t.Errorf("request id: %v", got.header)
			}
		})
	}
}

// TestYAML: it is read and written beside JSON.
func TestYAML(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	k.application("demo")
	const pipeline = "application: demo\nname: Written\nstages:\n- {type: wait, refId: '1', requisiteStageRefIds: [], waitTime: 1}\n"
	k.call(http.MethodPost, "/pipelines", pipeline, "Content-Type", "application/x-yaml").is(http.StatusOK)
	k.call(http.MethodPost, "/pipelines", strings.Replace(pipeline, "Written", "Also", 1), "Content-Type", "application/yaml; charset=utf-8").is(http.StatusOK)
	k.call(http.MethodPost, "/pipelines", "a: [", "Content-Type", "application/x-yaml").refused(http.StatusBadRequest, "malformed YAML")
	k.call(http.MethodPost, "/pipelines", "- a", "Content-Type", "application/x-yaml").refused(http.StatusBadRequest, "not what is wanted")
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
		got := k.call(http.MethodGet, path, nil, "Accept", accept).is(http.StatusOK)
		if kind := got.header.Get("Content-Type"); kind != want {
			t.Errorf("Accept %q: %s, want %s", accept, kind, want)
		}
		if isYAML := strings.Contains(string(got.body), "name: Written\n"); isYAML != (want == "application/x-yaml") {
			t.Errorf("Accept %q: %s", accept, got.body)
		}
	}
	wrong := k.call(http.MethodGet, "/nowhere", nil, "Accept", "application/x-yaml").is(http.StatusNotFound)
	if !strings.Contains(string(wrong.body), "status: 404\n") {
		t.Errorf("error: %s", wrong.body)
	}
}

// TestAnswersTellTheirLength: also long ones, which the HTTP server would else
// send in chunks, and those to HEAD.
func TestAnswersTellTheirLength(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	for _, path := range []string{"/v3/api-docs", "/version", "/nowhere", "/swagger-ui/index.html"} {
		get := k.call(http.MethodGet, path, nil, "Accept-Encoding", "identity")
		if got := get.header.Get("Content-Length"); got != strconv.Itoa(len(get.body)) {
			t.Errorf("%s: length %q of %d", path, got, len(get.body))
		}
		head := k.call(http.MethodHead, path, nil, "Accept-Encoding", "identity").is(get.status)
		if head.header.Get("Content-Length") != get.header.Get("Content-Length") {
			t.Errorf("HEAD %s: length %q", path, head.header.Get("Content-Length"))
		}
		if len(head.body) != 0 {
			t.Errorf("HEAD %s has a body", path)
		}
	}
}

// broken is an engine that answers everything with one error.
type broken struct {
	api.Executions
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
			k := newKit(t, func(d *api.Deps) { d.Executions = c.engine })
			got := k.post("/orchestrate", object{"name": "x"}).refused(c.status, c.want)
			if strings.Contains(string(got.body), "secret") {
				t.Errorf("what is inside is told outside: %s", got.body)
			}
			if errs := got.object()["errors"]; c.want == "told outside" && fmt.Sprint(errs) != "[one two]" {
				t.Errorf("errors: %v", errs)
			}
		})
	}
}

func TestRequestIDs(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	const header = "X-SPINNAKER-REQUEST-ID"
	if got := k.call(http.MethodGet, "/version", nil, header, "abc").header.Get(header); got != "abc" {
		t.Errorf("the client's id came back as %q", got)
	}
	if got := k.call(http.MethodGet, "/nowhere", nil, header, "abc").text("requestId"); got != "abc" {
		t.Errorf("the id in an error: %q", got)
	}
	if got := k.call(http.MethodGet, "/version", nil, header, strings.Repeat("x", 500)).header.Get(header); len(got) != 26 {
		t.Errorf("an unfit id: %q", got)
	}
}

func TestEntityTags(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	first := k.get("/applications").is(http.StatusOK)
	tag := first.header.Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	k.call(http.MethodGet, "/applications", nil, "If-None-Match", tag).is(http.StatusNotModified).empty()
	k.call(http.MethodGet, "/applications", nil, "If-None-Match", `"other", `+tag).is(http.StatusNotModified)
	k.application("demo")
	if got := k.call(http.MethodGet, "/applications", nil, "If-None-Match", tag).is(http.StatusOK).header.Get("ETag"); got == tag {
		t.Error("the tag did not change with the answer")
	}
}

func TestCompression(t *testing.T) {
	t.Parallel()
	k := newKit(t)
	plain := k.call(http.MethodGet, "/v3/api-docs", nil, "Accept-Encoding", "identity").is(http.StatusOK)
	packed := k.call(http.MethodGet, "/v3/api-docs", nil, "Accept-Encoding", "gzip").is(http.StatusOK)
	if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body)*3 > len(plain.body) {
		t.Errorf("%s: %d bytes of %d", packed.header.Get("Content-Encoding"), len(packed.body), len(plain.body))
	}
}

func TestCORS(t *testing.T) {
	t.Parallel()
	const deck = "http://localhost:9000"
	k := newKit(t, func(d *api.Deps) {
		d.Config.CORS = api.CORS{AllowedOrigins: []string{deck}, AllowedOriginsPattern: `https://[a-z]+\.example\.com`}
	})
	allowed := func(origin string) bool {
		got := k.call(http.MethodGet, "/version", nil, "Origin", origin).is(http.StatusOK)
		echoed := got.header.Get("Access-Control-Allow-Origin")
		if echoed != "" && (echoed != origin || got.header.Get("Access-Control-Allow-Credentials") != "true") {
			t.Errorf("%s: %v", origin, got.header)
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
	preflight := k.call(http.MethodOptions, "/applications/demo/anything", nil, "Origin", deck,
		"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "x-ratelimit-app,content-type").is(http.StatusOK)
	headers := strings.ToLower(preflight.header.Get("Access-Control-Allow-Headers"))
	if !strings.Contains(headers, "x-ratelimit-app") || !strings.Contains(headers, "content-type") || !strings.Contains(preflight.header.Get("Access-Control-Allow-Methods"), "PATCH") {
		t.Errorf("preflight: %v", preflight.header)
	}
	// A page of elsewhere changes nothing, even in a request that needs no preflight.
	k.call(http.MethodPost, "/ops", list{object{"type": "wait"}}, "Origin", "https://evil.org").refused(http.StatusForbidden, "evil.org")
	k.call(http.MethodPost, "/ops", list{object{"type": "wait"}}, "Sec-Fetch-Site", "cross-site").is(http.StatusForbidden)
	k.call(http.MethodPost, "/ops", list{object{"type": "wait"}}, "Origin", deck).is(http.StatusOK)
}

func TestBadConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := api.New(api.Deps{}); err == nil {
		t.Error("an API on nothing")
	}
	for name, cors := range map[string]api.CORS{
		"path":    {AllowedOrigins: []string{"http://x/y"}},
		"word":    {AllowedOrigins: []string{"localhost"}},
		"pattern": {AllowedOriginsPattern: "("},
	} {
		k := newKit(t)
		if _, err := api.New(api.Deps{Store: k.store, Events: k.events, Executions: broken{}, Config: api.Config{CORS: cors}}); err == nil {
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
	k := newKit(t, func(d *api.Deps) { d.Metrics = count })
	for path, want := range map[string]string{
		"/applications/secret-name": "GET 404 GET /applications/{application}", "/nowhere/secret-name": "GET 404 ",
	} {
		k.get(path)
		if got := <-count; got != want {
			t.Errorf("counted %q, want %q", got, want)
		}
	}
}

func TestRequestTimeout(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) { d.Config.RequestTimeout = time.Nanosecond })
	k.get("/applications").refused(http.StatusServiceUnavailable, "too long")
}

func TestSaveThatTakesTooLong(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) {
		d.Config.TaskWait = 50 * time.Millisecond
		d.Executions = stuck{d.Executions}
	})
	k.post("/pipelines", object{"application": "demo", "name": "x"}).refused(http.StatusServiceUnavailable, "/tasks/")
}

// stuck starts tasks that never end in place of what it is asked for.
type stuck struct{ api.Executions }

func (s stuck) StartOperation(ctx context.Context, _ map[string]any, who access.Principal) (*model.Execution, error) {
	return s.Executions.StartOperation(ctx, object{"application": "demo", "job": list{object{"type": "untilTold"}}}, who)
}

func TestSaveThatFailsSaysWhy(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(d *api.Deps) { d.Executions = failing{d.Executions} })
	got := k.post("/pipelines", object{"application": "demo", "name": "x"}).refused(http.StatusBadRequest, "told to fail").object()
	if got["message"] != "told to fail" || fmt.Sprint(got["errors"]) != "[told to fail and so it did]" {
		t.Errorf("problem: %v", got)
	}
}

// failing starts tasks that fail in place of what it is asked for.
type failing struct{ api.Executions }

func (f failing) StartOperation(ctx context.Context, _ map[string]any, who access.Principal) (*model.Execution, error) {
	return f.Executions.StartOperation(ctx, object{"application": "demo", "job": list{object{"type": "untilTold", "told": "fail"}}}, who)
}
