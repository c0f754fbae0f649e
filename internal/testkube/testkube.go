// Package testkube gives tests a real Kubernetes API: one sandbox for all
// tests of a process, or a cluster that is there already, and a namespace of
// its own for each test.
//
// A package's TestMain calls [Main]. Tests that need a cluster call [Get] and
// are skipped where there is none, unless GENNAKER_REQUIRE_SANDBOX=1.
package testkube

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/rand"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// The environment variables that choose a cluster.
const (
	// envKubeconfig names the kubeconfig of a cluster to use.
	envKubeconfig = "GENNAKER_TEST_KUBECONFIG"
	// EnvSandbox names the sandbox's binary; bin/sandbox of the module's root
	// where unset.
	EnvSandbox = "GENNAKER_SANDBOX"
	// EnvRequire, set to 1, has tests fail where there is no cluster.
	envRequire = "GENNAKER_REQUIRE_SANDBOX"
)

// Cluster is a cluster for tests.
type Cluster struct {
	// Kubeconfig and ReadOnlyKubeconfig are paths: of an administrator's
	// kubeconfig, and of one that may change nothing.
	Kubeconfig, ReadOnlyKubeconfig string
	Client                         kubernetes.Interface
	Dynamic                        dynamic.Interface
}

// shared is the process's one cluster.
var shared struct {
	once    sync.Once
	cluster *Cluster
	sandbox *sandbox
	err     error
	missing string // why there is none, where that is no error
}

// Main runs a package's tests and ends the sandbox, if one was started. It
// returns the code for os.Exit. The tests are a *testing.M, or what runs one.
func Main(m interface{ Run() int }) int {
	code := m.Run()
	if shared.sandbox != nil {
		if err := shared.sandbox.stop(); err != nil {
			fmt.Fprintln(os.Stderr, "testkube:", err)
			code = max(code, 1)
		}
	}
	return code
}

// Get returns the cluster, which the first call starts. Where there is none it
// skips the test, or fails it if one is required.
func Get(tb testing.TB) *Cluster {
	tb.Helper()
	shared.once.Do(func() { shared.cluster, shared.missing, shared.err = connect() })
	switch {
	case shared.err != nil:
		tb.Fatalf("testkube: %v", shared.err)
	case shared.missing != "" && os.Getenv(envRequire) == "1":
		tb.Fatalf("testkube: %s", shared.missing)
	case shared.missing != "":
		tb.Skipf("testkube: %s", shared.missing)
	}
	return shared.cluster
}

// connect finds a cluster: the one that is named, or a new sandbox.
func connect() (cluster *Cluster, missing string, err error) {
	kubeconfig := os.Getenv(envKubeconfig)
	if kubeconfig == "" {
		binary := findBinary()
		if binary == "" {
			return nil, fmt.Sprintf("there is no cluster: build bin/sandbox, or set %s or %s", EnvSandbox, envKubeconfig), nil
		}
		if shared.sandbox, err = startSandbox(binary); err != nil {
			return nil, "", err
		}
		kubeconfig = shared.sandbox.kubeconfig
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, "", fmt.Errorf("read the kubeconfig %s: %w", kubeconfig, err)
	}
	config.QPS, config.Burst = 200, 400
	cluster = &Cluster{Kubeconfig: kubeconfig, ReadOnlyKubeconfig: kubeconfig + ".readonly"}
	if cluster.Client, err = kubernetes.NewForConfig(config); err != nil {
		return nil, "", fmt.Errorf("make a client: %w", err)
	}
	if cluster.Dynamic, err = dynamic.NewForConfig(config); err != nil {
		return nil, "", fmt.Errorf("make a client: %w", err)
	}
	return cluster, "", nil
}

// findBinary is the sandbox's path, "" where there is none.
func findBinary() string {
	if named := os.Getenv(EnvSandbox); named != "" {
		return named
	}
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			binary := filepath.Join(dir, "bin", "sandbox")
			if _, err := os.Stat(binary); err != nil {
				return ""
			}
			return binary
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// Namespace makes a namespace for one test, which is deleted when the test
// ends.
func (c *Cluster) Namespace(tb testing.TB) string {
	tb.Helper()
	name := strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return '-'
	}, tb.Name()), "-")
	if len(name) > 40 {
		name = name[:40]
	}
	name = strings.Trim(name, "-") + "-" + rand.String(5)
	ctx, cancel := context.WithTimeout(tb.Context(), 30*time.Second)
	defer cancel()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
	if _, err := c.Client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
		tb.Fatalf("testkube: make namespace %s: %v", name, err)
	}
	tb.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(tb.Context()), 30*time.Second)
		defer cancel()
		if err := c.Client.CoreV1().Namespaces().Delete(ctx, name, metav1.DeleteOptions{}); err != nil {
			tb.Logf("testkube: delete namespace %s: %v", name, err)
		}
	})
	return name
}

// Eventually calls a check until it gives "" or the time is up, and then fails
// the test with what it gave last.
func Eventually(tb testing.TB, within time.Duration, check func() string) {
	tb.Helper()
	deadline := time.Now().Add(within)
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		problem := check()
		if problem == "" {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatalf("after %s: %s", within, problem)
		}
		<-ticker.C
	}
}
