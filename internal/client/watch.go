package client

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// Watch follows an execution until it has ended, and returns its last state. It
// calls tell, which may be nil, with each state that it sees, from this
// goroutine. It uses the server's live stream where there is one, and looks
// every Options.Poll where there is none.
func (c *Client) Watch(ctx context.Context, kind model.ExecutionType, id string, tell func(Execution)) (Execution, error) {
	return c.WatchAgain(ctx, kind, id, 0, tell)
}

// WatchAgain is Watch for an execution that had ended at the time given, in
// milliseconds since the epoch, and has just been restarted: for a while, it
// takes that end for what was before.
func (c *Client) WatchAgain(ctx context.Context, kind model.ExecutionType, id string, endedAt int64, tell func(Execution)) (Execution, error) {
	if tell == nil {
		tell = func(Execution) {}
	}
	w := &watch{client: c, kind: kind, id: id, tell: tell, before: endedAt}
	w.patience = time.Now().Add(asynchronous)
	return w.run(ctx)
}

// asynchronous is how long an execution may take to appear after it was
// started: Spinnaker's way through Echo takes a while.
const asynchronous = 15 * time.Second

// silence is how long a stream may be without even a heartbeat.
const silence = time.Minute

type watch struct {
	client   *Client
	kind     model.ExecutionType
	id       string
	tell     func(Execution)
	patience time.Time
	last     Execution
	// before is the end of the run before this one, 0 where there was none.
	before int64
}

var errNoStream = errors.New("the server has no live stream")

func (w *watch) run(ctx context.Context) (Execution, error) {
	streams := true
	for {
		if streams {
			err := w.stream(ctx)
			if w.ended() {
				return w.last, nil
			}
			streams = !errors.Is(err, errNoStream)
		}
		// Also after a stream broke: it may have ended meanwhile.
		if err := w.look(ctx); err != nil {
			return w.last, err
		}
		if w.ended() {
			return w.last, nil
		}
		if err := wait(ctx, w.client.options.Poll); err != nil {
			return w.last, err
		}
	}
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *watch) ended() bool { return w.last != nil && w.last.Status().Complete() }

func (w *watch) root() string {
	if w.kind == model.OrchestrationExecution {
		return "tasks"
	}
	return "pipelines"
}

// look reads the state once. What isn't there yet may come.
func (w *watch) look(ctx context.Context) error {
	var e Execution
	err := w.client.do(ctx, get(w.root(), w.id), &e)
	switch {
	case IsNotFound(err) && w.last == nil && time.Now().Before(w.patience):
		return nil
	case err != nil:
		return err
	}
	return w.saw(e)
}

func (w *watch) saw(e Execution) error {
	if inner := model.Object(e, "execution"); inner != nil { // a task's view
		e = inner
	}
	if e.Status() == "" {
		return fmt.Errorf("the server returned no execution for %s", w.id)
	}
	if _, _, end := e.Times(); end != 0 && end == w.before && time.Now().Before(w.patience) {
		return nil
	}
	w.last = e
	w.tell(e)
	return nil
}

// stream follows the server's events until the stream or the execution ends.
func (w *watch) stream(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	headers := time.AfterFunc(w.client.options.Timeout, cancel)
	response, err := w.client.send(ctx, get(w.root(), w.id, "stream"), nil)
	headers.Stop()
	if err != nil {
		return w.client.unreachable(err)
	}
	defer response.Body.Close()
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil || response.StatusCode != http.StatusOK || kind != "text/event-stream" {
		if passing(response.StatusCode) {
			return fmt.Errorf("the stream returned %s", response.Status)
		}
		return errNoStream
	}
	alive := time.AfterFunc(silence, cancel)
	defer alive.Stop()
	return events(response, func() { alive.Reset(silence) }, func(name, data string) (bool, error) {
		switch name {
		case "snapshot", "execution", "task":
		case "deleted":
			return true, nil
		default:
			return false, nil
		}
		var e Execution
		if err := model.Unmarshal([]byte(data), &e); err != nil {
			return true, fmt.Errorf("read an event: %w", err)
		}
		err := w.saw(e)
		return w.ended(), err
	})
}

// maxEvent bounds a line of an event: an execution is one line.
const maxEvent = 256 << 20

// events reads server-sent events until take says that it is enough. alive is
// called for each line.
func events(response *http.Response, alive func(), take func(name, data string) (done bool, err error)) error {
	scanner := bufio.NewScanner(response.Body)
	scanner.Buffer(make([]byte, 0, 64<<10), maxEvent)
	var (
		name string
		data []string
	)
	for scanner.Scan() {
		alive()
		line := scanner.Text()
		if line == "" {
			if len(data) > 0 {
				if done, err := take(name, strings.Join(data, "\n")); done || err != nil {
					return err
				}
			}
			name, data = "", nil
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch field {
		case "event":
			name = value
		case "data":
			data = append(data, value)
		}
	}
	return scanner.Err()
}
