package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

// receiver answers requests, with a status each, and writes down their keys.
type receiver struct {
	url      string
	mu       sync.Mutex
	statuses []int
	keys     []string
}

func newReceiver(t *testing.T, statuses ...int) *receiver {
	t.Helper()
	r := &receiver{statuses: statuses}
	r.url = serve(t, func(w http.ResponseWriter, request *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.keys = append(r.keys, request.Header.Get("Idempotency-Key"))
		if n := len(r.keys); n <= len(r.statuses) {
			w.WriteHeader(r.statuses[n-1])
		}
	})
	return r
}

func (r *receiver) received() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.keys...)
}

func TestAWebhookIsNotedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	for method, noted := range map[string]bool{
		"GET": false, "HEAD": false, "OPTIONS": false, "POST": true, "PUT": true, "PATCH": true, "DELETE": true,
	} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t)
			in := input(map[string]any{"url": r.url, "method": method})
			task := service(t, nil).Type().Tasks[webhook.CreateClass]
			result, err := task.Run(t.Context(), in)
			if err != nil || result.Noted != noted || (len(r.received()) == 0) != noted {
				t.Fatalf("%v, %v, after %d requests", result, err, len(r.received()))
			}
			if !noted {
				if result.State != nil || r.received()[0] != "" {
					t.Errorf("a request that changes nothing has state %v and key %q", result.State, r.received()[0])
				}
				return
			}
			in.State, in.Noted = result.State, true
			result, err = task.Run(t.Context(), in)
			if err != nil || result.Status != model.Succeeded || len(r.received()) != 1 || r.received()[0] != "E-s-1000000-1" {
				t.Errorf("%v, %v, requests with the keys %q", result, err, r.received())
			}
			if result.State == nil || !result.State.Empty() {
				t.Errorf("it still remembers %v", result.State)
			}
			if out := model.Object(result.Context, "webhook"); out["repeated"] != nil {
				t.Errorf("it says that it was repeated: %v", out)
			}
		})
	}
}

// TestAnInterruptedWebhook: the process ends after the request was noted, and nobody
// knows whether it has left.
func TestAnInterruptedWebhook(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		onInterruption any
		times          int
		fails          bool
	}{
		"by default":        {nil, 1, false},
		"repeat":            {"repeat", 1, false},
		"several times":     {"repeat", 3, false},
		"fail":              {"fail", 1, true},
		"fail, in capitals": {"FAIL", 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t)
			fields := map[string]any{"url": r.url}
			if tc.onInterruption != nil {
				fields["onInterruption"] = tc.onInterruption
			}
			in := input(fields)
			task := service(t, nil).Type().Tasks[webhook.CreateClass]
			result, err := task.Run(t.Context(), in)
			for range tc.times {
				if err != nil || !result.Noted {
					t.Fatalf("%v, %v", result, err)
				}
				in.State, in.Noted = result.State, false
				result, err = task.Run(t.Context(), in)
			}
			if tc.fails {
				if err == nil || stage.IsRetryable(err) || !strings.Contains(err.Error(), "Idempotency-Key: E-s-1000000-1") || len(r.received()) != 0 {
					t.Errorf("%v, after %d requests", err, len(r.received()))
				}
				if out := model.Object(result.Context, "webhook"); out["idempotencyKey"] != "E-s-1000000-1" {
					t.Errorf("the context has %v", out)
				}
				return
			}
			if err != nil || !result.Noted || len(r.received()) != 0 {
				t.Fatalf("%v, %v: that it is repeated must be noted too", result, err)
			}
			in.State, in.Noted = result.State, true
			result, err = task.Run(t.Context(), in)
			out := model.Object(result.Context, "webhook")
			if n, _ := model.Int(out, "repeated"); err != nil || result.Status != model.Succeeded || int(n) != tc.times || out["idempotencyKey"] != "E-s-1000000-1" {
				t.Errorf("%v, %v", out, err)
			}
			if keys := r.received(); len(keys) != 1 || keys[0] != "E-s-1000000-1" {
				t.Errorf("requests with the keys %q", keys)
			}
		})
	}
}

func TestEachAttemptHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, 503, 429)
	s := service(t, nil)
	in := input(map[string]any{"url": r.url})
	var result stage.Result
	for range 3 {
		var err error
		if result, err = runTask(t.Context(), s, webhook.CreateClass, in); err != nil {
			t.Fatal(err)
		}
		in.State, in.Noted = result.State, false
	}
	if got := strings.Join(r.received(), " "); result.Status != model.Succeeded || got != "E-s-1000000-1 E-s-1000000-2 E-s-1000000-3" {
		t.Errorf("%s, requests with the keys %s", result.Status, got)
	}
	in.State = nil
	in.Stage.StartTime++ // it was restarted
	if _, err := runTask(t.Context(), s, webhook.CreateClass, in); err != nil || r.received()[3] != "E-s-1000001-1" {
		t.Errorf("%v, %q", err, r.received())
	}
}

// TestAnAttemptWithoutAnswerKeepsItsKey: the request may have arrived.
func TestAnAttemptWithoutAnswerKeepsItsKey(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var keys []string
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		mu.Unlock()
		<-r.Context().Done()
	})
	s := service(t, config(func(c *webhook.Config) {
		c.ReadTimeoutMs, c.AllowedRequestsEnabled = 30, true
		c.AllowedRequests = []webhook.AllowedRequest{{HTTPMethods: []string{"POST"}, URLPrefix: silent, SafeToRetry: true}}
	}))
	in := input(map[string]any{"url": silent})
	for range 2 {
		result, err := runTask(t.Context(), s, webhook.CreateClass, in)
		if err != nil || result.Status != model.Running {
			t.Fatalf("%v, %v", result, err)
		}
		in.State, in.Noted = result.State, false
	}
	mu.Lock()
	defer mu.Unlock()
	if len(keys) != 2 || keys[0] != keys[1] {
		t.Errorf("requests with the keys %q", keys)
	}
}

func TestTheStagesOwnKeyIsSent(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	if _, _ = run(t, service(t, nil), webhook.CreateClass, map[string]any{
		"url": r.url, "customHeaders": map[string]any{"idempotency-key": "mine"},
	}); r.received()[0] != "mine" {
		t.Errorf("requests with the keys %q", r.received())
	}
}

// TestRequestsThatAreNotSent end the stage at once, as in Orca.
func TestRequestsThatAreNotSent(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	listed := config(func(c *webhook.Config) {
		c.AllowedRequestsEnabled = true
		c.AllowedRequests = []webhook.AllowedRequest{{HTTPMethods: []string{"POST"}, URLPrefix: r.url}}
	})
	for name, tc := range map[string]struct {
		change  func(*webhook.Options)
		context map[string]any
		message string
	}{
		"a host that does not resolve":       {nil, map[string]any{"url": "http://nowhere.example.com/x"}, "URI not valid: http://nowhere.example.com/x: resolve the host nowhere.example.com"},
		"a host that does not resolve, GET":  {nil, map[string]any{"url": "http://nowhere.example.com/x", "method": "GET"}, "URI not valid: http://nowhere.example.com/x"},
		"a URL that is not allowed":          {nil, map[string]any{"url": "http://169.254.169.254/latest"}, "the host 169.254.169.254 is not allowed: "},
		"no URL":                             {nil, map[string]any{}, "the URL is not allowed: it is not absolute"},
		"a request that the list lacks":      {listed, map[string]any{"url": r.url, "method": "PUT"}, "http method 'PUT', uri: '" + r.url + "' not allowed"},
		"an account when there are none":     {config(func(c *webhook.Config) { c.ValidateAccount = true }), map[string]any{"url": r.url, "account": "a"}, `use the account "a"`},
		"an unknown choice for interruption": {nil, map[string]any{"url": r.url, "onInterruption": "what"}, "must be repeat or fail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := input(tc.context)
			result, err := runTask(t.Context(), service(t, tc.change), webhook.CreateClass, in)
			var failure *stage.Error
			if !errors.As(err, &failure) || failure.Retry || failure.Type != "IllegalArgumentException" || !strings.HasPrefix(err.Error(), tc.message) && !strings.Contains(err.Error(), tc.message) {
				t.Errorf("%v, %v", result, err)
			}
			if len(r.received()) != 0 {
				t.Errorf("%d requests", len(r.received()))
			}
		})
	}
}

// dripping answers a byte at a time, without end.
func dripping(t *testing.T) (url string, began <-chan struct{}) {
	t.Helper()
	first := make(chan struct{}, 100)
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		for {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			select {
			case first <- struct{}{}:
			default:
			}
			select {
			case <-r.Context().Done():
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}), first
}

// TestAnAnswerThatDripsHasADeadline: each byte comes in time, and the whole doesn't.
func TestAnAnswerThatDripsHasADeadline(t *testing.T) {
	t.Parallel()
	url, _ := dripping(t)
	s := service(t, func(o *webhook.Options) { o.LongestRequest = 100 * time.Millisecond })
	for method, want := range map[string]model.Status{"POST": model.Terminal, "GET": model.Running} {
		status, out := run(t, s, webhook.CreateClass, map[string]any{"url": url, "method": method})
		if status != want {
			t.Errorf("%s: %s %v", method, status, out)
		}
	}
	if status, out := run(t, s, webhook.MonitorClass, map[string]any{"statusEndpoint": url}); status != model.Running {
		t.Errorf("monitor: %s %v", status, out)
	}
}

// TestARequestEndsWithItsContext, whether it waits for an answer or reads one.
func TestARequestEndsWithItsContext(t *testing.T) {
	t.Parallel()
	drips, began := dripping(t)
	arrived := make(chan struct{}, 100)
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	for name, target := range map[string]struct {
		url   string
		began <-chan struct{}
	}{"dripping": {drips, began}, "silent": {silent, arrived}} {
		for _, class := range []string{webhook.CreateClass, webhook.MonitorClass} {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				_, err := runTask(ctx, service(t, nil), class, input(map[string]any{"url": target.url, "statusEndpoint": target.url}))
				ended <- err
			}()
			<-target.began
			cancel()
			if err := <-ended; !stage.IsRetryable(err) || !errors.Is(err, context.Canceled) {
				t.Errorf("%s, %s: got %v", name, class, err)
			}
		}
	}
}
