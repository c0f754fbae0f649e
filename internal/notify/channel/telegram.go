package channel

import (
	"context"
	"errors"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// TelegramConfig is the channel telegram.
type TelegramConfig struct {
	Enabled bool       `yaml:"enabled" doc:"If true, notifications are sent."`
	Token   secret.Ref `yaml:"token" secret:"true" doc:"Token of the bot, or its place: env:, file:, encrypted:."`
	BaseURL string     `yaml:"baseUrl" doc:"URL of Telegram's API. Default: https://api.telegram.org."`
}

type telegramFields struct {
	Address string `json:"address" required:"true" doc:"Id of the chat, or @name of a public channel. The bot must be a member."`
	custom
	texts
}

func newTelegram(c TelegramConfig, parts Parts) Channel {
	return chat{
		parts: parts,
		description: Description{
			Type: "telegram", Title: "Telegram", Extension: true, Fields: fields[telegramFields](), Pace: Pace{Burst: 3, Every: time.Second},
			Missing: missing("notifications.telegram", "enabled", c.Enabled, "token", !c.Token.IsZero()),
		},
		send: func(ctx context.Context, to string, s said) error {
			if to == "" {
				return fault.New(fault.Invalid, "address: is missing; it is the id of a chat")
			}
			token, err := reveal(ctx, parts.Secrets, "notifications.telegram.token", c.Token)
			if err != nil {
				return err
			}
			request, err := post("Telegram", parts.Fixed, base(c.BaseURL, "https://api.telegram.org")+"/bot"+token+"/sendMessage", object{
				"chat_id": to, "text": shorten(s.all(), 4000), "disable_web_page_preview": true,
			})
			if err != nil {
				return err
			}
			request.hide = []string{token}
			a, err := request.do(ctx)
			if _, busy := errors.AsType[*BusyError](err); busy {
				// It says in the body how long to wait.
				if read, bad := request.object(a); bad == nil {
					if n, ok := model.Int(model.Object(read, "parameters"), "retry_after"); ok && n > 0 {
						return &BusyError{After: min(time.Duration(n)*time.Second, longestWait), Err: err}
					}
				}
			}
			if err != nil {
				return err
			}
			read, err := request.object(a)
			if err != nil {
				return err
			}
			if read["ok"] != true {
				return &RefusedError{request.failure("it answered %q", model.String(read, "description"))}
			}
			return nil
		},
	}
}
