package deploy

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/gennaker/gennaker/internal/testkube"
)

// envHelm names the program helm; `make test-release` sets it.
const envHelm = "GENNAKER_HELM"

// realNode is a cluster whose pods really run.
type realNode struct {
	kubeconfig, registry string
	client               kubernetes.Interface
}

// startRealNode starts a sandbox with a real node, which ends with the test.
func startRealNode(t *testing.T) realNode {
	t.Helper()
	sandbox := os.Getenv(testkube.EnvSandbox)
	if sandbox == "" {
		t.Skip("there is no sandbox")
	}
	if out, err := exec.CommandContext(t.Context(), sandbox, "check-real").CombinedOutput(); err != nil {
		t.Skipf("no real node can run here: %s", out)
	}
	dir := t.TempDir()
	node := realNode{kubeconfig: filepath.Join(dir, "kubeconfig")}
	command := exec.CommandContext(t.Context(), sandbox, "up", "--real-node", "--end-with-input",
		"--dir", filepath.Join(dir, "run"), "--kubeconfig", node.kubeconfig)
	input, err := command.StdinPipe()
	require.NoError(t, err)
	errs, err := command.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = input.Close()
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
	})
	var said []string
	for lines := bufio.NewScanner(errs); node.registry == "" && lines.Scan(); {
		said = append(said, lines.Text())
		if found := regexp.MustCompile(`registry http://(\S+),`).FindStringSubmatch(lines.Text()); found != nil {
			node.registry = found[1]
		}
	}
	require.NotEmpty(t, node.registry, "the sandbox said: %q", said)
	config, err := clientcmd.BuildConfigFromFlags("", node.kubeconfig)
	require.NoError(t, err)
	node.client, err = kubernetes.NewForConfig(config)
	require.NoError(t, err)
	return node
}

// TestReleaseInACluster installs the release's chart with Helm where its image really
// runs, uses it, changes it, and removes it. The data and the key stay.
func TestReleaseInACluster(t *testing.T) {
	t.Parallel()
	chart := released(t, "gennaker-chart_*.tgz")
	archive := released(t, "gennaker_*_linux_amd64_image.tar")
	program := os.Getenv(envHelm)
	if program == "" {
		t.Skip("there is no helm")
	}
	node := startRealNode(t)
	const namespace = "delivery"
	helm := func(args ...string) string {
		command := exec.CommandContext(t.Context(), program, append(args, "--kubeconfig", node.kubeconfig, "--namespace", namespace)...)
		command.Env = append(os.Environ(), "HELM_CACHE_HOME="+t.TempDir(), "HELM_CONFIG_HOME="+t.TempDir(), "HELM_DATA_HOME="+t.TempDir())
		out, err := command.CombinedOutput()
		require.NoError(t, err, "helm %s: %s", strings.Join(args, " "), out)
		return string(out)
	}

	image, err := tarball.ImageFromPath(archive, nil)
	require.NoError(t, err)
	manifest, err := tarball.LoadManifest(opener(archive))
	require.NoError(t, err)
	repository, tag, _ := strings.Cut(manifest[0].RepoTags[0], ":")
	_, path, _ := strings.Cut(repository, "/")
	to, err := name.NewTag(node.registry+"/"+path+":"+tag, name.Insecure)
	require.NoError(t, err)
	require.NoError(t, remote.Write(to, image, remote.WithContext(t.Context())))

	require.Contains(t, helm("lint", "--strict", chart), "0 chart(s) failed")
	helm("install", "gennaker", chart, "--create-namespace", "--wait", "--timeout", "5m",
		"--set", "service.type=LoadBalancer,image.repository="+repository)
	_, err = node.client.CoreV1().Namespaces().Patch(t.Context(), namespace, types.MergePatchType,
		[]byte(`{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"restricted"}}}`), metav1.PatchOptions{})
	require.NoError(t, err)
	url := node.address(t, namespace)
	answers(t, url)
	request(t, http.MethodPost, url+"/tasks", `{"application": "shop", "description": "Create Application: shop",
		"job": [{"type": "createApplication", "application": {"name": "shop", "email": "me@example.com"}}]}`)
	eventually(t, func() string {
		if apps := request(t, http.MethodGet, url+"/applications", ""); !strings.Contains(apps, `"shop"`) {
			return apps
		}
		return ""
	})
	key := node.key(t, namespace)

	// An upgrade replaces the pod. Its namespace takes restricted pods alone by now.
	helm("upgrade", "gennaker", chart, "--reuse-values", "--wait", "--timeout", "5m", "--set", "config.logging.level=debug")
	answers(t, url)
	require.Contains(t, request(t, http.MethodGet, url+"/applications", ""), `"shop"`)
	require.Equal(t, key, node.key(t, namespace))

	helm("uninstall", "gennaker", "--wait")
	_, err = node.client.CoreV1().PersistentVolumeClaims(namespace).Get(t.Context(), "data-gennaker-0", metav1.GetOptions{})
	require.NoError(t, err)
	require.Equal(t, key, node.key(t, namespace))

	// Installed again, it goes on with both.
	helm("install", "gennaker", chart, "--wait", "--timeout", "5m",
		"--set", "service.type=LoadBalancer,image.repository="+repository)
	require.Equal(t, key, node.key(t, namespace))
	require.Contains(t, request(t, http.MethodGet, node.address(t, namespace)+"/applications", ""), `"shop"`)
}

func (n realNode) key(t *testing.T, namespace string) string {
	t.Helper()
	secret, err := n.client.CoreV1().Secrets(namespace).Get(t.Context(), "gennaker-encryption", metav1.GetOptions{})
	require.NoError(t, err)
	require.NotEmpty(t, secret.Data["key"])
	return string(secret.Data["key"])
}

// address is the URL of the Service.
func (n realNode) address(t *testing.T, namespace string) string {
	t.Helper()
	url := ""
	eventually(t, func() string {
		service, err := n.client.CoreV1().Services(namespace).Get(t.Context(), "gennaker", metav1.GetOptions{})
		if err != nil {
			return err.Error()
		}
		for _, one := range service.Status.LoadBalancer.Ingress {
			url = "http://" + one.IP + ":8084"
		}
		if url == "" {
			return "the Service has no address"
		}
		client := http.Client{Timeout: 10 * time.Second}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/readyz", http.NoBody)
		require.NoError(t, err)
		response, err := client.Do(r)
		if err != nil {
			return err.Error()
		}
		return map[bool]string{false: response.Status}[response.Body.Close() == nil && response.StatusCode == http.StatusOK]
	})
	return url
}

// opener opens the file of an image.
func opener(path string) tarball.Opener {
	return func() (io.ReadCloser, error) { return os.Open(path) }
}
