package server_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

// TestClusterPipelines runs pipelines that others have had trouble with, each
// twice, on a whole server with a real API server.
func TestClusterPipelines(t *testing.T) {
	t.Parallel()
	cluster := testkube.Get(t)
	namespace := cluster.Namespace(t)
	i := start(t, func(c *config.Config) {
		c.Kubernetes.Accounts = []kubernetes.AccountConfig{{Name: "k8s", KubeconfigFile: cluster.Kubeconfig}}
	})
	ctx, options := t.Context(), metav1.GetOptions{}
	core := cluster.Client.CoreV1()
	for name, check := range map[string]func(t *testing.T){
		"concurrent-configmap-versions": func(t *testing.T) {
			t.Helper()
			list, err := core.ConfigMaps(namespace).List(ctx, metav1.ListOptions{LabelSelector: "moniker.spinnaker.io/sequence"})
			if err != nil {
				t.Fatal(err)
			}
			contents := map[string]bool{}
			for _, c := range list.Items {
				if strings.HasPrefix(c.Name, "repro-race-v") {
					contents[c.Data["who"]] = true
				}
			}
			if len(contents) != 16 {
				t.Errorf("16 deployments have left %d contents", len(contents))
			}
		},
		"copied-artifact-annotation": func(t *testing.T) {
			t.Helper()
			for _, version := range []string{"repro-copy-v000", "repro-copy-v001"} {
				if _, err := core.ConfigMaps(namespace).Get(ctx, version, options); err != nil {
					t.Error(err)
				}
			}
		},
		"duplicate-list-entries": func(t *testing.T) {
			t.Helper()
			hosts, err := cluster.Client.AppsV1().Deployments(namespace).Get(ctx, "repro-hosts", options)
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(hosts.Spec.Template.Spec.HostAliases); !strings.Contains(got, "one.example.com two.example.com") {
				t.Errorf("the host aliases are %s", got)
			}
		},
		"patch-null": func(t *testing.T) {
			t.Helper()
			patched, err := core.ConfigMaps(namespace).Get(ctx, "repro-null", options)
			if err != nil {
				t.Fatal(err)
			}
			if _, left := patched.Labels["drop"]; left || patched.Labels["keep"] != "a" {
				t.Errorf("the labels are %v", patched.Labels)
			}
		},
		"apiservice-wait": func(*testing.T) {},
		"image-registry-port": func(t *testing.T) {
			t.Helper()
			web, err := cluster.Client.AppsV1().Deployments(namespace).Get(ctx, "repro-port", options)
			if err != nil {
				t.Fatal(err)
			}
			if got := web.Spec.Template.Spec.Containers[0].Image; got != "registry.example.com:5000/team/web:v2" {
				t.Errorf("the image is %s", got)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join("testdata", "clusters", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			replaced := strings.NewReplacer(`"namespace": "repro"`, `"namespace": "`+namespace+`"`, `"location": "repro"`, `"location": "`+namespace+`"`)
			var pipeline map[string]any
			if err := model.Unmarshal([]byte(replaced.Replace(string(text))), &pipeline); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				i.runs(t, pipeline)
			}
			check(t)
		})
	}
	_ = i.object(http.MethodPost, "/ops", obj{"application": "repro", "description": "Clean up", "job": objs{obj{
		"type": "deleteManifest", "account": "k8s", "cloudProvider": "kubernetes", "location": "_", "manifestName": "apiService v1.repro.example.com",
	}}})
}

// runs starts a pipeline and waits until all its stages have succeeded.
func (i *instance) runs(t *testing.T, pipeline map[string]any) {
	t.Helper()
	ref := model.String(i.object(http.MethodPost, "/pipelines/start", pipeline), "ref")
	deadline := time.Now().Add(2 * time.Minute)
	for {
		e := i.object(http.MethodGet, ref, nil)
		if status := model.String(e, "status"); status != "RUNNING" && status != "NOT_STARTED" {
			for _, s := range model.Objects(e, "stages") {
				if model.String(s, "status") != "SUCCEEDED" {
					t.Errorf("stage %s is %s: %v", s["name"], s["status"], model.Object(s, "context")["exception"])
				}
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("it still runs: %v", e["stages"])
		}
		<-time.After(50 * time.Millisecond)
	}
}
