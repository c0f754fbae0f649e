package server_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/gennaker/gennaker/internal/model"
)

// endpoint is a row of the tables of docs/gate-api.md.
type endpoint struct {
	method, path string
	clients      string // "spin", "Deck", both or none
	state        string // "works", "off", "planned"; "beside" of the last table
	status       int
	shape        string // as the row has it: "", "text", "list of Pipeline", "`[]`"
}

func (e endpoint) String() string { return e.method + " " + e.path }

// key is the endpoint whatever its parameters are called.
func (e endpoint) key() string { return e.method + " " + anyParameter.ReplaceAllString(e.path, "{}") }

var (
	anyParameter = regexp.MustCompile(`\{\w+\}`)
	gateRow      = regexp.MustCompile("^\\| ([A-Z]+) \\| `(/[^`]*)` \\| ((?:spin, Deck|spin|Deck)?) ?\\| (works|off|planned) \\| (\\d{3})(?: ([^|]+))? \\|$")
	ownRow       = regexp.MustCompile("^\\| ([A-Z]+) \\| `(/[^`]*)` \\| [^|]+ \\|$")
)

// documented reads the tables; a row that can't be read is an error.
func documented(t *testing.T) []endpoint {
	t.Helper()
	text, err := os.ReadFile("../../docs/gate-api.md")
	if err != nil {
		t.Fatal(err)
	}
	var out []endpoint
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if m := gateRow.FindStringSubmatch(line); m != nil {
			status, _ := strconv.Atoi(m[5])
			out = append(out, endpoint{m[1], m[2], m[3], m[4], status, m[6]})
		} else if m := ownRow.FindStringSubmatch(line); m != nil {
			out = append(out, endpoint{method: m[1], path: m[2], state: "beside"})
		} else if strings.Contains(line, "| `/") {
			t.Errorf("docs/gate-api.md has a row that can't be read: %s", line)
		}
	}
	return out
}

// TestGateEndpoints walks docs/gate-api.md on a whole server: each endpoint
// answers what its row says, and each that is served has a row.
func TestGateEndpoints(t *testing.T) {
	t.Parallel()
	rows := documented(t)
	known, counts := map[string]endpoint{}, map[string]int{}
	for _, e := range rows {
		if other, twice := known[e.key()]; twice {
			t.Errorf("%s is in the table twice: %s", e, other)
		}
		known[e.key()] = e
		counts[e.state]++
	}
	if total := len(rows) - counts["beside"]; total < 290 || counts["works"] < 100 {
		t.Errorf("the table has %d of Gate's endpoints: %v", total, counts)
	}

	f := prepare(t)
	document := f.object(http.MethodGet, "/v3/api-docs", nil)
	schemas := jsonschema.NewCompiler()
	if err := schemas.AddResource("openapi.json", document); err != nil {
		t.Fatal(err)
	}
	served := map[string]map[string]any{}
	for path, item := range model.Object(document, "paths") {
		for verb, operation := range item.(map[string]any) {
			e := endpoint{method: strings.ToUpper(verb), path: path}
			served[e.key()] = map[string]any{"path": path, "operation": operation}
			if _, ok := known[e.key()]; !ok {
				t.Errorf("%s is served, and has no row in docs/gate-api.md", e)
			}
		}
	}
	for _, e := range rows {
		_, described := served[e.key()]
		switch {
		case e.state == "planned" && e.clients != "":
			t.Errorf("%s is asked for by %s, and has no answer of its own", e, e.clients)
		case e.state == "planned" && described:
			t.Errorf("%s is said to be planned, and is served", e)
		case !described && (e.state == "works" || e.state == "beside" || (e.state == "off" && e.clients != "")):
			t.Errorf("%s is not in the OpenAPI document", e)
		}
	}
	for name := range requests {
		if !usedBy(rows, name) {
			t.Errorf("there is a request for %s, which is no endpoint that works", name)
		}
	}
	w := walker{fixtures: f, schemas: schemas, served: served}
	for _, e := range rows {
		if e.state != "beside" {
			t.Run(strings.ReplaceAll(e.String(), "/", "_"), func(t *testing.T) { w.check(t, e) })
		}
	}
	// What finds nothing answers in the same shape, or with an error.
	for name := range cloudRequests() {
		for _, e := range rows {
			if e.String() == name {
				t.Run("nothing at "+strings.ReplaceAll(name, "/", "_"), func(t *testing.T) { w.checkNothing(t, e) })
			}
		}
	}
}

type walker struct {
	fixtures *fixtures
	schemas  *jsonschema.Compiler
	served   map[string]map[string]any
	// empty says that empty lists are right.
	empty bool
}

// checkNothing asks an endpoint about an application and objects that are not
// there.
func (w walker) checkNothing(t *testing.T, e endpoint) {
	t.Helper()
	f := *w.fixtures
	i := *f.instance
	i.t = t
	f.instance, w.empty = &i, true
	status, header, body := f.send(t, e, ask{query: "applications=nobody&cloudProvider=&provider=kubernetes", at: map[string]string{
		"application": "nobody", "applicationName": "nobody", "clusterName": "nothing", "region": "nowhere", "location": "nowhere", "scope": "nowhere",
		"cloudProvider": "kubernetes", "target": "newest", "serverGroupName": "replicaSet%20no", "instanceId": "pod%20no", "name": "job%20no", "id": "no",
	}})
	if status >= http.StatusBadRequest {
		w.isError(t, header, body)
		if status != http.StatusNotFound {
			t.Errorf("status %d: %s", status, body)
		}
		return
	}
	w.isOfShape(t, e, header, body)
}

func usedBy(rows []endpoint, name string) bool {
	for _, e := range rows {
		if e.String() == name && e.state == "works" {
			return true
		}
	}
	return false
}

// check makes the endpoint's request and holds the answer against its row.
func (w walker) check(t *testing.T, e endpoint) {
	t.Helper()
	f := *w.fixtures
	i := *f.instance
	i.t = t
	f.instance = &i
	var a ask
	if e.state == "works" {
		prepare, ok := requests[e.String()]
		if !ok {
			t.Fatal("the test has no request for this endpoint")
		}
		a = prepare(&f)
	}
	status, header, body := f.send(t, e, a)
	if status != e.status {
		t.Fatalf("status %d, want %d: %s", status, e.status, body)
	}
	for _, name := range []string{"X-SPINNAKER-REQUEST-ID", "X-Content-Type-Options", "X-Frame-Options"} {
		if header.Get(name) == "" {
			t.Errorf("no header %s", name)
		}
	}
	literal, exact := strings.CutPrefix(e.shape, "`")
	switch {
	case status >= http.StatusBadRequest:
		w.isError(t, header, body)
	case exact:
		if got := string(body); got != strings.TrimSuffix(literal, "`") {
			t.Errorf("answer %s, want %s", got, e.shape)
		}
	case status == http.StatusFound:
		if header.Get("Location") == "" {
			t.Error("a redirect to nowhere")
		}
	case e.shape == "":
		if len(body) > 0 {
			t.Errorf("answer %s, want none", body)
		}
	case e.shape == "text":
		if len(body) == 0 || strings.HasPrefix(header.Get("Content-Type"), "application/json") {
			t.Errorf("answer %q of type %q", body, header.Get("Content-Type"))
		}
	default:
		w.isOfShape(t, e, header, body)
	}
}

// isError checks for an error in Spring's shape.
func (w walker) isError(t *testing.T, header http.Header, body []byte) {
	t.Helper()
	w.matches(t, "openapi.json#/components/schemas/Error", header, body)
}

// isOfShape checks the answer against the schema that the document has for it,
// and that schema against the shape that the row names.
func (w walker) isOfShape(t *testing.T, e endpoint, header http.Header, body []byte) {
	t.Helper()
	place := w.served[e.key()]
	responses := model.Object(model.Object(place, "operation"), "responses")
	schema := model.Object(model.Object(model.Object(model.Object(responses, strconv.Itoa(e.status)), "content"), "application/json"), "schema")
	if schema == nil {
		t.Fatalf("the OpenAPI document has no answer of status %d", e.status)
	}
	if got := shapeOf(schema); got != e.shape {
		t.Errorf("the OpenAPI document says %q, the row %q", got, e.shape)
	}
	escaped := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(model.String(place, "path"))
	w.matches(t, "openapi.json#/paths/"+escaped+"/"+strings.ToLower(e.method)+"/responses/"+strconv.Itoa(e.status)+
		"/content/application~1json/schema", header, body)
}

func shapeOf(schema map[string]any) string {
	name := func(s map[string]any) string {
		ref := model.String(s, "$ref")
		return ref[strings.LastIndex(ref, "/")+1:]
	}
	switch {
	case name(schema) != "":
		return name(schema)
	case schema["type"] != "array":
		return model.String(schema, "type")
	case name(model.Object(schema, "items")) != "":
		return "list of " + name(model.Object(schema, "items"))
	}
	return "list"
}

func (w walker) matches(t *testing.T, schema string, header http.Header, body []byte) {
	t.Helper()
	if kind := header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		t.Errorf("content type %q", kind)
	}
	compiled, err := w.schemas.Compile(schema)
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if err := compiled.Validate(value); err != nil {
		t.Errorf("%v: %s", err, body)
	}
	if list, ok := value.([]any); ok && len(list) == 0 && !w.empty && strings.HasPrefix(schema, "openapi.json#/paths") {
		t.Error("the list is empty, which shows nothing; prepare something to list")
	}
}

// ask is what a request has beside its method and path.
type ask struct {
	at    map[string]string // what stands for the path's parameters
	query string
	body  any
}

// send makes a request. Parameters that nothing stands for are "x"; a body that
// isn't given is an empty object where the method has one.
func (f *fixtures) send(t *testing.T, e endpoint, a ask) (int, http.Header, []byte) {
	t.Helper()
	at := maps.Clone(f.at)
	maps.Copy(at, a.at)
	path := anyParameter.ReplaceAllStringFunc(e.path, func(name string) string {
		if value, ok := at[strings.Trim(name, "{}")]; ok && e.state == "works" {
			return value
		}
		return "x"
	})
	if a.query != "" {
		path += "?" + a.query
	}
	if a.body == nil {
		a.body = map[string]any{}
	}
	var body io.Reader
	if e.method != http.MethodGet && e.method != http.MethodDelete {
		text, err := model.Marshal(a.body)
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(t.Context(), e.method, f.base+path, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, text
}
