package artifact_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// sshKey makes a key, and writes it to a file, closed with a passphrase.
func sshKey(t *testing.T, passphrase string) (ssh.Signer, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	signer, err := ssh.NewSignerFromKey(key)
	require.NoError(t, err)
	der, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	block := &pem.Block{Type: "EC PRIVATE KEY", Bytes: der}
	if passphrase != "" {
		//nolint:staticcheck // the old form opens at once; OpenSSH's takes seconds under the race detector
		block, err = x509.EncryptPEMBlock(rand.Reader, block.Type, der, []byte(passphrase), x509.PEMCipherAES256)
		require.NoError(t, err)
	}
	path := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(block), 0o600))
	return signer, path
}

// sshServer runs git-upload-pack for whoever has one of the keys, and gives
// its address.
func sshServer(t *testing.T, host ssh.Signer, allowed ...ssh.Signer) string {
	t.Helper()
	config := &ssh.ServerConfig{PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
		for _, signer := range allowed {
			if bytes.Equal(signer.PublicKey().Marshal(), key.Marshal()) {
				return &ssh.Permissions{}, nil
			}
		}
		return nil, fmt.Errorf("unknown key")
	}}
	config.AddHostKey(host)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serveSSH(conn, config)
		}
	}()
	return listener.Addr().String()
}

func serveSSH(conn net.Conn, config *ssh.ServerConfig) {
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for offered := range channels {
		channel, requests, err := offered.Accept()
		if err != nil {
			return
		}
		go func() {
			for request := range requests {
				var payload struct{ Command string }
				if request.Type != "exec" || ssh.Unmarshal(request.Payload, &payload) != nil {
					_ = request.Reply(false, nil)
					continue
				}
				_ = request.Reply(true, nil)
				path := strings.Trim(strings.TrimPrefix(payload.Command, "git-upload-pack "), "'")
				_, _ = channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Code uint32 }{uploadPack(channel, path)}))
				_ = channel.Close()
			}
		}()
	}
}

// uploadPack runs git-upload-pack, which may end before the client does.
func uploadPack(channel ssh.Channel, path string) uint32 {
	cmd := exec.Command("git", "upload-pack", path)
	cmd.Stdout, cmd.Stderr = channel, channel.Stderr()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return 1
	}
	go func() {
		_, _ = io.Copy(stdin, channel)
		_ = stdin.Close()
	}()
	if cmd.Run() != nil {
		return 128
	}
	return 0
}

func TestGitRepoOverSSH(t *testing.T) {
	t.Parallel()
	root, first := gitRepository(t)
	host, _ := sshKey(t, "")
	other, _ := sshKey(t, "")
	plain, plainFile := sshKey(t, "")
	closed, closedFile := sshKey(t, "open sesame")
	_, strangerFile := sshKey(t, "")
	address := sshServer(t, host, plain, closed)
	known := func(key ssh.Signer) string {
		path := filepath.Join(t.TempDir(), "known_hosts")
		require.NoError(t, os.WriteFile(path, []byte(knownhosts.Line([]string{address}, key.PublicKey())+"\n"), 0o600))
		return path
	}
	right, wrong := known(host), known(other)
	service := newService(t, func(c *artifact.Config) {
		c.GitRepo.Accounts = []artifact.GitRepoAccount{
			{Name: "plain", SSHPrivateKeyFilePath: plainFile, SSHKnownHostsFilePath: right},
			{Name: "trusting", SSHPrivateKeyFilePath: plainFile, SSHTrustUnknownHosts: true},
			{Name: "closed", SSHPrivateKeyFilePath: closedFile, SSHPrivateKeyPassphrase: secret.NewRef("open sesame"), SSHKnownHostsFilePath: right},
			{Name: "passphrase", SSHPrivateKeyFilePath: closedFile, SSHPrivateKeyPassphrase: secret.NewRef("hunter2"), SSHKnownHostsFilePath: right},
			{Name: "stranger", SSHPrivateKeyFilePath: strangerFile, SSHKnownHostsFilePath: right},
			{Name: "unknown", SSHPrivateKeyFilePath: plainFile, SSHKnownHostsFilePath: wrong},
			{Name: "lost", SSHPrivateKeyFilePath: plainFile, SSHKnownHostsFilePath: right + "x"},
			{Name: "walled", SSHPrivateKeyFilePath: plainFile, SSHKnownHostsFilePath: right, URLRestrictions: &artifact.URLRestrictions{}},
		}
	})
	of := func(account, repository, version string) map[string]any {
		return map[string]any{"type": "git/repo", "artifactAccount": account, "reference": "ssh://git@" + address + root + repository, "version": version}
	}
	for _, account := range []string{"plain", "trusting", "closed"} {
		for version, want := range map[string]string{"": "second", "v1": "first", first: "first"} {
			text, err := service.File(t.Context(), of(account, "/repo.git", version), "README.md")
			require.NoError(t, err, account)
			require.Equal(t, want, string(text))
		}
	}
	for _, c := range []struct {
		account, repository string
		kind                fault.Kind
		says                string
	}{
		{"passphrase", "/repo.git", fault.Invalid, "passphrase is wrong"},
		{"stranger", "/repo.git", fault.Forbidden, "rejected the account's SSH key"},
		{"unknown", "/repo.git", fault.Forbidden, "sshKnownHostsFilePath"},
		{"lost", "/repo.git", fault.Invalid, "sshKnownHostsFilePath"},
		{"walled", "/repo.git", fault.Forbidden, "artifacts.gitrepo.accounts[walled]"},
		{"plain", "/nope.git", fault.NotFound, "no such thing"},
	} {
		_, err := service.Fetch(t.Context(), of(c.account, c.repository, ""))
		requireFault(t, err, c.kind, c.account, c.says)
	}
}
