package engine

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

// curious asks for every text "ask X" of a context, and puts the answers there.
type curious struct{ Literal }

func (curious) Context(v View, known expression.Answers) (map[string]any, []expression.Asked) {
	out, asked := v.Stage.Context, []expression.Asked(nil)
	for key, value := range v.Stage.Context {
		text, _ := value.(string)
		name, ok := strings.CutPrefix(text, "ask ")
		if !ok {
			continue
		}
		q := expression.Question{Kind: expression.QuestionURL, Of: name}
		if answer, ok := known.Answer(q, key); ok {
			out = model.Merge(out, map[string]any{key: answer.Text})
		} else {
			asked = append(asked, expression.Asked{Question: q, Place: key})
		}
	}
	return out, asked
}

// told are the answers of all stages.
type told map[string]string

func (a told) For(string) expression.Answers { return a }

func (a told) Answer(q expression.Question, _ string) (expression.Answer, bool) {
	text, ok := a[q.Of]
	return expression.Answer{Text: text}, ok
}

func curiously(t *testing.T, stages ...map[string]any) (*sim, told) {
	t.Helper()
	s := simulate(t, GateOpen, stages...)
	answers := told{}
	s.Machine = NewMachine(s.Execution(), fakes{}, curious{}, GateOpen)
	s.SetAnswers(answers)
	return s, answers
}

func TestAStageWaitsForAnswersAlone(t *testing.T) {
	t.Parallel()
	s, answers := curiously(t, stageOf("1", "", "a", "ask x", "b", "ask y"), stageOf("2", ""), stageOf("3", "2"))
	s.finish()
	if s.statuses() != "RUNNING: 1=NOT_STARTED 2=SUCCEEDED 3=SUCCEEDED" {
		t.Fatalf("without answers: %s", s.statuses())
	}
	stage := s.Execution().Stages[0]
	if got := s.Questions()[stage.ID]; len(got) != 2 || !strings.HasPrefix(got[0].Place, "1 ") {
		t.Errorf("the stage asks %v", got)
	}
	if stage.StartTime != 0 {
		t.Error("a stage that waits has a start time")
	}
	answers["x"] = "1"
	s.finish()
	if stage.Status != model.NotStarted || len(s.Questions()[stage.ID]) != 1 {
		t.Errorf("with half of the answers: %s, %v", s.statuses(), s.Questions())
	}
	answers["y"] = "2"
	s.finish()
	if s.statuses() != "SUCCEEDED: 1=SUCCEEDED 2=SUCCEEDED 3=SUCCEEDED" {
		t.Errorf("with answers: %s", s.statuses())
	}
	if stage.Context["a"] != "1" || stage.Context["b"] != "2" {
		t.Errorf("the context is %v", stage.Context)
	}
}

func TestAStageWaitsForTheAnswersToItsChildren(t *testing.T) {
	t.Parallel()
	child := []any{map[string]any{}, map[string]any{"a": "ask x"}}
	s, answers := curiously(t, stageOf("1", "", "before", child, "parallel", true, "skippable", true))
	s.finish()
	if s.statuses() != "RUNNING: 1=NOT_STARTED" {
		t.Fatalf("without answers: %s", s.statuses())
	}
	if stage := s.Execution().Stages[0]; stage.StartTime != 0 || len(stage.Tasks) != 0 {
		t.Errorf("the plan has left something: %+v", stage)
	}
	answers["x"] = "1"
	s.finish()
	if s.statuses() != "SUCCEEDED: 1<1=SUCCEEDED 1<2=SUCCEEDED 1=SUCCEEDED" {
		t.Errorf("with answers: %s", s.statuses())
	}
}

func TestAStageThatWaitsCanBeCancelled(t *testing.T) {
	t.Parallel()
	s, _ := curiously(t, stageOf("1", "", "a", "ask x"))
	s.finish()
	s.Cancel("u", "", s.now)
	s.finish()
	if s.statuses() != "CANCELED: 1=NOT_STARTED" {
		t.Errorf("cancelled: %s", s.statuses())
	}
}

func TestATaskWaitsForAnswers(t *testing.T) {
	t.Parallel()
	s, answers := curiously(t, stageOf("1", ""))
	s.Advance(s.now)
	ref := s.Runnable()[0]
	ref.Stage.Context = model.Merge(ref.Stage.Context, map[string]any{"late": "ask x"})
	if s.Prepare(ref) || len(s.Questions()[ref.Stage.ID]) != 1 {
		t.Errorf("prepared, with %v", s.Questions())
	}
	answers["x"] = "1"
	if !s.Prepare(ref) || len(s.Questions()) != 0 || ref.Stage.Context["late"] != "1" {
		t.Errorf("not prepared: %v, %v", s.Questions(), ref.Stage.Context)
	}
}

func TestOpening(t *testing.T) {
	t.Parallel()
	e := NewPipeline(map[string]any{
		"application": "a", "name": "n", "notifications": []any{map[string]any{"type": "slack"}},
		"trigger": map[string]any{"type": "manual", "parameters": map[string]any{"p": "v"}}, "stages": []any{stageOf("1", "")},
	}, access.Principal{Name: "u"}, time.UnixMilli(1))
	before, err := model.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	m := NewMachine(e, fakes{}, Literal{}, GateAsk)
	m.Open(Opening(e))
	after, err := model.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("opened with what it had, it is\n%s\nwas\n%s", after, before)
	}
	m.Open(model.Merge(Opening(e), map[string]any{"name": "other"}))
	if e.Name != "other" || !m.Take().Header {
		t.Error("the new name was not taken")
	}
}
