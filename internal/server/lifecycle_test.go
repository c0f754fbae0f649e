package server

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
)

// bundle is a life cycle under test, and what has happened in it.
type bundle struct {
	*lifecycle
	url    string
	stop   context.CancelFunc
	result chan error

	mu     sync.Mutex
	events []string
}

func (b *bundle) note(event string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, event)
}

func (b *bundle) happened() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.events...)
}

// begin runs a life cycle with components, and waits until it is ready.
func begin(t *testing.T, prepare func(b *bundle)) *bundle {
	t.Helper()
	mux := http.NewServeMux()
	b := &bundle{result: make(chan error, 1), lifecycle: &lifecycle{
		config: config.Default().Server, health: newHealth(), log: slog.New(slog.DiscardHandler),
		handler: mux, closing: make(chan struct{}),
	}}
	b.config.Listen = "127.0.0.1:0"
	b.health.register(mux)
	address := make(chan string, 1)
	b.ready = func(a string) { address <- a }
	prepare(b)
	var ctx context.Context
	ctx, b.stop = context.WithCancel(t.Context())
	go func() { b.result <- b.run(ctx) }()
	t.Cleanup(b.stop)
	select {
	case a := <-address:
		b.url = "http://" + a
	case err := <-b.result:
		b.result <- err
	case <-time.After(time.Minute):
		require.Fail(t, "the life cycle did not begin")
	}
	return b
}

func (b *bundle) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-b.result:
		return err
	case <-time.After(time.Minute):
		require.Fail(t, "the life cycle did not end")
		return nil
	}
}

// get asks for a path and returns the status and the answer's status field.
func (b *bundle) get(t *testing.T, path string) (code int, status string) {
	t.Helper()
	code, status, err := b.fetch(t.Context(), path)
	require.NoError(t, err)
	return code, status
}

// fetch is get for other goroutines.
func (b *bundle) fetch(ctx context.Context, path string) (code int, status string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+path, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	var answer struct{ Status string }
	err = json.NewDecoder(response.Body).Decode(&answer)
	return response.StatusCode, answer.Status, err
}

func TestHealth(t *testing.T) {
	t.Parallel()
	var broken error
	b := begin(t, func(b *bundle) {
		b.health.add("db", func(context.Context) error { return broken })
	})
	for _, path := range []string{"/health", "/health/readiness", "/readyz", "/health/liveness", "/livez"} {
		code, status := b.get(t, path)
		require.Equal(t, http.StatusOK, code, path)
		require.Equal(t, "UP", status, path)
	}
	broken = errors.New("away")
	code, status := b.get(t, "/health")
	require.Equal(t, http.StatusServiceUnavailable, code)
	require.Equal(t, "DOWN", status)
	code, _ = b.get(t, "/livez")
	require.Equal(t, http.StatusOK, code, "a database that is away is no reason to start again")
}

func TestStopIsInOrder(t *testing.T) {
	t.Parallel()
	inHand := make(chan struct{})
	b := begin(t, func(b *bundle) {
		b.config.ShutdownDelay = 10 * time.Second // the component's end cuts it short
		leave := make(chan struct{})
		mux := b.handler.(*http.ServeMux)
		mux.HandleFunc("GET /slow", func(w http.ResponseWriter, _ *http.Request) {
			close(inHand)
			<-b.closing // as a live stream does
			b.note("request answered")
			_, _ = io.WriteString(w, `{"status":"done"}`)
		})
		mux.HandleFunc("GET /leave", func(w http.ResponseWriter, _ *http.Request) {
			close(leave)
			_, _ = io.WriteString(w, `{}`)
		})
		b.components = []component{
			{"engine", componentFunc(func(ctx context.Context) error {
				<-ctx.Done()
				b.note("engine stopped")
				return ctx.Err()
			})},
			{"short", componentFunc(func(context.Context) error {
				<-leave
				return errors.New("enough")
			})},
		}
	})
	answered := make(chan int, 1)
	go func() {
		code, _, _ := b.fetch(t.Context(), "/slow")
		answered <- code
	}()
	<-inHand
	b.stop()
	require.Eventually(t, func() bool {
		code, status := b.get(t, "/health")
		return code == http.StatusServiceUnavailable && status == "OUT_OF_SERVICE"
	}, time.Minute, time.Millisecond, "readiness fails first, while requests are still taken")
	code, _ := b.get(t, "/livez")
	require.Equal(t, http.StatusOK, code)
	require.Empty(t, b.happened())

	b.get(t, "/leave")
	require.ErrorContains(t, b.wait(t), "short: enough")
	require.Equal(t, http.StatusOK, <-answered)
	require.ElementsMatch(t, []string{"request answered", "engine stopped"}, b.happened())
}

func TestComponentsStopAfterTheServer(t *testing.T) {
	t.Parallel()
	began := make(chan struct{})
	b := begin(t, func(b *bundle) {
		b.handler.(*http.ServeMux).HandleFunc("GET /slow", func(w http.ResponseWriter, _ *http.Request) {
			close(began)
			<-b.closing
			b.note("request answered")
			_, _ = io.WriteString(w, `{}`)
		})
		b.components = []component{{"engine", componentFunc(func(ctx context.Context) error {
			<-ctx.Done()
			b.note("engine stopped")
			return nil
		})}}
	})
	go b.fetch(t.Context(), "/slow") // the handler notes that it is answered
	<-began
	b.stop()
	require.NoError(t, b.wait(t))
	require.Equal(t, []string{"request answered", "engine stopped"}, b.happened())
}

func TestAFailedComponentEndsTheProcess(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		returned error
		want     string
	}{
		"with an error":    {errors.New("no luck"), "engine: no luck"},
		"without an error": {nil, "engine: stopped by itself"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := begin(t, func(b *bundle) {
				b.components = []component{
					{"engine", componentFunc(func(context.Context) error { return c.returned })},
					{"other", componentFunc(func(ctx context.Context) error {
						<-ctx.Done()
						b.note("other stopped")
						return ctx.Err()
					})},
				}
			})
			require.EqualError(t, b.wait(t), c.want)
			require.Equal(t, []string{"other stopped"}, b.happened())
		})
	}
}

func TestAnAddressThatIsTaken(t *testing.T) {
	t.Parallel()
	first := begin(t, func(*bundle) {})
	second := begin(t, func(b *bundle) { b.config.Listen = first.url[len("http://"):] })
	require.ErrorContains(t, second.wait(t), "address already in use")
}
