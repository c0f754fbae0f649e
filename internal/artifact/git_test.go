package artifact_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// gitRun runs git in a directory, and gives what it writes.
func gitRun(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "git %v: %s", args, out)
	return strings.TrimSpace(string(out))
}

// gitRepository makes repo.git in a new directory: master has two commits, the
// branch next another, v1 is an annotated tag of the first. It gives the
// directory, and the first commit of master.
func gitRepository(t *testing.T) (root, first string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	root = t.TempDir()
	work := filepath.Join(root, "work")
	write := func(name, text string, mode os.FileMode) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(work, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(work, name), []byte(text), mode))
	}
	write("README.md", "first", 0o644)
	write("deploy/app/service.yml", "service", 0o644)
	write("deploy/app/run.sh", "#!/bin/sh\n", 0o755)
	require.NoError(t, os.Chmod(filepath.Join(work, "deploy", "app", "run.sh"), 0o755))
	require.NoError(t, os.Symlink("service.yml", filepath.Join(work, "deploy", "app", "link.yml")))
	gitRun(t, work, "init", "-q", "-b", "master")
	gitRun(t, work, "add", "-A")
	gitRun(t, work, "commit", "-qm", "first")
	first = gitRun(t, work, "rev-parse", "HEAD")
	gitRun(t, work, "tag", "-am", "one", "v1")
	write("README.md", "second", 0o644)
	gitRun(t, work, "commit", "-qam", "second")
	gitRun(t, work, "checkout", "-qb", "next/big")
	write("README.md", "next", 0o644)
	gitRun(t, work, "commit", "-qam", "next")
	gitRun(t, work, "checkout", "-q", "master")
	gitRun(t, root, "clone", "-q", "--bare", "work", "repo.git")
	return root, first
}

// gitServer serves the repositories below a directory as Git's own backend
// does, with a user and a password.
func gitServer(t *testing.T, root string) string {
	t.Helper()
	backend := filepath.Join(gitRun(t, root, "--exec-path"), "git-http-backend")
	if _, err := os.Stat(backend); err != nil {
		t.Skip("there is no git-http-backend")
	}
	return serve(t, basicAuth("ci", "hunter2", &cgi.Handler{
		Path: backend, Stderr: io.Discard,
		Env: []string{"GIT_PROJECT_ROOT=" + root, "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null"},
	}))
}

// untar gives the files of a tar.gz, and the names in their order.
func untar(t *testing.T, data []byte) (map[string]string, []string) {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader(data))
	require.NoError(t, err)
	files, names := map[string]string{}, []string{}
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, names
		}
		require.NoError(t, err)
		names = append(names, header.Name)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		switch header.Typeflag {
		case tar.TypeXGlobalHeader:
			text = []byte(header.PAXRecords["comment"])
		case tar.TypeSymlink:
			text = []byte("-> " + header.Linkname)
		case tar.TypeDir:
			text = []byte("dir")
		}
		files[header.Name] = string(text)
		if header.Mode&0o100 != 0 && header.Typeflag == tar.TypeReg {
			files[header.Name] += "(x)"
		}
	}
}

func TestGitRepo(t *testing.T) {
	t.Parallel()
	root, first := gitRepository(t)
	url := gitServer(t, root)
	temp, hosts := t.TempDir(), []string{"127.0.0.1"}
	service := newService(t, func(c *artifact.Config) {
		c.TempDir = temp
		c.GitRepo.Accounts = []artifact.GitRepoAccount{
			{Name: "git", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}},
			{Name: "token", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{Username: "ci"}, TokenAuth: artifact.TokenAuth{Token: secret.NewRef("hunter2")}},
			{Name: "wrong", AllowedHosts: hosts, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter22")}},
			{Name: "open"},
			{Name: "one", Repository: url + "/one.git"},
			{Name: "hosts", AllowedHosts: []string{"git.example.com"}},
			{Name: "ssh", SSHPrivateKeyFilePath: "/dev/null"},
			{Name: "closed", URLRestrictions: &artifact.URLRestrictions{}},
		}
	})
	of := func(account, version, subPath string) map[string]any {
		return map[string]any{"type": "git/repo", "artifactAccount": account, "reference": url + "/repo.git", "version": version,
			"metadata": map[string]any{"subPath": subPath}}
	}
	read := func(version string) string {
		data, err := service.File(t.Context(), of("git", version, ""), "README.md")
		require.NoError(t, err, version)
		return string(data)
	}
	for version, want := range map[string]string{
		"": "second", "master": "second", "next/big": "next", "v1": "first", "refs/tags/v1": "first", "HEAD": "second",
		first: "first", first[:7]: "first", first[:12]: "first",
	} {
		require.Equal(t, want, read(version), version)
	}

	t.Run("archive", func(t *testing.T) {
		t.Parallel()
		data, err := service.Fetch(t.Context(), of("token", "v1", ""))
		require.NoError(t, err)
		files, names := untar(t, data)
		require.Equal(t, map[string]string{
			"pax_global_header": first, "README.md": "first", "deploy/": "dir", "deploy/app/": "dir",
			"deploy/app/service.yml": "service", "deploy/app/run.sh": "#!/bin/sh\n(x)", "deploy/app/link.yml": "-> service.yml",
		}, files)

		// The same names in the same order as Git's own.
		cmd := exec.CommandContext(t.Context(), "git", "archive", "--format", "tgz", "v1")
		cmd.Dir = filepath.Join(root, "repo.git")
		reference, err := cmd.Output()
		require.NoError(t, err)
		wantFiles, wantNames := untar(t, reference)
		require.Equal(t, wantNames, names)
		require.Equal(t, wantFiles, files)
	})
	t.Run("part of it", func(t *testing.T) {
		t.Parallel()
		data, err := service.Fetch(t.Context(), of("git", "", "deploy/app"))
		require.NoError(t, err)
		_, names := untar(t, data)
		require.Equal(t, []string{"pax_global_header", "deploy/", "deploy/app/", "deploy/app/link.yml", "deploy/app/run.sh", "deploy/app/service.yml"}, names)
		text, err := service.File(t.Context(), of("git", "", "deploy"), "app/service.yml")
		require.NoError(t, err)
		require.Equal(t, "service", string(text))
	})
	for _, c := range []struct {
		name    string
		of      map[string]any
		kind    fault.Kind
		account string
		says    string
	}{
		{"wrong credentials", of("wrong", "", ""), fault.Forbidden, "wrong", "rejected the account's credentials"},
		{"no credentials", of("open", "", ""), fault.Forbidden, "open", "the account has none"},
		{"unknown version", of("git", "nope", ""), fault.NotFound, "git", "no branch, tag or commit nope"},
		{"unknown commit", of("git", strings.Repeat("ab", 20), ""), fault.NotFound, "git", "no branch, tag or commit"},
		{"unknown short commit", of("git", "abcdef1", ""), fault.NotFound, "git", "no branch, tag or commit"},
		{"missing path", of("git", "", "nope"), fault.NotFound, "git", "no nope in this version"},
		{"path above", of("git", "", "../x"), fault.Invalid, "git", "is outside the repository"},
		{"another repository", of("one", "", ""), fault.Forbidden, "one", "alone"},
		{"another host", of("hosts", "", ""), fault.Forbidden, "hosts", "allowedHosts"},
		{"key for a URL", of("ssh", "", ""), fault.Invalid, "ssh", "SSH key alone"},
		{"host not allowed", of("closed", "", ""), fault.Forbidden, "closed", "artifacts.gitrepo.accounts[closed]"},
		{"unknown repository", map[string]any{"type": "git/repo", "artifactAccount": "git", "reference": url + "/nope.git"}, fault.NotFound, "git", "no such thing"},
		{"no reference", map[string]any{"type": "git/repo", "artifactAccount": "git"}, fault.Invalid, "git", "reference is missing"},
		{"this machine", map[string]any{"type": "git/repo", "artifactAccount": "git", "reference": "file://" + root + "/repo.git"}, fault.Forbidden, "git", "allowedSchemes"},
		{"no key", map[string]any{"type": "git/repo", "artifactAccount": "git", "reference": "git@127.0.0.1:team/repo.git"}, fault.Invalid, "git", "sshPrivateKeyFilePath"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := service.Fetch(t.Context(), c.of)
			requireFault(t, err, c.kind, c.account, c.says)
		})
	}
	t.Cleanup(func() {
		left, err := os.ReadDir(temp)
		require.NoError(t, err)
		require.Empty(t, left, "nothing stays on disk")
	})
}

func TestGitRepoOnThisMachine(t *testing.T) {
	t.Parallel()
	root, first := gitRepository(t)
	service := newService(t, func(c *artifact.Config) {
		c.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git", URLRestrictions: &artifact.URLRestrictions{AllowedSchemes: []string{"file"}}}}
	})
	for version, want := range map[string]string{"": "second", "v1": "first", first: "first", first[:7]: "first"} {
		text, err := service.File(t.Context(), map[string]any{"type": "git/repo", "reference": "file://" + root + "/repo.git", "version": version}, "README.md")
		require.NoError(t, err)
		require.Equal(t, want, string(text))
	}
	_, err := service.Fetch(t.Context(), map[string]any{"type": "git/repo", "reference": "file://" + root + "/nope.git"})
	requireFault(t, err, fault.NotFound, "git", "no Git repository")
}

func TestGitRepoTooLarge(t *testing.T) {
	t.Parallel()
	root, _ := gitRepository(t)
	url := gitServer(t, root)
	for _, limit := range []int64{50, 300} { // the transfer, the archive
		service := newService(t, func(c *artifact.Config) {
			c.MaxBytes = limit
			c.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git", AllowedHosts: []string{hostOf(url)}, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}}}
		})
		_, err := service.Fetch(t.Context(), map[string]any{"type": "git/repo", "reference": url + "/repo.git"})
		requireFault(t, err, fault.TooLarge, "git", "artifacts.maxBytes")
	}
}

func TestGitRepoRedirects(t *testing.T) {
	t.Parallel()
	url := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254"+r.URL.RequestURI(), http.StatusFound)
	})
	service := newService(t, func(c *artifact.Config) { c.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git"}} })
	_, err := service.Fetch(t.Context(), map[string]any{"type": "git/repo", "reference": url + "/repo.git"})
	requireFault(t, err, fault.Forbidden, "git", "169.254.169.254")
}

// A small transfer that inflates to more than an artifact may be is refused
// before it is inflated.
func TestGitRepoThatInflates(t *testing.T) {
	t.Parallel()
	const limit = 1 << 20
	of := func(t *testing.T, change func(work string)) error {
		t.Helper()
		root, _ := gitRepository(t)
		work := filepath.Join(root, "work")
		change(work)
		gitRun(t, work, "add", "-A")
		gitRun(t, work, "commit", "-qm", "large")
		gitRun(t, root, "clone", "-q", "--bare", "work", "large.git")
		gitRun(t, filepath.Join(root, "large.git"), "repack", "-adqf", "--depth=50")
		url := gitServer(t, root)
		service := newService(t, func(c *artifact.Config) {
			c.MaxBytes = limit
			c.GitRepo.Accounts = []artifact.GitRepoAccount{{Name: "git", AllowedHosts: []string{hostOf(url)}, BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}}}
		})
		_, err := service.File(t.Context(), map[string]any{"type": "git/repo", "reference": url + "/large.git"}, "README.md")
		return err
	}
	write := func(t *testing.T, path string, size int64, end string) {
		t.Helper()
		file, err := os.Create(path)
		require.NoError(t, err)
		require.NoError(t, file.Truncate(size))
		_, err = file.WriteAt([]byte(end), size)
		require.NoError(t, err)
		require.NoError(t, file.Close())
	}
	t.Run("fits", func(t *testing.T) {
		t.Parallel()
		require.NoError(t, of(t, func(work string) {
			write(t, filepath.Join(work, "a"), limit+1000, "a")
			write(t, filepath.Join(work, "b"), limit+1000, "b") // a delta of the other
		}))
	})
	t.Run("one object", func(t *testing.T) {
		t.Parallel()
		requireFault(t, of(t, func(work string) { write(t, filepath.Join(work, "zeros"), 200*limit, "") }), fault.TooLarge, "git", "artifacts.maxBytes")
	})
	t.Run("all together", func(t *testing.T) {
		t.Parallel()
		requireFault(t, of(t, func(work string) {
			for i := range 40 {
				write(t, filepath.Join(work, strings.Repeat("x", i+1)), limit+1000, strings.Repeat("y", i))
			}
		}), fault.TooLarge, "git", "artifacts.maxBytes")
	})
}
