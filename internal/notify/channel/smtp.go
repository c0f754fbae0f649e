package channel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/gennaker/gennaker/internal/fault"
)

// smtpTimeout bounds each step of a conversation with a mail server.
const smtpTimeout = 15 * time.Second

// smtpMailer sends emails by the configured server.
type smtpMailer struct {
	config  SMTPConfig
	secrets Secrets
}

// Send implements [Mailer].
func (s smtpMailer) Send(ctx context.Context, m Mail) error {
	message := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	err := message.From(m.From)
	if err == nil && len(m.To) > 0 {
		err = message.To(m.To...)
	}
	if err == nil && len(m.CC) > 0 {
		err = message.Cc(m.CC...)
	}
	if err != nil {
		return fault.New(fault.Invalid, "address: %v", err)
	}
	message.Subject(m.Subject)
	message.SetMessageID()
	message.SetDate()
	message.SetBodyString(gomail.TypeTextHTML, m.HTML)
	options, password, err := s.options(ctx)
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.config.Host, options...)
	if err != nil {
		return fmt.Errorf("use the mail server %s: %w", s.config.Host, err)
	}
	if err := client.DialAndSendWithContext(ctx, message); err != nil {
		return s.failure(err, password)
	}
	return nil
}

func (s smtpMailer) options(ctx context.Context) (options []gomail.Option, password string, err error) {
	settings := s.config.Properties.Mail.SMTP
	options = []gomail.Option{gomail.WithTimeout(smtpTimeout)}
	switch {
	case settings.SSL.Enable || s.config.Protocol == "smtps":
		options = append(options, gomail.WithSSL(), gomail.WithPort(or(s.config.Port, gomail.DefaultPortSSL)))
	case settings.STARTTLS.Required:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithPort(or(s.config.Port, gomail.DefaultPort)))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSOpportunistic), gomail.WithPort(or(s.config.Port, gomail.DefaultPort)))
	}
	if s.config.Username == "" {
		return options, "", nil
	}
	if password, err = reveal(ctx, s.secrets, "spring.mail.password", s.config.Password); err != nil {
		return nil, "", err
	}
	// It picks the safest way that the server offers; none shows the password without TLS.
	return append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.config.Username), gomail.WithPassword(password)), password, nil
}

// failure is what went wrong, without the password; lasting if the server says that
// it will never take the message.
func (s smtpMailer) failure(err error, password string) error {
	text := err.Error()
	if len(password) > 3 {
		text = strings.ReplaceAll(text, password, "[hidden]")
	}
	shown := fmt.Errorf("send an email by %s: %s", s.config.Host, text)
	if sent, ok := errors.AsType[*gomail.SendError](err); ok && !sent.IsTemp() && sent.ErrorCode() >= 500 {
		return &RefusedError{shown}
	}
	return shown
}

func or(number, otherwise int) int {
	if number == 0 {
		return otherwise
	}
	return number
}
