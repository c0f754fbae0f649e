package deploy

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"helm.sh/helm/v4/pkg/engine"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/helm"
	"github.com/gennaker/gennaker/internal/packaging"
	"github.com/gennaker/gennaker/internal/yamldoc"
	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

const testVersion = "v1.2.3"

// chart is the chart as a release has it.
func chart(t *testing.T) []byte {
	t.Helper()
	archive, err := packaging.Chart(os.DirFS("chart"), testVersion, time.Unix(1_000_000, 0), config.Schema())
	require.NoError(t, err)
	return archive
}

// render renders the chart as the release named in a namespace, with values as YAML.
func render(t *testing.T, namespace, values string, lookup engine.ClientProvider) (*helm.Release, error) {
	t.Helper()
	var read map[string]any
	yamltest.Decode(t, values, &read)
	return helm.Render(t.Context(), helm.Request{
		Name: "gennaker", Namespace: namespace, Revision: 1, Install: true, Chart: chart(t), Values: read,
		KubeVersion: "v1.36.3", Lookup: lookup, Now: time.Unix(1_000_000, 0),
	})
}

// objects are the rendered objects.
func objects(t *testing.T, values string) installed {
	t.Helper()
	release, err := render(t, "delivery", values, nil)
	require.NoError(t, err)
	rendered, err := helm.Objects(release.Manifest)
	require.NoError(t, err)
	return rendered
}

type installed []map[string]any

// find decodes the object of a kind and a name; found tells whether there is one.
func find[T any](t *testing.T, in installed, kind, name string) (out *T, found bool) {
	t.Helper()
	for _, object := range in {
		u := unstructured.Unstructured{Object: object}
		if u.GetKind() == kind && u.GetName() == name {
			return decode[T](t, object), true
		}
	}
	return nil, false
}

// decode decodes an object strictly, so that a misspelled field is found.
func decode[T any](t *testing.T, object map[string]any) *T {
	t.Helper()
	text, err := yamldoc.Marshal(object)
	require.NoError(t, err)
	out := new(T)
	yamltest.DecodeStrict(t, text, out)
	return out
}

func get[T any](t *testing.T, in installed, kind, name string) *T {
	t.Helper()
	out, found := find[T](t, in, kind, name)
	require.True(t, found, "there is no %s %s", kind, name)
	return out
}

// workload is the pod template, of whichever kind of workload there is.
func workload(t *testing.T, in installed) corev1.PodTemplateSpec {
	t.Helper()
	for _, object := range in {
		switch object["kind"] {
		case "StatefulSet", "Deployment":
			if object["kind"] == "StatefulSet" {
				return decode[appsv1.StatefulSet](t, object).Spec.Template
			}
			return decode[appsv1.Deployment](t, object).Spec.Template
		}
	}
	t.Fatal("there is no workload")
	return corev1.PodTemplateSpec{}
}

// cases are values for the usual ways to install, each in a file of testdata.
func cases(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.values.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	out := map[string]string{"default": ""}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		out[strings.TrimSuffix(filepath.Base(path), ".values.yaml")] = string(data)
	}
	return out
}

// TestGeneratedGolden compares everything that is rendered with what it was.
func TestGeneratedGolden(t *testing.T) {
	t.Parallel()
	for name, values := range cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			release, err := render(t, "delivery", values, existing{key: "a2V5"})
			require.NoError(t, err)
			got := release.Manifest
			for _, hook := range release.Hooks {
				got += fmt.Sprintf("---\n# Source: %s\n%s\n", hook.Path, hook.Manifest)
			}
			got += "--- NOTES\n" + release.Info.Notes
			path := filepath.Join("testdata", name+".golden")
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err, "go test ./deploy -run Generated -update writes it")
			require.Equal(t, string(want), got, "go test ./deploy -run Generated -update writes %s", path)
		})
	}
}

// TestGeneratedRules keeps the chart's permissions those that Gennaker needs.
func TestGeneratedRules(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]any{
		"cluster":              kubernetes.Rules(false, false),
		"cluster-read-only":    kubernetes.Rules(true, false),
		"namespaced":           kubernetes.Rules(false, true),
		"namespaced-read-only": kubernetes.Rules(true, true),
	} {
		path := filepath.Join("chart", "rbac", name+".yaml")
		text, err := yamldoc.Marshal(rules)
		require.NoError(t, err)
		if *update {
			require.NoError(t, os.WriteFile(path, text, 0o600))
		}
		have, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, string(text), string(have), "go test ./deploy -run Generated -update writes %s", path)
	}
}

func TestChartValuesThatAreRefused(t *testing.T) {
	t.Parallel()
	for values, want := range map[string]string{
		"replicas: 2":                  "replicas is 2, but SQLite allows exactly one process: remove replicas, or set database.type to postgresql",
		"replicas: 0":                  "replicas is 0, but SQLite allows exactly one process",
		"database: {type: postgresql}": "set database.existingSecret to a Secret with the database's URL, or set database.url",
		"database: {url: 'postgres://db/gennaker'}":                                         "set database.type to postgresql too",
		"database: {type: postgresql, url: 'postgres://a/b', existingSecret: c}":            "not both",
		"database: {type: mysql}":                                                           "database",
		"database: {type: postgresql, url: 'mysql://a/b'}":                                  "url",
		"config: {dataDir: /elsewhere}":                                                     "config.dataDir: the chart sets it to /data",
		"config: {database: {url: 'postgres://u:p@db/x'}}":                                  "config.database.url: set database.type",
		"config: {server: {listen: ':80'}}":                                                 "config.server.listen: the chart sets it to :8084",
		"config: {roles: [api]}":                                                            "config.roles: remove it; each pod of this chart runs all roles",
		"config: {server: {listn: ':80'}}":                                                  "listn",
		"config: {server: {readTimeout: 5}}":                                                "readTimeout",
		"{encryption: {keys: [{secret: a}]}, config: {secrets: {encryption: {keys: [x]}}}}": "not both",
		"encryption: {keys: [{key: a}]}":                                                    "secret",
		"ingress: {enabled: true}":                                                          "set ingress.host",
		"kubernetes: {clusterWide: true, namespaces: [shop]}":                               "not both",
		"replicaCount: 3":                                                                   "replicaCount",
		"image: {digest: latest}":                                                           "digest",
		"service: {port: 80000}":                                                            "port",
	} {
		_, err := render(t, "delivery", values, nil)
		require.ErrorContains(t, err, want, values)
	}
}

// TestChartConfiguration loads what the server would load.
func TestChartConfiguration(t *testing.T) {
	t.Parallel()
	for name, values := range cases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := configuration(t, objects(t, values))
			require.Equal(t, ":8084", cfg.Server.Listen)
			require.Equal(t, "/data", cfg.DataDir)
			require.Equal(t, "json", cfg.Logging.Format)
			if name == "default" {
				require.Len(t, cfg.Warnings(), 1)
				require.Equal(t, "server.baseUrl", cfg.Warnings()[0].Path)
			} else {
				require.Empty(t, cfg.Warnings())
			}
			grace := time.Duration(*workload(t, objects(t, values)).Spec.TerminationGracePeriodSeconds) * time.Second
			ending := cfg.Server.ShutdownDelay + cfg.Server.ShutdownTimeout + cfg.Engine.DrainTimeout
			require.Greater(t, grace, ending)
		})
	}
}

// configuration is the one that is in effect in the pod.
func configuration(t *testing.T, in installed) *config.Config {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gennaker.yaml")
	text := get[corev1.ConfigMap](t, in, "ConfigMap", "gennaker").Data["gennaker.yaml"]
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	var env []string
	for _, one := range workload(t, in).Spec.Containers[0].Env {
		value := one.Value
		if one.ValueFrom != nil {
			value = "postgres://from-a-secret/gennaker"
		}
		env = append(env, one.Name+"="+value)
	}
	require.Empty(t, config.UnknownVariables(env))
	cfg, err := config.Load(config.Sources{File: file, Env: env})
	require.NoError(t, err, "%s", text)
	return cfg
}

func TestChartOnSQLite(t *testing.T) {
	t.Parallel()
	in := objects(t, "")
	set := get[appsv1.StatefulSet](t, in, "StatefulSet", "gennaker")
	require.EqualValues(t, 1, *set.Spec.Replicas)
	for _, object := range in {
		require.NotContains(t, []any{"Deployment", "PodDisruptionBudget", "Ingress", "NetworkPolicy", "Role", "ClusterRole"}, object["kind"])
	}
	pod := workload(t, in)
	require.False(t, *pod.Spec.AutomountServiceAccountToken)
	require.Equal(t, "ghcr.io/gennaker/gennaker:"+testVersion, pod.Spec.Containers[0].Image)
	require.Empty(t, pod.Spec.Containers[0].Env)
	require.Equal(t, "/livez", pod.Spec.Containers[0].LivenessProbe.HTTPGet.Path)
	require.Equal(t, "/readyz", pod.Spec.Containers[0].ReadinessProbe.HTTPGet.Path)
}

func TestChartOnPostgreSQL(t *testing.T) {
	t.Parallel()
	in := objects(t, "database: {type: postgresql, url: 'postgres://gennaker:secret@db/gennaker'}\nreplicas: 3")
	pod := workload(t, in)
	ref := pod.Spec.Containers[0].Env[0].ValueFrom.SecretKeyRef
	secret := get[corev1.Secret](t, in, "Secret", ref.Name)
	require.Equal(t, "postgres://gennaker:secret@db/gennaker", string(secret.Data[ref.Key]))
	for _, object := range in {
		if object["kind"] != "Secret" {
			require.NotContains(t, fmt.Sprint(object), "secret@db", "the password is in a %s", object["kind"])
		}
	}
	_, found := find[policyv1.PodDisruptionBudget](t, in, "PodDisruptionBudget", "gennaker")
	require.True(t, found)
	_, found = find[policyv1.PodDisruptionBudget](t, objects(t, "database: {type: postgresql, existingSecret: db}\nreplicas: 1"), "PodDisruptionBudget", "gennaker")
	require.False(t, found, "a budget for one pod would keep its node from being drained")
}

// TestChartKey reads the key as the server does, and keeps it over upgrades.
func TestChartKey(t *testing.T) {
	t.Parallel()
	key := func(lookup engine.ClientProvider) (*corev1.Secret, string) {
		release, err := render(t, "delivery", "", lookup)
		require.NoError(t, err)
		rendered, err := helm.Objects(release.Manifest)
		require.NoError(t, err)
		secret := get[corev1.Secret](t, rendered, "Secret", "gennaker-encryption")
		return secret, string(secret.Data["key"])
	}
	secret, first := key(nil)
	raw, err := base64.StdEncoding.DecodeString(first)
	require.NoError(t, err)
	require.Len(t, raw, 32)
	require.True(t, *secret.Immutable)
	require.Equal(t, "keep", secret.Annotations["helm.sh/resource-policy"])
	_, second := key(nil)
	require.NotEqual(t, first, second)
	_, kept := key(existing{key: base64.StdEncoding.EncodeToString([]byte(first))})
	require.Equal(t, first, kept)

	in := objects(t, "encryption: {keys: [{secret: new}, {secret: gennaker-encryption, key: old}]}")
	_, found := find[corev1.Secret](t, in, "Secret", "gennaker-encryption")
	require.False(t, found)
	require.Equal(t, []string{"file:/etc/gennaker/keys/0", "file:/etc/gennaker/keys/1"}, keysOf(configuration(t, in)))
	in = objects(t, "config: {secrets: {encryption: {keys: ['awskms://alias/gennaker?region=eu-west-1']}}}")
	_, found = find[corev1.Secret](t, in, "Secret", "gennaker-encryption")
	require.False(t, found)
	require.Equal(t, []string{"awskms://alias/gennaker?region=eu-west-1"}, keysOf(configuration(t, in)))
}

// keysOf are the references of the encryption keys.
func keysOf(cfg *config.Config) []string {
	var out []string
	for _, key := range cfg.Secrets.Encryption.Keys {
		out = append(out, key.String())
	}
	return out
}

func TestChartNamesOfTheServer(t *testing.T) {
	t.Parallel()
	cfg := configuration(t, objects(t, `
ingress: {enabled: true, host: cd.example.com, extraHosts: [delivery.example.com], tls: {enabled: true}}
config: {server: {allowedHosts: ["*.example.org"]}}`))
	require.Equal(t, "https://cd.example.com", cfg.Server.BaseURL)
	require.Equal(t, []string{"*.example.org", "delivery.example.com"}, cfg.Server.AllowedHosts)
	cfg = configuration(t, objects(t, "{ingress: {enabled: true, host: cd.example.com}, baseUrl: 'https://other.example.com'}"))
	require.Equal(t, "https://other.example.com", cfg.Server.BaseURL)
}

func TestChartAccountOfTheCluster(t *testing.T) {
	t.Parallel()
	in := objects(t, `
kubernetes: {namespaces: [shop, cart]}
config: {kubernetes: {accounts: [{name: prod, kubeconfigFile: /etc/gennaker/prod}]}}`)
	accounts := configuration(t, in).Kubernetes.Accounts
	require.Len(t, accounts, 2)
	require.Equal(t, "in-cluster", accounts[0].Name)
	require.True(t, accounts[0].ServiceAccount)
	require.Equal(t, []string{"shop", "cart"}, accounts[0].Namespaces)
	require.True(t, *workload(t, in).Spec.AutomountServiceAccountToken)
	for _, object := range in {
		require.NotContains(t, []any{"ClusterRole", "ClusterRoleBinding"}, object["kind"])
	}
	in = objects(t, "kubernetes: {clusterWide: true, readOnly: true}")
	role := get[rbacv1.ClusterRole](t, in, "ClusterRole", "delivery-gennaker")
	require.NotEmpty(t, role.Rules)
	for _, rule := range role.Rules {
		require.Subset(t, []string{"get", "list", "watch"}, rule.Verbs)
	}
	in = objects(t, "kubernetes: {readSecrets: [tokens]}")
	_, found := find[rbacv1.Role](t, in, "Role", "gennaker-secrets")
	require.True(t, found)
	require.True(t, *workload(t, in).Spec.AutomountServiceAccountToken)
	for _, object := range objects(t, "{rbac: {create: false}, kubernetes: {namespaces: [shop]}}") {
		require.NotContains(t, []any{"Role", "RoleBinding"}, object["kind"])
	}
}

// TestChartConfigChangesReplacePods makes sure that a new configuration takes effect.
func TestChartConfigChangesReplacePods(t *testing.T) {
	t.Parallel()
	sum := func(values string) string { return workload(t, objects(t, values)).Annotations["checksum/config"] }
	require.Equal(t, sum(""), sum("resources: {limits: {memory: 2Gi}}"))
	require.NotEqual(t, sum(""), sum("config: {logging: {level: debug}}"))
}

func TestChartNamesFit(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("very-long-name-", 3)
	for _, object := range objects(t, "fullnameOverride: "+long+"for-a-release-indeed") {
		u := unstructured.Unstructured{Object: object}
		require.LessOrEqual(t, len(u.GetName()), 63, "%s %s", u.GetKind(), u.GetName())
	}
}
