// Package testsmtp is a mail server for tests.
package testsmtp

import (
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is what the server has received.
type Mail struct {
	// EnvelopeFrom and EnvelopeTo are the addresses that the server was told.
	EnvelopeFrom string
	EnvelopeTo   []string
	// User is who logged in, and TLS whether the connection was safe.
	User string
	TLS  bool
	// From, To, CC, Subject and ContentType are headers; Body is decoded, with line
	// ends of one byte.
	From, To, CC, Subject, ContentType, Body string
}

// Server takes all mails.
type Server struct {
	// Host and Port are where it listens.
	Host string
	Port int
	// Password is what users must give; "" for none.
	Password string
	// Refuse is answered to each mail; nil takes it.
	Refuse *smtp.SMTPError

	mu  sync.Mutex
	got []Mail
}

// Start starts a server with these settings. With a TLS configuration it offers
// STARTTLS, and takes passwords over TLS alone.
func Start(tb testing.TB, s *Server, config *tls.Config) *Server {
	tb.Helper()
	stop, err := s.Listen(config)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(stop)
	return s
}

// Listen starts the server outside of tests; stop ends it.
func (s *Server) Listen(config *tls.Config) (stop func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it listens until it is stopped
	if err != nil {
		return nil, err
	}
	address, _ := listener.Addr().(*net.TCPAddr)
	s.Host, s.Port = address.IP.String(), address.Port
	server := smtp.NewServer(backend{s})
	server.Domain, server.TLSConfig, server.AllowInsecureAuth = "localhost", config, config == nil
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close() }, nil
}

// Got are the mails so far.
func (s *Server) Got() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.got...)
}

type backend struct{ server *Server }

// NewSession implements [smtp.Backend].
func (b backend) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, safe := c.TLSConnectionState()
	return &session{server: b.server, mail: Mail{TLS: safe}}, nil
}

type session struct {
	server *Server
	mail   Mail
}

var (
	errLogin = &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password"}
	errNoKey = errors.New("unknown mechanism")
)

// AuthMechanisms implements [smtp.AuthSession].
func (s *session) AuthMechanisms() []string {
	if s.server.Password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements [smtp.AuthSession].
func (s *session) Auth(mechanism string) (sasl.Server, error) {
	if mechanism != sasl.Plain {
		return nil, errNoKey
	}
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != s.server.Password {
			return errLogin
		}
		s.mail.User = user
		return nil
	}), nil
}

// Mail implements [smtp.Session].
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if s.server.Password != "" && s.mail.User == "" {
		return errLogin
	}
	s.mail.EnvelopeFrom = from
	return nil
}

// Rcpt implements [smtp.Session].
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.EnvelopeTo = append(s.mail.EnvelopeTo, to)
	return nil
}

// Data implements [smtp.Session].
func (s *session) Data(r io.Reader) error {
	if s.server.Refuse != nil {
		return s.server.Refuse
	}
	message, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	body := message.Body
	if strings.EqualFold(message.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
		body = quotedprintable.NewReader(body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	m := s.mail
	words := new(mime.WordDecoder)
	for name, field := range map[string]*string{"From": &m.From, "To": &m.To, "Cc": &m.CC, "Subject": &m.Subject, "Content-Type": &m.ContentType} {
		if *field, err = words.DecodeHeader(message.Header.Get(name)); err != nil {
			return err
		}
	}
	m.Body = strings.ReplaceAll(string(text), "\r\n", "\n")
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.got = append(s.server.got, m)
	return nil
}

// Reset implements [smtp.Session].
func (s *session) Reset() { s.mail.EnvelopeFrom, s.mail.EnvelopeTo = "", nil }

// Logout implements [smtp.Session].
func (s *session) Logout() error { return nil }
