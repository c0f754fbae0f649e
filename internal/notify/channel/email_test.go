package channel

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/testsmtp"
)

// certificate is one that nobody knows.
func certificate(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

// mailer is the channel email with a real server.
func mailer(server *testsmtp.Server, change func(c *SMTPConfig)) EventSender {
	c := everything()
	c.Spring.Mail = SMTPConfig{Host: server.Host, Port: server.Port}
	if change != nil {
		change(&c.Spring.Mail)
	}
	sender, _ := New(c, parts(&services{})).Event("email")
	return sender
}

func TestMails(t *testing.T) {
	t.Parallel()
	server := testsmtp.Start(t, &testsmtp.Server{}, nil)
	err := mailer(server, nil).SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{
		"address": "ada@example.com, Bob <bob@example.com>", "cc": "eve@example.com;joe@example.com", "customSubject": "Ünïcode\r\nBcc: x@example.com",
		"customBody": "See **{{executionId}}**: {{link}} ünd so",
	}})
	require.NoError(t, err)
	got := server.Got()
	require.Len(t, got, 1)
	require.Equal(t, "gennaker@example.com", got[0].EnvelopeFrom)
	require.Equal(t, []string{"ada@example.com", "bob@example.com", "eve@example.com", "joe@example.com"}, got[0].EnvelopeTo)
	require.Equal(t, "Ünïcode Bcc: x@example.com", got[0].Subject) // no header of its own
	require.Equal(t, "<p>See <strong>01E</strong>: https://gennaker.example.com/#/applications/shop/executions/details/01E ünd so</p>\n", got[0].Body)
}

func TestMailServersThatWantAPassword(t *testing.T) {
	t.Parallel()
	settings := map[string]any{"address": "ada@example.com"}
	notice := Notice{Event: failed(), Settings: settings}
	server := testsmtp.Start(t, &testsmtp.Server{Password: "mail-hidden"}, certificate(t))
	login := func(password string) func(c *SMTPConfig) {
		return func(c *SMTPConfig) { c.Username, c.Password = "bot", secret.NewRef(password) }
	}
	// The certificate is nobody's: the password isn't sent.
	err := mailer(server, login("mail-hidden")).SendEvent(t.Context(), notice)
	require.ErrorContains(t, err, "certificate")
	require.NotContains(t, err.Error(), "mail-hidden")

	// Without TLS neither.
	plain := testsmtp.Start(t, &testsmtp.Server{}, nil)
	err = mailer(plain, func(c *SMTPConfig) { c.Properties.Mail.SMTP.STARTTLS.Required = true }).SendEvent(t.Context(), notice)
	require.Error(t, err)
	require.Empty(t, plain.Got())
}

func TestMailsThatAreRefused(t *testing.T) {
	t.Parallel()
	for code, final := range map[int]bool{451: false, 554: true} {
		server := testsmtp.Start(t, &testsmtp.Server{Refuse: &smtp.SMTPError{Code: code, Message: "no"}}, nil)
		err := mailer(server, nil).SendEvent(t.Context(), Notice{Event: failed(), Settings: map[string]any{"address": "ada@example.com"}})
		require.Error(t, err)
		_, refused := errors.AsType[*RefusedError](err)
		require.Equal(t, final, refused, err)
	}
}

func TestMailsAboutJudgments(t *testing.T) {
	t.Parallel()
	server := testsmtp.Start(t, &testsmtp.Server{}, nil)
	c := everything()
	c.Spring.Mail = SMTPConfig{Host: server.Host, Port: server.Port}
	_, err := New(c, parts(&services{})).Send(t.Context(), notify.Message{
		Type: "EMAIL", To: []string{"ada@example.com"}, Template: notify.JudgmentDue, Source: &notify.Source{Application: "shop", ExecutionID: "01E"},
		Context: map[string]any{"stageName": "Judge", "stageId": "2"},
	})
	require.NoError(t, err)
	require.Equal(t, "Stage Judge for shop is awaiting manual judgment", server.Got()[0].Subject)
}
