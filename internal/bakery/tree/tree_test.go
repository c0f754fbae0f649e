package tree_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery/bakerytest"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/fault"
)

func link(name, to string) tar.Header {
	return tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: to}
}

func file(name string) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: 1}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	texts := map[string]string{"a/one": "1", "a/deep/two": "2"}
	all, err := tree.Archive(bakerytest.PackEntries(t, []tar.Header{
		file("a/one"), file("a/deep/two"),
		link("b", "a"), link("c/two", "../b/deep/two"), link("d", "c/two"), // some through others
		link("e", "../etc"), link("f", "/etc/passwd"), link("g", "nowhere"), link("a/deep/up", "../../a"), link("h", "h"), link("i", "."),
	}, texts))
	require.NoError(t, err)
	require.Equal(t, tree.Tree{
		"a/one": []byte("1"), "a/deep/two": []byte("2"), "b/one": []byte("1"), "b/deep/two": []byte("2"), "c/two": []byte("2"), "d": []byte("2"),
	}, all)
	below := all.Below("b")
	require.Len(t, below, 2)
	require.Equal(t, "deep/two", below[0].Name)
	require.Len(t, all.Below("."), len(all))
}

func TestHostileArchives(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	zipped := gzip.NewWriter(&bomb)
	w := tar.NewWriter(zipped)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "zeros", Size: 1 << 30, Mode: 0o600}))
	block := make([]byte, 1<<20)
	for range 100 {
		_, err := w.Write(block)
		require.NoError(t, err)
	}
	require.NoError(t, zipped.Close())
	for name, data := range map[string][]byte{
		"no archive": []byte("x"), "bomb": bomb.Bytes(), "cut": bomb.Bytes()[:1000],
		"above":        bakerytest.PackEntries(t, []tar.Header{file("../a")}, map[string]string{"../a": "1"}),
		"absolute":     bakerytest.PackEntries(t, []tar.Header{file("/etc/a")}, map[string]string{"/etc/a": "1"}),
		"above within": bakerytest.PackEntries(t, []tar.Header{file("a/../../b")}, map[string]string{"a/../../b": "1"}),
	} {
		_, err := tree.Archive(data)
		require.Error(t, err, name)
		require.NotEqual(t, fault.Internal, fault.KindOf(err), "%s: %v", name, err)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"": ".", "/a/b/": "a/b", "./a/../b": "b"} {
		got, err := tree.Clean(given, "path")
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, given := range []string{"..", "a/../../b", "/../x", `a\b`} {
		_, err := tree.Clean(given, "path")
		require.ErrorContains(t, err, "path: ", given)
	}
}
