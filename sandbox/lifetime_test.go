package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestSandboxesRunSideBySideAndLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	one, other := up(t, t.TempDir(), "--nodes", "3"), up(t, t.TempDir(), "--nodes", "1")
	for b, want := range map[*box]int{one: 3, other: 1} {
		nodes, err := b.client(t, "").CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
		if err != nil || len(nodes.Items) != want {
			t.Errorf("got %d nodes, want %d: %v", len(nodes.Items), want, err)
		}
	}
	for b, signal := range map[*box]syscall.Signal{one: syscall.SIGTERM, other: syscall.SIGINT} {
		children := b.children(t)
		if len(children) != 4 {
			t.Errorf("got %d components", len(children))
		}
		if err := b.cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		b.waitEnd(t)
		if b.err != nil {
			t.Errorf("after %s: %v\n%s", signal, b.err, b.stderr)
		}
		expectGone(t, children)
		if left, _ := os.ReadDir(b.dir); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestKilledSandboxTakesItsComponentsAlong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := up(t, dir)
	children := b.children(t)
	if err := b.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	b.waitEnd(t)
	expectGone(t, children)

	// The next one in the same place begins anew, and cleans up for both.
	b = up(t, dir)
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	b.waitEnd(t)
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestSandboxEndsWithItsInput(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := launch(t, dir, "--end-with-input")
	in, err := b.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.await(t)
	in.Close()
	b.waitEnd(t)
	if b.err != nil {
		t.Errorf("%v\n%s", b.err, b.stderr)
	}
}

func TestSandboxCanBeStoppedWhileItStarts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := launch(t, dir)
	if err := b.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, func(context.Context) error {
		_, err := os.Stat(filepath.Join(dir, "run", "log", "kube-apiserver.log"))
		return err
	})
	children := b.children(t)
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := b.cmd.Wait(); err != nil {
		t.Errorf("%v\n%s", err, b.stderr)
	}
	expectGone(t, children)
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDeadComponentEndsTheSandbox(t *testing.T) {
	t.Parallel()
	b := up(t, t.TempDir())
	children := b.children(t)
	if err := syscall.Kill(children[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	b.waitEnd(t)
	if exitCode(b.err) != 1 {
		t.Errorf("got %v, want exit code 1", b.err)
	}
	if got := b.stderr.String(); !strings.Contains(got, "ended unexpectedly (signal: killed)") {
		t.Errorf("said %q", got)
	}
	expectGone(t, children)
}

func TestKeptSandboxGoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := up(t, dir, "--keep")
	_, err := b.client(t, "").CoreV1().ConfigMaps("default").Create(t.Context(),
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "kept"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	b.waitEnd(t)
	if b.err != nil {
		t.Fatalf("%v\n%s", b.err, b.stderr)
	}
	b = up(t, dir, "--keep")
	if _, err := b.client(t, "").CoreV1().ConfigMaps("default").Get(t.Context(), "kept", metav1.GetOptions{}); err != nil {
		t.Error(err)
	}
	pod := b.create(t, newPod("works", nil))
	b.awaitPod(t, pod, running)
}

func TestDirectoryInUse(t *testing.T) {
	t.Parallel()
	b := up(t, t.TempDir())
	second := launch(t, b.dir)
	err := second.cmd.Run()
	if exitCode(err) != 1 || !strings.Contains(second.stderr.String(), "in use by another sandbox") {
		t.Errorf("got %v, said %q", err, second.stderr)
	}
	if _, err := b.client(t, "").CoreV1().Nodes().List(t.Context(), metav1.ListOptions{}); err != nil {
		t.Errorf("the first was harmed: %v", err)
	}
}

func TestReadOnlyUser(t *testing.T) {
	t.Parallel()
	b := up(t, t.TempDir())
	viewer := b.client(t, ".readonly").CoreV1()
	if _, err := viewer.Pods("default").List(t.Context(), metav1.ListOptions{}); err != nil {
		t.Errorf("may not look: %v", err)
	}
	_, err := viewer.ConfigMaps("default").Create(t.Context(), &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "x"}}, metav1.CreateOptions{})
	if !apierrors.IsForbidden(err) {
		t.Errorf("may write: %v", err)
	}
	if _, err := viewer.Secrets("default").List(context.Background(), metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		t.Errorf("may read secrets: %v", err)
	}
}
