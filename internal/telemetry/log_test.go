package telemetry

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLogEntriesCarryTheRequest(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	log, err := NewLogger(&out, "info", "json")
	require.NoError(t, err)
	handler := RequestIDs(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		log.With("part", "test").WithGroup("g").InfoContext(r.Context(), "hello", "key", "value")
		log.DebugContext(r.Context(), "not this")
	}))
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	request.Header.Set(RequestIDHeader, "my-id")
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	require.Equal(t, "my-id", answer.Header().Get(RequestIDHeader))

	var entry map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &entry))
	require.Equal(t, "hello", entry["msg"])
	require.Equal(t, "test", entry["part"])
	require.Equal(t, map[string]any{"key": "value", "requestId": "my-id"}, entry["g"])
}

func TestRequestIDsAreFitForLogs(t *testing.T) {
	t.Parallel()
	for _, given := range []string{"", "two words", "line\nbreak", "umläut", string(bytes.Repeat([]byte("x"), 129))} {
		var seen string
		handler := RequestIDs(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { seen = RequestID(r.Context()) }))
		request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		request.Header[RequestIDHeader] = []string{given}
		handler.ServeHTTP(httptest.NewRecorder(), request)
		require.NotEqual(t, given, seen)
		require.Len(t, seen, 26)
	}
}

func TestNewLoggerRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{{"loud", "text"}, {"info", "xml"}} {
		_, err := NewLogger(&bytes.Buffer{}, c[0], c[1])
		require.Error(t, err)
	}
	log, err := NewLogger(&bytes.Buffer{}, "warn", "text")
	require.NoError(t, err)
	require.False(t, log.Enabled(t.Context(), slog.LevelInfo))
}
