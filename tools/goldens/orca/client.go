package orca

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// patience is how long it is waited for a run to get somewhere.
const patience = 2 * time.Minute

// client speaks to a server as the recorder did to Orca.
type client struct{ base string }

// call makes a request with a JSON body, or none, and gives the status and the decoded
// answer.
func (c client) call(ctx context.Context, method, path string, body any) (int, any, error) {
	var reader io.Reader
	if body != nil {
		text, err := model.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		reader = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, reader)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-SPINNAKER-USER", "peer-user")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || len(text) == 0 {
		return response.StatusCode, nil, err
	}
	var answer any
	if err := model.Unmarshal(text, &answer); err != nil {
		return response.StatusCode, string(text), nil // a text is an answer too
	}
	return response.StatusCode, answer, nil
}

// object makes a request that must go well and gives the object that comes, if any.
func (c client) object(ctx context.Context, method, path string, body any) (map[string]any, error) {
	status, answer, err := c.call(ctx, method, path, body)
	if err != nil {
		return nil, err
	}
	if status >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s %s answered %d: %v", method, path, status, answer)
	}
	out, _ := answer.(map[string]any)
	return out, nil
}

// until reads an execution until it is as wanted.
func (c client) until(ctx context.Context, path, what string, want func(e map[string]any) bool) (map[string]any, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	for {
		e, err := c.object(ctx, http.MethodGet, path, nil)
		if err == nil && want(e) {
			return e, nil
		}
		if err != nil && ctx.Err() == nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s is not %s in time", path, what)
		case <-ticks.C:
		}
	}
}

func complete(e map[string]any) bool {
	status, _ := model.ParseStatus(model.String(e, "status"))
	return status.Complete()
}

func stageNamed(e map[string]any, name string) map[string]any {
	for _, s := range model.Objects(e, "stages") {
		if model.String(s, "name") == name {
			return s
		}
	}
	return nil
}

// storePeers stores the two pipelines that the runs call.
func storePeers(ctx context.Context, base string) error {
	for _, p := range []map[string]any{
		{
			"id": "child-cfg", "name": "child", "application": "peer",
			"parameterConfig": []any{map[string]any{"name": "p", "default": "dflt"}},
			"stages": []any{map[string]any{"type": "evaluateVariables", "name": "v", "refId": "1", "variables": []any{
				map[string]any{"key": "cv", "value": "child-${trigger.parameters.p}"},
			}}},
		},
		{
			"id": "childf-cfg", "name": "childfail", "application": "peer",
			"stages": []any{map[string]any{"type": "checkPreconditions", "name": "no", "refId": "1", "preconditions": []any{
				map[string]any{"type": "expression", "failPipeline": true, "context": map[string]any{"expression": "false"}},
			}}},
		},
	} {
		if _, err := (client{base}).object(ctx, http.MethodPost, "/pipelines", p); err != nil {
			return fmt.Errorf("store the pipeline %s: %w", p["name"], err)
		}
	}
	return nil
}
