package notify

import (
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Markup is how a channel wants texts.
type Markup int

// The kinds of markup.
const (
	// Plain is text without markup.
	Plain Markup = iota
	// MailHTML is HTML for a mail program, and ChatHTML the few elements that chats know.
	MailHTML
	ChatHTML
	// SlackText is Slack's own markup.
	SlackText
	// CardText is text for a card, which has the link as a button.
	CardText
)

// Subject is a message's subject line.
func (m Message) Subject() (string, error) {
	if m.Template == "" {
		return m.formatted("customSubject", "subject")
	}
	t, err := m.template("")
	if err != nil {
		return "", err
	}
	head := ""
	if m.Template == JudgmentStop && t.pipeline != "" {
		head = "  " // as Echo's template has it
	}
	return head + t.plain() + " " + t.outcome() + "\n", nil
}

// Body is a message's text.
func (m Message) Body(base string, markup Markup) (string, error) {
	if m.Template == "" {
		return m.formatted("customBody", "body")
	}
	t, err := m.template(base)
	if err != nil {
		return "", err
	}
	switch markup {
	case SlackText:
		return t.slack(), nil
	case MailHTML:
		return t.mail(), nil
	case ChatHTML:
		return t.chat(), nil
	case CardText:
		return t.card(), nil
	default:
		return t.text(), nil
	}
}

// formatted is a text of the context, converted as the context asks: from Markdown to
// HTML unless it says otherwise.
func (m Message) formatted(custom, own string) (string, error) {
	text := m.text(custom)
	if text == "" {
		if text = m.text(own); text == "" {
			return "", fault.New(fault.Invalid, "additionalContext.%s: is missing; a message without a templateGroup needs a subject and a body", own)
		}
	}
	switch m.text("formatter") {
	case "TEXT":
		return PlainText(text), nil
	case "MARKDOWN":
		return text, nil
	}
	return HTML(text), nil
}

// judgment is what the templates of judgments say.
type judgment struct {
	m Message
	// stage and pipeline are names, build a number; the last two may be missing.
	stage, pipeline, build string
	application, link      string
	judge                  string
}

func (m Message) template(base string) (judgment, error) {
	missing := func(field string) (judgment, error) {
		return judgment{}, fault.New(fault.Invalid, "%s: is missing; the template %s needs it", field, m.Template)
	}
	execution := model.Object(m.Context, "execution")
	t := judgment{
		m: m, stage: m.text("stageName"), pipeline: model.String(execution, "name"),
		application: m.source().Application, link: m.Link(base), judge: m.text("judgedBy"),
	}
	if n, ok := model.Int(model.Object(model.Object(execution, "trigger"), "buildInfo"), "number"); ok {
		t.build = strconv.FormatInt(n, 10)
	}
	switch {
	case m.Source == nil:
		return missing("source")
	case t.application == "":
		return missing("source.application")
	case t.stage == "":
		return missing("additionalContext.stageName")
	case t.judge == "" && m.Template == JudgmentContinue:
		return missing("additionalContext.judgedBy")
	}
	if t.judge == "" {
		t.judge = "anonymous"
	}
	return t, nil
}

// about is the beginning of all sentences, with the parts in markup.
func (t judgment) about(stage, application, pipeline string, build func(string) string) string {
	out := "Stage " + stage + " for " + application
	if t.pipeline == "" {
		return out
	}
	out += "'s " + pipeline + " pipeline"
	if t.build != "" {
		out += " build " + build(t.build)
	}
	return out
}

func asIs(text string) string { return text }

// plain is the beginning without markup.
func (t judgment) plain() string { return t.about(t.stage, t.application, t.pipeline, asIs) }

// outcome is the end of sentences without markup.
func (t judgment) outcome() string {
	switch t.m.Template {
	case JudgmentContinue:
		return "was judged to continue by " + t.judge
	case JudgmentStop:
		return "was judged to stop"
	}
	return "is awaiting manual judgment"
}

// said is the text that goes with the message: the stage's instructions, or the
// preference's text about a judgment that was made.
func (t judgment) said() (text string, ok bool) {
	if t.m.Template == JudgmentDue {
		return t.m.text("instructions"), t.m.present("instructions")
	}
	return t.m.text("message"), t.m.present("message")
}

// selected is the sentence about the answer that was chosen, or "".
func (t judgment) selected(mark string) string {
	if t.m.Template != JudgmentContinue || !t.m.present("judgmentInput") {
		return ""
	}
	return "Judgment '" + mark + PlainText(t.m.text("judgmentInput")) + mark + "' was selected.\n"
}

func (t judgment) slack() string {
	about := t.about("<"+t.link+"|"+t.stage+">", "*"+t.application+"*", "*"+t.pipeline+"*", func(n string) string { return "#*" + n + "*" })
	said, ok := t.said()
	said = PlainText(said)
	switch t.m.Template {
	case JudgmentContinue:
		return about + " _was judged to *continue*_ by " + t.judge + ".\n\n" + line(said, ok) + "\n" + t.selected("*")
	case JudgmentStop:
		return about + " _was judged to *stop*_ by " + t.judge + ".\n\n" + line(said, ok)
	}
	out := about + " is awaiting manual judgment.\n\n"
	if ok {
		out += "*Instructions:*\n" + said + "\n"
	}
	return out
}

func (t judgment) mail() string {
	about := t.about(`<a href="`+t.link+`">`+t.stage+"</a>", "<b>"+t.application+"</b>", "<b>"+t.pipeline+"</b>", func(n string) string { return "#<b>" + n + "</b>" })
	said, ok := t.said()
	said = HTML(said)
	switch t.m.Template {
	case JudgmentContinue:
		return about + " <i>was judged to <b>continue</b></i> by " + t.judge + ".\n\n" + line(said, ok) + "\n" + t.selected("")
	case JudgmentStop:
		return about + " <i>was judged to <b>stop</b></i> by " + t.judge + ".\n\n" + line(said, ok)
	}
	out := "<html>\n" + about + " is awaiting manual judgment.\n\n"
	if ok {
		out += "<br/>\n<b>Instructions:</b>\n" + said + "\n"
	}
	return out + "</html>\n"
}

func (t judgment) chat() string {
	about := t.about("<i>"+t.stage+"</i>", t.application, t.pipeline, asIs)
	verb, rest, _ := strings.Cut(t.outcome(), " ")
	out := about + " " + verb + " <b>" + rest + "</b>.\n\n"
	if said, ok := t.said(); ok {
		out += "<u>Instructions:</u>\n" + HTML(said) + "\n"
	}
	out += t.selected("")
	return out + "\nFor more details, please visit:\n<a href=\"" + t.link + "\">" + t.link + "</a>\n"
}

func (t judgment) card() string {
	const end = "\nFor more details, please click the View Execution button below.\n"
	said, ok := t.said()
	said = PlainText(said)
	if t.m.Template == JudgmentDue {
		if ok {
			said = "Instructions:\n\n" + said + "\n\n"
		}
		return said + end
	}
	return t.made(said, ok) + end
}

func (t judgment) text() string {
	said, ok := t.said()
	said = PlainText(said)
	end := "For more details, please visit:\n" + t.link + "\n"
	if t.m.Template == JudgmentDue {
		out := t.plain() + " " + t.outcome() + ".\n\n"
		if ok {
			out += "Instructions:\n" + said + "\n\n"
		}
		return out + end
	}
	return t.made(said, ok) + "\n" + end
}

// made tells of a judgment that was made, without markup.
func (t judgment) made(said string, ok bool) string {
	out := t.plain() + " " + t.outcome() + ".\n"
	if t.m.Template == JudgmentContinue {
		out += "\n"
	}
	return out + line(said, ok) + t.selected("")
}

// line is a text with the end of its line, if there is one.
func line(text string, ok bool) string {
	if !ok {
		return ""
	}
	return text + "\n"
}
