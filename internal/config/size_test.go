package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseSize(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Size{
		"0": 0, "5": 5, "5B": 5, "10MB": 10 * MB, "10mb": 10 * MB, "10 MiB": 10 * MB, "1G": GB, "3k": 3 * KB, "1536KB": 1536 * KB,
	} {
		got, err := parseSize(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "MB", "-1", "1.5MB", "10 apples", "9223372036854775807KB", "1e3"} {
		_, err := parseSize(text)
		require.Error(t, err, text)
	}
}

func TestSizeIsWrittenAsItIsRead(t *testing.T) {
	t.Parallel()
	for _, size := range []Size{0, 1, 1023, KB, 1536 * KB, 10 * MB, GB, 5*GB + 1} {
		got, err := parseSize(size.String())
		require.NoError(t, err)
		require.Equal(t, size, got)
	}
}
