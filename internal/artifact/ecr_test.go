package artifact_test

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// TestECR logs in to a registry with passwords that ECR's API gives to whoever signs with
// the server's credentials.
func TestECR(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "hunter2")
	t.Setenv("AWS_CONFIG_FILE", "/dev/null")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
	var asked atomic.Int64
	api := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		good := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/") && strings.Contains(r.Header.Get("Authorization"), "/us-east-1/ecr/aws4_request") &&
			r.Header.Get("X-Amz-Target") == "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken" && r.Method == http.MethodPost
		if !good || r.URL.Path == "/refused/" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		end := time.Now().Add(12 * time.Hour)
		if r.URL.Path == "/short/" {
			end = time.Now().Add(time.Minute)
		}
		fmt.Fprintf(w, `{"authorizationData":[{"authorizationToken":%q,"expiresAt":%f,"proxyEndpoint":"https://x"}]}`,
			base64.StdEncoding.EncodeToString([]byte("AWS:p4ssword")), float64(end.UnixMilli())/1000)
	})
	hub := serve(t, basicAuth("AWS", "p4ssword", registry.New(registry.Logger(slog.NewLogLogger(slog.DiscardHandler, 0)))))
	tag, err := name.NewTag(hostOf(hub) + "/acme/cart:1.0")
	require.NoError(t, err)
	require.NoError(t, remote.Write(tag, empty.Image, remote.WithAuth(&authn.Basic{Username: "AWS", Password: "p4ssword"})))

	login := func(path string) artifact.ECRLogin { return artifact.ECRLogin{Enabled: true, Endpoint: api + path} }
	service := newService(t, func(c *artifact.Config) {
		c.Docker.Accounts = []artifact.DockerAccount{
			{Name: "ecr", Address: hub, ECR: login("")}, {Name: "short", Address: hub, ECR: login("/short")}, {Name: "refused", Address: hub, ECR: login("/refused")},
		}
		c.Helm.Accounts = []artifact.HelmAccount{{Name: "charts", Repository: "oci://" + hostOf(hub) + "/acme", Insecure: true, ECR: login("")}}
	})
	versions := func(account, kind, name string) []string {
		found, err := service.Versions(t.Context(), account, kind, name)
		require.NoError(t, err)
		return found
	}
	for range 3 {
		require.Equal(t, []string{"1.0"}, versions("ecr", "docker/image", "acme/cart"))
	}
	require.Equal(t, int64(1), asked.Load(), "a password is used until it ends")
	for range 2 {
		require.Equal(t, []string{"1.0"}, versions("short", "docker/image", "acme/cart"))
	}
	require.Equal(t, int64(3), asked.Load(), "and not when it is about to end")
	require.Equal(t, []string{"1.0"}, versions("charts", "helm/chart", "cart"))
	_, err = service.Versions(t.Context(), "refused", "docker/image", "acme/cart")
	requireFault(t, err, fault.Forbidden, "refused", "ecr:GetAuthorizationToken")
}

func TestECRIsChecked(t *testing.T) {
	t.Parallel()
	on := artifact.ECRLogin{Enabled: true}
	for words, account := range map[string]interface{ Validate() []error }{
		"":                      artifact.DockerAccount{Name: "a", Address: "https://123456789012.dkr.ecr.eu-central-1.amazonaws.com", ECR: on},
		"no address of Amazon":  artifact.DockerAccount{Name: "a", Address: "https://gcr.io", ECR: on},
		"must be empty":         artifact.HelmAccount{Name: "a", Repository: "oci://123456789012.dkr.ecr.eu-central-1.amazonaws.com/charts", ECR: on, BasicAuth: artifact.BasicAuth{Username: "u", Password: secret.NewRef("p")}},
		"ecr.endpoint: must be": artifact.DockerAccount{Name: "a", Address: "https://gcr.io", ECR: artifact.ECRLogin{Endpoint: "ftp://x"}},
	} {
		errs := account.Validate()
		if words == "" {
			require.Empty(t, errs)
			continue
		}
		require.Len(t, errs, 1, words)
		require.ErrorContains(t, errs[0], words)
	}
}
