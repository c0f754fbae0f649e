package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing/format/pktline"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/transport"
	gitssh "github.com/go-git/go-git/v5/plumbing/transport/ssh"
	"golang.org/x/crypto/ssh"

	"github.com/gennaker/gennaker/internal/fault"
)

// handshakeTimeout is the time that a server has, once it is connected, for
// the handshake, the authentication and starting git-upload-pack together.
const handshakeTimeout = 30 * time.Second

// maxStderr bounds what is kept of a server's error messages.
const maxStderr = 4 << 10

// sshLogin is how an account logs in to a server over SSH.
type sshLogin struct {
	user  string
	key   ssh.Signer
	known ssh.HostKeyCallback
	// algorithms are the kinds of host keys that are known for a host; nil:
	// any.
	algorithms func(hostWithPort string) []string
}

// connectSSH opens conversations with git-upload-pack over SSH. go-git's own
// transport isn't used: it resolves the host itself, reads ~/.ssh/config, and
// has neither deadlines nor a context.
func (a *gitRepo) connectSSH(endpoint *transport.Endpoint, login *sshLogin) func(ctx context.Context) (gitSession, error) {
	port := "22"
	if endpoint.Port > 0 {
		port = strconv.Itoa(endpoint.Port)
	}
	host := strings.Trim(endpoint.Host, "[]")
	return func(ctx context.Context) (gitSession, error) {
		conn, err := a.guard.Dial(ctx, host, port, connectTimeout)
		if err != nil {
			return nil, err
		}
		session, err := startUploadPack(ctx, conn, net.JoinHostPort(host, port), endpoint.Path, login)
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
		return session, nil
	}
}

// startUploadPack logs in and starts git-upload-pack. The session closes the
// connection when ctx ends.
func startUploadPack(ctx context.Context, conn net.Conn, address, path string, login *sshLogin) (*sshSession, error) {
	starting, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	started := context.AfterFunc(starting, func() { _ = conn.Close() })
	s := &sshSession{conn: conn, stderrDone: make(chan struct{})}
	err := s.start(&idleConn{Conn: conn, timeout: readTimeout}, address, path, login)
	if !started() && err == nil {
		err = starting.Err()
	}
	if err != nil {
		if starting.Err() != nil {
			return nil, starting.Err()
		}
		return nil, err
	}
	s.stop = context.AfterFunc(ctx, func() { _ = conn.Close() })
	return s, nil
}

// sshSession is a conversation with git-upload-pack.
type sshSession struct {
	conn   net.Conn
	client *ssh.Client
	stdin  io.WriteCloser
	stdout io.Reader
	stop   func() bool

	stderrDone chan struct{}
	mu         sync.Mutex
	stderr     bytes.Buffer
}

func (s *sshSession) start(conn net.Conn, address, path string, login *sshLogin) error {
	config := &ssh.ClientConfig{
		User: login.user, Auth: []ssh.AuthMethod{ssh.PublicKeys(login.key)}, HostKeyCallback: login.known,
	}
	if login.algorithms != nil {
		config.HostKeyAlgorithms = login.algorithms(address)
	}
	connected, channels, requests, err := ssh.NewClientConn(conn, address, config)
	if err != nil {
		return err
	}
	s.client = ssh.NewClient(connected, channels, requests)
	session, err := s.client.NewSession()
	if err != nil {
		return err
	}
	if s.stdin, err = session.StdinPipe(); err != nil {
		return err
	}
	if s.stdout, err = session.StdoutPipe(); err != nil {
		return err
	}
	stderr, err := session.StderrPipe()
	if err != nil {
		return err
	}
	if err := session.Start(transport.UploadPackServiceName + " " + shellQuote(path)); err != nil {
		return err
	}
	go s.readStderr(stderr)
	return nil
}

// shellQuote quotes a path for the server's shell, as Git does.
func shellQuote(path string) string {
	return "'" + strings.NewReplacer("'", `'\''`, "!", `'\!'`).Replace(path) + "'"
}

// readStderr keeps the beginning of the server's messages.
func (s *sshSession) readStderr(from io.Reader) {
	defer close(s.stderrDone)
	text, _ := io.ReadAll(io.LimitReader(from, maxStderr))
	s.mu.Lock()
	s.stderr.Write(text)
	s.mu.Unlock()
	_, _ = io.Copy(io.Discard, from)
}

// AdvertisedReferencesContext reads what the repository has.
func (s *sshSession) AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error) {
	advertised := packp.NewAdvRefs()
	if err := advertised.Decode(&boundReader{from: s.stdout, left: maxReferences, limit: maxReferences}); err != nil {
		return nil, s.explain(ctx, err)
	}
	if advertised.IsEmpty() {
		return nil, transport.ErrEmptyRemoteRepository
	}
	transport.FilterUnsupportedCapabilities(advertised.Capabilities)
	return advertised, nil
}

// explain finds what the server has against the request: Git answers nothing,
// and says why on the standard error.
func (s *sshSession) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, packp.ErrEmptyAdvRefs) {
		return transport.ErrEmptyRemoteRepository
	}
	var said string
	if line := (*pktline.ErrorLine)(nil); errors.As(err, &line) {
		said = line.Text
	} else if unexpected := (*packp.ErrUnexpectedData)(nil); errors.As(err, &unexpected) {
		said = string(unexpected.Data)
	} else if errors.Is(err, packp.ErrEmptyInput) {
		select {
		case <-s.stderrDone:
		case <-ctx.Done():
			return ctx.Err()
		}
		s.mu.Lock()
		said = s.stderr.String()
		s.mu.Unlock()
		if strings.TrimSpace(said) == "" {
			return fault.New(fault.Unavailable, "the server closed the connection without an answer; try again")
		}
	} else {
		return err
	}
	lower := strings.ToLower(said)
	for _, phrase := range []string{
		"not found", "does not exist", "not exist", "does not appear to be a git repository", "could not be found", "no such repository",
	} {
		if strings.Contains(lower, phrase) {
			return transport.ErrRepositoryNotFound
		}
	}
	return fault.New(fault.Invalid, "the server responded with %q; check the reference, and the read permission of the account's key", shorten(said))
}

// shorten gives the beginning of a server's message.
func shorten(text string) string {
	text = strings.ToValidUTF8(strings.TrimSpace(text), "?")
	if len(text) > maxShownReference {
		text = strings.ToValidUTF8(text[:maxShownReference], "") + "..."
	}
	return text
}

// UploadPack asks for objects, and gives the reader of the pack.
func (s *sshSession) UploadPack(ctx context.Context, request *packp.UploadPackRequest) (*packp.UploadPackResponse, error) {
	if err := s.ask(request); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("ask for the version: %w", err)
	}
	response := packp.NewUploadPackResponse(request)
	if err := response.Decode(struct {
		io.Reader
		io.Closer
	}{s.stdout, s}); err != nil {
		return nil, s.explain(ctx, err)
	}
	return response, nil
}

func (s *sshSession) ask(request *packp.UploadPackRequest) error {
	if err := request.Validate(); err != nil {
		return err
	}
	if err := request.UploadRequest.Encode(s.stdin); err != nil {
		return err
	}
	if err := request.UploadHaves.Encode(s.stdin, true); err != nil {
		return err
	}
	if err := pktline.NewEncoder(s.stdin).Encodef("done\n"); err != nil {
		return err
	}
	return s.stdin.Close()
}

// Close ends the connection.
func (s *sshSession) Close() error {
	if s.stop != nil {
		s.stop()
	}
	// The connection goes first: closing the SSH client writes to it.
	err := s.conn.Close()
	_ = s.client.Close()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// idleConn gives up when the other side neither sends nor takes anything for a
// time.
type idleConn struct {
	net.Conn
	timeout time.Duration
}

// Read reads.
func (c *idleConn) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Read(p)
}

// Write writes.
func (c *idleConn) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(c.timeout)); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

// sshLogin reads the account's key, and the keys of the hosts that it knows.
func (a *gitRepo) sshLogin(ctx context.Context, endpoint *transport.Endpoint) (*sshLogin, error) {
	if a.config.SSHPrivateKeyFilePath == "" {
		return nil, fault.New(fault.Invalid, "the account has no SSH key (sshPrivateKeyFilePath); use an https reference, or another account")
	}
	secrets := a.builder.options.Secrets
	key, err := secrets.File(ctx, a.config.SSHPrivateKeyFilePath)
	if err != nil {
		return nil, err
	}
	passphrase, err := secrets.Resolve(ctx, a.config.SSHPrivateKeyPassphrase)
	if err != nil {
		return nil, err
	}
	login := &sshLogin{user: endpoint.User}
	if login.user == "" {
		login.user = "git"
	}
	keys, err := gitssh.NewPublicKeys(login.user, []byte(key.Reveal()+"\n"), passphrase.Reveal())
	if err != nil {
		return nil, fault.New(fault.Invalid, "the file in sshPrivateKeyFilePath contains no readable key, or the passphrase is wrong")
	}
	login.key = keys.Signer
	if a.config.SSHTrustUnknownHosts {
		login.known = ssh.InsecureIgnoreHostKey() //nolint:gosec // the setting says so
		return login, nil
	}
	known := a.config.SSHKnownHostsFilePath
	if known == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, fault.New(fault.Invalid, "sshKnownHostsFilePath is not set, and the process has no home directory")
		}
		known = filepath.Join(home, ".ssh", "known_hosts")
	}
	hosts, err := gitssh.NewKnownHostsDb(known)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the file of known hosts %s can't be read; set sshKnownHostsFilePath", known)
	}
	login.known, login.algorithms = hosts.HostKeyCallback(), hosts.HostKeyAlgorithms
	return login, nil
}
