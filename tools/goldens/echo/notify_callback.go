package echo

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/notify/channel"
)

// signingSecret is that of Slack's app.
const signingSecret = "slack-signing"

// callback takes a click in Slack. The request was signed when it was recorded, unless
// the case is about that.
func (s *stand) callback(ctx context.Context, c *Case, source, body string) error {
	slack, ok := s.channels[source].(*channel.Slack)
	if !ok {
		return fault.New(fault.NotFound, "nothing takes answers from %s", source)
	}
	click, err := slack.Callback(ctx, signed(c, body), []byte(body))
	if err != nil {
		return err
	}
	if click.Service != "orca" { // Orca's place is the server's own here
		return fault.New(fault.Invalid, "there is no service %s", click.Service)
	}
	s.calls = append(s.calls, map[string]any{
		"method": http.MethodPost, "path": "/notifications/callback", "user": "anonymous", "body": map[string]any{
			"actionPerformed": map[string]any{"type": click.Button.Type, "name": click.Button.Name, "value": click.Button.Value, "label": click.Button.Label},
			"serviceId":       click.Service, "messageId": click.Message, "user": click.User,
		},
	})
	return slack.Taken(ctx, click)
}

// unsigned finds cases about requests without a signature.
var unsigned = regexp.MustCompile(`(?i)(no|without|missing)[ -](a |any |the )?(signature|headers)|(signature|headers)[ -](is |are )?missing|unsigned`)

// signed are the headers of a request from Slack.
func signed(c *Case, body string) http.Header {
	about := c.Name + " " + c.Note
	if unsigned.MatchString(about) {
		return http.Header{}
	}
	at, secret := time.Now(), signingSecret
	if strings.Contains(c.Name, "old") {
		at = at.Add(-400 * time.Second)
	}
	if strings.Contains(about, "signature") {
		secret = "another"
	}
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	return http.Header{"X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))}}
}
