package orca

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// recordedTarget is where the webhooks of the recorded runs went.
const recordedTarget = "http://localhost:18999"

// run is one recorded run that is being played.
type run struct {
	client
	folder, target string
	request        map[string]any
	// path is that of the execution.
	path       string
	snapshots  int
	mismatches []string
}

// play plays a run and gives a line for each mismatch.
func play(ctx context.Context, base, target, folder string) []string {
	r := &run{client: client{base}, folder: folder, target: target}
	if err := r.play(ctx); err != nil {
		r.differf("%v", err)
	}
	return r.mismatches
}

func (r *run) differf(format string, args ...any) {
	r.mismatches = append(r.mismatches, fmt.Sprintf(format, args...))
}

// read reads a recorded file; nil if there is none.
func (r *run) read(name string) (any, error) {
	text, err := os.ReadFile(filepath.Join(r.folder, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out any
	if err := model.Unmarshal([]byte(strings.ReplaceAll(string(text), recordedTarget, r.target)), &out); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return out, nil
}

func (r *run) readObject(name string) (map[string]any, error) {
	value, err := r.read(name)
	if err != nil {
		return nil, err
	}
	out, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s is missing, or is no object", name)
	}
	return out, nil
}

func (r *run) play(ctx context.Context) (err error) {
	if r.request, err = r.readObject("request.json"); err != nil {
		return err
	}
	response, err := r.readObject("response.json")
	if err != nil {
		return err
	}
	status, answer, err := r.start(ctx)
	if err != nil {
		return err
	}
	if want, _ := model.Int(response, "status"); int64(status) != want {
		return fmt.Errorf("the answer is %d: %v; want %d", status, answer, want)
	}
	if want := model.String(model.Object(response, "body"), "message"); want != "" && model.String(answer, "message") != want {
		r.differf("message is %s, want %s", model.String(answer, "message"), want)
	}
	r.path = model.String(answer, "ref")
	if r.path == "" {
		return r.compareFailed(ctx)
	}
	actions, err := r.read("actions.json")
	if err != nil {
		return err
	}
	list, _ := actions.([]any)
	for _, item := range list {
		action, _ := item.(map[string]any)
		if err := r.act(ctx, model.List(action, "action")); err != nil {
			return err
		}
	}
	e, err := r.until(ctx, r.path, "complete", complete)
	if err != nil {
		return err
	}
	return r.compare("execution.json", e)
}

// start makes the recorded request.
func (r *run) start(ctx context.Context) (int, map[string]any, error) {
	status, answer, err := r.call(ctx, model.String(r.request, "method"), model.String(r.request, "path"), r.request["body"])
	object, _ := answer.(map[string]any)
	return status, object, err
}

// act does what was done to the recorded run.
func (r *run) act(ctx context.Context, action []any) error {
	texts := make([]string, 3)
	for n := range min(len(action), len(texts)) {
		texts[n] = fmt.Sprint(action[n])
	}
	switch texts[0] {
	case "sleep":
		// The recorder waited until the first stage was under way.
		_, err := r.until(ctx, r.path, "under way", underWay)
		return err
	case "wait_status":
		_, err := r.until(ctx, r.path, "complete", complete)
		return err
	case "wait_stage":
		_, err := r.until(ctx, r.path, texts[2], func(e map[string]any) bool { return model.String(stageNamed(e, texts[1]), "status") == texts[2] })
		return err
	case "snapshot":
		r.snapshots++
		e, err := r.object(ctx, http.MethodGet, r.path, nil)
		return errors.Join(err, r.compare(fmt.Sprintf("snapshot-%d.json", r.snapshots), e))
	case "patch":
		return r.onStage(ctx, http.MethodPatch, texts[1], "", action[2])
	case "restart":
		return r.onStage(ctx, http.MethodPut, texts[1], "/restart", map[string]any{})
	case "cancel":
		_, err := r.object(ctx, http.MethodPut, r.path+"/cancel?reason="+texts[1], nil)
		return err
	case "second":
		return r.second(ctx)
	case "again":
		_, again, err := r.start(ctx)
		if ref := model.String(again, "ref"); ref != r.path {
			r.differf("the same correlation id started %s and %s", r.path, ref)
		}
		return err
	}
	return fmt.Errorf("unknown action %v", action)
}

func underWay(e map[string]any) bool {
	for _, s := range model.Objects(e, "stages") {
		for _, task := range model.Objects(s, "tasks") {
			if model.String(task, "status") == "RUNNING" {
				return true
			}
		}
	}
	return false
}

func (r *run) onStage(ctx context.Context, method, name, action string, body any) error {
	e, err := r.object(ctx, http.MethodGet, r.path, nil)
	if err != nil {
		return err
	}
	_, err = r.object(ctx, method, r.path+"/stages/"+model.String(stageNamed(e, name), "id")+action, body)
	return err
}

// second starts the pipeline again while it runs.
func (r *run) second(ctx context.Context) error {
	_, started, err := r.start(ctx)
	if err != nil {
		return err
	}
	path := model.String(started, "ref")
	e, err := r.object(ctx, http.MethodGet, path, nil)
	if err = errors.Join(err, r.compare("second-while-first-running.json", e)); err != nil {
		return err
	}
	if e, err = r.until(ctx, path, "complete", complete); err != nil {
		return err
	}
	return r.compare("second-final.json", e)
}

// compareFailed compares the execution that a refused start left behind.
func (r *run) compareFailed(ctx context.Context) error {
	id := model.String(model.Object(r.request, "body"), "id")
	_, answer, err := r.call(ctx, http.MethodGet, "/executions?pipelineConfigIds="+id+"&limit=1", nil)
	if err != nil {
		return err
	}
	list, _ := answer.([]any)
	if len(list) != 1 {
		return fmt.Errorf("a refused start left %d executions", len(list))
	}
	e, _ := list[0].(map[string]any)
	return r.compare("failed-execution.json", e)
}
