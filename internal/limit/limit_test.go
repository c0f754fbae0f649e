package limit

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit/limittest"
)

// TestJSONBombs: what would become too large is refused without being built.
func TestJSONBombs(t *testing.T) { //nolint:paralleltest // it measures what the process allocates
	for name, text := range limittest.JSONBombs() {
		data := []byte(text)
		var err error
		got := limittest.Allocated(1<<20, func() {
			var value any
			err = Unmarshal(data, &value)
		})
		require.Equal(t, fault.Invalid, fault.KindOf(err), "%s: %v", name, err)
		require.Less(t, got, uint64(1<<20), name)
	}
}

// TestCost: the estimate is not below what a decoded value takes, nor far above.
func TestCost(t *testing.T) { //nolint:paralleltest // it measures the heap
	pipeline := `{"name":"deploy","refId":"1","requisiteStageRefIds":["1"],"type":"deployManifest","manifests":[{"kind":"Deployment","metadata":{"name":"a","labels":{"app":"a","tier":"front"}},"spec":{"replicas":3,"template":{"spec":{"containers":[{"name":"a","image":"nginx:1.25","env":[{"name":"A","value":"b"}]}]}}}}]},`
	for name, text := range map[string]string{
		"empty objects": "[" + strings.Repeat("{},", 100_000) + "{}]",
		"empty lists":   "[" + strings.Repeat("[],", 100_000) + "[]]",
		"small objects": "[" + strings.Repeat(`{"a":1},`, 100_000) + "{}]",
		"numbers":       "[" + strings.Repeat("1,", 300_000) + "1]",
		"nulls":         "[" + strings.Repeat("null,", 300_000) + "1]",
		"texts":         "[" + strings.Repeat(`"abcdefgh",`, 200_000) + "1]",
		"a long text":   `"` + strings.Repeat("a", 10<<20) + `"`,
		"a large map":   "{" + manyKeys(100_000) + "}",
		"maps of ten":   "[" + strings.Repeat("{"+manyKeys(10)+"},", 10_000) + "{}]",
		"pipelines":     "[" + strings.Repeat(pipeline, 5_000) + "{}]",
	} {
		cost, err := Document.JSON([]byte(text))
		require.NoError(t, err, name)
		var value any
		taken := heapOf(func() { require.NoError(t, Unmarshal([]byte(text), &value)) })
		runtime.KeepAlive(value)
		ratio := float64(cost.Bytes) / float64(taken)
		t.Logf("%-14s %9d bytes of text, %9d estimated, %9d taken: %.2f", name, len(text), cost.Bytes, taken, ratio)
		require.Greater(t, ratio, 0.7, name)
		require.Less(t, ratio, 3.0, name)
	}
}

func manyKeys(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, `"key%d":%d,`, i, i)
	}
	return strings.TrimSuffix(out.String(), ",")
}

func heapOf(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

func TestJSONCounts(t *testing.T) {
	t.Parallel()
	cost, err := Document.JSON([]byte(`{"a":[1,"}]\"",true],"b":{}} `))
	require.NoError(t, err)
	require.Equal(t, int64(8), cost.Nodes) // the object, two keys, the list and its three, the empty object
	require.Equal(t, 2, cost.Depth)
	require.ErrorContains(t, Unmarshal([]byte(`{"a":`), &cost), "EOF")
}

func TestGunzip(t *testing.T) { //nolint:paralleltest // it measures what the process allocates
	bomb := zipped(t, 64<<20)
	var err error
	limittest.Bounded(t, len(bomb), 10, func() { _, err = Gunzip(bomb, 1<<20, "the plan") })
	require.EqualError(t, err, "the plan is larger than 1 MiB")
	require.Equal(t, fault.TooLarge, fault.KindOf(err))

	data, err := Gunzip(zipped(t, 1<<20), 1<<20, "the plan")
	require.NoError(t, err)
	require.Len(t, data, 1<<20)
	_, err = Gunzip([]byte("text"), 1<<20, "the plan")
	require.ErrorContains(t, err, "the plan is not gzip")
	_, err = Gunzip(bomb[:100], 1<<30, "the plan")
	require.ErrorContains(t, err, "read the plan")
}

func zipped(t *testing.T, size int64) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, err := io.CopyN(zip, zeros{}, size)
	require.NoError(t, err)
	require.NoError(t, zip.Close())
	return out.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestBase64(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 3, 10} {
		text := base64.StdEncoding.EncodeToString(make([]byte, n))
		for _, text := range []string{text, strings.TrimRight(text, "=")} {
			data, err := Base64(text, 10, "it")
			require.NoError(t, err, text)
			require.Len(t, data, n)
		}
	}
	_, err := Base64(strings.Repeat("A", 1000), 100, "the reference")
	require.EqualError(t, err, "the reference is larger than 100 bytes")
	_, err = Base64("!", 100, "the reference")
	require.ErrorContains(t, err, "the reference is not base64")
}

func TestRead(t *testing.T) {
	t.Parallel()
	data, err := Read(strings.NewReader("abc"), 3, "the answer")
	require.NoError(t, err)
	require.Equal(t, "abc", string(data))
	_, err = Read(strings.NewReader("abcd"), 3, "the answer")
	require.EqualError(t, err, "the answer is larger than 3 bytes")
	data, err = io.ReadAll(Bounded(strings.NewReader("abc"), 3, "the archive"))
	require.NoError(t, err)
	require.Equal(t, "abc", string(data))
	_, err = io.ReadAll(Bounded(zeros{}, 2<<20, "the archive"))
	require.EqualError(t, err, "the archive is larger than 2 MiB")
}

func TestCount(t *testing.T) {
	t.Parallel()
	require.NoError(t, Count(Manifests, Manifests, "manifests"))
	require.EqualError(t, Count(Manifests+1, Manifests, "manifests"), "there are more than 10,000 manifests; split them up")
}

func TestBudget(t *testing.T) {
	t.Parallel()
	b := NewBudget(10<<20, time.Millisecond)
	first, err := b.Take(t.Context(), 6<<20)
	require.NoError(t, err)
	_, err = b.Take(t.Context(), 6<<20)
	require.Equal(t, fault.Unavailable, fault.KindOf(err))
	small, err := b.Take(t.Context(), Free)
	require.NoError(t, err, "what is small needs no room")
	small()
	first()
	first()
	all, err := b.Take(t.Context(), 1<<40)
	require.NoError(t, err, "more than the whole counts as the whole")
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("gone")
	cancel(gone)
	_, err = b.Take(ctx, 6<<20)
	require.ErrorIs(t, err, gone)
	all()
	var none *Budget
	release, err := none.Take(t.Context(), 1<<40)
	require.NoError(t, err)
	release()
}

// FuzzJSON: the scan ends, and what it lets through is decoded within the bounds.
func FuzzJSON(f *testing.F) {
	for _, text := range []string{`{"a":[1,2,{"b":null}],"c":"\u0041\""}`, `[`, `{"a":{"b":[[]]}}`, `1e9`, `"\`, "[[[", "{}{}", "\x00"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var value any
		limittest.Bounded(t, len(data), 200, func() { value = nil; _ = Unmarshal(data, &value) })
	})
}
