package agent

import (
	"bufio"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// newCluster is an API server that tells what it was asked, below /base, and
// turns requests that want it into echoes.
func newCluster(t *testing.T) *rest.Config {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			conn, buffered, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
			_, _ = io.Copy(conn, buffered)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"proto": r.Proto, "uri": r.RequestURI, "header": r.Header, "host": r.Host})
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return &rest.Config{Host: server.URL + "/base", BearerToken: "own", TLSClientConfig: rest.TLSClientConfig{CAData: authority}}
}

func serve(t *testing.T, config *rest.Config, limits Limits) *httptest.Server {
	t.Helper()
	proxy, err := NewProxy(config, limits, nil)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server
}

func ask(t *testing.T, server *httptest.Server, method, path string, header http.Header) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	answer, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode == http.StatusSwitchingProtocols {
		stream := answer.Body.(io.ReadWriter)
		_, _ = io.WriteString(stream, "hello\n")
		line, _ := bufio.NewReader(stream).ReadString('\n')
		return answer, line
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestProxyActsAsItself(t *testing.T) {
	t.Parallel()
	server := serve(t, newCluster(t), Limits{})
	_, body := ask(t, server, "GET", "/api/v1/namespaces/a%2Fb/pods?watch=1&labelSelector=a%3Db", http.Header{
		"Authorization": {"Bearer theirs"}, "Cookie": {"a=b"}, "Impersonate-User": {"root"}, "Impersonate-Extra-X": {"y"},
		"X-Remote-User": {"root"}, "X-Forwarded-For": {"1.2.3.4"}, "Accept": {"application/json"},
	})
	var saw struct {
		Proto, URI, Host string
		Header           http.Header
	}
	if err := json.Unmarshal([]byte(body), &saw); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	if saw.URI != "/base/api/v1/namespaces/a%2Fb/pods?watch=1&labelSelector=a%3Db" || saw.Proto != "HTTP/2.0" || saw.Header.Get("Authorization") != "Bearer own" ||
		saw.Header.Get("Accept") != "application/json" || strings.HasPrefix(server.URL, "http://"+saw.Host) {
		t.Errorf("the cluster saw %+v", saw)
	}
	for name := range saw.Header {
		if strings.HasPrefix(name, "Impersonate") || strings.HasPrefix(name, "X-") || name == "Cookie" {
			t.Errorf("the cluster saw %s", name)
		}
	}
}

func TestProxyUpgrades(t *testing.T) {
	t.Parallel()
	answer, line := ask(t, serve(t, newCluster(t), Limits{}), "GET", "/api/v1/namespaces/x/pods/p/exec",
		http.Header{"Connection": {"Upgrade"}, "Upgrade": {"echo"}})
	if answer.StatusCode != http.StatusSwitchingProtocols || line != "hello\n" {
		t.Errorf("%s, %q", answer.Status, line)
	}
}

func TestProxyRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		server *httptest.Server
		status int
		reason metav1.StatusReason
		want   string
	}{
		"limits":  {serve(t, newCluster(t), Limits{ReadOnly: true}), http.StatusForbidden, metav1.StatusReasonForbidden, "--read-only"},
		"nowhere": {serve(t, &rest.Config{Host: "https://127.0.0.1:1"}, Limits{}), http.StatusServiceUnavailable, metav1.StatusReasonServiceUnavailable, "can't reach the cluster's API server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, body := ask(t, test.server, "DELETE", "/api/v1/namespaces/x", nil)
			var status metav1.Status
			if err := json.Unmarshal([]byte(body), &status); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			if answer.StatusCode != test.status || status.Reason != test.reason || status.Kind != "Status" || !strings.Contains(status.Message, test.want) {
				t.Errorf("%s, %s", answer.Status, body)
			}
		})
	}
}
