package artifact_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fsouza/fake-gcs-server/fakestorage"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
)

// serviceAccountKey writes the key of a service account whose tokens are given
// at a URL.
func serviceAccountKey(t *testing.T, email, tokenURL string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": email, "token_uri": tokenURL, "private_key_id": "1",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})),
	})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "key.json")
	require.NoError(t, os.WriteFile(path, text, 0o600))
	return path
}

func TestGCS(t *testing.T) {
	t.Parallel()
	storage, err := fakestorage.NewServerWithOptions(fakestorage.Options{NoListener: true, Writer: io.Discard})
	require.NoError(t, err)
	t.Cleanup(storage.Stop)
	storage.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: "releases", VersioningEnabled: true})
	put := func(name, text string) int64 {
		storage.CreateObject(fakestorage.Object{ObjectAttrs: fakestorage.ObjectAttrs{BucketName: "releases", Name: name}, Content: []byte(text)})
		object, err := storage.GetObject("releases", name)
		require.NoError(t, err)
		return object.Generation
	}
	first := put("apps/a b+c.yml", "first")
	put("apps/a b+c.yml", "second")
	put("large", strings.Repeat("x", 5000))

	var tokens atomic.Int64
	tokenURL := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		claims, _ := base64.RawURLEncoding.DecodeString(strings.Split(r.FormValue("assertion")+"..", ".")[1])
		w.Header().Set("Content-Type", "application/json")
		if !strings.Contains(string(claims), `"iss":"ci@example.com"`) || !strings.Contains(string(claims), "devstorage.read_only") {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"error":"invalid_grant"}`)
			return
		}
		fmt.Fprintf(w, `{"access_token":"hunter2","token_type":"Bearer","expires_in":3600,"n":%d}`, tokens.Add(1))
	})
	handler := storage.HTTPHandler()
	url := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer hunter2" {
			http.Error(w, `{"error":{"code":401}}`, http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(w, r)
	})
	notJSON := filepath.Join(t.TempDir(), "key.json")
	require.NoError(t, os.WriteFile(notJSON, []byte("hunter2"), 0o600))
	service := newService(t, func(c *artifact.Config) {
		c.MaxBytes = 1000
		c.GCS.Accounts = []artifact.GCSAccount{
			{Name: "gcs", APIEndpoint: url, JSONPath: serviceAccountKey(t, "ci@example.com", tokenURL)},
			{Name: "wrong", APIEndpoint: url, JSONPath: serviceAccountKey(t, "other@example.com", tokenURL)},
			{Name: "open", APIEndpoint: url, Anonymous: true},
			{Name: "broken", APIEndpoint: url, JSONPath: notJSON},
		}
	})
	of := func(account, reference string) map[string]any {
		return map[string]any{"type": "gcs/object", "artifactAccount": account, "reference": reference}
	}
	const object = "gs://releases/apps/a b+c.yml"
	require.Equal(t, "second", fetch(t, service, of("gcs", object)))
	require.Equal(t, "second", fetch(t, service, of("gcs", strings.TrimPrefix(object, "gs://"))))
	require.Equal(t, "first", fetch(t, service, of("gcs", object+"#"+strconv.FormatInt(first, 10))))
	require.EqualValues(t, 1, tokens.Load(), "the token is kept")
	for _, c := range []struct {
		account, reference string
		kind               fault.Kind
		says               string
	}{
		{"wrong", object, fault.Forbidden, "no token for the account's key"},
		{"open", object, fault.Forbidden, "the account has none"},
		{"broken", object, fault.Invalid, "jsonPath"},
		{"gcs", "gs://releases/nope", fault.NotFound, "check the reference"},
		{"gcs", object + "#1", fault.NotFound, "check the reference"},
		{"gcs", object + "#x", fault.Invalid, "generation"},
		{"gcs", "gs://releases/large", fault.TooLarge, "artifacts.maxBytes"},
		{"gcs", "gs://releases", fault.Invalid, "gs://bucket/path"},
	} {
		_, err := service.Fetch(t.Context(), of(c.account, c.reference))
		requireFault(t, err, c.kind, c.account, c.says)
	}
}
