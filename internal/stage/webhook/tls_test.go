package webhook_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pavlo-v-chernykh/keystore-go/v4"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

const password = "changeit"

// identity is a self-signed certificate for a host.
type identity struct {
	key  *ecdsa.PrivateKey
	leaf *x509.Certificate
}

func newIdentity(t *testing.T, host string) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return identity{key, leaf}
}

func (i identity) pkcs8(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func (i identity) certPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.leaf.Raw})
}

func (i identity) jks(t *testing.T, withKey bool) []byte {
	t.Helper()
	store := keystore.New()
	certificate := keystore.Certificate{Type: "X509", Content: i.leaf.Raw}
	var err error
	if withKey {
		err = store.SetPrivateKeyEntry("me", keystore.PrivateKeyEntry{
			CreationTime: time.Now(), PrivateKey: i.pkcs8(t), CertificateChain: []keystore.Certificate{certificate},
		}, []byte(password))
	} else {
		err = store.SetTrustedCertificateEntry("them", keystore.TrustedCertificateEntry{CreationTime: time.Now(), Certificate: certificate})
	}
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := store.Store(&out, []byte(password)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// secureTarget answers with the name on the client's certificate.
func secureTarget(t *testing.T, server identity) string {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := "nobody"
		if len(r.TLS.PeerCertificates) > 0 {
			name = r.TLS.PeerCertificates[0].Subject.CommonName
		}
		fmt.Fprint(w, name)
	}))
	s.TLS = &tls.Config{
		ClientAuth:   tls.RequestClientCert,
		Certificates: []tls.Certificate{{Certificate: [][]byte{server.leaf.Raw}, PrivateKey: server.key}},
	}
	s.Config.ErrorLog = nil
	s.StartTLS()
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

func TestTLS(t *testing.T) {
	t.Parallel()
	server, other, client := newIdentity(t, "localhost"), newIdentity(t, "elsewhere"), newIdentity(t, "me")
	trustP12, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{server.leaf}, password)
	if err != nil {
		t.Fatal(err)
	}
	keyP12, err := pkcs12.Modern.Encode(client.key, client.leaf, nil, password)
	if err != nil {
		t.Fatal(err)
	}
	trust := webhook.Trust{Enabled: true, TrustPem: write(t, "ca.pem", server.certPEM())}
	trustOther := webhook.Trust{Enabled: true, TrustPem: write(t, "other.pem", other.certPEM())}
	keyPEM := write(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: client.pkcs8(t)}))
	tests := []struct {
		name   string
		server identity
		change func(*webhook.Config)
		want   string // "" is a failure
	}{
		{"not trusted", server, func(*webhook.Config) {}, ""},
		{"trusted by PEM", server, func(c *webhook.Config) { c.Trust = trust }, "nobody"},
		{"trust that is off", server, func(c *webhook.Config) { c.Trust = trust; c.Trust.Enabled = false }, ""},
		{"trusted by JKS", server, func(c *webhook.Config) {
			c.Trust = webhook.Trust{Enabled: true, TrustStoreType: "JKS", TrustStore: write(t, "t.jks", server.jks(t, false)), TrustStorePassword: password}
		}, "nobody"},
		{"trusted by PKCS12", server, func(c *webhook.Config) {
			c.Trust = webhook.Trust{Enabled: true, TrustStoreType: "PKCS12", TrustStore: write(t, "t.p12", trustP12), TrustStorePassword: password}
		}, "nobody"},
		{"another host's", other, func(c *webhook.Config) { c.Trust = trustOther }, ""},
		{"another host's, insecure", other, func(c *webhook.Config) { c.Trust, c.InsecureSkipHostnameVerification = trustOther, true }, "nobody"},
		{"another host's, not trusted", other, func(c *webhook.Config) { c.InsecureSkipHostnameVerification = true }, ""},
		{"self-signed, insecure", server, func(c *webhook.Config) { c.InsecureTrustSelfSigned = true }, "nobody"},
		{"self-signed for another host", other, func(c *webhook.Config) { c.InsecureTrustSelfSigned = true }, ""},
		{"anything", other, func(c *webhook.Config) { c.InsecureTrustSelfSigned, c.InsecureSkipHostnameVerification = true, true }, "nobody"},
		{"identity by PEM", server, func(c *webhook.Config) {
			c.Trust = trust
			c.Identity = webhook.Identity{Enabled: true, IdentityKeyPem: keyPEM, IdentityCertPem: write(t, "cert.pem", client.certPEM())}
		}, "me"},
		{"identity by PKCS12", server, func(c *webhook.Config) {
			c.Trust = trust
			c.Identity = webhook.Identity{Enabled: true, IdentityStoreType: "PKCS12", IdentityStore: write(t, "i.p12", keyP12), IdentityStorePassword: password}
		}, "me"},
		{"identity by JKS", server, func(c *webhook.Config) {
			c.Trust = trust
			c.Identity = webhook.Identity{Enabled: true, IdentityStoreType: "JKS", IdentityStore: write(t, "i.jks", client.jks(t, true)), IdentityStorePassword: password}
		}, "me"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			status, out := run(t, service(t, config(test.change)), webhook.CreateClass, map[string]any{"url": secureTarget(t, test.server)})
			if got := model.String(model.Object(out, "webhook"), "body"); got != test.want || (status == model.Succeeded) != (test.want != "") {
				t.Errorf("%s: %v", status, out)
			}
		})
	}
}

func TestSettingsThatAreWrong(t *testing.T) {
	t.Parallel()
	empty := write(t, "empty", nil)
	for want, change := range map[string]func(*webhook.Config){
		"webhook.trust: open /nowhere": func(c *webhook.Config) { c.Trust = webhook.Trust{Enabled: true, TrustPem: "/nowhere"} },
		"no certificate in it":         func(c *webhook.Config) { c.Trust = webhook.Trust{Enabled: true, TrustPem: empty} },
		"webhook.trust: read": func(c *webhook.Config) {
			c.Trust = webhook.Trust{Enabled: true, TrustStore: empty, TrustStoreType: "JKS"}
		},
		"webhook.identity: read the key": func(c *webhook.Config) {
			c.Identity = webhook.Identity{Enabled: true, IdentityKeyPem: empty, IdentityCertPem: empty}
		},
		"webhook.identity: read": func(c *webhook.Config) {
			c.Identity = webhook.Identity{Enabled: true, IdentityStore: empty, IdentityStoreType: "PKCS12"}
		},
		"webhook.allowedRequests[0]: urlPrefix is missing": func(c *webhook.Config) {
			c.AllowedRequestsEnabled, c.AllowedRequests = true, []webhook.AllowedRequest{{}}
		},
		"webhook.allowedRequests[0]: urlPattern: ": func(c *webhook.Config) {
			c.AllowedRequestsEnabled = true
			c.AllowedRequests = []webhook.AllowedRequest{{MatchStrategy: "PATTERN_MATCHES", URLPattern: "("}}
		},
		"webhook.allowedRequests[0]: matchStrategy is": func(c *webhook.Config) {
			c.AllowedRequestsEnabled, c.AllowedRequests = true, []webhook.AllowedRequest{{MatchStrategy: "GUESS"}}
		},
	} {
		o := options(t)
		change(&o.Config)
		if _, err := webhook.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

func TestAllowedByPattern(t *testing.T) {
	t.Parallel()
	target := answering(t, 200, "text/plain", "ok")
	s := service(t, config(func(c *webhook.Config) {
		c.AllowedRequestsEnabled = true
		c.AllowedRequests = []webhook.AllowedRequest{{HTTPMethods: []string{"GET", "POST"}, MatchStrategy: "PATTERN_MATCHES", URLPattern: `http://localhost:\d+/jobs/\d+`}}
	}))
	for path, want := range map[string]bool{"/jobs/12": true, "/jobs/12/x": false, "/": false} {
		if result, err := runTask(t.Context(), s, webhook.CreateClass, input(map[string]any{"url": target + path})); (err == nil) != want {
			t.Errorf("%s: %v, %v", path, result, err)
		}
	}
}
