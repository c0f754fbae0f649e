package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
)

// Click is a button that someone has selected in a message.
type Click struct {
	// Service and Message are those of the message's actions.
	Service, Message string
	// User is who selected it: the email address of Slack's user, or the name if Slack
	// doesn't tell the address.
	User   string
	Button notify.Button

	userID   string
	reply    string
	original map[string]any
}

const (
	// slackHooks is where messages are changed after a click.
	slackHooks = "https://hooks.slack.com"
	// oldest is how far the time of a signed request may be from now, as Slack advises:
	// an older one may have been overheard.
	oldest = 5 * time.Minute
)

// Callback reads a request that Slack sends after a click. It must be signed with the
// app's secret, and recent.
func (s *Slack) Callback(ctx context.Context, header http.Header, body []byte) (Click, error) {
	if s.config.App.SigningSecret.IsZero() || !s.Describe().Configured() {
		return Click{}, fault.New(fault.NotFound, "this server takes no answers from Slack: slack.app.signingSecret is not set")
	}
	secret, err := reveal(ctx, s.parts.Secrets, "slack.app.signingSecret", s.config.App.SigningSecret)
	if err != nil {
		return Click{}, err
	}
	if err := verify(secret, header.Get("X-Slack-Request-Timestamp"), header.Get("X-Slack-Signature"), body, s.parts.Now()); err != nil {
		return Click{}, err
	}
	click, err := parseClick(body)
	if err != nil {
		return Click{}, err
	}
	if address, err := s.address(ctx, click.userID); err != nil {
		s.parts.Log.WarnContext(ctx, "can't look up the email address of a Slack user; the name is used", "user", click.User, "error", err)
	} else if address != "" {
		click.User = address
	}
	return click, nil
}

// verify checks a signature: version 0 of Slack's, over the time and the body as it
// came.
func verify(secret, at, signature string, body []byte, now time.Time) error {
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "the request has no X-Slack-Request-Timestamp")
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > oldest || age < -oldest {
		return fault.New(fault.Invalid, "the request is more than 5 minutes from this server's time: it may be a replay of an earlier one")
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("v0:" + at + ":"))
	mac.Write(body)
	if !hmac.Equal([]byte("v0="+hex.EncodeToString(mac.Sum(nil))), []byte(signature)) {
		return fault.New(fault.Invalid, "the request's X-Slack-Signature is wrong: check slack.app.signingSecret")
	}
	return nil
}

// parseClick reads the body of a request: a form with JSON in it.
func parseClick(body []byte) (Click, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("payload") == "" {
		return Click{}, fault.New(fault.Invalid, "the request has no form with a payload")
	}
	text := []byte(form.Get("payload"))
	if _, err := limit.Document.JSON(text); err != nil {
		return Click{}, fault.New(fault.Invalid, "the payload can't be read: %v", err)
	}
	var payload map[string]any
	if err := json.Unmarshal(text, &payload); err != nil {
		return Click{}, fault.New(fault.Invalid, "the payload is no JSON object")
	}
	if kind := model.String(payload, "type"); kind != "interactive_message" {
		return Click{}, fault.New(fault.Invalid, "the payload is of the type %q; only interactive_message is known", fault.Short(kind))
	}
	user := model.Object(payload, "user")
	id, name := model.String(payload, "callback_id"), model.String(user, "name")
	if id == "" || name == "" {
		return Click{}, fault.New(fault.Invalid, "the payload has no callback_id or no user")
	}
	actions := model.Objects(payload, "actions")
	if len(actions) == 0 || model.String(actions[0], "type") != "button" {
		return Click{}, fault.New(fault.Invalid, "the payload has no button as its first action")
	}
	service, message, _ := strings.Cut(id, ":")
	return Click{
		Service: service, Message: message, User: name, userID: model.String(user, "id"),
		Button: notify.Button{
			Type: "button", Name: model.String(actions[0], "name"), Label: model.String(actions[0], "text"), Value: model.String(actions[0], "value"),
		},
		reply: model.String(payload, "response_url"), original: model.Object(payload, "original_message"),
	}, nil
}

// address is the email address of a user of Slack; "" if Slack doesn't know it.
func (s *Slack) address(ctx context.Context, id string) (string, error) {
	token, err := reveal(ctx, s.parts.Secrets, "slack.app.token", s.config.App.Token)
	if err != nil {
		return "", err
	}
	c := call{
		service: "Slack", client: s.parts.Fixed, method: http.MethodGet, hide: []string{token},
		url:    base(s.config.App.BaseURL, "https://slack.com") + "/api/users.info?user=" + url.QueryEscape(id),
		header: http.Header{"Authorization": {"Bearer " + token}},
	}
	answer, err := c.do(ctx)
	if err != nil {
		return "", err
	}
	read, err := c.object(answer)
	if err != nil {
		return "", err
	}
	if read["ok"] != true {
		return "", c.failure("it answered %q", model.String(read, "error"))
	}
	return model.String(model.Object(model.Object(read, "user"), "profile"), "email"), nil
}

// Taken takes the buttons off the message of a click, and says in it who clicked.
func (s *Slack) Taken(ctx context.Context, c Click) error {
	message := model.Merge(c.original, nil)
	attachments := model.Objects(c.original, "attachments")
	if len(attachments) == 0 {
		return s.answer(ctx, c, map[string]any{"replace_original": false, "text": clicked(c)})
	}
	label := c.Button.Label
	for _, action := range model.Objects(attachments[0], "actions") {
		if model.String(action, "type") == c.Button.Type && model.String(action, "value") == c.Button.Value {
			label = model.String(action, "text")
		}
	}
	c.Button.Label = label
	first := model.Without(attachments[0], "actions")
	first["text"] = model.String(attachments[0], "text") + "\n\n" + clicked(c)
	list := []any{first}
	for _, other := range attachments[1:] {
		list = append(list, other)
	}
	message["attachments"] = list
	return s.answer(ctx, c, message)
}

func clicked(c Click) string {
	return "User <@" + c.userID + "> clicked the *" + c.Button.Label + "* action."
}

// Declined tells who clicked why it has changed nothing; nobody else sees it.
func (s *Slack) Declined(ctx context.Context, c Click, why string) error {
	return s.answer(ctx, c, map[string]any{"response_type": "ephemeral", "replace_original": false, "text": why})
}

// answer posts to the URL of a click, which must be Slack's.
func (s *Slack) answer(ctx context.Context, c Click, message map[string]any) error {
	u, err := url.Parse(c.reply)
	if err != nil || u.Path == "" {
		return fault.New(fault.Invalid, "the payload has no response_url")
	}
	request, err := post("Slack", s.parts.Fixed, slackHooks+u.EscapedPath(), message)
	if err != nil {
		return err
	}
	request.hide = []string{u.Path}
	_, err = request.do(ctx)
	return err
}
