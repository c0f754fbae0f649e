package webui_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gennaker/gennaker/internal/webui"
)

const index = `<!doctype html><html><head><script>theme()</script><script type="module" src="./assets/app-1.js"></script></head><body></body></html>`

func files() fstest.MapFS {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	return fstest.MapFS{
		"index.html": file(index), "favicon.svg": file("<svg/>"),
		"assets/app-1.js": file("plain"), "assets/app-1.js.br": file("brotli"), "assets/app-1.js.gz": file("gzip"),
	}
}

// serve is the interface in a multiplexer, with something else at its root.
func serve(t *testing.T, build bool) http.Handler {
	t.Helper()
	var (
		ui  http.Handler
		err error
	)
	if build {
		ui, err = webui.New(files())
	} else {
		ui, err = webui.New(nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	webui.Register(mux, ui, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	return mux
}

func ask(h http.Handler, path string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The page leads the browser to its files from any depth, and below any path
// that a proxy takes away.
func TestPagesFindTheirFiles(t *testing.T) {
	t.Parallel()
	h := serve(t, true)
	for _, path := range []string{
		"/ui/", "/ui/applications", "/ui/applications/hello", "/ui/applications/hello/executions/1", "/ui/projects/",
		"/ui/applications/a%2Fb/tasks", "/ui/applications/%E5%95%86%E5%BA%97/x%20y", "/ui/index.html",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			res := ask(h, path)
			body := text(t, res)
			if res.StatusCode != http.StatusOK {
				t.Fatalf("status %d", res.StatusCode)
			}
			_, after, _ := strings.Cut(body, `<base href="`)
			base, _, _ := strings.Cut(after, `"`)
			for _, proxy := range []string{"", "/tools/gennaker"} {
				at, err := url.Parse("http://host" + proxy + path)
				if err != nil {
					t.Fatal(err)
				}
				root := at.ResolveReference(&url.URL{Path: base})
				script := root.ResolveReference(&url.URL{Path: "./assets/app-1.js"})
				if want := proxy + "/ui/assets/app-1.js"; script.Path != want {
					t.Errorf("below %q the script is looked for at %q, not %q", proxy, script.Path, want)
				}
			}
			if strings.Index(body, "<base") > strings.Index(body, "<script") {
				t.Error("the base comes after what needs it")
			}
			if got := res.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("the page is cached: %q", got)
			}
			policy := res.Header.Get("Content-Security-Policy")
			// The SHA-256 of theme().
			if !strings.Contains(policy, "script-src 'self' 'sha256-") || strings.Contains(policy, "script-src 'self' 'unsafe") {
				t.Errorf("the policy is %q", policy)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	t.Parallel()
	h := serve(t, true)
	for name, tc := range map[string]struct {
		path, accept           string
		status                 int
		body, encoding, caches string
	}{
		"best compression":    {"/ui/assets/app-1.js", "gzip, deflate, br", 200, "brotli", "br", "public, max-age=31536000, immutable"},
		"what is accepted":    {"/ui/assets/app-1.js", "gzip", 200, "gzip", "gzip", "public, max-age=31536000, immutable"},
		"what is refused":     {"/ui/assets/app-1.js", "br;q=0, gzip;q=0.0", 200, "plain", "", "public, max-age=31536000, immutable"},
		"none accepted":       {"/ui/assets/app-1.js", "", 200, "plain", "", "public, max-age=31536000, immutable"},
		"no compressed form":  {"/ui/favicon.svg", "br", 200, "<svg/>", "", "no-cache"},
		"of another version":  {"/ui/assets/app-0.js", "br", 404, "", "", "no-store"},
		"nothing above files": {"/ui/assets/%2e%2e/%2e%2e/x", "", 200, "", "", "no-store"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			res := ask(h, tc.path, "Accept-Encoding", tc.accept)
			body := text(t, res)
			if name == "nothing above files" {
				if strings.Contains(body, "plain") || res.StatusCode >= 500 {
					t.Fatalf("got %d: %s", res.StatusCode, body)
				}
				return
			}
			if res.StatusCode != tc.status || res.Header.Get("Content-Encoding") != tc.encoding || res.Header.Get("Cache-Control") != tc.caches {
				t.Fatalf("got %d, %v", res.StatusCode, res.Header)
			}
			if tc.body != "" && body != tc.body {
				t.Errorf("got %q", body)
			}
		})
	}
}

func TestTheRoot(t *testing.T) {
	t.Parallel()
	h := serve(t, true)
	for _, path := range []string{"/", "/ui"} {
		res := ask(h, path, "Accept", "text/html,application/xhtml+xml")
		if res.StatusCode != http.StatusFound || res.Header.Get("Location") != "ui/" {
			t.Errorf("a browser at %s got %d to %q", path, res.StatusCode, res.Header.Get("Location"))
		}
	}
	if res := ask(h, "/", "Accept", "*/*"); res.StatusCode != http.StatusTeapot {
		t.Errorf("a script at the root got %d", res.StatusCode)
	}
}

func TestAProgramWithoutTheInterfaceSaysSo(t *testing.T) {
	t.Parallel()
	res := ask(serve(t, false), "/ui/applications")
	if body := text(t, res); res.StatusCode != http.StatusNotFound || !strings.Contains(body, "make build") {
		t.Errorf("got %d: %s", res.StatusCode, body)
	}
}

func TestBrokenBuilds(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fstest.MapFS{
		"no page": {}, "no head": {"index.html": {Data: []byte("<p>")}},
	} {
		if _, err := webui.New(files); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
