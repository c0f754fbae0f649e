package judgment_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/judgment"
)

var now = time.UnixMilli(1_795_258_793_870)

type roles map[string][]string

func (r roles) RolesOf(_ context.Context, user string) ([]string, bool, error) {
	if user == "broken" {
		return nil, false, errors.New("no directory")
	}
	return r[user], user == "root", nil
}

type notifier struct {
	sent []judgment.Notification
	err  error
}

func (n *notifier) Notify(_ context.Context, notification judgment.Notification) error {
	n.sent = append(n.sent, notification)
	return n.err
}

func execution() *model.Execution {
	return &model.Execution{
		ID: "e", Application: "app", Authentication: &model.Authentication{User: "starter"},
		Trigger: model.Trigger{"type": "manual", "user": "starter"},
	}
}

func run(t *testing.T, options judgment.Options, context map[string]any, judge string) (stage.Result, error) {
	t.Helper()
	s := &model.Stage{ID: "s", RefID: "1", Name: "ask", Type: judgment.Name, Context: context}
	if judge != "" {
		s.LastModified = &model.LastModified{User: judge, AllowedAccounts: []string{"prod"}}
	}
	in := stage.Input{View: engine.View{Execution: execution(), Stage: s}, Now: now}
	return judgment.Type(options).Tasks[judgment.Class].Run(t.Context(), in)
}

// Each recorded stage is run twice, as Orca did: before the judgment came and
// after it.
func TestRecordedExecutions(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var recorded model.Execution
		if err := model.Unmarshal(data, &recorded); err != nil {
			t.Fatal(err)
		}
		want := recorded.Stages[0]
		kind := judgment.Type(judgment.Options{})
		specs, err := kind.Definition.Tasks(engine.View{Execution: &recorded, Stage: want})
		if err != nil || specs[0].Class != want.Tasks[0].ImplementingClass || specs[0].Name != want.Tasks[0].Name {
			t.Fatalf("%s: planned %v, %v", file, specs, err)
		}
		s := *want
		s.Context = model.Without(want.Context, "judgmentStatus", "judgmentInput", "lastModifiedBy", "notifications")
		s.LastModified = nil
		in := stage.Input{View: engine.View{Execution: &recorded, Stage: &s}, Now: now}
		first, err := kind.Tasks[judgment.Class].Run(t.Context(), in)
		if err != nil || first.Status != model.Running {
			t.Fatalf("%s: got %v, %v", file, first, err)
		}
		patch := map[string]any{"judgmentStatus": want.Context["judgmentStatus"], "lastModifiedBy": "peer-user"}
		if input, ok := want.Context["judgmentInput"]; ok {
			patch["judgmentInput"] = input
		}
		s.Context = model.Merge(model.Merge(s.Context, first.Context), patch)
		s.LastModified = want.LastModified
		second, err := kind.Tasks[judgment.Class].Run(t.Context(), in)
		if err != nil || (second.Status == model.Succeeded) != (want.Status == model.Succeeded) || !second.Status.Complete() {
			t.Fatalf("%s: got %v, %v", file, second, err)
		}
		if got := model.Merge(s.Context, second.Context); !reflect.DeepEqual(got, want.Context) {
			t.Errorf("%s: context %v, want %v", file, got, want.Context)
		}
	}
}

func TestJudgments(t *testing.T) {
	t.Parallel()
	allowed := judgment.Options{Roles: roles{"dev": {"dev"}, "ops": {"x", "ops"}}}
	tests := []struct {
		name    string
		options judgment.Options
		context map[string]any
		judge   string
		status  model.Status
		refusal string
	}{
		{"pending", allowed, map[string]any{}, "", model.Running, ""},
		{"null", allowed, map[string]any{"judgmentStatus": nil}, "", model.Running, ""},
		{"some other word", allowed, map[string]any{"judgmentStatus": "maybe"}, "dev", model.Running, ""},
		{"continue", allowed, map[string]any{"judgmentStatus": "Continue"}, "dev", model.Succeeded, ""},
		{"stop", allowed, map[string]any{"judgmentStatus": "STOP"}, "dev", model.Terminal, ""},
		{"role", allowed, map[string]any{"judgmentStatus": "continue", "selectedStageRoles": []any{"ops"}}, "ops", model.Succeeded, ""},
		{"admin", allowed, map[string]any{"judgmentStatus": "continue", "selectedStageRoles": []any{"ops"}}, "root", model.Succeeded, ""},
		{"no role", allowed, map[string]any{"judgmentStatus": "stop", "selectedStageRoles": []any{"ops"}}, "dev", model.Running,
			"dev can't judge this stage: one of these roles is required: ops."},
		{"required before selected", allowed, map[string]any{
			"judgmentStatus": "continue", "selectedStageRoles": []any{"ops"}, "requiredJudgmentRoles": []any{"dev"},
		}, "ops", model.Running, "ops can't judge this stage: one of these roles is required: dev."},
		{"unknown judge", allowed, map[string]any{"judgmentStatus": "continue", "selectedStageRoles": []any{"ops"}}, "", model.Running,
			"A person who isn't signed in can't judge this stage: one of these roles is required: ops."},
		{"roles without permissions", judgment.Options{}, map[string]any{"judgmentStatus": "continue", "selectedStageRoles": []any{"ops"}},
			"dev", model.Succeeded, ""},
		{"self approval", allowed, map[string]any{"judgmentStatus": "continue"}, "starter", model.Succeeded, ""},
		{"self approval prevented", allowed, map[string]any{"judgmentStatus": "continue", "preventSelfApproval": true}, "Starter", model.Running,
			"Starter started this execution and so may not approve it: the stage has preventSelfApproval. Someone else must judge."},
		{"self stop allowed", allowed, map[string]any{"judgmentStatus": "stop", "preventSelfApproval": true}, "starter", model.Terminal, ""},
		{"someone else", allowed, map[string]any{"judgmentStatus": "continue", "preventSelfApproval": true}, "dev", model.Succeeded, ""},
		{"nobody", allowed, map[string]any{"judgmentStatus": "continue", "preventSelfApproval": true}, "", model.Running,
			"The person who started the execution can't approve this stage, and the approver is unknown. Sign in and approve it again."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			result, err := run(t, test.options, test.context, test.judge)
			if err != nil {
				t.Fatal(err)
			}
			if result.Status != test.status {
				t.Errorf("status %s, want %s", result.Status, test.status)
			}
			if got := model.String(result.Context, "judgmentError"); got != test.refusal {
				t.Errorf("refusal %q", got)
			}
			if status, reset := result.Context["judgmentStatus"]; reset != (test.refusal != "") || reset && status != "" {
				t.Errorf("the judgment became %v", status)
			}
		})
	}
}

func TestARefusalIsForgotten(t *testing.T) {
	t.Parallel()
	result, err := run(t, judgment.Options{}, map[string]any{"judgmentStatus": "continue", "judgmentError": "no"}, "dev")
	if err != nil || result.Status != model.Succeeded || result.Context["judgmentError"] != "" {
		t.Errorf("got %v, %v", result, err)
	}
}

func TestRolesThatCantBeToldLeaveItPending(t *testing.T) {
	t.Parallel()
	_, err := run(t, judgment.Options{Roles: roles{}},
		map[string]any{"judgmentStatus": "continue", "selectedStageRoles": []any{"ops"}}, "broken")
	if !stage.IsRetryable(err) || !strings.Contains(err.Error(), "look up the roles of broken: no directory") {
		t.Errorf("got %v", err)
	}
}

func TestNotifications(t *testing.T) {
	t.Parallel()
	list := []any{
		map[string]any{"type": "slack", "address": "#ops", "when": []any{"manualJudgment", "manualJudgmentContinue"},
			"message": map[string]any{"manualJudgment": map[string]any{"text": "please look"}}},
		map[string]any{"type": "email", "address": "a@b", "cc": "c@d", "when": []any{"manualJudgmentStop"}, "extra": "kept"},
		map[string]any{"type": "pubsub", "publisherName": "p", "notifyEveryMs": json.Number("60000"),
			"lastNotifiedByNotificationState": map[string]any{"manualJudgment": now.Add(-time.Minute).UnixMilli()}},
		map[string]any{"type": "sms", "notifyEveryMs": json.Number("60000"),
			"lastNotifiedByNotificationState": map[string]any{"manualJudgment": now.Add(-59 * time.Second).UTC().Format(time.RFC3339)}},
	}
	var n notifier
	result, err := run(t, judgment.Options{Notifier: &n}, map[string]any{
		"notifications": list, "instructions": "go?", "judgmentInputs": []any{map[string]any{"value": "yes"}},
	}, "")
	if err != nil || result.Status != model.Running {
		t.Fatalf("got %v, %v", result, err)
	}
	if len(n.sent) != 2 || n.sent[0].Type != "slack" || n.sent[1].Publisher != "p" {
		t.Fatalf("sent %+v", n.sent)
	}
	if first := n.sent[0]; first.State != "manualJudgment" || first.Address != "#ops" || first.Message != "please look" ||
		first.Instructions != "go?" || len(first.JudgmentInputs) != 1 || first.Execution.ID != "e" || first.Stage.Name != "ask" {
		t.Errorf("sent %+v", first)
	}
	after := result.Context["notifications"].([]any)
	want := map[string]any{"manualJudgment": now.UnixMilli()}
	if got := after[0].(map[string]any)["lastNotifiedByNotificationState"]; !reflect.DeepEqual(got, want) {
		t.Errorf("sent at %v, want %v", got, want)
	}
	if quiet := after[1].(map[string]any); quiet["extra"] != "kept" || quiet["notifyEveryMs"] != -1 {
		t.Errorf("kept %v", quiet)
	}

	// The same again: nothing is due, so nothing is sent and nothing stored.
	n.sent = nil
	result, err = run(t, judgment.Options{Notifier: &n}, map[string]any{"notifications": after}, "")
	if err != nil || len(n.sent) != 0 || result.Context != nil {
		t.Errorf("sent %v, stored %v, %v", n.sent, result.Context, err)
	}

	// Judged: told only where the stage says so.
	judged := map[string]any{"notifications": after, "judgmentStatus": "continue", "judgmentInput": "yes", "lastModifiedBy": "dev"}
	if _, err = run(t, judgment.Options{Notifier: &n}, judged, "dev"); err != nil || len(n.sent) != 0 {
		t.Errorf("sent %v, %v", n.sent, err)
	}
	judged["sendNotifications"] = true
	if _, err = run(t, judgment.Options{Notifier: &n}, judged, "dev"); err != nil || len(n.sent) != 3 {
		t.Fatalf("sent %v, %v", n.sent, err)
	}
	if told := n.sent[0]; told.State != "manualJudgmentContinue" || told.JudgmentInput != "yes" || told.JudgedBy != "dev" {
		t.Errorf("sent %+v", told)
	}
}

func TestANotificationThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	n := notifier{err: errors.New("mail is down")}
	context := map[string]any{"notifications": []any{map[string]any{"type": "email"}}}
	for range 2 {
		result, err := run(t, judgment.Options{Notifier: &n}, context, "")
		if err != nil || result.Status != model.Running {
			t.Fatalf("got %v, %v", result, err)
		}
		context = model.Merge(context, result.Context)
	}
	if len(n.sent) != 2 {
		t.Errorf("tried %d times", len(n.sent))
	}
}

func TestRestartForgetsTheJudgment(t *testing.T) {
	t.Parallel()
	before := map[string]any{"judgmentStatus": "stop", "lastModifiedBy": "dev", "judgmentInput": "no", "judgmentError": "x"}
	after := judgment.Type(judgment.Options{}).Definition.(engine.RestartPreparer).PrepareForRestart(before)
	if !reflect.DeepEqual(after, map[string]any{"judgmentInput": "no"}) {
		t.Errorf("got %v", after)
	}
}

func TestAuthenticatedUser(t *testing.T) {
	t.Parallel()
	by := &model.LastModified{User: "dev", AllowedAccounts: []string{"prod"}}
	propagate := func(status string) map[string]any {
		return map[string]any{"propagateAuthenticationContext": true, "judgmentStatus": status}
	}
	tests := []struct {
		name    string
		stage   model.Stage
		judge   string
		decides bool
	}{
		{"judge", model.Stage{Type: judgment.Name, Context: propagate("continue"), LastModified: by}, "dev", true},
		{"not wanted", model.Stage{Type: judgment.Name, Context: map[string]any{"judgmentStatus": "continue"}, LastModified: by}, "", false},
		{"stopped", model.Stage{Type: judgment.Name, Context: propagate("stop"), LastModified: by}, "", true},
		{"unknown judge", model.Stage{Type: judgment.Name, Context: propagate("continue")}, "", true},
		{"skipped", model.Stage{Type: judgment.Name, Status: model.Skipped, Context: propagate("continue"), LastModified: by}, "", false},
		{"another type", model.Stage{Type: "wait", Context: propagate("continue"), LastModified: by}, "", false},
	}
	for _, test := range tests {
		judge, decides := judgment.AuthenticatedUser(&test.stage)
		got := ""
		if judge != nil {
			got = judge.User
		}
		if got != test.judge || decides != test.decides {
			t.Errorf("%s: got %q, %v", test.name, got, decides)
		}
	}
}

// TestAJudgmentThatHasEndedCannotBeChanged: who judged decides as whom later
// stages run.
func TestAJudgmentThatHasEndedCannotBeChanged(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		stage, execution model.Status
		canceled         bool
		want             string // what the refusal says; "" for none
	}{
		"while it waits":                        {model.Running, model.Running, false, ""},
		"while it is paused":                    {model.Paused, model.Paused, false, ""},
		"before it is due":                      {model.NotStarted, model.Running, false, ""},
		"continued":                             {model.Succeeded, model.Running, false, "has ended (SUCCEEDED, judged by alice)"},
		"stopped":                               {model.Terminal, model.Terminal, false, "has ended (TERMINAL, judged by alice)"},
		"stopped, and the pipeline went on":     {model.FailedContinue, model.Running, false, "has ended"},
		"skipped":                               {model.Skipped, model.Running, false, "has ended"},
		"canceled":                              {model.Canceled, model.Canceled, true, "has ended"},
		"never due":                             {model.NotStarted, model.Terminal, false, "execution e has ended (TERMINAL)"},
		"while the execution is being canceled": {model.Running, model.Running, true, "has been canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := execution()
			e.Status, e.Canceled = tc.execution, tc.canceled
			s := &model.Stage{ID: "s", RefID: "1", Name: "ask", Type: judgment.Name, Status: tc.stage, Context: map[string]any{"judgmentStatus": "stop"}}
			if tc.stage.Complete() {
				s.LastModified = &model.LastModified{User: "alice"}
			}
			e.Stages = []*model.Stage{s}
			m := engine.NewMachine(e, stage.NewRegistry(judgment.Type(judgment.Options{})), engine.Literal{}, engine.GateOpen)
			err := m.UpdateStage("s", map[string]any{"judgmentStatus": "continue"}, "mallory", nil, now)
			if tc.want == "" {
				if err != nil || s.Context["judgmentStatus"] != "continue" {
					t.Errorf("refused: %v", err)
				}
				return
			}
			if fault.KindOf(err) != fault.Conflict || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			if s.Context["judgmentStatus"] != "stop" || s.LastModified != nil && s.LastModified.User != "alice" || s.Context["lastModifiedBy"] != nil {
				t.Errorf("it was changed: %v, %+v", s.Context, s.LastModified)
			}
		})
	}
}
