package eventlog

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHidden(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	require.Equal(t, object{
		"password": Hidden, "tokens": Hidden, "token": "", "secret": object{"name": "n", "password": Hidden},
		"tokenUsed": true, "count": 3, "list": []any{object{"password": Hidden}},
	}, hidden(object{
		"password": 12345, "tokens": []any{"a", 1}, "token": "", "secret": object{"name": "n", "password": 1.5},
		"tokenUsed": true, "count": 3, "list": []any{object{"password": []any{[]any{"nested"}}}},
	}))
	require.Equal(t, []any{object{"metadata": object{"apiToken": Hidden}, "reference": "r"}},
		hiddenList([]any{object{"metadata": object{"apiToken": 7}, "reference": "r"}}))
}

// Two long keys that begin alike are two.
func TestStorableKeys(t *testing.T) {
	t.Parallel()
	head := strings.Repeat("a", 2000)
	one, other := storable(head+"1"), storable(head+"2")
	require.NotEqual(t, one, other)
	require.Equal(t, one, storable(head+"1"))
	require.Len(t, one, 1024)
	require.Equal(t, "short", storable("short"))
	require.NotContains(t, storable("a\x00"), "\x00")
}
