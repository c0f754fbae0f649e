package artifact_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// mavenRepository serves a Maven repository in its usual layout.
func mavenRepository(t *testing.T) string {
	t.Helper()
	files := map[string]string{
		"/maven/com/example/app/maven-metadata.xml": `<metadata><groupId>com.example</groupId><artifactId>app</artifactId><versioning>
			<latest>1.3-SNAPSHOT</latest><release>1.10</release>
			<versions><version>1.2</version><version>1.10</version><version>1.9-rc1</version><version>1.3-SNAPSHOT</version></versions></versioning></metadata>`,
		"/maven/com/example/app/1.3-SNAPSHOT/maven-metadata.xml": `<metadata><versioning><snapshot><timestamp>20261121.101112</timestamp><buildNumber>7</buildNumber></snapshot>
			<snapshotVersions><snapshotVersion><extension>pom</extension><value>1.3-20261121.101112-6</value></snapshotVersion>
			<snapshotVersion><extension>jar</extension><value>1.3-20261121.101112-7</value></snapshotVersion></snapshotVersions></versioning></metadata>`,
		"/maven/com/example/app/1.2/app-1.2.jar":                                 "jar 1.2",
		"/maven/com/example/app/1.10/app-1.10.jar":                               "jar 1.10",
		"/maven/com/example/app/1.10/app-1.10-linux.tar.gz":                      "linux 1.10",
		"/maven/com/example/app/1.3-SNAPSHOT/app-1.3-20261121.101112-7.jar":      "snapshot",
		"/maven/com/example/app/1.3-SNAPSHOT/app-1.3-20261121.101112-7-test.zip": "test snapshot",
	}
	return serve(t, basicAuth("ci", "hunter2", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, text)
	}))) + "/maven"
}

func TestMaven(t *testing.T) {
	t.Parallel()
	url := mavenRepository(t)
	service := newService(t, func(c *artifact.Config) {
		c.Maven.Accounts = []artifact.MavenAccount{
			{Name: "maven", RepositoryURL: url + "/", BasicAuth: artifact.BasicAuth{Username: "ci", Password: secret.NewRef("hunter2")}},
			{Name: "open", RepositoryURL: url},
		}
	})
	of := func(account, reference string) map[string]any {
		return map[string]any{"type": "maven/file", "artifactAccount": account, "reference": reference}
	}
	for reference, want := range map[string]string{
		"com.example:app:1.2":                   "jar 1.2",
		"com.example:app:jar:1.2":               "jar 1.2",
		"com.example:app:tar.gz:linux:1.10":     "linux 1.10",
		"com.example:app:RELEASE":               "jar 1.10",
		"com.example:app:latest.release":        "jar 1.10",
		"com.example:app:LATEST":                "snapshot",
		"com.example:app:1.3-SNAPSHOT":          "snapshot",
		"com.example:app:zip:test:1.3-SNAPSHOT": "test snapshot",
		"com.example:app:[1.0,1.5)":             "snapshot",
		"com.example:app:[1.0,)":                "jar 1.10",
		"com.example:app:[1.2]":                 "jar 1.2",
		"com.example:app:(,1.2],[1.10,1.10]":    "jar 1.10",
	} {
		require.Equal(t, want, fetch(t, service, of("maven", reference)), reference)
	}
	versions, err := service.Versions(t.Context(), "maven", "maven/file", "com.example:app")
	require.NoError(t, err)
	require.Equal(t, []string{"1.10", "1.9-rc1", "1.3-SNAPSHOT", "1.2"}, versions)

	for _, c := range []struct {
		account, reference string
		kind               fault.Kind
		says               string
	}{
		{"open", "com.example:app:1.2", fault.Forbidden, "the account has none"},
		{"maven", "com.example:app:9", fault.NotFound, "check the reference"},
		{"maven", "com.example:nope:RELEASE", fault.NotFound, "maven-metadata.xml of com/example/nope"},
		{"maven", "com.example:app:[2,)", fault.NotFound, "no version [2,)"},
		{"maven", "com.example:app:[2", fault.Invalid, "not a range"},
		{"maven", "com.example", fault.Invalid, "group:artifact"},
		{"maven", "com.example:app:../../secret", fault.Invalid, "group:artifact"},
	} {
		_, err := service.Fetch(t.Context(), of(c.account, c.reference))
		requireFault(t, err, c.kind, c.account, c.says)
	}
}
