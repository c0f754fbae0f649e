package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"
)

// programs makes programs for some platforms, and returns their directory.
func programs(t *testing.T, platforms ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, platform := range platforms {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, platform), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, platform, "gennaker"), []byte("for "+platform), 0o600))
	}
	return dir
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"":                                   "use it as",
		"root":                               "use it as",
		"write":                              "use it as",
		"write -version v1":                  "use it as",
		"bake -version v1 linux/amd64":       "use it as",
		"write -version v1 -x linux/amd64":   "-x",
		"write -version v1 plan9/amd64":      "release for plan9/amd64: read what is released",
		"push -version v1 -repository A x/y": "push the image",
	} {
		require.ErrorContains(t, run(t.Context(), strings.Fields(args), "0", &bytes.Buffer{}), want, args)
	}
	require.ErrorContains(t, run(t.Context(), []string{"write", "-version", "v1", "linux/amd64"}, "", &bytes.Buffer{}), "set SOURCE_DATE_EPOCH")
	require.ErrorContains(t, run(t.Context(), []string{"write", "-version", "v1", "linux/amd64"}, "now", &bytes.Buffer{}), "SOURCE_DATE_EPOCH: ")
}

func TestWrite(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	require.NoError(t, run(t.Context(), []string{
		"write", "-version", "v1.2.3", "-source", filepath.Join("..", ".."),
		"-programs", programs(t, "linux/amd64"), "-out", out, "linux/amd64",
	}, "1000000", &bytes.Buffer{}))
	require.FileExists(t, filepath.Join(out, "gennaker_1.2.3_linux_amd64.tar.gz"))
	require.FileExists(t, filepath.Join(out, "SHA256SUMS"))
}

func TestPush(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(registry.New())
	defer server.Close()
	repository := strings.TrimPrefix(server.URL, "http://") + "/gennaker/gennaker"
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{
		"push", "-version", "v1.2.3", "-insecure", "-repository", repository,
		"-programs", programs(t, "linux/amd64", "linux/arm64"), "linux/amd64", "linux/arm64", "darwin/arm64",
	}, "1000000", &out))
	reference, err := name.ParseReference(strings.TrimSpace(out.String()), name.Insecure)
	require.NoError(t, err)
	index, err := remote.Index(reference)
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	require.Len(t, manifest.Manifests, 2)
}

func TestRoot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, run(t.Context(), []string{"root", dir}, "", &bytes.Buffer{}))
	require.FileExists(t, filepath.Join(dir, "etc", "passwd"))
}
