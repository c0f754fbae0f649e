package artifact_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/provider/providertest"
)

// stored is an account of the API.
func stored(section, name string, fields map[string]any) provider.Definition {
	all := map[string]any{"name": name}
	maps.Copy(all, fields)
	return provider.Definition{Key: provider.Key{Type: "artifacts." + section, Name: name}, Fields: all}
}

func namesOf(service *artifact.Service) []string {
	var out []string
	for _, a := range service.Accounts() {
		out = append(out, a.Name)
	}
	return out
}

func TestAccountsOfTheAPI(t *testing.T) {
	t.Parallel()
	answers := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/index.yaml":
			_, _ = w.Write([]byte("entries: {web: [{version: 1.0.0, urls: [web.tgz]}]}"))
		case "/v2/", "/maven/":
		default:
			http.NotFound(w, r)
		}
	})
	service := newService(t, func(c *artifact.Config) {
		c.HTTP.Accounts = []artifact.HTTPAccount{{Name: "files"}}
	})
	providertest.Suite(t, providertest.Kit{
		Provider: service, Configured: provider.Key{Type: "artifacts.http", Name: "files"},
		Used: func() []string { return namesOf(service) },
		Good: []provider.Definition{
			stored("github", "hub", map[string]any{"token": "t0ken", "allowedHosts": []any{"git.example.com"}}),
			stored("gitea", "tea", map[string]any{"address": "https://gitea.example.com", "token": "t0ken"}),
			stored("gitlab", "lab", map[string]any{"token": "t0ken"}),
			stored("bitbucket", "bucket", map[string]any{"username": "ann", "password": "secret"}),
			stored("gitrepo", "repository", map[string]any{"username": "ann", "password": "secret", "repository": "https://git.example.com/a.git"}),
			stored("http", "web", map[string]any{"headers": map[string]any{"X-Key": "k"}, "allowedHosts": []any{"files.example.com"}}),
			stored("helm", "charts", map[string]any{"repository": answers}),
			stored("docker", "images", map[string]any{"address": answers}),
			stored("gcs", "public", map[string]any{"anonymous": true}),
			stored("azure", "blobs", map[string]any{"storageAccount": "store", "accountKey": "a2V5"}),
			stored("jenkins", "ci", map[string]any{"address": answers, "username": "ann", "password": "secret"}),
			stored("oracle", "oci", map[string]any{"namespace": "n", "region": "eu-frankfurt-1", "userId": "u", "tenancyId": "t", "fingerprint": "f", "privateKey": "key"}),
			stored("s3", "objects", map[string]any{"apiEndpoint": answers, "awsAccessKeyId": "id", "awsSecretAccessKey": "key"}),
			stored("maven", "jars", map[string]any{"repositoryUrl": answers + "/maven"}),
		},
		Refused: map[string]provider.Definition{
			"tokenFile: names a file on the server":            stored("github", "a", map[string]any{"tokenFile": "/etc/shadow"}),
			"usernamePasswordFile: names a file":               stored("http", "a", map[string]any{"usernamePasswordFile": "/etc/shadow"}),
			"sshPrivateKeyFilePath: names a file":              stored("gitrepo", "a", map[string]any{"sshPrivateKeyFilePath": "/root/.ssh/id"}),
			"jsonPath: names a file":                           stored("gcs", "a", map[string]any{"jsonPath": "/key.json"}),
			"passwordFile: names a file":                       stored("docker", "a", map[string]any{"address": "gcr.io", "passwordFile": "/p"}),
			"urlRestrictions: would change which addresses":    stored("http", "a", map[string]any{"urlRestrictions": map[string]any{"rejectLocalhost": false}}),
			"token: refers to a secret of the server":          stored("gitlab", "a", map[string]any{"token": "env:GENNAKER_KEY"}),
			"headers.X: refers to a secret of the server":      stored("http", "a", map[string]any{"headers": map[string]any{"X": "file:/etc/shadow"}}),
			"awsSecretAccessKey: refers to a secret":           stored("s3", "a", map[string]any{"awsAccessKeyId": "id", "awsSecretAccessKey": "encrypted:k8s!n:a!k:b"}),
			"awsAccessKeyId: is missing, so the account":       stored("s3", "a", nil),
			"anonymous: must be true":                          stored("gcs", "a", nil),
			"insecureRegistry: the certificates of registries": stored("docker", "a", map[string]any{"address": "https://gcr.io", "insecureRegistry": true}),
			"type: there is no artifact account type":          stored("ivy", "a", nil),
			"privateKey: refers to a secret":                   stored("oracle", "a", map[string]any{"namespace": "n", "region": "r", "userId": "u", "tenancyId": "t", "fingerprint": "f", "privateKey": "file:/etc/shadow"}),
			"storageAccount: must be the name":                 stored("azure", "a", map[string]any{"storageAccount": "a/b"}),
			"repository: must be a URL":                        stored("helm", "a", nil),
			"is not a registry address":                        stored("docker", "a", map[string]any{"address": "https://no registry"}),
		},
	})
}

// What the check of an account says is what its server says.
func TestCheckOfAnAccount(t *testing.T) {
	t.Parallel()
	server := serve(t, basicAuth("ann", "secret", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/index.yaml" {
			_, _ = w.Write([]byte("entries: {web: [{version: 1.0.0, urls: [web.tgz]}], db: [{version: 1.0.0, urls: [db.tgz]}]}"))
		}
	})))
	service := newService(t, func(*artifact.Config) {})
	good := map[string]any{"username": "ann", "password": "secret"}
	bad := map[string]any{"username": "ann", "password": "wrong"}
	for name, c := range map[string]struct {
		section, field, address string
		login                   map[string]any
		ok                      bool
		says                    string
	}{
		"helm":                {"helm", "repository", server, good, true, "the repository has 2 charts"},
		"helm, refused":       {"helm", "repository", server, bad, false, "credentials"},
		"helm, away":          {"helm", "repository", "http://127.0.0.1:1", good, false, "connection refused"},
		"maven":               {"maven", "repositoryUrl", server, good, true, "the repository answers"},
		"maven, refused":      {"maven", "repositoryUrl", server, bad, false, "credentials"},
		"registry":            {"docker", "address", server, good, true, "the registry answers"},
		"registry, refused":   {"docker", "address", server, bad, false, "rejected"},
		"a chart in an image": {"helm", "repository", "oci://" + hostOf(server) + "/charts", good, true, "the registry answers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fields := map[string]any{c.field: c.address}
			maps.Copy(fields, c.login)
			if c.section == "helm" && c.field == "repository" && c.address[:3] == "oci" {
				fields["insecureRegistry"] = true
			}
			result, err := service.Check(t.Context(), stored(c.section, "it", fields))
			require.NoError(t, err)
			text, err := json.Marshal(result)
			require.NoError(t, err)
			require.Equal(t, c.ok, result.Passed(), string(text))
			require.Contains(t, string(text), c.says)
			require.NotContains(t, string(text), "wrong", "a check shows no secret")
		})
	}
}

// The servers of accounts of the API must pass the rules about URLs, and those
// of the configuration need not.
func TestServersOfAccountsOfTheAPIAreGuarded(t *testing.T) {
	t.Parallel()
	server := serveFunc(t, func(w http.ResponseWriter, _ *http.Request) {
		t.Error("the server was asked")
		w.WriteHeader(http.StatusTeapot)
	})
	guard, err := httpguard.New(httpguard.DefaultConfig())
	require.NoError(t, err)
	service, err := artifact.NewService(artifact.Options{Config: artifact.DefaultConfig(), Guard: guard})
	require.NoError(t, err)
	for section, fields := range map[string]map[string]any{
		"helm": {"repository": server}, "maven": {"repositoryUrl": server}, "docker": {"address": server},
		"s3": {"apiEndpoint": server, "awsAccessKeyId": "id", "awsSecretAccessKey": "key"},
	} {
		account := stored(section, section, fields)
		require.Empty(t, service.Validate(account))
		result, err := service.Check(t.Context(), account)
		require.NoError(t, err)
		require.False(t, result.Passed(), section)
		text, err := json.Marshal(result)
		require.NoError(t, err)
		require.Contains(t, string(text), "user-configured-url-restrictions", section)
	}
}

// A pipeline may name an account that another process has just been told of.
func TestAccountThatIsMissingIsLookedFor(t *testing.T) {
	t.Parallel()
	server := serveFunc(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Header.Get("X-Key"))) })
	var service *artifact.Service
	looked := 0
	service, err := artifact.NewService(artifact.Options{Config: artifact.DefaultConfig(), Guard: localGuard(t), Missing: func(name string) {
		looked++
		if name == "web" {
			require.NoError(t, service.Use([]provider.Definition{
				stored("http", "web", map[string]any{"headers": map[string]any{"X-Key": "k3y"}, "allowedHosts": []any{hostOf(server)}}),
			}))
		}
	}})
	require.NoError(t, err)
	require.Equal(t, "k3y", fetch(t, service, map[string]any{"type": "http/file", "artifactAccount": "web", "reference": server + "/a"}))
	_, err = service.Fetch(t.Context(), map[string]any{"type": "http/file", "artifactAccount": "none", "reference": server + "/a"})
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.Equal(t, 2, looked)
}

func TestAccountsOfTheAPICanBeTurnedOff(t *testing.T) {
	t.Parallel()
	service := newService(t, func(c *artifact.Config) { c.StoredAccounts.Enabled = false })
	for _, one := range service.Types() {
		require.Equal(t, "artifacts.storedAccounts.enabled is false", one.Closed)
	}
}
