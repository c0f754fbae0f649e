package channel

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// Mail is an email with HTML.
type Mail struct {
	From, Subject, HTML string
	To, CC              []string
}

// Mailer sends emails.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}

// email is the channel email.
type email struct {
	config MailConfig
	smtp   SMTPConfig
	mailer Mailer
	parts  Parts
}

func newEmail(c MailConfig, server SMTPConfig, parts Parts) *email {
	mailer := parts.Mail
	if mailer == nil {
		mailer = smtpMailer{server, parts.Secrets}
	}
	return &email{c, server, mailer, parts}
}

type emailFields struct {
	Address       string `json:"address" doc:"Address, or several, separated by commas."`
	CC            string `json:"cc" doc:"Addresses that get a copy, separated by commas."`
	CustomSubject string `json:"customSubject" doc:"Subject to use instead of the usual one. Can contain expressions."`
	CustomBody    string `json:"customBody" doc:"Text, in Markdown, to send instead of the usual one. {{executionId}} and {{link}} are replaced. Can contain expressions."`
	custom
	texts
}

// Describe implements [Channel].
func (e *email) Describe() Description {
	need := missing("mail", "enabled", e.config.Enabled, "from", e.config.From != "")
	if e.smtp.Host == "" && e.parts.Mail == nil {
		need = append(need, "spring.mail.host")
	}
	return Description{Type: "email", Title: "Email", Fields: fields[emailFields](), Missing: need, Pace: Pace{Burst: 20, Every: time.Second}}
}

// SendEvent implements [EventSender].
func (e *email) SendEvent(ctx context.Context, n Notice) error {
	event := n.Event
	link := event.Link(e.parts.BaseURL)
	subject := event.Custom(n.Settings, "customSubject")
	if subject == "" {
		subject = event.Summary()
	}
	own := event.Custom(n.Settings, "customBody")
	if own == "" {
		own = model.String(n.Settings, "customMessage")
	}
	var body string
	if own != "" {
		body = notify.HTML(event.Fill(own, link))
	} else {
		if text := event.Text(n.Settings); text != "" {
			body = notify.HTML(text)
		}
		body += "\nTo see more details, please visit:\n\n" + link + "\n"
	}
	return e.send(ctx, model.String(n.Settings, "address"), model.String(n.Settings, "cc"), subject, body)
}

// SendMessage implements [MessageSender].
func (e *email) SendMessage(ctx context.Context, m notify.Message) (any, error) {
	subject, err := m.Subject()
	if err != nil {
		return nil, err
	}
	body, err := m.Body(e.parts.BaseURL, notify.MailHTML)
	if err != nil {
		return nil, err
	}
	return nil, e.send(ctx, strings.Join(m.To, ","), strings.Join(m.CC, ","), subject, body)
}

func (e *email) send(ctx context.Context, to, cc, subject, body string) error {
	m := Mail{From: e.config.From, Subject: strings.Join(strings.Fields(subject), " "), HTML: body, To: addresses(to), CC: addresses(cc)}
	if len(m.To)+len(m.CC) == 0 {
		return fault.New(fault.Invalid, "address: is missing; an email needs an address or a cc")
	}
	for _, list := range [][]string{m.To, m.CC} {
		for _, address := range list {
			if _, err := mail.ParseAddress(address); err != nil {
				return fault.New(fault.Invalid, "address: %q is not an email address", fault.Short(address))
			}
		}
	}
	return e.mailer.Send(ctx, m)
}

// addresses splits a list at commas, semicolons and blanks, unless it is one of
// addresses with names.
func addresses(list string) []string {
	if parsed, err := mail.ParseAddressList(list); err == nil {
		out := make([]string, 0, len(parsed))
		for _, a := range parsed {
			if a.Name == "" {
				out = append(out, a.Address)
			} else {
				out = append(out, a.String())
			}
		}
		return out
	}
	return strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == ',' || r == ';' || r == '\n' || r == '\t' })
}
