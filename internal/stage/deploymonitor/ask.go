package deploymonitor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// longest bounds a request as a whole.
const longest = time.Minute

// What a monitor may say is next, with what that means to a person.
var summaries = map[string]string{
	"wait":     "Waiting for deployment monitor to evaluate health of deployed instances",
	"abort":    "Deployment monitor deemed the deployed instances unhealthy, aborting deployment",
	"continue": "Deployment monitor deemed the instances healthy, proceeding with deploy",
	"complete": "Deployment monitor deemed the instances healthy and requested to complete the deployment early",
}

// longestAnswer is how many bytes a monitor's answer may have.
const longestAnswer = 1 << 20

// starting tells the monitor that a deployment starts; it may not want it to.
func (s *service) starting(ctx context.Context, in stage.Input, m Monitor) (stage.Result, error) {
	return s.judge(ctx, m, "/deployment/starting", request(in), false)
}

// evaluate asks the monitor how the deployment does.
func (s *service) evaluate(ctx context.Context, in stage.Input, m Monitor) (stage.Result, error) {
	progress, _ := model.Int(in.Stage.Context, "currentProgress")
	body := model.Merge(request(in), map[string]any{"newInstances": []any{}, "currentProgress": progress})
	return s.judge(ctx, m, "/deployment/evaluateHealth", body, true)
}

// completed tells the monitor that the deployment has ended, and how.
func (s *service) completed(ctx context.Context, in stage.Input, m Monitor) (stage.Result, error) {
	outcome := map[bool]string{true: "failure", false: "success"}
	rollback := "not_performed"
	for _, sibling := range in.Execution.Stages {
		if in.Stage.ParentStageID != "" && sibling.ParentStageID == in.Stage.ParentStageID && sibling.Type == "rollbackCluster" {
			rollback = outcome[sibling.Status != model.Succeeded]
			break
		}
	}
	body := model.Merge(request(in), map[string]any{
		"status": outcome[model.Bool(in.Stage.Context, "hasDeploymentFailed", false)], "rollback": rollback,
	})
	if _, err := s.post(ctx, m, "/deployment/completed", body); err != nil {
		return stage.Result{}, err
	}
	return stage.Succeeded(), nil
}

// request is what a monitor is told of a deployment.
func request(in stage.Input) map[string]any {
	c := in.Stage.Context
	out := map[string]any{
		"application": in.Execution.Application, "executionId": in.Execution.ID, "stageId": in.Stage.ID, "deploymentId": in.Stage.ParentStageID,
		"parameters": model.Object(c, "deploymentMonitor")["parameters"],
	}
	for _, key := range []string{"newServerGroup", "oldServerGroup", "account", "region", "cloudProvider"} {
		out[key] = c[key]
	}
	return out
}

// judge asks a monitor what is next.
func (s *service) judge(ctx context.Context, m Monitor, path string, body map[string]any, early bool) (stage.Result, error) {
	data, err := s.post(ctx, m, path, body)
	if err != nil {
		return stage.Result{}, err
	}
	var answer map[string]any
	if err := limit.Unmarshal(data, &answer); err != nil {
		return stage.Result{}, fmt.Errorf("the answer is no JSON object: %w", err)
	}
	directive := model.String(model.Object(answer, "nextStep"), "directive")
	summary, known := summaries[directive]
	if !known {
		return stage.Result{}, fmt.Errorf("%w: nextStep.directive is %q, not abort, complete, continue or wait", errAnswer, directive)
	}
	result := stage.Succeeded()
	switch directive {
	case "wait":
		result = stage.Running()
	case "abort":
		result = stage.Failed()
	case "complete":
		if early {
			result = result.WithOutputs(map[string]any{"skipToPercentage": 100})
		}
	}
	reasons := map[string]any{"summary": summary}
	if reason := model.Object(answer, "statusReason"); reason != nil {
		reasons["reason"] = reason
	}
	return result.With(map[string]any{keyReasons: reasons}), nil
}

// post sends a request and gives back the body of a good answer.
func (s *service) post(ctx context.Context, m Monitor, path string, body map[string]any) ([]byte, error) {
	data, err := model.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, m.BaseURL+path, bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "Gennaker")
	resp, err := s.client.Do(req)
	if err != nil {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err // the URL is the administrator's business
		}
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := limit.Read(resp.Body, longestAnswer, "the answer")
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("the answer is %s", resp.Status)
	}
	return answer, nil
}
