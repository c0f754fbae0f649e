package packer_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/imagebakery/packer"
	"github.com/gennaker/gennaker/internal/imagebakery/packertest"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
)

const patience = 30 * time.Second

// kit is a builder with the tests' Packer.
type kit struct {
	*packer.Builder
	t   *testing.T
	dir string
}

func newKit(t *testing.T, change func(o *packer.Options)) *kit {
	t.Helper()
	o := packer.Options{Dir: filepath.Join(t.TempDir(), "bakes"), Timeout: time.Minute, Grace: 10 * time.Second}
	if change != nil {
		change(&o)
	}
	if o.Packer.Path == "" {
		o.Packer.Path = packertest.Fake(t)
	}
	k := &kit{packer.New(o), t, o.Dir}
	t.Cleanup(func() {
		ids, _ := k.Builds()
		for _, id := range ids {
			_ = k.Remove(id)
		}
	})
	return k
}

func build(id, mode string) imagebakery.Build {
	return imagebakery.Build{ID: id, Plan: recipe.Plan{Template: "aws-ebs.json", Variables: map[string]string{"mode": mode, "packages": "a=1 b; rm -rf $HOME"}}}
}

// follow reads a build's log until it is in a state, and gives all of it.
func (k *kit) follow(id string, until func(p imagebakery.Progress, log string) bool) (last imagebakery.Progress, log string) {
	k.t.Helper()
	require.Eventually(k.t, func() bool {
		p, err := k.Look(id, int64(len(log)))
		require.NoError(k.t, err)
		log += string(p.Log)
		last = p
		return len(p.Log) == 0 && until(p, log)
	}, patience, 10*time.Millisecond, "the log so far: %s", &log)
	return last, log
}

func ended(p imagebakery.Progress, _ string) bool { return p.State == imagebakery.BuildEnded }

func says(what string) func(imagebakery.Progress, string) bool {
	return func(_ imagebakery.Progress, log string) bool { return strings.Contains(log, what) }
}

func TestBuild(t *testing.T) {
	t.Setenv("UNRELATED_SECRET", "of-the-server")
	k := newKit(t, func(o *packer.Options) {
		o.Packer.AdditionalParameters = []string{"-on-error=cleanup"}
		o.Packer.Environment = map[string]string{"AWS_PROFILE": "baker", "AWS_SESSION_TOKEN": "session-token"}
		o.Packer.Timestamp = true
	})
	b := build("one", "good")
	b.Secrets = map[string]string{"aws_secret_key": "very-secret", "key": "line one\nline two"}
	require.NoError(t, k.Start(t.Context(), b))
	require.NoError(t, k.Start(t.Context(), b), "it is there already")
	p, log := k.follow("one", ended)
	require.Empty(t, p.Failure)
	require.JSONEq(t, `{"builds":[{"artifact_id":"us-east-1:ami-0aaaaaaaaa"}]}`, string(p.Manifest))

	var args []string
	for line := range strings.SplitSeq(log, "\n") {
		if arg, ok := strings.CutPrefix(line, "argument: "); ok {
			args = append(args, arg)
		}
	}
	dir := filepath.Join(k.dir, "one")
	require.Equal(t, []string{
		"build", "-color=false", "-timestamp-ui", "-on-error=cleanup",
		"-var", "configDir=" + dir + "/config", "-var", "manifestFile=" + dir + "/manifest.json", "-var", "mode=good", "-var", "packages=a=1 b; rm -rf $HOME",
		"-var-file=" + dir + "/secrets.pkrvars.json", dir + "/config/aws-ebs.json",
	}, args, "each argument is passed as it is")
	require.Contains(t, log, `"aws_secret_key":"******"`, "the file of secrets was read")
	for _, secret := range []string{"very-secret", "session-token", "line one", "of-the-server", "GENNAKER"} {
		require.NotContains(t, log, secret)
	}
	require.Contains(t, log, "environment: AWS_PROFILE=baker")
	_, err := os.Stat(filepath.Join(dir, "secrets.pkrvars.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = os.Stat(filepath.Join(dir, "config", "install_packages.sh"))
	require.NoError(t, err)

	ids, err := k.Builds()
	require.NoError(t, err)
	require.Equal(t, []string{"one"}, ids)
	require.NoError(t, k.Remove("one"))
	ids, err = k.Builds()
	require.NoError(t, err)
	require.Empty(t, ids)
}

// What Packer says and how it ends may be anything.
func TestBadEnds(t *testing.T) {
	t.Parallel()
	for mode, c := range map[string]struct {
		failure string
		check   func(t *testing.T, log string)
	}{
		"fail": {"Packer failed (exit code 1).", func(t *testing.T, log string) {
			t.Helper()
			require.Contains(t, log, "no such subnet")
		}},
		"killed": {"Packer was ended from outside (signal: killed).", nil},
		"binary": {"", func(t *testing.T, log string) {
			t.Helper()
			require.NotContains(t, log, "\x00")
			require.NotContains(t, log, "\x1b")
		}},
		"endless": {"", func(t *testing.T, log string) {
			t.Helper()
			require.Less(t, len(log), 1200<<10)
			require.Contains(t, log, "bytes of the log are left out here")
			require.Contains(t, log, "us-east-1: ami-0aaaaaaaaa", "its end is there")
		}},
		"longline": {"", func(t *testing.T, log string) {
			t.Helper()
			require.Less(t, len(log), 1200<<10)
			require.Contains(t, log, "us-east-1: ami-0aaaaaaaaa")
		}},
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			k := newKit(t, nil)
			require.NoError(t, k.Start(t.Context(), build("one", mode)))
			p, log := k.follow("one", ended)
			require.Equal(t, c.failure, p.Failure)
			require.True(t, utf8.ValidString(log))
			if c.check != nil {
				c.check(t, log)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	k := newKit(t, nil)
	require.NoError(t, k.Start(t.Context(), build("one", "hang")))
	k.follow("one", says("hanging"))
	require.NoError(t, k.Cancel("one"))
	p, log := k.follow("one", ended)
	require.Equal(t, "The bake was canceled.", p.Failure)
	require.Contains(t, log, "gennaker: The bake was canceled. Packer is told to clean up.")
	require.Contains(t, log, "Cleanly cancelled")
	require.NoError(t, k.Cancel("none"))
}

// A Packer that doesn't stop is killed, with all that it has started.
func TestTimeout(t *testing.T) {
	t.Parallel()
	k := newKit(t, func(o *packer.Options) { o.Timeout, o.Grace = 300*time.Millisecond, 300*time.Millisecond })
	require.NoError(t, k.Start(t.Context(), build("one", "stubborn")))
	p, log := k.follow("one", ended)
	require.Equal(t, "The bake took longer than 300ms.", p.Failure)
	require.Contains(t, log, "Packer didn't stop within 300ms and is killed.")
	gone(t, log, "stubborn")
}

// What a Packer that ended has left behind is ended, too.
func TestChildren(t *testing.T) {
	t.Parallel()
	k := newKit(t, nil)
	require.NoError(t, k.Start(t.Context(), build("one", "child")))
	p, log := k.follow("one", ended)
	require.Empty(t, p.Failure)
	gone(t, log, "child")
}

// gone waits until the process that a log tells of has ended.
func gone(t *testing.T, log, word string) {
	t.Helper()
	found := regexp.MustCompile(word + ` (\d+)`).FindStringSubmatch(log)
	require.NotNil(t, found, log)
	pid, err := strconv.Atoi(found[1])
	require.NoError(t, err)
	require.Eventually(t, func() bool { return !running(pid) }, patience, 10*time.Millisecond)
}

// running tells whether a process is there and no zombie.
func running(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z")
}

// A build goes on without who started it, and is found again by another builder.
func TestFoundAgain(t *testing.T) {
	t.Parallel()
	k := newKit(t, nil)
	require.NoError(t, k.Start(t.Context(), build("one", "slow")))
	k.follow("one", says("Creating AMI"))
	again := &kit{packer.New(packer.Options{Dir: k.dir}), t, k.dir}
	p, err := again.Look("one", 0)
	require.NoError(t, err)
	require.Equal(t, imagebakery.BuildRuns, p.State)
	require.NoError(t, again.Start(t.Context(), build("one", "fail")), "it runs, so it isn't started")
	require.NoError(t, os.WriteFile(filepath.Join(k.dir, "one", "go"), nil, 0o600))
	p, log := again.follow("one", ended)
	require.Empty(t, p.Failure)
	require.Equal(t, 1, strings.Count(log, "Creating AMI"))
}

// If its supervisor is killed, a build is gone; a Packer that goes on nevertheless is
// killed before it is started again.
func TestKilledSupervisor(t *testing.T) {
	t.Parallel()
	k := newKit(t, nil)
	require.NoError(t, k.Start(t.Context(), build("one", "stubborn")))
	_, log := k.follow("one", says("stubborn "))
	supervisor := parent(t, log)
	require.NoError(t, syscall.Kill(supervisor, syscall.SIGKILL))
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(k.dir, "one", "job.json"), old, old))
	k.follow("one", func(p imagebakery.Progress, _ string) bool { return p.State == imagebakery.BuildGone })
	require.NoError(t, k.Start(t.Context(), build("one", "good")))
	gone(t, log, "stubborn")
	p, _ := k.follow("one", ended)
	require.Empty(t, p.Failure)
}

// parent is the parent of the process that a log tells of.
func parent(t *testing.T, log string) int {
	t.Helper()
	found := regexp.MustCompile(`stubborn (\d+)`).FindStringSubmatch(log)
	require.NotNil(t, found)
	stat, err := os.ReadFile("/proc/" + found[1] + "/stat")
	if err != nil {
		t.Skip("there is no /proc here")
	}
	fields := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+1:]))
	pid, err := strconv.Atoi(fields[1])
	require.NoError(t, err)
	return pid
}

func TestVersions(t *testing.T) {
	t.Parallel()
	plan := recipe.Plan{Template: "null.json"}
	for name, c := range map[string]struct{ script, want string }{
		"too old":      {"echo Packer v1.4.5", "Packer v1.4.5 is too old: install 1.5 or newer"},
		"not a Packer": {"echo cracklib; exit 1", "isn't a Packer that can be used"},
		"silent":       {"exit 0", "doesn't tell its version"},
		"newer":        {"echo Packer v1.14.0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := packertest.Program(t, "#!/bin/sh\n"+c.script+"\n")
			_, err := newKit(t, func(o *packer.Options) { o.Packer.Path = path }).Prepare(t.Context(), plan)
			if c.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, c.want)
			require.Equal(t, fault.Invalid, fault.KindOf(err))
		})
	}
	_, err := newKit(t, func(o *packer.Options) { o.Packer.Path = "/nowhere/packer" }).Prepare(t.Context(), plan)
	require.ErrorContains(t, err, "correct packer.path")
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	config := filepath.Join(dir, "config")
	for name, content := range map[string]string{
		"config/mine.json": "mine", "config/docker.json": "own docker", "config/sub/vars.json": "{}", "outside.json": "secret", "config/large.json": strings.Repeat("x", 2<<20),
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
	}
	require.NoError(t, os.Symlink("../outside.json", filepath.Join(config, "link.json")))
	k := newKit(t, func(o *packer.Options) { o.ConfigDir = config })
	for name, c := range map[string]struct {
		plan recipe.Plan
		want string // the first content, or the error
	}{
		"ours":               {recipe.Plan{Template: "null.json"}, "\"null\""},
		"theirs":             {recipe.Plan{Template: "mine.json"}, "mine"},
		"theirs before ours": {recipe.Plan{Template: "docker.json"}, "own docker"},
		"with variables":     {recipe.Plan{Template: "mine.json", VarFile: "sub/vars.json"}, "mine"},
		"none":               {recipe.Plan{Template: "nope.json"}, "There is no template nope.json in rosco.configDir; Gennaker has: alicloud.json, aws-chroot.json"},
		"a parent":           {recipe.Plan{Template: "../outside.json"}, "must be the path of a file within rosco.configDir"},
		"an absolute path":   {recipe.Plan{Template: "/etc/passwd"}, "must be the path of a file within rosco.configDir"},
		"a link outside":     {recipe.Plan{Template: "link.json"}, "can't be read: openat link.json: path escapes from parent"},
		"a directory":        {recipe.Plan{Template: "sub"}, "isn't a file"},
		"a script of ours":   {recipe.Plan{Template: "install_packages.sh"}, "There is no template"},
		"too large":          {recipe.Plan{Template: "large.json"}, "has more than 1 MiB"},
		"variables outside":  {recipe.Plan{Template: "mine.json", VarFile: "../outside.json"}, "The variable file"},
		"empty":              {recipe.Plan{}, "must be the path of a file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contents, err := k.Prepare(t.Context(), c.plan)
			if err != nil {
				require.ErrorContains(t, err, c.want)
				return
			}
			require.Contains(t, string(contents[0]), c.want)
		})
	}
	b := build("own", "good")
	b.Plan.Template, b.Plan.VarFile = "mine.json", "sub/vars.json"
	require.NoError(t, k.Start(t.Context(), b))
	_, log := k.follow("own", ended)
	require.Contains(t, log, "argument: configDir="+config+"\n")
	require.Contains(t, log, "argument: -var-file="+config+"/sub/vars.json\n")
	require.Contains(t, log, "argument: "+config+"/mine.json\n")
	require.NotContains(t, log, "manifestFile", "the template has no such variable")
}

func TestIDs(t *testing.T) {
	t.Parallel()
	k := newKit(t, nil)
	for _, id := range []string{"", "..", "../x", "a/b", strings.Repeat("a", 65)} {
		require.Error(t, k.Remove(id), id)
		require.Error(t, k.Cancel(id), id)
		require.Error(t, k.Start(t.Context(), imagebakery.Build{ID: id}), id)
		_, err := k.Look(id, 0)
		require.Error(t, err, id)
	}
}

// One process at a time owns the builds of a directory.
func TestOwn(t *testing.T) {
	t.Parallel()
	k := newKit(t, nil)
	machine, release, err := k.Own(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, machine)
	next := make(chan string)
	go func() {
		again, release, err := packer.New(packer.Options{Dir: k.dir}).Own(t.Context())
		if err == nil {
			release()
		}
		next <- again
	}()
	release()
	require.Equal(t, machine, <-next)
}

// Real Packer takes our templates, with what is planned for each cloud.
func TestRealPacker(t *testing.T) {
	t.Parallel()
	program := packertest.Real(t)
	k := newKit(t, func(o *packer.Options) { o.Packer.Path = program })
	require.NoError(t, k.Start(t.Context(), imagebakery.Build{ID: "null", Plan: recipe.Plan{Template: "null.json", Variables: map[string]string{"packages": "x"}}}))
	p, log := k.follow("null", ended)
	require.Empty(t, p.Failure, log)
	require.Contains(t, string(p.Manifest), "artifact_id")

	require.NoError(t, k.Start(t.Context(), build("aws", "good")))
	p, log = k.follow("aws", ended)
	require.Equal(t, "Packer failed (exit code 1).", p.Failure)
	require.Contains(t, log, "required variable not set: aws_region")
}

// Packer's own check of a template passes, with the variables that it requires.
func TestRealPackerValidates(t *testing.T) {
	t.Parallel()
	program := packertest.Real(t)
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key"), nil, 0o600))
	variables := map[string]string{"configDir": "templates", "artifactFile": filepath.Join(dir, "key")}
	for name, more := range map[string]map[string]string{
		"aws-ebs.json":                   {"aws_region": "us-east-1", "aws_source_ami": "ami-1", "aws_target_ami": "image", "aws_instance_type": "t3.micro", "aws_ssh_username": "admin"},
		"aws-multi-ebs.json":             {"aws_region": "us-east-1", "aws_source_ami": "ami-1", "aws_target_ami": "image", "aws_instance_type": "t3.micro", "aws_ssh_username": "admin"},
		"aws-chroot.json":                {"aws_region": "us-east-1", "aws_source_ami": "ami-1", "aws_target_ami": "image"},
		"aws-multi-chroot.json":          {"aws_region": "us-east-1", "aws_source_ami": "ami-1", "aws_target_ami": "image"},
		"gce.json":                       {"gce_project_id": "p", "gce_zone": "z", "gce_target_image": "image", "gce_source_image_family": "debian"},
		"azure-linux.json":               azure(map[string]string{"azure_image_publisher": "p", "azure_image_offer": "o", "azure_image_sku": "s"}),
		"azure-linux-managed-image.json": azure(map[string]string{"azure_custom_managed_image_name": "base"}),
		"docker.json":                    {"docker_source_image": "debian", "docker_target_image": "image", "docker_target_repository": "registry.example.com"},
		"null.json":                      {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{"validate"}
			for key, value := range maps.All(variables) {
				args = append(args, "-var", key+"="+value)
			}
			for key, value := range more {
				args = append(args, "-var", key+"="+value)
			}
			cmd := exec.CommandContext(t.Context(), program, append(args, filepath.Join("templates", name))...)
			cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "CHECKPOINT_DISABLE=1"}
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, "%s", out)
		})
	}
}

func azure(more map[string]string) map[string]string {
	out := map[string]string{
		"azure_client_id": "c", "azure_client_secret": "s", "azure_subscription_id": "s", "azure_tenant_id": "t", "azure_resource_group": "g",
		"azure_location": "westus", "azure_managed_image_name": "image",
	}
	maps.Copy(out, more)
	return out
}
