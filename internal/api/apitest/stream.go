package apitest

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// Message is one server-sent event; a comment has no name.
type Message struct{ Name, ID, Data string }

// Object is the event's data.
func (m Message) Object(t testing.TB) Object {
	t.Helper()
	var out Object
	if err := model.Unmarshal([]byte(m.Data), &out); err != nil {
		t.Fatalf("%v: %s", err, m.Data)
	}
	return out
}

// Stream opens a live stream; its channel is closed when the stream ends.
func (k *Kit) Stream(ctx context.Context, path string, headers ...string) <-chan Message {
	k.T.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.Server.URL+path, http.NoBody)
	if err != nil {
		k.T.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := k.Server.Client().Do(req) //nolint:bodyclose // what reads it closes it
	if err != nil {
		k.T.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/event-stream" {
		k.T.Fatalf("GET %s: %s %v", path, resp.Status, resp.Header)
	}
	if !resp.Uncompressed {
		k.T.Fatalf("GET %s: what it sends isn't compressed", path)
	}
	out := make(chan Message, 100)
	go func() {
		defer close(out)
		defer func() { _ = resp.Body.Close() }()
		scanner := bufio.NewScanner(resp.Body)
		scanner.Buffer(nil, 1<<20)
		var m Message
		for scanner.Scan() {
			name, value, _ := strings.Cut(scanner.Text(), ":")
			value = strings.TrimPrefix(value, " ")
			switch name {
			case "event":
				m.Name = value
			case "id":
				m.ID = value
			case "data":
				m.Data = value
			case "":
				if scanner.Text() != "" {
					m.Data = value // a comment
				} else if m != (Message{}) {
					out <- m
					m = Message{}
				}
			}
		}
	}()
	return out
}

// Next waits for an event that is as wanted.
func Next(t testing.TB, stream <-chan Message, what string, want func(Message) bool) Message {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case m, open := <-stream:
			if !open {
				t.Fatalf("the stream ended before %s", what)
			}
			if want(m) {
				return m
			}
		case <-deadline:
			t.Fatalf("no %s in time", what)
		}
	}
}

// EventNamed wants an event of that name.
func EventNamed(name string) func(Message) bool {
	return func(m Message) bool { return m.Name == name }
}
