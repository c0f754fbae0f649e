package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// deliver posts JSON to a target, and gives the answer.
func (t target) deliver(ctx context.Context, service string, body any, change ...func(c *call)) (call, answer, error) {
	c, err := post(service, t.client, t.url.String(), body)
	if err != nil {
		return c, answer{}, err
	}
	c.hide = append(hidden(t.url), t.secret)
	for _, f := range change {
		f(&c)
	}
	a, err := c.do(ctx)
	return c, a, err
}

// coded tells whether an answer with a code is a success. Codes of busy say that the
// service takes no more for now.
func coded(c call, a answer, field, message string, busy ...int64) error {
	read, err := c.object(a)
	if err != nil {
		return err
	}
	code, ok := model.Int(read, field)
	if ok && code == 0 {
		return nil
	}
	err = c.failure("it answered with the code %d%s", code, c.excerpt("", []byte(model.String(read, message))))
	if slices.Contains(busy, code) {
		return &BusyError{After: time.Minute, Err: err}
	}
	return &RefusedError{err}
}

func newDiscord(c SwitchConfig, parts Parts) Channel {
	return newChat("discord", "Discord", c, Pace{Burst: 5, Every: 500 * time.Millisecond}, parts, func(ctx context.Context, t target, s said) error {
		color, _ := strconv.ParseInt(strings.TrimPrefix(s.color(), "#"), 16, 64)
		_, _, err := t.deliver(ctx, "Discord", object{
			"embeds":           []any{object{"title": shorten(s.title, 256), "description": shorten(s.text, 4000), "url": s.link, "color": color}},
			"allowed_mentions": object{"parse": []any{}},
		})
		return err
	})
}

func newMattermost(c SwitchConfig, parts Parts) Channel {
	return newChat("mattermost", "Mattermost", c, perSecond, parts, func(ctx context.Context, t target, s said) error {
		_, _, err := t.deliver(ctx, "Mattermost", object{"attachments": []any{object{
			"fallback": s.title + ": " + s.text, "color": s.color(), "title": s.title, "title_link": s.link, "text": shorten(s.text, 10_000),
		}}})
		return err
	})
}

func newBearychat(c SwitchConfig, parts Parts) Channel {
	return newChat("bearychat", "BearyChat", c, perSecond, parts, func(ctx context.Context, t target, s said) error {
		request, a, err := t.deliver(ctx, "BearyChat", object{"text": s.title, "attachments": []any{
			object{"title": s.title, "url": s.link, "text": s.text, "color": s.color()},
		}})
		if err != nil {
			return err
		}
		return coded(request, a, "code", "error")
	})
}

func newDingTalk(c SwitchConfig, parts Parts) Channel {
	return newChat("dingtalk", "DingTalk", c, perMinute, parts, func(ctx context.Context, t target, s said) error {
		if t.secret != "" {
			at := strconv.FormatInt(parts.Now().UnixMilli(), 10)
			signed, query := *t.url, t.url.Query()
			query.Set("timestamp", at)
			query.Set("sign", sign(t.secret, at+"\n"+t.secret))
			signed.RawQuery = query.Encode()
			t.url = &signed
		}
		request, a, err := t.deliver(ctx, "DingTalk", object{"msgtype": "markdown", "markdown": object{
			"title": s.title, "text": shortenBytes("### "+s.title+"\n\n"+s.text, 15_000) + "\n\n[" + s.link + "](" + s.link + ")",
		}})
		if err != nil {
			return err
		}
		return coded(request, a, "errcode", "errmsg", 130101, -1)
	})
}

// sign is the signature of a text, in base64.
func sign(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func newFeishu(c SwitchConfig, parts Parts) Channel {
	return newChat("feishu", "Feishu or Lark", c, perSecond, parts, func(ctx context.Context, t target, s said) error {
		body := object{"msg_type": "post", "content": object{"post": object{"en_us": object{"title": s.title, "content": []any{
			[]any{object{"tag": "text", "text": shorten(s.text, 8000)}}, []any{object{"tag": "a", "text": s.link, "href": s.link}},
		}}}}}
		if t.secret != "" {
			at := strconv.FormatInt(parts.Now().Unix(), 10)
			body["timestamp"], body["sign"] = at, sign(at+"\n"+t.secret, "")
		}
		request, a, err := t.deliver(ctx, "Feishu", body)
		if err != nil {
			return err
		}
		return coded(request, a, "code", "msg", 11232, 9499)
	})
}

func newWeCom(c SwitchConfig, parts Parts) Channel {
	return newChat("wecom", "WeCom", c, perMinute, parts, func(ctx context.Context, t target, s said) error {
		link := "\n[" + s.link + "](" + s.link + ")"
		request, a, err := t.deliver(ctx, "WeCom", object{"msgtype": "markdown", "markdown": object{
			"content": shortenBytes("**"+s.title+"**\n"+s.text, 4000-len(link)) + link,
		}})
		if err != nil {
			return err
		}
		return coded(request, a, "errcode", "errmsg", 45009)
	})
}

// newWebhook posts JSON to any URL. One to a target with a secret is signed.
func newWebhook(c SwitchConfig, parts Parts) Channel {
	return newChat("webhook", "Webhook", c, Pace{Burst: 20, Every: 100 * time.Millisecond}, parts, func(ctx context.Context, t target, s said) error {
		body := object{"title": s.title, "text": s.text, "link": s.link, "time": parts.Now().UnixMilli()}
		if e := s.event; e != nil {
			body["event"] = object{
				"type": e.When(), "application": e.Application, "executionId": e.Execution.ID, "name": e.Name(), "stage": e.StageName(),
			}
		}
		_, _, err := t.deliver(ctx, "the webhook", body, func(c *call) {
			if t.secret == "" {
				return
			}
			mac := hmac.New(sha256.New, []byte(t.secret))
			mac.Write(c.body)
			c.header.Set("X-Gennaker-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
		})
		return err
	})
}
