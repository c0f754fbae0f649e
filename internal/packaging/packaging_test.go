package packaging

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"github.com/google/go-containerregistry/pkg/v1/validate"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
)

var at = time.Date(2026, 11, 30, 1, 2, 3, 4, time.FixedZone("elsewhere", 3600))

// entry is an entry of an archive.
type entry struct {
	header *tar.Header
	data   string
}

func readTar(t *testing.T, r io.Reader) map[string]entry {
	t.Helper()
	out := map[string]entry{}
	for in := tar.NewReader(r); ; {
		header, err := in.Next()
		if err == io.EOF { //nolint:errorlint // it is never wrapped
			return out
		}
		require.NoError(t, err)
		data, err := io.ReadAll(in)
		require.NoError(t, err)
		require.NotContains(t, out, header.Name)
		out[header.Name] = entry{header, string(data)}
	}
}

func TestArchivesAreReproducible(t *testing.T) {
	t.Parallel()
	files := []File{{Name: "a/b", Mode: 0o755, Data: []byte("b")}, {Name: "a/", Mode: 0o700, Owner: 7}, {Name: "a/a", Mode: 0o644}}
	var one, two bytes.Buffer
	require.NoError(t, writeTarGz(&one, at, files))
	files[0], files[2] = files[2], files[0]
	require.NoError(t, writeTarGz(&two, at.UTC(), files))
	require.Equal(t, one.Bytes(), two.Bytes())

	inflated, err := gzip.NewReader(&one)
	require.NoError(t, err)
	got := readTar(t, inflated)
	require.Len(t, got, 3)
	require.Equal(t, "b", got["a/b"].data)
	require.EqualValues(t, 0o755, got["a/b"].header.Mode)
	require.Equal(t, byte(tar.TypeDir), got["a/"].header.Typeflag)
	require.Equal(t, 7, got["a/"].header.Gid)
	require.Equal(t, at.Unix(), got["a/a"].header.ModTime.Unix())
}

func TestChartVersion(t *testing.T) {
	t.Parallel()
	for release, want := range map[string]string{
		"v1.2.3":            "1.2.3",
		"1.2.3-rc.1":        "1.2.3-rc.1",
		"v1.2.3-5-g4870931": "1.2.3-5-g4870931",
		"4870931":           "0.0.0-g4870931",
		"0012345":           "0.0.0-g0012345",
		"4870931-dirty":     "0.0.0-g4870931-dirty",
		"feature/x_1":       "0.0.0-gfeature-x-1",
		"v1.2":              "0.0.0-gv1-2",
	} {
		require.Equal(t, want, chartVersion(release), release)
	}
}

func TestChart(t *testing.T) {
	t.Parallel()
	dir := fstest.MapFS{
		".helmignore":         {Data: []byte("*~")},
		"Chart.yaml":          {Data: []byte("{apiVersion: v2, name: gennaker, version: 0.0.0, appVersion: 0.0.0, type: application}")},
		"values.yaml":         {Data: []byte("config: {}")},
		"values.schema.json":  {Data: []byte(`{"properties": {"config": {"type": "object"}, "a": {"type": "string"}}}`)},
		"templates/NOTES.txt": {Data: []byte("hello")},
	}
	archive, err := Chart(dir, "v1.2.3", at, []byte(`{"$schema": "x", "properties": {"server": {}}}`))
	require.NoError(t, err)
	again, err := Chart(dir, "v1.2.3", at, []byte(`{"$schema": "x", "properties": {"server": {}}}`))
	require.NoError(t, err)
	require.Equal(t, archive, again)
	chart, err := loader.LoadArchive(bytes.NewReader(archive))
	require.NoError(t, err)
	require.Equal(t, "1.2.3", chart.Metadata.Version)
	require.Equal(t, "v1.2.3", chart.Metadata.AppVersion)
	require.JSONEq(t, `{"properties": {"config": {"properties": {"server": {}}}, "a": {"type": "string"}}}`, string(chart.Schema))

	dir["values.schema.json"] = &fstest.MapFile{Data: []byte(`{}`)}
	_, err = Chart(dir, "v1.2.3", at, []byte(`{}`))
	require.ErrorContains(t, err, "values.schema.json: it has no property config")
}

func testImage(t *testing.T, architecture string) v1.Image {
	t.Helper()
	image, err := Image(Program{Binary: []byte("the program"), Architecture: architecture, Version: "v1.2.3", Revision: "abc", At: at})
	require.NoError(t, err)
	return image
}

func TestImage(t *testing.T) {
	t.Parallel()
	image := testImage(t, "arm64")
	again, err := testImage(t, "arm64").Digest()
	require.NoError(t, err)
	digest, err := image.Digest()
	require.NoError(t, err)
	require.Equal(t, digest, again)

	file, err := image.ConfigFile()
	require.NoError(t, err)
	manifest, err := image.Manifest()
	require.NoError(t, err)
	require.Equal(t, types.OCIConfigJSON, manifest.Config.MediaType)
	require.Equal(t, "linux/arm64", file.OS+"/"+file.Architecture)
	require.Equal(t, "65532:65532", file.Config.User)
	require.Equal(t, at.Unix(), file.Created.Unix())
	require.Equal(t, "v1.2.3", file.Config.Labels["org.opencontainers.image.version"])
	require.Equal(t, "abc", file.Config.Labels["org.opencontainers.image.revision"])

	extracted := mutate.Extract(image)
	defer extracted.Close()
	files := readTar(t, extracted)
	require.Equal(t, "the program", files["usr/local/bin/gennaker"].data)
	require.EqualValues(t, 0o755, files["usr/local/bin/gennaker"].header.Mode)
	require.Equal(t, imageUser, files["data"].header.Uid)
	require.EqualValues(t, 0o1777, files["tmp"].header.Mode)
	require.Contains(t, files["etc/passwd"].data, "gennaker:x:65532:65532:")
	require.Equal(t, string(certificates()), files["etc/ssl/certs/ca-certificates.crt"].data)
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	pool, count := x509.NewCertPool(), 0
	for rest := certificates(); ; count++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		require.True(t, certificate.IsCA)
		pool.AddCert(certificate)
	}
	require.Greater(t, count, 100)
}

func TestIndex(t *testing.T) {
	t.Parallel()
	index, err := Index(testImage(t, "amd64"), testImage(t, "arm64"))
	require.NoError(t, err)
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	require.Len(t, manifest.Manifests, 2)
	require.Equal(t, types.OCIManifestSchema1, manifest.Manifests[0].MediaType)
	require.Equal(t, "linux/arm64", manifest.Manifests[1].Platform.String())
}

// TestWriteImage reads the file as an OCI layout and as Docker's archive.
func TestWriteImage(t *testing.T) {
	t.Parallel()
	image := testImage(t, "amd64")
	path := filepath.Join(t.TempDir(), "image.tar")
	var out bytes.Buffer
	require.NoError(t, writeImage(&out, image, "ghcr.io/gennaker/gennaker:v1.2.3", at))
	require.NoError(t, os.WriteFile(path, out.Bytes(), 0o600))
	want, err := image.Digest()
	require.NoError(t, err)

	dir := t.TempDir()
	for name, one := range readTar(t, &out) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(one.data), 0o600))
	}
	index, err := layout.ImageIndexFromPath(dir)
	require.NoError(t, err)
	require.NoError(t, validate.Index(index))
	manifest, err := index.IndexManifest()
	require.NoError(t, err)
	require.Equal(t, want, manifest.Manifests[0].Digest)
	require.Equal(t, "v1.2.3", manifest.Manifests[0].Annotations["org.opencontainers.image.ref.name"])

	loaded, err := tarball.ImageFromPath(path, nil)
	require.NoError(t, err)
	require.NoError(t, validate.Image(loaded))
	wantConfig, err := image.ConfigName()
	require.NoError(t, err)
	gotConfig, err := loaded.ConfigName()
	require.NoError(t, err)
	require.Equal(t, wantConfig, gotConfig)
}

func TestWriteRoot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, WriteRoot(dir))
	require.NoError(t, WriteRoot(dir), "it may be there already")
	info, err := os.Stat(filepath.Join(dir, "tmp"))
	require.NoError(t, err)
	require.Equal(t, os.ModeDir|os.ModeSticky|0o777, info.Mode())
	data, err := os.ReadFile(filepath.Join(dir, "etc", "ssl", "certs", "ca-certificates.crt"))
	require.NoError(t, err)
	require.Equal(t, string(certificates()), string(data))
	require.ErrorContains(t, WriteRoot(filepath.Join(dir, "etc", "passwd")), "write the root file system")
}

// source is a source tree as a release needs it, with programs.
func source(t *testing.T) Release {
	t.Helper()
	dir := t.TempDir()
	for path, text := range map[string]string{
		"LICENSE": "the license", "README.md": "read me", "deploy/systemd/gennaker.service": "unit", "deploy/systemd/gennaker.env": "env",
		"deploy/chart/Chart.yaml": "{apiVersion: v2, name: gennaker, version: 0.0.0}", "deploy/chart/values.yaml": "{}",
		"programs/linux/amd64/gennaker": "for linux", "programs/darwin/arm64/gennaker": "for macOS",
	} {
		path = filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return Release{
		Version: "v1.2.3", Revision: "abc", At: at, Source: dir, Platforms: []string{"linux/amd64", "darwin/arm64"},
		Programs: filepath.Join(dir, "programs"), Repository: "ghcr.io/gennaker/gennaker", Configuration: []byte("{}"),
	}
}

func TestRelease(t *testing.T) {
	t.Parallel()
	r := source(t)
	one, two := t.TempDir(), t.TempDir()
	require.NoError(t, r.Write(one))
	require.NoError(t, r.Write(two))
	sums := read(t, one, checksumsFile)
	require.Equal(t, sums, read(t, two, checksumsFile), "the same release has the same bytes")
	var names []string
	for line := range strings.Lines(sums) {
		names = append(names, strings.Fields(line)[1])
	}
	require.Equal(t, []string{
		"gennaker-chart_1.2.3.tgz", "gennaker_1.2.3_darwin_arm64.tar.gz",
		"gennaker_1.2.3_linux_amd64.tar.gz", "gennaker_1.2.3_linux_amd64_image.tar",
	}, names)
	if program, err := exec.LookPath("sha256sum"); err == nil {
		check := exec.CommandContext(t.Context(), program, "--check", "--strict", checksumsFile)
		check.Dir = one
		out, err := check.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}

	for platform, want := range map[string]map[string]string{
		"linux_amd64":  {"gennaker": "for linux", "LICENSE": "the license", "README.md": "read me", "gennaker.service": "unit", "gennaker.env": "env"},
		"darwin_arm64": {"gennaker": "for macOS", "LICENSE": "the license", "README.md": "read me"},
	} {
		inflated, err := gzip.NewReader(strings.NewReader(read(t, one, "gennaker_1.2.3_"+platform+".tar.gz")))
		require.NoError(t, err)
		files := readTar(t, inflated)
		require.Len(t, files, len(want)+1)
		for name, text := range want {
			require.Equal(t, text, files["gennaker_1.2.3_"+platform+"/"+name].data)
		}
		require.EqualValues(t, 0o755, files["gennaker_1.2.3_"+platform+"/gennaker"].header.Mode)
	}
	images, err := r.Images()
	require.NoError(t, err)
	require.Len(t, images, 1)

	r.Platforms = []string{"linux/riscv64"}
	require.ErrorContains(t, r.Write(t.TempDir()), "release for linux/riscv64: read what is released")
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return string(data)
}

func TestWriteImageNamesItsLayers(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, writeImage(&out, testImage(t, "amd64"), "registry.example.com:5000/gennaker:v1", at))
	files := readTar(t, &out)
	var docker []dockerManifest
	require.NoError(t, json.Unmarshal([]byte(files["manifest.json"].data), &docker))
	require.Equal(t, []string{"registry.example.com:5000/gennaker:v1"}, docker[0].RepoTags)
	for _, path := range append(docker[0].Layers, docker[0].Config) {
		require.Contains(t, files, path)
	}
}
