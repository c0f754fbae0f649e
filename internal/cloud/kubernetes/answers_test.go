package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// answering answers each path with a body, or goes on for ever.
func answering(t *testing.T, bodies map[string]string) (url string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		body, endless := strings.CutSuffix(bodies[r.URL.Path], "...")
		_, err := io.WriteString(w, body)
		for endless && err == nil {
			_, err = io.WriteString(w, strings.Repeat(body[len(body)-3:], 16<<10))
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func readThrough(t *testing.T, of *answers, url string) (string, error) {
	t.Helper()
	client := &http.Client{Transport: of.bound(http.DefaultTransport)}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(t, err)
	response, err := client.Do(request)
	require.NoError(t, err)
	data, err := io.ReadAll(response.Body)
	require.NoError(t, response.Body.Close())
	return string(data), err
}

// TestBoundAnswers: a server that never stops is not read to its end, nor is what
// would take much more memory than it has bytes; logs are read piece by piece.
func TestBoundAnswers(t *testing.T) {
	t.Parallel()
	few, many := strings.Repeat(`{"a":"`+strings.Repeat("x", 100)+`"}`+"\n", 30), strings.Repeat(`{},`, 1000)
	texts := `["` + strings.Repeat("{,[", 1000) + `"]`
	url := answering(t, map[string]string{
		"/few": few, "/many": many, "/texts": texts, "/endless": `{"aaa...`, "/values": `[{},{},...`, "/x/log": few,
	})
	bytes := &answers{most: 2000}
	memory := func() *answers { return &answers{most: 1 << 30, memory: 32 << 20, room: newAnswers(32 << 20).room} }
	for path, tc := range map[string]struct {
		of   *answers
		want string // "" if it is read
	}{
		"/few":                   {bytes, "the cluster's answer is larger than 2,000 bytes"},
		"/x/log":                 {bytes, ""},
		"/many":                  {memory(), ""},
		"/texts":                 {&answers{most: 1 << 20, memory: 10_000, room: newAnswers(10_000).room}, ""},
		"/endless":               {memory(), "would take more than 32 MiB of memory"},
		"/values":                {memory(), "would take more than 32 MiB of memory"},
		"/few?watch=true":        {bytes, ""},
		"/endless?watch=true":    {newAnswers(1 << 30), "an event of the cluster's watch would take more than 64 MiB"},
		"/values?watch=true":     {newAnswers(1 << 30), "an event of the cluster's watch would take more than 64 MiB"},
		"/endless?watch=true&x":  {memory(), "would take more than 32 MiB"},
		"/endless?watch=true&xx": {newAnswers(0), "an event of the cluster's watch would take more than 64 MiB"},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			_, err := readThrough(t, tc.of, url+path)
			if tc.want == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tc.want)
			}
		})
	}
}

// TestAnswersShareRoom: what is read at the same time is bounded together, and
// given back.
func TestAnswersShareRoom(t *testing.T) {
	t.Parallel()
	of := newAnswers(24 << 20)
	body := func() *answerBody {
		return &answerBody{body: io.NopCloser(strings.NewReader(strings.Repeat("x", 5<<20))), meter: &meter{ctx: t.Context(), of: of}}
	}
	first, second := body(), body()
	_, err := io.Copy(io.Discard, first)
	require.NoError(t, err)
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(100*time.Millisecond, func() { cancel(errors.New("that took too long")) })
	third := body()
	third.ctx = ctx
	_, err = io.Copy(io.Discard, third)
	require.NoError(t, third.Close())
	require.ErrorContains(t, err, "that took too long")
	require.NoError(t, first.Close())
	_, err = io.Copy(io.Discard, second) // waits for what the first one held
	require.NoError(t, err)
	require.NoError(t, second.Close())
}

// TestEventsGiveRoomBack: a watch holds no more than its event at hand.
func TestEventsGiveRoomBack(t *testing.T) {
	t.Parallel()
	event := fmt.Sprintf("{%q:%q}\n", "}{", strings.Repeat(`\"}`, 600<<10))
	w := &events{body: io.NopCloser(strings.NewReader(strings.Repeat(event, 30))), meter: &meter{ctx: t.Context(), of: newAnswers(32 << 20), json: true}}
	n, err := io.Copy(io.Discard, w)
	require.NoError(t, err)
	require.Equal(t, int64(30*len(event)), n)
	require.Empty(t, w.held)
}

// A watch is closed while it is read: what it takes from then on is given back at once.
func TestAnswersThatAreClosedWhileTheyAreRead(t *testing.T) {
	t.Parallel()
	of := newAnswers(64 << 20)
	for range 20 {
		a := &answerBody{body: io.NopCloser(strings.NewReader(strings.Repeat("[],", 3<<20))), meter: &meter{ctx: t.Context(), of: of, json: true}}
		var read sync.WaitGroup
		read.Go(func() { _, _ = io.Copy(io.Discard, a) })
		require.NoError(t, a.Close())
		read.Wait()
	}
	require.Eventually(t, func() bool {
		release, err := of.room.Reserve(t.Context(), 64<<20)
		if err == nil {
			release()
		}
		return err == nil
	}, time.Minute, time.Millisecond, "room is lost")
}
