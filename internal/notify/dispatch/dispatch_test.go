package dispatch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/outbox"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// service is everything outside.
type service struct {
	mu      sync.Mutex
	status  int
	header  http.Header
	respond func(ctx context.Context) error
	got     []string
}

// RoundTrip implements [http.RoundTripper].
func (s *service) RoundTrip(req *http.Request) (*http.Response, error) {
	text, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.got = append(s.got, req.URL.String()+" "+string(text))
	status, header, respond := s.status, s.header, s.respond
	s.mu.Unlock()
	if respond != nil {
		if err := respond(req.Context()); err != nil {
			return nil, err
		}
	}
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(`{"ok":true}`)), Request: req}, nil
}

// kit is a dispatcher with a store.
type kit struct {
	*Dispatcher
	st      *store.Store
	service *service
	clock   time.Time
}

func open(t *testing.T, st *store.Store) *kit {
	t.Helper()
	k := &kit{st: st, service: &service{}, clock: time.Unix(1_700_000_000, 0)}
	client := &http.Client{Transport: k.service}
	now := func() time.Time { return k.clock }
	c := channel.Config{
		Slack: channel.SlackConfig{Enabled: true, Token: secret.NewRef("xoxb-hidden")}, Teams: channel.SwitchConfig{Enabled: true},
		GitHub: channel.GitHubConfig{Enabled: true, Token: secret.NewRef("github-hidden")},
	}
	k.Dispatcher = New(Options{
		Channels: channel.New(c, channel.Parts{BaseURL: "https://g", Secrets: secret.NewResolver(secret.Options{}), Fixed: client, Users: client, Now: now}),
		Store:    st, Memory: limit.NewBudget(0, 0), Now: now,
		Evaluate: func(_ context.Context, e *model.Execution, _ *model.Stage, settings map[string]any) map[string]any {
			return model.Merge(settings, map[string]any{"evaluated": e.Name})
		},
	})
	return k
}

const teamsURL = "https://prod.logic.azure.com/hook?sig=hidden-sig"

// cart is an execution with preferences of a pipeline and of a stage.
func cart(t *testing.T, st *store.Store) *model.Execution {
	t.Helper()
	slack := map[string]any{"type": "slack", "address": "#deploys", "when": []any{"pipeline.failed", "pipeline.starting"}}
	teams := map[string]any{"type": "microsoftteams", "address": teamsURL, "when": []any{"pipeline.failed"}}
	e := &model.Execution{
		Type: model.PipelineExecution, ID: model.NewID(time.Now()), Application: "shop", Name: "deploy", Status: model.Running,
		Trigger: model.NormalizeTrigger(map[string]any{"type": "manual"}), Notifications: []map[string]any{
			slack, teams, slack, {"type": "email", "address": "a@example.com", "when": []any{"pipeline.failed"}},
			{"type": "githubStatus", "when": []any{"pipeline.failed"}},
		},
		Stages: []*model.Stage{{
			ID: model.NewID(time.Now()), RefID: "1", Type: "manualJudgment", Name: "Judge", Status: model.Running, StartTime: 5, Outputs: map[string]any{}, Tasks: []*model.Task{},
			RequisiteStageRefIDs: []string{}, Context: map[string]any{"sendNotifications": true, "notifications": []any{
				map[string]any{"type": "slack", "address": "#stage", "when": []any{"stage.starting", "manualJudgment"}},
			}},
		}},
	}
	require.NoError(t, st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) }))
	return e
}

// follow are the messages of a happening.
func (k *kit) follow(t *testing.T, e *model.Execution, h engine.Happening) (messages []outbox.Message) {
	t.Helper()
	require.NoError(t, k.st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		messages, err = k.Follow(ctx, tx, e, h)
		return err
	}))
	for _, m := range messages {
		require.NotContains(t, string(m.Payload)+m.Topic, "hidden")
		require.NotContains(t, string(m.Payload)+m.Topic, "hook")
	}
	return messages
}

// saveOwn saves the application's own settings.
func (k *kit) saveOwn(t *testing.T, body map[string]any) {
	t.Helper()
	require.NoError(t, k.st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.SaveDocument(ctx, store.Document{Kind: "notification", ID: "application/shop", Application: "shop", Body: body}, "me")
		return err
	}))
}

func TestNotificationsOfAnExecution(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		k := open(t, st)
		e := cart(t, st)
		// A status of a commit is sent too, and finds that no commit has started the pipeline.
		failed := k.follow(t, e, engine.Happening{Status: model.Terminal})
		require.Len(t, failed, 3, "the same preference counts once, and email isn't configured")
		for _, m := range failed {
			require.NoError(t, k.Deliver(t.Context(), m))
		}
		require.Len(t, k.service.got, 2)
		require.Contains(t, k.service.got[0], "https://slack.com/api/chat.postMessage")
		require.Contains(t, k.service.got[1], teamsURL)
		require.Empty(t, k.follow(t, e, engine.Happening{Status: model.Succeeded}))
		require.Len(t, k.follow(t, e, engine.Happening{Status: model.Running}), 1)
		e.Canceled = true
		require.Empty(t, k.follow(t, e, engine.Happening{Status: model.Canceled}))
	})
}

func TestNotificationsOfAStage(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	e := cart(t, k.st)
	s := e.Stages[0]
	messages := k.follow(t, e, engine.Happening{Stage: s, Status: model.Running})
	require.Len(t, messages, 1)
	require.NoError(t, k.Deliver(t.Context(), messages[0]))
	require.Contains(t, k.service.got[0], "Stage+Judge+for+Shop")
	require.Empty(t, k.follow(t, e, engine.Happening{Stage: s, Task: &model.Task{}, Status: model.Running}))
	require.Empty(t, k.follow(t, e, engine.Happening{Stage: &model.Stage{Context: map[string]any{}}, Status: model.Running}))
}

func TestApplicationsAreToldToo(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	e := cart(t, k.st)
	k.saveOwn(t, map[string]any{"slack": []any{map[string]any{"address": "#app", "when": []any{"pipeline.complete"}}}})
	messages := k.follow(t, e, engine.Happening{Status: model.Succeeded})
	require.Len(t, messages, 1)
	require.NoError(t, k.Deliver(t.Context(), messages[0]))
	require.Contains(t, k.service.got[0], "channel=%23app")
	// What was taken away meanwhile isn't sent.
	k.saveOwn(t, map[string]any{})
	err := k.Deliver(t.Context(), messages[0])
	require.True(t, outbox.IsFinal(err))
	require.ErrorIs(t, err, errGone)
}

func TestWhatIsGoneIsGivenUp(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	e := cart(t, k.st)
	messages := k.follow(t, e, engine.Happening{Status: model.Terminal})
	require.NoError(t, k.st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.DeleteExecution(ctx, e.ID) }))
	require.ErrorIs(t, k.Deliver(t.Context(), messages[0]), errGone)
	require.True(t, outbox.IsFinal(k.Deliver(t.Context(), outbox.Message{Payload: []byte("[]")})))
}

// TestAServiceThatWantsNothingForAnHour is left alone for that long, and the message
// arrives afterwards.
func TestAServiceThatWantsNothingForAnHour(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	m := k.follow(t, cart(t, k.st), engine.Happening{Status: model.Terminal})[0]
	m.Created = k.clock
	k.service.status, k.service.header = http.StatusTooManyRequests, http.Header{"Retry-After": {"600"}}
	began := k.clock
	for k.clock.Before(began.Add(time.Hour)) {
		later, pause := outbox.PutOff(k.Deliver(t.Context(), m))
		require.True(t, later)
		require.GreaterOrEqual(t, pause, 10*time.Minute)
		asked := len(k.service.got)
		later, _ = outbox.PutOff(k.Deliver(t.Context(), m)) // too early
		require.True(t, later)
		require.Len(t, k.service.got, asked)
		k.clock = k.clock.Add(pause)
	}
	require.LessOrEqual(t, len(k.service.got), 6)
	k.service.status = http.StatusOK
	require.NoError(t, k.Deliver(t.Context(), m))

	// One that never stops is given up after a day like any other.
	k.service.status = http.StatusTooManyRequests
	k.clock = k.clock.Add(25 * time.Hour)
	err := k.Deliver(t.Context(), m)
	later, _ := outbox.PutOff(err)
	require.False(t, later)
	require.ErrorContains(t, err, "429")
}

func TestThePaceOfAService(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	m := k.follow(t, cart(t, k.st), engine.Happening{Status: model.Terminal})[0]
	sent := 0
	for range 20 {
		err := k.Deliver(t.Context(), m)
		if later, pause := outbox.PutOff(err); later {
			require.Greater(t, pause, time.Duration(0))
			continue
		}
		require.NoError(t, err)
		sent++
	}
	require.Equal(t, 5, sent, "Slack takes one message a second, and a few at once")
	k.clock = k.clock.Add(time.Second)
	require.NoError(t, k.Deliver(t.Context(), m))
}

// TestASilentServiceHoldsUpNoOther: a few deliveries wait for it, and the others are
// put off.
func TestASilentServiceHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	messages := k.follow(t, cart(t, k.st), engine.Happening{Status: model.Terminal})
	arrived, release := make(chan struct{}, 100), make(chan struct{})
	k.service.respond = func(ctx context.Context) error {
		arrived <- struct{}{}
		select {
		case <-release:
			return errors.New("reset")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	ended := make(chan error, 100)
	for range outbox.Places {
		go func() { ended <- k.Deliver(t.Context(), messages[0]) }()
	}
	for range outbox.Places {
		<-arrived
	}
	later, _ := outbox.PutOff(k.Deliver(t.Context(), messages[0]))
	require.True(t, later)
	go func() { ended <- k.Deliver(t.Context(), messages[1]) }() // Teams
	<-arrived
	close(release)
	for range outbox.Places + 1 {
		require.ErrorContains(t, <-ended, "reset")
	}
}

func TestErrorsThatLast(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	m := k.follow(t, cart(t, k.st), engine.Happening{Status: model.Terminal})[0]
	for status, final := range map[int]bool{404: true, 400: true, 401: false, 500: false} {
		k.clock = k.clock.Add(time.Minute)
		k.service.status = status
		err := k.Deliver(t.Context(), m)
		require.Error(t, err)
		require.Equal(t, final, outbox.IsFinal(err), status)
		require.NotContains(t, err.Error(), "hidden")
	}
}

func TestTests(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	require.NoError(t, k.Test(t.Context(), map[string]any{"type": "slack", "address": "#a"}, "shop"))
	require.Contains(t, k.service.got[0], "Test+notification")
	for says, settings := range map[string]map[string]any{
		"there is no channel": {"type": "fax"}, "set mail.enabled": {"type": "email"}, "doesn't tell of events": {"type": "jira"},
		"give repo and commit": {"type": "githubStatus"}, "address": {"type": "slack"},
	} {
		err := k.Test(t.Context(), settings, "shop")
		if says == "doesn't tell of events" {
			says = "set jira.enabled"
		}
		require.ErrorContains(t, err, says)
		require.Equal(t, fault.Invalid, fault.KindOf(err))
	}
	k.service.status = http.StatusBadGateway
	require.Equal(t, fault.Unavailable, fault.KindOf(k.Test(t.Context(), map[string]any{"type": "slack", "address": "#a"}, "shop")))
	k.service.status = http.StatusNotFound
	require.Equal(t, fault.Invalid, fault.KindOf(k.Test(t.Context(), map[string]any{"type": "microsoftteams", "address": teamsURL}, "shop")))
	_, err := k.Send(t.Context(), notify.Message{Type: "FAX"})
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.True(t, k.Works())
	require.Len(t, k.Kinds(), 3)
}

// TestQuietPeriods hold messages back until they end, and none longer.
func TestQuietPeriods(t *testing.T) {
	t.Parallel()
	k := open(t, storetest.SQLite(t))
	k.clock = time.Date(2026, 11, 27, 23, 0, 0, 0, time.UTC)
	morning := time.Date(2026, 11, 28, 7, 0, 0, 0, time.UTC)
	night := map[string]any{"from": "22:00", "to": "07:00"}
	e := cart(t, k.st)
	e.Notifications = []map[string]any{
		{"type": "slack", "address": "#deploys", "when": []any{"pipeline.failed"}, "quietPeriod": night},
		{"type": "slack", "address": "#alerts", "when": []any{"pipeline.failed"}, "quietPeriod": model.Merge(night, map[string]any{"except": []any{"pipeline.failed"}})},
		{"type": "microsoftteams", "address": teamsURL, "when": []any{"pipeline.failed"}},
	}
	held := func() []time.Time {
		var out []time.Time
		for _, m := range k.follow(t, e, engine.Happening{Status: model.Terminal}) {
			out = append(out, m.NotBefore)
		}
		return out
	}
	require.Equal(t, []time.Time{morning, {}, {}}, held())
	k.quiet = func(kind string) []notify.QuietPeriod {
		require.Contains(t, []string{"slack", "microsoftteams"}, kind)
		if kind == "slack" {
			return nil
		}
		return []notify.QuietPeriod{{From: "23:00", To: "24:00"}}
	}
	require.Equal(t, []time.Time{morning, {}, morning.Add(-7 * time.Hour)}, held())
	k.clock = morning
	require.Equal(t, []time.Time{{}, {}, {}}, held())
}
