package api

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// TestReadBuffered: bodies of any length come as they are, whether the length is
// known, or wrong.
func TestReadBuffered(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, 1, 511, 512, 513, 256 << 10, 256<<10 + 1, 3 << 20} {
		text := strings.Repeat("x", size)
		for _, length := range []int64{-1, int64(size), int64(size) / 2, int64(size) * 2} {
			r := httptest.NewRequest(http.MethodPost, "/", iotest.OneByteReader(strings.NewReader(text)))
			if size > 1000 {
				r = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(text))
			}
			got, err := readBuffered(&paidBody{ctx: r.Context(), body: r.Body, held: reservationOf(r), length: length, most: 10 << 20})
			require.NoError(t, err)
			require.True(t, bytes.Equal([]byte(text), got), "%d bytes with the length %d", size, length)
		}
	}
}
