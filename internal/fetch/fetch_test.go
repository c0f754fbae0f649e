package fetch_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fetch"
	"github.com/gennaker/gennaker/internal/httpguard"
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
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	guard, err := httpguard.New(httpguard.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	guarded := fetch.Texts{Client: guard.Client(httpguard.ClientOptions{})}
	for _, c := range []struct {
		texts            fetch.Texts
		url, text, class string
	}{
		{texts, server.URL + "/gone", "answered 404", expression.ExceptionStatus},
		{texts, server.URL + "/large", "holds more than", ""},
		{texts, gone.URL, "refused", expression.ExceptionConnect},
		{texts, "here", "is no URL", expression.ExceptionNoURL},
		{texts, "file:///etc/passwd", "is no URL", expression.ExceptionNoURL},
		{texts, "http://%zz/", "is no URL", expression.ExceptionNoURL},
		{guarded, "http://10.0.0.1/x", "is not allowed", expression.ExceptionRefusedURL},
		{guarded, server.URL + "/ok", "is not allowed", expression.ExceptionRefusedURL},
	} {
		_, err := c.texts.Fetch(t.Context(), c.url)
		if err == nil || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v, want %q", c.url, err, c.text)
		}
		class := ""
		if f, ok := errors.AsType[*expression.Failure](err); ok {
			class = f.Class
		}
		if class != c.class {
			t.Errorf("%s fails with %q, want %q", c.url, class, c.class)
		}
	}
	if got, err := texts.Fetch(t.Context(), server.URL+"/ok"); err != nil || got != "hello" {
		t.Errorf("%q, %v", got, err)
	}
}
