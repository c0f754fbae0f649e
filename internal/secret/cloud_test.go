package secret_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/fsouza/fake-gcs-server/fakestorage"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

const passwords = "db:\n  password: abc\n  port: 5432\n  list: [x, {y: deep}]\n"

// inClouds are references with what they come to.
type inClouds map[string]struct {
	want string
	kind fault.Kind
}

func (c inClouds) check(t *testing.T, resolver *secret.Resolver) {
	t.Helper()
	for text, tt := range c {
		got, err := resolver.Resolve(t.Context(), secret.NewRef(text))
		if tt.kind == 0 {
			require.NoError(t, err, text)
			require.Equal(t, tt.want, got.Reveal(), text)
			continue
		}
		require.ErrorContains(t, err, tt.want, text)
		require.ErrorContains(t, err, text)
		require.Equal(t, tt.kind, fault.KindOf(err), "%s: %v", text, err)
		require.NotContains(t, err.Error(), "abc")
	}
}

func TestS3(t *testing.T) {
	t.Parallel()
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("secrets"))
	store := gofakes3.New(backend).Server()
	put := httptest.NewRequest(http.MethodPut, "/secrets/a%2Fb.yml", strings.NewReader(passwords))
	put.Header.Set("Content-Length", strconv.Itoa(len(passwords)))
	done := httptest.NewRecorder()
	store.ServeHTTP(done, put)
	require.Equal(t, http.StatusOK, done.Code, done.Body)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "forbidden") || !strings.Contains(r.Header.Get("Authorization"), "/eu-west-1/s3/aws4_request") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	config := secret.S3Config{EndpointURL: server.URL, PathStyleAccess: true}
	require.Empty(t, config.Validate())
	resolver := secret.NewResolver(secret.Options{S3: config, AWS: credentials.NewStaticV4("id", "key", "")})
	inClouds{
		"encrypted:s3!r:eu-west-1!b:secrets!f:a/b.yml!k:db.password":  {want: "abc"},
		"encrypted:s3!r:eu-west-1!b:secrets!f:a/b.yml!k:db.port":      {want: "5432"},
		"encrypted:s3!r:eu-west-1!b:secrets!f:a/b.yml!k:db.list.1.y":  {want: "deep"},
		"encryptedFile:s3!r:eu-west-1!b:secrets!f:a/b.yml":            {want: passwords},
		"encrypted:s3!r:eu-west-1!b:secrets!f:a/b.yml!k:db.list.7":    {want: "has no key", kind: fault.NotFound},
		"encrypted:s3!r:eu-west-1!b:secrets!f:a/b.yml!k:db":           {want: "is not a text", kind: fault.Invalid},
		"encrypted:s3!r:eu-west-1!b:secrets!f:none!k:db":              {want: "the object none doesn't exist", kind: fault.NotFound},
		"encrypted:s3!r:eu-west-1!b:secrets!f:forbidden!k:db":         {want: "denied access", kind: fault.Forbidden},
		"encrypted:s3!r:us-east-1!b:secrets!f:a/b.yml!k:db.password":  {want: "denied access", kind: fault.Forbidden},
		"encrypted:s3!r:eu-west-1!b:s!f:a/b.yml!k:db.password":        {want: "InvalidBucketName", kind: fault.Invalid},
		"encrypted:s3!r:eu-west-1!b:elsewhere!f:a/b.yml!k:db.passwor": {want: "the bucket doesn't exist", kind: fault.NotFound},
	}.check(t, resolver)
	require.NotEmpty(t, secret.S3Config{EndpointURL: "minio"}.Validate())
}

func TestSecretsManager(t *testing.T) {
	t.Parallel()
	stored := map[string]string{
		"json":  `{"SecretString":"{\"password\":\"abc\",\"port\":5432}"}`,
		"text":  `{"SecretString":"abc"}`,
		"bytes": `{"SecretBinary":"` + base64.StdEncoding.EncodeToString([]byte("abc")) + `"}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body struct{ SecretId string } //nolint:revive // Amazon's name
		_ = json.NewDecoder(r.Body).Decode(&body)
		text, ok := stored[body.SecretId]
		signed := r.Header.Get("Authorization")
		switch {
		case !strings.Contains(signed, "Credential=id/") || !strings.Contains(signed, "/eu-west-1/secretsmanager/aws4_request") || r.Header.Get("X-Amz-Security-Token") != "session":
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"UnrecognizedClientException","message":"abc"}`)
		case r.Header.Get("X-Amz-Target") != "secretsmanager.GetSecretValue" || body.SecretId == "busy":
			w.WriteHeader(http.StatusInternalServerError)
		case !ok:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"com.amazonaws#ResourceNotFoundException"}`)
		default:
			_, _ = io.WriteString(w, text)
		}
	}))
	t.Cleanup(server.Close)
	resolver := secret.NewResolver(secret.Options{
		AWS: credentials.NewStaticV4("id", "key", "session"), Endpoints: secret.Endpoints{SecretsManager: server.URL},
	})
	inClouds{
		"encrypted:secrets-manager!r:eu-west-1!s:json!k:password": {want: "abc"},
		"encrypted:secrets-manager!r:eu-west-1!s:json!k:port":     {want: "5432"},
		"encrypted:secrets-manager!r:eu-west-1!s:text":            {want: "abc"},
		"encryptedFile:secrets-manager!r:eu-west-1!s:bytes":       {want: "abc"},
		"encrypted:secrets-manager!r:eu-west-1!s:bytes":           {want: "use encryptedFile:", kind: fault.Invalid},
		"encrypted:secrets-manager!r:eu-west-1!s:text!k:password": {want: "no JSON object", kind: fault.Invalid},
		"encrypted:secrets-manager!r:eu-west-1!s:json!k:none":     {want: "no key none", kind: fault.NotFound},
		"encrypted:secrets-manager!r:eu-west-1!s:none":            {want: "no such secret", kind: fault.NotFound},
		"encrypted:secrets-manager!r:us-east-1!s:text":            {want: "UnrecognizedClientException", kind: fault.Forbidden},
		"encrypted:secrets-manager!r:eu-west-1!s:busy":            {want: "status 500", kind: fault.Unavailable},
	}.check(t, resolver)
}

func TestGoogle(t *testing.T) {
	t.Parallel()
	storage, err := fakestorage.NewServerWithOptions(fakestorage.Options{NoListener: true, Writer: io.Discard})
	require.NoError(t, err)
	t.Cleanup(storage.Stop)
	storage.CreateBucketWithOpts(fakestorage.CreateBucketOpts{Name: "secrets"})
	storage.CreateObject(fakestorage.Object{ObjectAttrs: fakestorage.ObjectAttrs{BucketName: "secrets", Name: "a/b c.yml"}, Content: []byte(passwords)})
	data := func(text string) string {
		return `{"name":"x","payload":{"data":"` + base64.StdEncoding.EncodeToString([]byte(text)) + `"}}`
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer token":
			w.WriteHeader(http.StatusUnauthorized)
		case strings.HasPrefix(r.URL.Path, "/storage/"):
			storage.HTTPHandler().ServeHTTP(w, r)
		case r.URL.Path == "/v1/projects/7/secrets/json/versions/latest:access":
			_, _ = io.WriteString(w, data(`{"password":"abc"}`))
		case r.URL.Path == "/v1/projects/7/secrets/json/versions/3:access":
			_, _ = io.WriteString(w, data("older abc"))
		case strings.Contains(r.URL.Path, "/secrets/others/"):
			w.WriteHeader(http.StatusForbidden)
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	options := secret.Options{
		Google:    oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "token"}),
		Endpoints: secret.Endpoints{GoogleStorage: server.URL, GoogleSecretManager: server.URL},
	}
	inClouds{
		"encrypted:gcs!b:secrets!f:a/b c.yml!k:db.password":         {want: "abc"},
		"encryptedFile:gcs!b:secrets!f:a/b c.yml":                   {want: passwords},
		"encrypted:gcs!b:secrets!f:none!k:x":                        {want: "no such secret", kind: fault.NotFound},
		"encrypted:google-secrets-manager!p:7!s:json!k:password":    {want: "abc"},
		"encrypted:google-secrets-manager!p:7!s:json":               {want: `{"password":"abc"}`},
		"encrypted:google-secrets-manager!p:7!s:json!v:3":           {want: "older abc"},
		"encrypted:google-secrets-manager!p:7!s:json!k:none":        {want: "no key none", kind: fault.NotFound},
		"encrypted:google-secrets-manager!p:7!s:none":               {want: "no such secret", kind: fault.NotFound},
		"encrypted:google-secrets-manager!p:7!s:others!k:password":  {want: "denied access", kind: fault.Forbidden},
		"encrypted:google-secrets-manager!p:7!s:json!v:3!k:passwor": {want: "no JSON object", kind: fault.Invalid},
		"encrypted:noop!v:plain":                                    {want: "plain"},
	}.check(t, secret.NewResolver(options))
	options.Google = oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "another"})
	inClouds{"encrypted:google-secrets-manager!p:7!s:json": {want: "denied access", kind: fault.Forbidden}}.check(t, secret.NewResolver(options))
}
