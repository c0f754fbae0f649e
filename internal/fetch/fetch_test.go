package fetch_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/fetch"
)

func TestFetch(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/ok":
			_, _ = w.Write([]byte("hello"))
		case "/large":
			_, _ = w.Write(make([]byte, fetch.Limit+1))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	texts := fetch.Texts{Client: server.Client()}
	for path, want := range map[string]string{
		"/ok": "", "/gone": "answered 404", "/large": "holds more than",
	} {
		got, err := texts.Fetch(t.Context(), server.URL+path)
		if want == "" && (err != nil || got != "hello") {
			t.Errorf("%s: %q, %v", path, got, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}
