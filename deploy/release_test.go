package deploy

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/testkube"
)

// envRelease names the directory of a release to try; `make test-release` sets it.
const envRelease = "GENNAKER_RELEASE"

// released is the one file of the release that a pattern matches.
func released(t *testing.T, pattern string) string {
	t.Helper()
	dir := os.Getenv(envRelease)
	if dir == "" {
		t.Skip("there is no release to try; make test-release makes one")
	}
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	require.Len(t, found, 1, pattern)
	return found[0]
}

// ownPlatform is this machine's part of the names of files.
var ownPlatform = runtime.GOOS + "_" + runtime.GOARCH

func TestReleaseChecksums(t *testing.T) {
	t.Parallel()
	sums := released(t, "SHA256SUMS")
	check := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", filepath.Base(sums))
	check.Dir = filepath.Dir(sums)
	out, err := check.CombinedOutput()
	require.NoError(t, err, "%s", out)
	// Each platform has an archive, and says what is in it.
	text, err := os.ReadFile(sums)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		name, isArchive := strings.CutSuffix(strings.Fields(line)[1], ".tar.gz")
		if !isArchive {
			continue
		}
		var bom struct {
			BOMFormat  string
			Components []any
		}
		data, err := os.ReadFile(filepath.Join(filepath.Dir(sums), name+".cdx.json"))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &bom))
		require.Equal(t, "CycloneDX", bom.BOMFormat)
		require.Greater(t, len(bom.Components), 100)
	}
}

// TestReleaseStarts unpacks this platform's archive and starts the program.
func TestReleaseStarts(t *testing.T) {
	t.Parallel()
	archive := released(t, "gennaker_*_"+ownPlatform+".tar.gz")
	dir := t.TempDir()
	file, err := os.Open(archive)
	require.NoError(t, err)
	defer file.Close()
	inflated, err := gzip.NewReader(file)
	require.NoError(t, err)
	unpack(t, dir, inflated)
	name := strings.TrimSuffix(filepath.Base(archive), ".tar.gz")
	program := filepath.Join(dir, name, "gennaker")

	out, err := exec.CommandContext(t.Context(), program, "version").CombinedOutput()
	require.NoError(t, err, "%s", out)
	version := strings.TrimSuffix(strings.TrimPrefix(name, "gennaker_"), "_"+ownPlatform)
	require.Regexp(t, `^gennaker v?`+regexp.QuoteMeta(version)+` \(`, string(out))
	require.FileExists(t, filepath.Join(dir, name, "LICENSE"))

	command := exec.CommandContext(t.Context(), program, "serve", "--data-dir", filepath.Join(dir, "data"), "--listen", "127.0.0.1:0")
	serves(t, command)
}

// TestReleaseImageRuns starts the program in the image's root file system, as the image
// says: as its user, with its environment and command, and with nothing else there.
func TestReleaseImageRuns(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		t.Skip("only root on Linux can change the root directory")
	}
	image, err := tarball.ImageFromPath(released(t, "gennaker_*_linux_"+runtime.GOARCH+"_image.tar"), nil)
	require.NoError(t, err)
	config, err := image.ConfigFile()
	require.NoError(t, err)
	root := t.TempDir()
	require.NoError(t, os.Chmod(root, 0o755))
	require.NoError(t, os.Chmod(filepath.Dir(root), 0o755))
	extracted := mutate.Extract(image)
	defer extracted.Close()
	unpack(t, root, extracted)

	var user, group uint32
	_, err = fmt.Sscanf(config.Config.User, "%d:%d", &user, &group)
	require.NoError(t, err)
	arguments := slices.Concat(config.Config.Entrypoint, config.Config.Cmd)
	command := exec.CommandContext(t.Context(), arguments[0], arguments[1:]...)
	command.Dir = "/"
	command.Env = slices.Concat(config.Config.Env, []string{"GENNAKER_SERVER_LISTEN=127.0.0.1:0"})
	command.SysProcAttr = inRoot(root, user, group)
	serves(t, command)
	entries, err := os.ReadDir(filepath.Join(root, "data"))
	require.NoError(t, err)
	require.NotEmpty(t, entries, "the data is in /data")
}

// unpack unpacks an archive, with its modes and, for root, its owners.
func unpack(t *testing.T, dir string, r io.Reader) {
	t.Helper()
	for in := tar.NewReader(r); ; {
		header, err := in.Next()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		require.True(t, filepath.IsLocal(header.Name))
		path := filepath.Join(dir, header.Name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		if header.Typeflag == tar.TypeDir {
			require.NoError(t, os.MkdirAll(path, 0o755))
		} else {
			file, err := os.Create(path)
			require.NoError(t, err)
			_, err = io.Copy(file, in)
			require.NoError(t, err)
			require.NoError(t, file.Close())
		}
		if os.Getuid() == 0 {
			require.NoError(t, os.Chown(path, header.Uid, header.Gid))
		}
		require.NoError(t, os.Chmod(path, header.FileInfo().Mode()))
	}
}

// serves starts a server, uses its API and its pages, and stops it.
func serves(t *testing.T, command *exec.Cmd) {
	t.Helper()
	errs, err := command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	defer func() { _ = command.Process.Kill() }()
	address, said := make(chan string, 1), make(chan string, 1)
	go func() {
		var all bytes.Buffer
		for lines := bufio.NewScanner(errs); lines.Scan(); {
			all.Write(append(lines.Bytes(), '\n'))
			if found := regexp.MustCompile(`msg=ready address=(\S+)`).FindStringSubmatch(lines.Text()); found != nil {
				address <- found[1]
			}
		}
		said <- all.String()
	}()
	select {
	case at := <-address:
		answers(t, "http://"+at)
	case text := <-said:
		t.Fatalf("the server has ended: %s", text)
	case <-time.After(time.Minute):
		t.Fatal("the server isn't ready after a minute")
	}
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	text := <-said
	require.NoError(t, command.Wait(), "%s", text)
}

// answers makes sure that a server is healthy and has the web interface.
func answers(t *testing.T, url string) {
	t.Helper()
	require.Contains(t, request(t, http.MethodGet, url+"/health", ""), `"UP"`)
	page := request(t, http.MethodGet, url+"/ui/", "")
	require.Contains(t, page, "<base", "it has no web interface")
	require.Contains(t, page, "<script")
}

func request(t *testing.T, method, url, body string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Close = true // a connection that was kept may lead to a pod that was replaced
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Less(t, response.StatusCode, 300, "%s: %s", url, data)
	return string(data)
}

// eventually repeats a check that returns what is missing.
func eventually(t *testing.T, check func() string) {
	t.Helper()
	testkube.Eventually(t, 3*time.Minute, check)
}
