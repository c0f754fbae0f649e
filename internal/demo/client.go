package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// client speaks Gate's API, as any script would.
type client struct {
	base string
	http *http.Client
}

func newClient(base string) *client {
	return &client{base: base, http: &http.Client{Timeout: 40 * time.Second}}
}

// poll is the time between two looks at something that takes its time.
const poll = 150 * time.Millisecond

// createApplication makes an application by a task, and waits for the task.
func (c *client) createApplication(ctx context.Context, application object) error {
	var task struct{ Ref string }
	err := c.do(ctx, http.MethodPost, "/tasks", object{
		"application": application["name"], "description": fmt.Sprintf("Create Application: %s", application["name"]),
		"job": []object{{"type": "createApplication", "application": application, "user": "demo"}},
	}, &task)
	if err != nil {
		return err
	}
	for {
		var state struct{ Status model.Status }
		if err := c.do(ctx, http.MethodGet, task.Ref, nil, &state); err != nil {
			return err
		}
		if state.Status == model.Succeeded {
			return nil
		}
		if state.Status.Complete() {
			return fmt.Errorf("task %s ended with status %s", task.Ref, state.Status)
		}
		if err := sleep(ctx, poll); err != nil {
			return err
		}
	}
}

func (c *client) savePipeline(ctx context.Context, pipeline object) error {
	return c.do(ctx, http.MethodPost, "/pipelines", pipeline, nil)
}

// startPipeline returns the id of the execution.
func (c *client) startPipeline(ctx context.Context, application, name string) (string, error) {
	var started struct{ Ref string }
	path := "/pipelines/" + url.PathEscape(application) + "/" + url.PathEscape(name)
	if err := c.do(ctx, http.MethodPost, path, object{"type": "manual", "user": "demo"}, &started); err != nil {
		return "", err
	}
	return strings.TrimPrefix(started.Ref, "/pipelines/"), nil
}

func (c *client) execution(ctx context.Context, id string) (*model.Execution, error) {
	var e model.Execution
	if err := c.do(ctx, http.MethodGet, "/pipelines/"+id, nil, &e); err != nil {
		return nil, err
	}
	return &e, nil
}

// judge answers a manual judgment.
func (c *client) judge(ctx context.Context, execution, stage, answer string) error {
	return c.do(ctx, http.MethodPatch, judgmentPath(execution, stage), object{"judgmentStatus": answer}, nil)
}

func judgmentPath(execution, stage string) string {
	return "/pipelines/" + execution + "/stages/" + stage
}

// do sends a request and decodes the answer.
func (c *client) do(ctx context.Context, method, path string, body, into any) error {
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		if err != nil {
			return fmt.Errorf("encode the request to %s: %w", path, err)
		}
		reader = bytes.NewReader(data)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, reader)
	if err != nil {
		return fmt.Errorf("make the request to %s: %w", path, err)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err // it names the method and the URL
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if response.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, complaint(data))
	}
	if into == nil {
		return nil
	}
	if err := model.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s %s: read the response: %w", method, path, err)
	}
	return nil
}

// complaint is the message of an error answer.
func complaint(data []byte) string {
	var problem struct{ Message string }
	if json.Unmarshal(data, &problem) == nil && problem.Message != "" {
		return problem.Message
	}
	return strings.TrimSpace(string(data))
}

// sleep waits, unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
