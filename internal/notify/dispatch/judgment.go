package dispatch

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/stage/judgment"
	"github.com/gennaker/gennaker/internal/store"
)

// Notify implements [judgment.Notifier]: it writes a message that tells of a judgment.
// Its id follows from what it tells, so that a task that is run again after a crash
// adds none.
func (d *Dispatcher) Notify(ctx context.Context, n judgment.Notification) error {
	if _, works := d.channels.Message(n.Type); !works {
		return nil
	}
	p := notify.Preference{Level: notify.LevelStage, Settings: n.Settings}
	o := order{
		Channel: n.Type, Level: p.Level, Key: p.Key(), Judgment: n.State, Application: n.Execution.Application, Execution: n.Execution.ID,
		Stage: n.Stage.ID, Judge: n.JudgedBy, Input: n.JudgmentInput,
	}
	last := model.Object(n.Settings, "lastNotifiedByNotificationState")[n.State]
	at, _ := model.ToInt(last)
	name := strings.Join([]string{
		o.Execution, o.Stage, strconv.FormatInt(n.Stage.StartTime, 10), o.Judgment, o.Key, o.Channel, strconv.FormatInt(at, 10),
	}, "/")
	id := uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)).String()
	return d.store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		return d.outbox.Add(ctx, tx, d.message(id, o, p))
	})
}

// judgment is the message about a judgment, as Orca's ManualJudgmentStage asks Echo for
// it; false if that has become idle: nobody waits for a judgment that was made.
func (d *Dispatcher) judgment(s subject) (notify.Message, bool) {
	if s.stage == nil || (s.Judgment == notify.JudgmentDue && s.stage.Status.Complete()) {
		return notify.Message{}, false
	}
	e, context := s.execution, s.stage.Context
	m := notify.Message{
		Type: strings.ToUpper(s.Channel), Template: s.Judgment, Severity: "HIGH",
		Source: &notify.Source{ExecutionType: string(e.Type), ExecutionID: e.ID, Application: e.Application},
		Context: map[string]any{
			"stageName": s.stage.Name, "stageId": s.stage.RefID, "restrictExecutionDuringTimeWindow": context["restrictExecutionDuringTimeWindow"],
			"execution": map[string]any{"id": e.ID, "name": e.Name, "application": e.Application, "trigger": map[string]any(e.Trigger)},
		},
	}
	for _, to := range []string{model.String(s.settings, "address"), model.String(s.settings, "publisherName")} {
		if to != "" && len(m.To) == 0 {
			m.To = []string{to}
		}
	}
	if cc := model.String(s.settings, "cc"); cc != "" {
		m.CC = []string{cc}
	}
	set := func(name, value string) {
		if value != "" {
			m.Context[name] = value
		}
	}
	set("instructions", model.String(context, "instructions"))
	set("message", model.String(model.Object(model.Object(s.settings, "message"), s.Judgment), "text"))
	if s.Judgment != notify.JudgmentDue {
		set("judgmentInput", s.Input)
		judge := s.Judge
		if judge == "" {
			judge = "anonymous"
		}
		set("judgedBy", judge)
	}
	if slack, ok := d.channels[s.Channel].(*channel.Slack); ok && slack.Interactive() && s.Judgment == notify.JudgmentDue {
		m.Actions = buttons(s)
	}
	return m, true
}

const (
	// callbackService is what the buttons of our messages say that they are for.
	callbackService = "gennaker"
	buttonName      = "manual-judgement" // Orca's word
	answerStop      = "stop"
	answerGo        = "continue"
	// withInput begins the answers that choose an input.
	withInput = answerGo + ":"
	// mostButtons is how many buttons a message of Slack may have, and mostValue how
	// long a value may be.
	mostButtons, mostValue = 5, 2000
)

// buttons are those of a judgment: its inputs, or one to go on, and one to stop. One
// that has more inputs than there may be buttons is answered on its page.
func buttons(s subject) *notify.Actions {
	actions := &notify.Actions{Service: callbackService, Message: s.Execution + "/" + s.Stage, Color: "#fcba03"}
	add := func(label, value string) {
		actions.Buttons = append(actions.Buttons, notify.Button{Type: "button", Name: buttonName, Label: label, Value: value})
	}
	inputs := judgmentInputs(s.stage)
	switch {
	case len(inputs) >= mostButtons || slices.ContainsFunc(inputs, func(input string) bool { return len(input) > mostValue-len(withInput) }):
		return nil
	case len(inputs) == 0:
		add("Approve", answerGo)
	}
	for _, input := range inputs {
		add(input, withInput+input)
	}
	add("Reject", answerStop)
	return actions
}

func judgmentInputs(s *model.Stage) (inputs []string) {
	for _, input := range model.Objects(s.Context, "judgmentInputs") {
		if value := model.String(input, "value"); value != "" {
			inputs = append(inputs, value)
		}
	}
	return inputs
}

// Callback takes the answer that someone has given in a message of a channel: it
// judges. Who answered is told there what became of it.
func (d *Dispatcher) Callback(ctx context.Context, source string, header http.Header, body []byte) error {
	slack, ok := d.channels[source].(*channel.Slack)
	if !ok {
		return fault.New(fault.NotFound, "NotificationService for %s not registered: nothing takes answers from there", fault.Short(source))
	}
	click, err := slack.Callback(ctx, header, body)
	if err != nil {
		return err
	}
	if err := d.answer(ctx, click); err != nil {
		if fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Unavailable {
			return err
		}
		d.tell(ctx, slack.Declined(ctx, click, err.Error()))
		return nil
	}
	d.tell(ctx, slack.Taken(ctx, click))
	return nil
}

// tell notes that someone could not be told what became of an answer.
func (d *Dispatcher) tell(ctx context.Context, err error) {
	if err != nil {
		d.log.WarnContext(ctx, "can't change the message whose button was selected", "error", err)
	}
}

// answer judges as a click says.
func (d *Dispatcher) answer(ctx context.Context, click channel.Click) error {
	execution, stage, ok := strings.Cut(click.Message, "/")
	if click.Service != callbackService || !ok || click.Button.Name != buttonName || d.judge == nil {
		return fault.New(fault.Invalid, "the button is of no judgment of this server")
	}
	e, err := d.store.Execution(ctx, execution)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(e.Stages, func(s *model.Stage) bool { return s.ID == stage && s.Type == judgment.Name })
	if at < 0 {
		return fault.New(fault.NotFound, "execution %s has no such judgment", fault.Short(execution))
	}
	change := map[string]any{"judgmentStatus": click.Button.Value}
	if input, chosen := strings.CutPrefix(click.Button.Value, withInput); chosen {
		if !slices.Contains(judgmentInputs(e.Stages[at]), input) {
			return fault.New(fault.Invalid, "the judgment has no input %q", fault.Short(input))
		}
		change = map[string]any{"judgmentStatus": answerGo, "judgmentInput": input}
	} else if click.Button.Value != answerGo && click.Button.Value != answerStop {
		return fault.New(fault.Invalid, "the button has no answer that a judgment knows")
	}
	return d.judge(ctx, execution, stage, change, access.Principal{Name: click.User, Origin: "slack"})
}

var _ outbox.Deliverer = (*Dispatcher)(nil)
