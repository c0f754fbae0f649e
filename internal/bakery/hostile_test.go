package bakery_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/bakerytest"
	"github.com/gennaker/gennaker/internal/bakery/cue"
	"github.com/gennaker/gennaker/internal/bakery/helm"
	"github.com/gennaker/gennaker/internal/bakery/helmfile"
	"github.com/gennaker/gennaker/internal/bakery/jsonnet"
	"github.com/gennaker/gennaker/internal/bakery/kustomize"
	"github.com/gennaker/gennaker/internal/bakery/text"
	"github.com/gennaker/gennaker/internal/fault"
)

// bomb is an archive of a few KB that is 70 MB unpacked.
func bomb(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	w := tar.NewWriter(zipped)
	const size = 70 << 20
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "a/main.yaml", Size: size, Mode: 0o600}))
	block := make([]byte, 1<<20)
	for range size >> 20 {
		_, err := w.Write(block)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, zipped.Close())
	return out.Bytes()
}

// TestHostileRepositories: whatever renders it, an archive can't take all memory, and
// nothing in it leads to the server's files.
func TestHostileRepositories(t *testing.T) {
	t.Parallel()
	entry := func(name string) []byte {
		return bakerytest.PackEntries(t, []tar.Header{{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: 1}}, map[string]string{name: "x"})
	}
	names := []string{"Chart.yaml", "kustomization.yaml", "helmfile.yaml", "main.jsonnet", "main.cue", "a.yaml"}
	var links []tar.Header
	for _, name := range names {
		links = append(links, tar.Header{Typeflag: tar.TypeSymlink, Name: "a/" + name, Linkname: "/etc/passwd"}, tar.Header{Typeflag: tar.TypeLink, Name: "a/hard-" + name, Linkname: "../../etc/passwd"})
	}
	packed := bomb(t)
	all := bakerytest.Artifacts{
		"bomb": packed, "cut": packed[:100], "text": []byte("\x1f\x8bx"), "above": entry("../a"), "absolute": entry("/a/b"),
		"links": bakerytest.PackEntries(t, links, nil), "empty": bakerytest.Pack(t, map[string]string{"b/x": "y"}),
	}
	ovens := bakery.New(all, nil, helm.Renderer{}, kustomize.Renderer{}, helmfile.Renderer{}, jsonnet.Renderer{}, cue.Renderer{}, text.Directory{}, text.Template{}, text.CloudFoundry{})
	for _, renderer := range []string{"HELM3", "KUSTOMIZE4", "HELMFILE", "JSONNET", "CUE", "DIRECTORY", "TEMPLATE", "CF"} {
		for reference := range all {
			if reference == "bomb" && renderer != "DIRECTORY" {
				continue // all of them unpack archives alike, which takes seconds
			}
			t.Run(renderer+" "+reference, func(t *testing.T) {
				t.Parallel()
				_, err := ovens.Bake(t.Context(), bakery.Order{
					Renderer: renderer, OutputName: "a", Path: "a",
					Artifacts: []map[string]any{{"type": "git/repo", "reference": reference}, {"type": "github/file", "reference": "empty"}},
				})
				require.Error(t, err)
				require.Contains(t, []fault.Kind{fault.Invalid, fault.TooLarge}, fault.KindOf(err), "%v", err)
				require.NotContains(t, err.Error(), "root:")
			})
		}
	}
}
