package yamltest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Decode reads the YAML of a test as Kubernetes does.
func Decode[T ~string | ~[]byte](t testing.TB, text T, into any) {
	t.Helper()
	require.NoError(t, checked(t, text).Decode(into), "%s", text)
}

// DecodeStrict is [Decode] that refuses fields that the value doesn't have.
func DecodeStrict[T ~string | ~[]byte](t testing.TB, text T, into any) {
	t.Helper()
	require.NoError(t, checked(t, text).DecodeStrict(into), "%s", text)
}

func checked[T ~string | ~[]byte](t testing.TB, text T) yamldoc.Text {
	t.Helper()
	out, err := yamldoc.Check([]byte(text), limit.File)
	require.NoError(t, err)
	return out
}
