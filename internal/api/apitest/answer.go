package apitest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

// Answer is what came back.
type Answer struct {
	t testing.TB
	// What was asked.
	What   string
	Status int
	Header http.Header
	Body   []byte
}

// Call sends a request; body may be nil, text, or anything that becomes JSON.
func (k *Kit) Call(method, path string, body any, headers ...string) *Answer {
	k.T.Helper()
	return k.CallContext(k.T.Context(), method, path, body, headers...)
}

// CallContext is Call with a context.
func (k *Kit) CallContext(ctx context.Context, method, path string, body any, headers ...string) *Answer {
	k.T.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		data, err := model.Marshal(b)
		if err != nil {
			k.T.Fatal(err)
		}
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, k.Server.URL+path, reader)
	if err != nil {
		k.T.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	maps.Copy(req.Header, k.Header)
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		k.T.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		k.T.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	return &Answer{t: k.T, What: method + " " + path, Status: resp.StatusCode, Header: resp.Header, Body: data}
}

// Get sends a GET request.
func (k *Kit) Get(path string) *Answer { k.T.Helper(); return k.Call(http.MethodGet, path, nil) }

// Post sends a POST request.
func (k *Kit) Post(path string, body any) *Answer {
	k.T.Helper()
	return k.Call(http.MethodPost, path, body)
}

// Put sends a PUT request.
func (k *Kit) Put(path string, body any) *Answer {
	k.T.Helper()
	return k.Call(http.MethodPut, path, body)
}

// Delete sends a DELETE request.
func (k *Kit) Delete(path string) *Answer { k.T.Helper(); return k.Call(http.MethodDelete, path, nil) }

// Is checks the status.
func (a *Answer) Is(status int) *Answer {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: status %d, want %d: %s", a.What, a.Status, status, a.Body)
	}
	return a
}

// Empty checks that there is no body.
func (a *Answer) Empty() {
	a.t.Helper()
	if len(a.Body) != 0 {
		a.t.Fatalf("%s: body %q, want none", a.What, a.Body)
	}
}

// Decode reads the body as JSON.
func (a *Answer) Decode(into any) {
	a.t.Helper()
	if kind := a.Header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
		a.t.Fatalf("%s: content type %q", a.What, kind)
	}
	if err := model.Unmarshal(a.Body, into); err != nil {
		a.t.Fatalf("%s: %v: %s", a.What, err, a.Body)
	}
}

// Object is the body as an object.
func (a *Answer) Object() Object {
	a.t.Helper()
	var out Object
	a.Decode(&out)
	return out
}

// List is the body as a list of objects.
func (a *Answer) List() []Object {
	a.t.Helper()
	var out []Object
	a.Decode(&out)
	return out
}

// Text is a field of the answer's object.
func (a *Answer) Text(field string) string {
	a.t.Helper()
	return fmt.Sprint(a.Object()[field])
}

// Refused checks for an error in Spring's shape whose message has a part.
func (a *Answer) Refused(status int, part string) *Answer {
	a.t.Helper()
	a.Is(status)
	problem := a.Object()
	for _, field := range []string{"timestamp", "status", "error", "message", "path"} {
		if _, ok := problem[field]; !ok {
			a.t.Errorf("%s: the error lacks %s: %s", a.What, field, a.Body)
		}
	}
	if !strings.Contains(string(a.Body), part) {
		a.t.Errorf("%s: the error does not say %q: %s", a.What, part, a.Body)
	}
	return a
}

// Names lists a field of each object.
func Names(all []Object, field string) []string {
	out := make([]string, 0, len(all))
	for _, o := range all {
		out = append(out, fmt.Sprint(o[field]))
	}
	return out
}
