package artifact_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

var authorizationV4 = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=ci/(\d+)/([^/]+)/s3/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$`)

// signedV4 asks for requests that the key has signed, as S3 does.
func signedV4(key, region string, next http.Handler) http.Handler {
	sum := func(key []byte, text string) []byte {
		mac := hmac.New(sha256.New, key)
		_, _ = io.WriteString(mac, text)
		return mac.Sum(nil)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := authorizationV4.FindStringSubmatch(r.Header.Get("Authorization"))
		if len(m) == 0 || m[2] != region {
			s3Error(w, "AccessDenied")
			return
		}
		var headers strings.Builder
		for name := range strings.SplitSeq(m[3], ";") {
			value := r.Header.Get(name)
			if name == "host" {
				value = r.Host
			}
			fmt.Fprintf(&headers, "%s:%s\n", name, value)
		}
		request := strings.Join([]string{
			r.Method, r.URL.EscapedPath(), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20"), headers.String(), m[3], r.Header.Get("X-Amz-Content-Sha256"),
		}, "\n")
		hash := sha256.Sum256([]byte(request))
		scope := m[1] + "/" + region + "/s3/aws4_request"
		text := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + scope + "\n" + hex.EncodeToString(hash[:])
		signing := sum(sum(sum(sum([]byte("AWS4"+key), m[1]), region), "s3"), "aws4_request")
		if hex.EncodeToString(sum(signing, text)) != m[4] {
			s3Error(w, "SignatureDoesNotMatch")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func s3Error(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusForbidden)
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>%s</Code><Message>no</Message></Error>`, code)
}

func TestS3(t *testing.T) {
	t.Parallel()
	backend := s3mem.New()
	require.NoError(t, backend.CreateBucket("releases"))
	store := gofakes3.New(backend).Server()
	put := func(key, text string) {
		answer := httptest.NewRecorder()
		request := httptest.NewRequest(http.MethodPut, "/releases/"+url.PathEscape(key), strings.NewReader(text))
		request.Header.Set("Content-Length", strconv.Itoa(len(text)))
		store.ServeHTTP(answer, request)
		require.Equal(t, http.StatusOK, answer.Code, answer.Body)
	}
	put("apps/a b+c.yml", "content")
	put("large", string(bytes.Repeat([]byte("x"), 5000)))
	at := serve(t, signedV4("hunter2", "eu-west-1", store))

	service := newService(t, func(c *artifact.Config) {
		c.MaxBytes = 1000
		account := artifact.S3Account{Name: "s3", APIEndpoint: at, APIRegion: "eu-west-1", AWSAccessKeyID: "ci", AWSSecretAccessKey: secret.NewRef("hunter2")}
		wrong, region, old := account, account, account
		wrong.Name, wrong.AWSSecretAccessKey = "wrong", secret.NewRef("hunter22")
		region.Name, region.APIRegion = "region", ""
		old.Name, old.SignerOverride = "old", "S3SignerType"
		c.S3.Accounts = []artifact.S3Account{account, wrong, region, old}
	})
	of := func(account, reference string) map[string]any {
		return map[string]any{"type": "s3/object", "artifactAccount": account, "reference": reference}
	}
	require.Equal(t, "content", fetch(t, service, of("s3", "s3://releases/apps/a b+c.yml")))
	require.Equal(t, "content", fetch(t, service, of("s3", "releases/apps/a b+c.yml")))
	for _, c := range []struct {
		account, reference string
		kind               fault.Kind
		says               string
	}{
		{"wrong", "s3://releases/large", fault.Forbidden, "SignatureDoesNotMatch"},
		{"region", "s3://releases/large", fault.Forbidden, "AccessDenied"},
		{"old", "s3://releases/large", fault.Forbidden, "AccessDenied"},
		{"s3", "s3://releases/nope", fault.NotFound, "no such object"},
		{"s3", "s3://nothing/there", fault.NotFound, "bucket nothing not found"},
		{"s3", "s3://releases/large", fault.TooLarge, "artifacts.maxBytes"},
		{"s3", "s3://releases", fault.Invalid, "s3://bucket/path"},
		{"s3", "s3://B?/x", fault.Invalid, "check it"},
	} {
		_, err := service.Fetch(t.Context(), of(c.account, c.reference))
		requireFault(t, err, c.kind, c.account, c.reference, c.says)
	}
}
