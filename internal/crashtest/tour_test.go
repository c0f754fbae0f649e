package crashtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/testkube"
)

// estate is what the pipelines of a round act on.
type estate struct {
	t         *testing.T
	cluster   *testkube.Cluster
	servers   []*process
	receiver  *receiver
	namespace string // of this round
	round     int
}

// tour is a user with pipelines that, together, go through a group of stage
// types. A stage's context says what the user does about it and what its status
// must be in the end; see the constants below.
type tour struct {
	*estate
	name string // unique, and a valid name in Kubernetes

	mu    sync.Mutex
	ids   []string
	spans map[string]span // how often stages ran, by their ids
	later []func() error
	// stored are the round's executions, for those checks.
	stored map[string]*model.Execution
}

// What the contexts of the stages tell the user of a tour.
const (
	keyAnswer = "crashtest.answer" // what to write to a judgment
	keyWant   = "crashtest.want"   // the status in the end; SUCCEEDED without it
)

// span is how often a stage was started: if the answer to a restart is lost, a
// user who asks again can't know whether there were two.
type span struct{ least, most int }

// after has a check made at the end of the round.
func (u *tour) after(check func() error) { u.later = append(u.later, check) }

// run runs a pipeline to its end.
func (u *tour) run(ctx context.Context, pipeline string, stages ...any) (*model.Execution, error) {
	config := map[string]any{
		"application": "crash", "name": u.name + "-" + pipeline, "id": u.name + "-" + pipeline, "stages": stages,
		"trigger": map[string]any{"type": "manual", "correlationId": fmt.Sprintf("%s-%s-%d", u.name, pipeline, len(u.ids))},
	}
	id, err := submit(ctx, u.servers, config)
	if err != nil {
		return nil, err
	}
	u.mu.Lock()
	u.ids = append(u.ids, id)
	u.mu.Unlock()
	e, err := u.follow(ctx, id, 0)
	if err == nil {
		err = checkStatuses(e)
	}
	return e, err
}

// follow waits for the end of an execution, another one than the given, and
// answers its judgments.
func (u *tour) follow(ctx context.Context, id string, ended int64) (*model.Execution, error) {
	return u.until(ctx, id, func(e *model.Execution) (bool, error) {
		return e.Status.Complete() && e.EndTime != ended, u.answer(ctx, e)
	})
}

func (u *tour) until(ctx context.Context, id string, done func(*model.Execution) (bool, error)) (*model.Execution, error) {
	for {
		e, err := u.execution(ctx, id)
		if err != nil {
			return nil, err
		}
		if ok, err := done(e); ok || err != nil {
			return e, err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return nil, fmt.Errorf("%s (%s) is stuck, or too slow: %w: %s", id, e.Name, err, state(e))
		}
	}
}

// answer answers the judgments that wait.
func (u *tour) answer(ctx context.Context, e *model.Execution) error {
	for _, s := range e.Stages {
		answer := model.Object(s.Context, keyAnswer)
		if s.Type != "manualJudgment" || s.Status != model.Running || answer == nil || s.Context["judgmentStatus"] != nil {
			continue
		}
		if _, _, err := u.ask(ctx, http.MethodPatch, "/pipelines/"+e.ID+"/stages/"+s.ID, answer); err != nil {
			return err
		}
	}
	return nil
}

// restart restarts a stage and follows the execution to its end.
func (u *tour) restart(ctx context.Context, e *model.Execution, ref string) (*model.Execution, error) {
	s := stageOf(e, ref)
	path := "/pipelines/" + e.ID + "/stages/" + s.ID + "/restart"
	count := span{1, 1}
	for {
		status, _, err := u.try(ctx, u.servers[0], http.MethodPut, path, map[string]any{})
		if err == nil && status == http.StatusOK {
			break
		}
		if err == nil && status < http.StatusInternalServerError {
			return nil, fmt.Errorf("restarting %s is answered with %d", ref, status)
		}
		// Whether it was restarted shows in the execution, after a while.
		if restarted, err := u.restarted(ctx, e, s); err != nil {
			return nil, err
		} else if restarted {
			break
		}
		count.most++
	}
	u.mu.Lock()
	before := u.spans[s.ID]
	u.spans[s.ID] = span{max(before.least, 1) + count.least, max(before.most, 1) + count.most}
	u.mu.Unlock()
	return u.follow(ctx, e.ID, e.EndTime)
}

func (u *tour) restarted(ctx context.Context, e *model.Execution, s *model.Stage) (bool, error) {
	for range 15 {
		now, err := u.execution(ctx, e.ID)
		if err != nil {
			return false, err
		}
		if stageOf(now, s.RefID).StartTime != s.StartTime {
			return true, nil
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return false, err
		}
	}
	return false, nil
}

func (u *tour) execution(ctx context.Context, id string) (*model.Execution, error) {
	status, body, err := u.ask(ctx, http.MethodGet, "/pipelines/"+id, nil)
	if err != nil {
		return nil, err
	}
	var e model.Execution
	if err := json.Unmarshal(body, &e); err != nil || status != http.StatusOK {
		return nil, fmt.Errorf("reading execution %s is answered with %d: %.300s", id, status, body)
	}
	return &e, nil
}

// ask sends a request until it is answered; it may be sent more than once.
func (e *estate) ask(ctx context.Context, method, path string, body any) (status int, answer []byte, err error) {
	for n := 0; ; n++ {
		status, answer, err = e.try(ctx, e.servers[n%len(e.servers)], method, path, body)
		if err == nil && status < http.StatusInternalServerError {
			return status, answer, nil
		}
		if stop := pause(ctx, 50*time.Millisecond); stop != nil {
			return 0, nil, fmt.Errorf("%s %s: %w; the last answer was %d, %w", method, path, stop, status, err)
		}
	}
}

// try sends a request once.
func (*estate) try(ctx context.Context, server *process, method, path string, body any) (status int, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var content bytes.Buffer
	if body != nil {
		data, err := model.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		content.Write(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+server.address+path, &content)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	var out bytes.Buffer
	_, err = out.ReadFrom(response.Body)
	return response.StatusCode, out.Bytes(), err
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func stageOf(e *model.Execution, ref string) *model.Stage {
	for _, s := range e.Stages {
		if s.RefID == ref {
			return s
		}
	}
	return &model.Stage{}
}

// state tells how the stages are that are not done, or not well.
func state(e *model.Execution) string {
	out := string(e.Status)
	for _, s := range e.Stages {
		if s.Status != model.Succeeded {
			out += fmt.Sprintf("; %s (%s) is %s %v %v", s.RefID, s.Type, s.Status, s.Context["messages"], s.Failures())
		}
	}
	return out
}

// check holds the stored executions, and the world, against what they must be.
func (u *tour) check(stored map[string]*model.Execution) error {
	u.stored = stored
	var problems []error
	for _, id := range u.ids {
		e := stored[id]
		if e == nil {
			problems = append(problems, fmt.Errorf("execution %s is lost", id))
			continue
		}
		problems = append(problems, checkStatuses(e))
	}
	for _, check := range u.later {
		problems = append(problems, check())
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("%s: %w", u.name, err)
	}
	return nil
}

// checkStatuses checks that all stages have ended as they should, and so the
// execution.
func checkStatuses(e *model.Execution) error {
	var problems []error
	end := model.Succeeded
	for _, s := range e.Stages {
		want := model.Status(model.String(s.Context, keyWant))
		switch want {
		case "":
			want = model.Succeeded
		case model.Canceled:
			end = model.Canceled
		}
		if s.Status != want {
			problems = append(problems, fmt.Errorf("stage %s (%s) of %s is %s, want %s: %v", s.RefID, s.Type, e.ID, s.Status, want, s.Failures()))
		}
	}
	if e.Status != end {
		problems = append(problems, fmt.Errorf("execution %s (%s) is %s, want %s", e.ID, e.Name, e.Status, end))
	}
	return errors.Join(problems...)
}
