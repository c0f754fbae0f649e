package artifact_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

func TestJenkins(t *testing.T) {
	t.Parallel()
	server := serve(t, basicAuth("ann", "s3cret", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.EscapedPath() {
		case "/ci/job/shop/12/artifact/out/app%20v1.yml", "/ci/job/team/job/shop/lastSuccessfulBuild/artifact/a.yml":
			_, _ = w.Write([]byte("built"))
		case "/ci/api/json":
			_, _ = w.Write([]byte("{}"))
		default:
			http.NotFound(w, r)
		}
	})))
	service := newService(t, func(c *artifact.Config) {
		c.Jenkins.Accounts = []artifact.JenkinsAccount{
			{Name: "ci", Address: server + "/ci/", Username: "ann", Password: secret.NewRef("s3cret")},
			{Name: "wrong", Address: server + "/ci", Username: "ann", Password: secret.NewRef("hunter2")},
		}
	})
	file := func(account, name, version, reference string) map[string]any {
		return map[string]any{"type": "jenkins/file", "artifactAccount": account, "name": name, "version": version, "reference": reference}
	}
	require.Equal(t, "built", fetch(t, service, file("ci", "shop", "12", "/out/app v1.yml")))
	require.Equal(t, "built", fetch(t, service, file("ci", "team/shop", "lastSuccessfulBuild", "a.yml")))
	require.Equal(t, "built", fetch(t, service, file("ci", "team/job/shop", "lastSuccessfulBuild", "a.yml")))
	for name, c := range map[string]struct {
		of    map[string]any
		kind  fault.Kind
		words string
	}{
		"no job":       {file("ci", "", "1", "a"), fault.Invalid, "set the job's name"},
		"no build":     {file("ci", "shop", "", "a"), fault.Invalid, "set the build's number"},
		"outside":      {file("ci", "shop", "12", "../../../secret"), fault.Invalid, "is no path of a file"},
		"outside, job": {file("ci", "..", "12", "a"), fault.Invalid, "is no path of a file"},
		"none":         {file("ci", "shop", "13", "a.yml"), fault.NotFound, ""},
		"refused":      {file("wrong", "shop", "12", "out/app v1.yml"), fault.Forbidden, "credentials"},
	} {
		_, err := service.Fetch(t.Context(), c.of)
		requireFault(t, err, c.kind, c.of["artifactAccount"].(string), c.words)
		_ = name
	}
}

// oracleCloud serves objects to whoever signs with the key, as Oracle's API does.
func oracleCloud(key *rsa.PublicKey, objects map[string]string) http.HandlerFunc {
	pattern := regexp.MustCompile(`^Signature version="1",keyId="tenancy/user/aa:bb",algorithm="rsa-sha256",headers="date \(request-target\) host",signature="([^"]+)"$`)
	return func(w http.ResponseWriter, r *http.Request) {
		m := pattern.FindStringSubmatch(r.Header.Get("Authorization"))
		if m == nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		signature, err := base64.StdEncoding.DecodeString(m[1])
		sum := sha256.Sum256([]byte("date: " + r.Header.Get("Date") + "\n(request-target): get " + r.URL.RequestURI() + "\nhost: " + r.Host))
		if err != nil || rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		text, ok := objects[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(text))
	}
}

func TestOracle(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	written := func(key *rsa.PrivateKey) secret.Ref {
		return secret.NewRef(string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})))
	}
	server := serve(t, oracleCloud(&key.PublicKey, map[string]string{
		"/n/space/b/releases/o/shop%2Fapp%20v1.yml":   "object",
		"/n/space/b/releases/o/a.yml?versionId=v%2F1": "an older one",
		"/n/": "space",
	}))
	account := func(name string, key secret.Ref) artifact.OracleAccount {
		return artifact.OracleAccount{
			Name: name, Namespace: "space", Region: "eu-frankfurt-1", UserID: "user", TenancyID: "tenancy", Fingerprint: "aa:bb", PrivateKey: key, APIEndpoint: server,
		}
	}
	service := newService(t, func(c *artifact.Config) {
		c.Oracle.Accounts = []artifact.OracleAccount{account("oci", written(key)), account("other", written(other)), account("broken", secret.NewRef("hunter2"))}
	})
	of := func(account, reference string) map[string]any {
		return map[string]any{"type": "oracle/object", "artifactAccount": account, "reference": reference}
	}
	require.Equal(t, "object", fetch(t, service, of("oci", "oci://releases/shop/app v1.yml")))
	require.Equal(t, "object", fetch(t, service, of("oci", "releases/shop/app v1.yml")))
	require.Equal(t, "an older one", fetch(t, service, of("oci", "oci://releases/a.yml#v/1")))
	for account, c := range map[string]struct {
		reference string
		kind      fault.Kind
		words     string
	}{
		"oci":    {"oci://releases/none", fault.NotFound, ""},
		"other":  {"oci://releases/a", fault.Forbidden, "credentials"},
		"broken": {"oci://releases/a", fault.Invalid, "no RSA key"},
	} {
		_, err := service.Fetch(t.Context(), of(account, c.reference))
		requireFault(t, err, c.kind, account, c.words)
	}
	_, err = service.Fetch(t.Context(), of("oci", "releases"))
	requireFault(t, err, fault.Invalid, "oci", "oci://bucket/path")
	bad := artifact.OracleAccount{Name: "x", Region: "a/b"}
	require.Len(t, bad.Validate(), 6)
}

// azureStorage serves blobs to whoever proves by a shared key or a signature, as Azure does.
func azureStorage(key []byte, blobs map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if query.Get("sig") == "good" {
			query.Del("sig")
		} else {
			resource := "/store" + r.URL.EscapedPath()
			if version := query.Get("versionid"); version != "" {
				resource += "\nversionid:" + version
			}
			mac := hmac.New(sha256.New, key)
			_, _ = mac.Write([]byte("GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:" + r.Header.Get("X-Ms-Date") + "\nx-ms-version:" + r.Header.Get("X-Ms-Version") + "\n" + resource))
			if r.Header.Get("X-Ms-Date") == "" || r.Header.Get("Authorization") != "SharedKey store:"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
				w.WriteHeader(http.StatusForbidden)
				return
			}
		}
		at := r.URL.EscapedPath()
		if len(query) > 0 {
			at += "?" + query.Encode()
		}
		text, ok := blobs[at]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(text))
	}
}

func TestAzure(t *testing.T) {
	t.Parallel()
	key := []byte("the key of the storage account")
	server := serve(t, azureStorage(key, map[string]string{
		"/releases/shop/app%20v1.yml": "blob", "/releases/a.yml?versionid=2026-01-01T00%3A00%3A00Z": "an older one",
	}))
	account := func(name, key, sas string) artifact.AzureAccount {
		return artifact.AzureAccount{Name: name, StorageAccount: "store", AccountKey: secret.NewRef(key), SASToken: secret.NewRef(sas), APIEndpoint: server}
	}
	service := newService(t, func(c *artifact.Config) {
		c.Azure.Accounts = []artifact.AzureAccount{
			account("key", base64.StdEncoding.EncodeToString(key), ""), account("sas", "", "?sig=good"),
			account("wrong", base64.StdEncoding.EncodeToString([]byte("hunter2")), ""), account("broken", "%%%", ""), account("anonymous", "", ""), account("expired", "", "sig=hunter2"),
		}
	})
	of := func(account, reference string) map[string]any {
		return map[string]any{"type": "azure/blob", "artifactAccount": account, "reference": reference}
	}
	for _, account := range []string{"key", "sas"} {
		require.Equal(t, "blob", fetch(t, service, of(account, "azblob://releases/shop/app v1.yml")))
		require.Equal(t, "blob", fetch(t, service, of(account, server+"/releases/shop/app v1.yml")))
		require.Equal(t, "an older one", fetch(t, service, of(account, "releases/a.yml#2026-01-01T00:00:00Z")))
	}
	for _, c := range []struct {
		account, reference string
		kind               fault.Kind
		words              string
	}{
		{"key", "azblob://releases/none", fault.NotFound, ""},
		{"key", "https://other.blob.core.windows.net/a/b", fault.Invalid, "azblob://container/path"},
		{"key", "azblob://releases/../a", fault.Invalid, "no path of a file"},
		{"wrong", "azblob://releases/a", fault.Forbidden, "credentials"},
		{"expired", "azblob://releases/a", fault.Forbidden, ""},
		{"broken", "azblob://releases/a", fault.Invalid, "no base64"},
		{"anonymous", "azblob://releases/a", fault.Forbidden, ""},
	} {
		_, err := service.Fetch(t.Context(), of(c.account, c.reference))
		requireFault(t, err, c.kind, c.account, c.words)
	}
	both := artifact.AzureAccount{Name: "x", StorageAccount: "a/b", AccountKey: secret.NewRef("a"), SASToken: secret.NewRef("b")}
	require.Len(t, both.Validate(), 2)
}

func TestIvy(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"/ivy/com/test/app/1.0/app-1.0.xml":    `<ivy-module version="2.0"><info organisation="com.test" module="app" revision="1.0"/><publications><artifact name="server" type="war"/><artifact/></publications></ivy-module>`,
		"/ivy/com/test/app/1.0/server-1.0.war": "from the descriptor",
		"/ivy/com/test/lib/2.0/lib-2.0.jar":    "without a descriptor",
		"/m2/com/test/app/1.0/app-1.0.jar":     "from Maven",
		"/ivy/com/test/bad/1.0/bad-1.0.xml":    "<ivy-module",
	}
	server := serve(t, basicAuth("ann", "s3cret", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := files[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		_, _ = w.Write([]byte(text))
	})))
	pattern := server + "/ivy/[orgPath]/[module]/[revision]/"
	urls := artifact.IvyURL{
		Name: "main", Ivy: []artifact.IvyPattern{{Pattern: pattern + "[module]-[revision].xml"}},
		Artifact: []artifact.IvyPattern{{Pattern: server + "/elsewhere/[artifact].[ext]"}, {Pattern: pattern + "[artifact]-[revision](-[classifier]).[ext]"}},
	}
	maven := artifact.IvyIBiblio{Name: "maven", Root: server + "/m2", M2Compatible: true}
	account := func(name string, resolvers artifact.IvyResolvers, first, password string) artifact.IvyAccount {
		return artifact.IvyAccount{Name: name, Settings: artifact.IvySettings{
			Resolvers: resolvers, Settings: artifact.IvyDefaults{DefaultResolver: first},
			Credentials: artifact.IvyCredentials{Host: strings.Split(hostOf(server), ":")[0], Username: "ann", Password: secret.NewRef(password)},
		}}
	}
	service := newService(t, func(c *artifact.Config) {
		c.Ivy.Accounts = []artifact.IvyAccount{
			account("ivy", artifact.IvyResolvers{URL: []artifact.IvyURL{urls}}, "", "s3cret"),
			account("maven", artifact.IvyResolvers{URL: []artifact.IvyURL{urls}, IBiblio: []artifact.IvyIBiblio{maven}}, "maven", "s3cret"),
			account("chain", artifact.IvyResolvers{Chain: []artifact.IvyChain{{Name: "all", IBiblio: []artifact.IvyIBiblio{maven}, URL: []artifact.IvyURL{urls}}}}, "all", "s3cret"),
			account("wrong", artifact.IvyResolvers{URL: []artifact.IvyURL{urls}}, "", "hunter2"),
		}
	})
	of := func(account, reference string) map[string]any {
		return map[string]any{"type": "ivy/file", "artifactAccount": account, "reference": reference}
	}
	require.Equal(t, "from the descriptor", fetch(t, service, of("ivy", "com.test:app:1.0")))
	require.Equal(t, "without a descriptor", fetch(t, service, of("ivy", "com.test:lib:2.0")))
	require.Equal(t, "from Maven", fetch(t, service, of("maven", "com.test:app:1.0")))
	require.Equal(t, "without a descriptor", fetch(t, service, of("chain", "com.test:lib:2.0")))
	for _, c := range []struct {
		account, reference string
		kind               fault.Kind
		words              string
	}{
		{"ivy", "com.test:none:1.0", fault.NotFound, "no repository of the account has it"},
		{"ivy", "com.test:app", fault.Invalid, "organisation:module:revision"},
		{"ivy", "com.test:..:1.0", fault.Invalid, "organisation:module:revision"},
		{"ivy", "com.test:a/b:1.0", fault.Invalid, "organisation:module:revision"},
		{"ivy", "com.test:app:latest.release", fault.Invalid, "is not fixed"},
		{"ivy", "com.test:bad:1.0", fault.Invalid, "descriptor can't be read"},
		{"wrong", "com.test:app:1.0", fault.Forbidden, "credentials"},
	} {
		_, err := service.Fetch(t.Context(), of(c.account, c.reference))
		requireFault(t, err, c.kind, c.account, c.words)
	}
	for name, bad := range map[string]artifact.IvyAccount{
		"no resolver":   account("x", artifact.IvyResolvers{}, "", "p"),
		"no such name":  account("x", artifact.IvyResolvers{URL: []artifact.IvyURL{urls}}, "other", "p"),
		"no pattern":    account("x", artifact.IvyResolvers{URL: []artifact.IvyURL{{Name: "a"}}}, "", "p"),
		"no URL":        account("x", artifact.IvyResolvers{URL: []artifact.IvyURL{{Name: "a", Artifact: []artifact.IvyPattern{{Pattern: "file:///[module]"}}}}}, "", "p"),
		"several hosts": account("x", artifact.IvyResolvers{URL: []artifact.IvyURL{{Name: "a", Artifact: []artifact.IvyPattern{{Pattern: "http://a/[module]"}, {Pattern: "http://b/[module]"}}}}}, "", "p"),
		"ssh":           account("x", artifact.IvyResolvers{URL: []artifact.IvyURL{urls}, SSHHosts: []artifact.IvyUnusable{{Name: "s"}}}, "", "p"),
	} {
		require.Len(t, bad.Validate(), 1, name)
	}
}
