package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// TestBombsAsBodies sends small texts that would become large values to every
// endpoint that reads a body: each is refused at little cost, and the answer is
// short.
func TestBombsAsBodies(t *testing.T) { //nolint:paralleltest // it measures what the process allocates
	k := apitest.New(t)
	var document struct {
		Paths map[string]map[string]struct {
			RequestBody json.RawMessage `json:"requestBody"`
		} `json:"paths"`
	}
	k.Get("/v3/api-docs").Is(http.StatusOK).Decode(&document)
	bodies := map[string]map[string]string{
		"application/x-yaml": {
			"a text of 100 kB, 30,000 times": limittest.AliasedScalar(100_000, 30_000),
			"a billion laughs":               limittest.Laughs(9),
			"a map in itself":                "a: &a {b: {c: *a}}\n",
		},
		"application/json": {"objects in objects": limittest.JSONBombs()["objects in objects"]},
	}
	asked := 0
	for path, operations := range document.Paths {
		path = strings.NewReplacer("{", "", "}", "").Replace(path)
		for method, operation := range operations {
			if operation.RequestBody == nil || strings.Contains(path, "evaluateExpression") {
				continue // an expression is a text whatever it is made of
			}
			for kind, texts := range bodies {
				for name, text := range texts {
					asked++
					what := fmt.Sprintf("%s %s with %s", method, path, name)
					limittest.Bounded(t, len(text), 500, func() {
						got := k.Call(strings.ToUpper(method), path, text, "Content-Type", kind)
						require.GreaterOrEqual(t, got.Status, 400, what)
						require.Less(t, got.Status, 500, what)
						require.Less(t, len(got.Body), 2000, what)
					})
				}
			}
		}
	}
	require.Greater(t, asked, 100)
}

// TestManyValues: what is small in a text and large in memory is refused.
func TestManyValues(t *testing.T) { //nolint:paralleltest // it measures what the process allocates
	k := apitest.New(t)
	for name, text := range limittest.JSONBombs() {
		limittest.Bounded(t, len(text), 20, func() {
			k.Call(http.MethodPost, "/pipelines/start", `{"stages":`+text+`}`).Is(http.StatusBadRequest)
		})
		_ = name
	}
}

// TestLongNames: no answer repeats a name of megabytes, and looking for what was
// meant takes no time.
func TestLongNames(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Application("app")
	many := make([]any, 1000)
	for i := range many {
		many[i] = object{"type": strings.Repeat("x", 9000), "refId": fmt.Sprint(i), "name": strings.Repeat("n", 9000)}
	}
	long := strings.Repeat("y", 9<<20)
	for name, stages := range map[string][]any{
		"one of 9 MB":    {object{"type": long}},
		"1,000 of 9 kB":  many,
		"a refId":        {object{"type": "wait", "refId": long}, object{"type": "wait", "refId": long}},
		"a requirement":  {object{"type": "wait", "refId": "1", "requisiteStageRefIds": []any{long}}},
		"the stage name": {object{"name": long}},
	} {
		for _, path := range []string{"/pipelines/start", "/pipelines/validate", "/pipelines"} {
			got := k.Post(path, object{"application": "app", "name": "pipe", "stages": stages})
			require.Less(t, got.Status, 500, "%s: %s", path, name)
			require.Less(t, len(got.Body), 1<<20, "%s: %s", path, name)
			for _, values := range got.Header {
				for _, value := range values {
					require.Less(t, len(value), 4000, "%s: %s", path, name)
				}
			}
		}
	}
	for _, field := range []string{"account", "application", "name"} {
		got := k.Post("/manifests/plan", object{field: long})
		require.Less(t, len(got.Body), 20_000, field)
	}
	got := k.Call(http.MethodPost, "/pipelines/start", "{}", "Content-Type", "text/"+strings.Repeat("z", 100_000))
	require.Less(t, len(got.Body), 2_000)
}

// TestMemoryOfRequests: large requests wait for the memory that others hold, and
// are asked to come back; small ones go on.
func TestMemoryOfRequests(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) {
		d.Config.Memory, d.Config.MemoryWait, d.Config.BodyLimit = 12<<20, 5*time.Second, 50<<20
	})
	large := `{"application":"app","text":"` + strings.Repeat("x", 4<<20) + `"}`
	reader, writer := io.Pipe()
	answered := make(chan int, 1)
	go func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, k.Server.URL+"/pipelines/start", reader)
		if err == nil {
			var response *http.Response
			if response, err = http.DefaultClient.Do(request); err == nil {
				_ = response.Body.Close()
				answered <- response.StatusCode
				return
			}
		}
		t.Error(err)
		answered <- 0
	}()
	_, err := io.WriteString(writer, large[:3<<20]) // without a length it pays for the largest there may be
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		got := k.Call(http.MethodPost, "/pipelines/start", large)
		return got.Status == http.StatusServiceUnavailable && got.Header.Get("Retry-After") != ""
	}, 2*time.Minute, time.Millisecond)
	k.Get("/applications").Is(http.StatusOK)
	k.Post("/pipelines/start", object{"application": "app"}).Is(http.StatusOK)
	_, err = io.WriteString(writer, large[3<<20:])
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.Less(t, <-answered, 500)
	require.NotEqual(t, http.StatusServiceUnavailable, k.Call(http.MethodPost, "/pipelines/start", large).Status, "the memory is free again")
}
