package demo

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// watch shows an execution until it has ended, and sees to its judgment.
func (d *demo) watch(ctx context.Context, cluster *sandbox, id string) (*model.Execution, error) {
	var view view = &lines{out: d.Out, shown: map[string]model.Status{}}
	if d.Width != nil {
		view = &table{out: d.Out, width: d.Width}
	}
	var asked *model.Stage
	for {
		e, err := d.client.execution(ctx, id)
		if err != nil {
			return nil, err
		}
		view.show(e, time.Now())
		if e.Status.Complete() {
			return e, nil
		}
		if stage := openJudgment(e); stage != nil && asked == nil {
			asked = stage
			if err := d.ask(ctx, cluster, e, stage); err != nil {
				return nil, err
			}
			view.restart()
		}
		select {
		case <-time.After(poll):
		case <-d.enter:
			view.lineAdded()
			// It may have been answered over the API already.
			_ = d.client.judge(ctx, e.ID, asked.ID, "continue")
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// openJudgment is the stage that waits for a person, if one does.
func openJudgment(e *model.Execution) *model.Stage {
	for _, s := range e.Stages {
		if s.Type == "manualJudgment" && s.Status == model.Running && model.String(s.Context, "judgmentStatus") == "" {
			return s
		}
	}
	return nil
}

// ask shows what has been deployed, and has the judgment answered: by the
// person, at the keyboard or over the API, or by the demo itself.
func (d *demo) ask(ctx context.Context, cluster *sandbox, e *model.Execution, stage *model.Stage) error {
	if err := d.showDeployed(ctx, cluster); err != nil {
		return err
	}
	fmt.Fprintf(d.Out, "\nThe pipeline is waiting for approval. Approve it with\n\n"+
		"  curl -X PATCH %s%s \\\n    -H 'Content-Type: application/json' -d '{\"judgmentStatus\":\"continue\"}'\n\n",
		d.client.base, judgmentPath(e.ID, stage.ID))
	if d.AutoApprove || d.In == nil {
		fmt.Fprint(d.Out, "There is no terminal to ask on, so the demo approves it.\n\n")
		return d.client.judge(ctx, e.ID, stage.ID, "continue")
	}
	fmt.Fprint(d.Out, "or press Enter here. (To reject it, send \"stop\" instead of \"continue\".)\n\n")
	d.enter = make(chan struct{})
	go func() {
		// The goroutine ends with the process: reading can't be broken off.
		if bufio.NewScanner(d.In).Scan() {
			d.enter <- struct{}{}
		}
	}()
	return nil
}

// view shows an execution as it goes on.
type view interface {
	show(e *model.Execution, now time.Time)
	// restart says that something else has been written since; lineAdded, that
	// the person has pressed Enter.
	restart()
	lineAdded()
}

// lines writes a line whenever a stage's status changes.
type lines struct {
	out   io.Writer
	shown map[string]model.Status
}

func (l *lines) restart()   {}
func (l *lines) lineAdded() {}

func (l *lines) show(e *model.Execution, now time.Time) {
	for _, s := range topLevel(e) {
		if s.Status == l.shown[s.ID] || s.Status == model.NotStarted {
			continue
		}
		l.shown[s.ID] = s.Status
		line := fmt.Sprintf("%6s  %-14s %-19s %s", seconds(now.Sub(time.UnixMilli(e.StartTime))), s.Name, s.Type, s.Status)
		if s.Status.Complete() {
			line += " after " + seconds(lasted(s, now))
		}
		if message := failure(s); message != "" {
			line += ": " + message
		}
		fmt.Fprintln(l.out, line)
	}
}

// table is redrawn in place.
type table struct {
	out   io.Writer
	width func() int
	drawn int // lines that stand above the cursor
}

func (t *table) restart()   { t.drawn = 0 }
func (t *table) lineAdded() { t.drawn++ }

func (t *table) show(e *model.Execution, now time.Time) {
	var out strings.Builder
	if t.drawn > 0 {
		fmt.Fprintf(&out, "\033[%dA\033[J", t.drawn)
	}
	rows := []string{fmt.Sprintf("  %s / %s   %s", e.Application, e.Name, painted(e.Status, string(e.Status))), ""}
	for _, s := range topLevel(e) {
		took := ""
		if s.StartTime > 0 {
			took = seconds(lasted(s, now))
		}
		row := fmt.Sprintf("  %s %-14s %-19s %s %6s", mark(s.Status), s.Name, s.Type, painted(s.Status, fmt.Sprintf("%-11s", s.Status)), took)
		more := runningTask(s)
		if message := failure(s); message != "" {
			more = message
		}
		rows = append(rows, strings.TrimRight(row+"  "+cut(more, t.width()-rowWidth), " "))
	}
	for _, row := range rows {
		out.WriteString(row + "\n")
	}
	t.drawn = len(rows)
	fmt.Fprint(t.out, out.String())
}

// rowWidth is how wide a row is before the text at its end.
const rowWidth = 60

// cut shortens a text, so that a row stays one line: what is redrawn is counted
// in lines.
func cut(text string, width int) string {
	letters := []rune(text)
	if len(letters) <= width {
		return text
	}
	return string(letters[:max(width-1, 0)]) + "…"
}

// topLevel lists the stages that the pipeline itself has.
func topLevel(e *model.Execution) []*model.Stage {
	var out []*model.Stage
	for _, s := range e.Stages {
		if !s.Synthetic() {
			out = append(out, s)
		}
	}
	return out
}

func lasted(s *model.Stage, now time.Time) time.Duration {
	if s.EndTime > 0 {
		return time.Duration(s.EndTime-s.StartTime) * time.Millisecond
	}
	return now.Sub(time.UnixMilli(s.StartTime))
}

func runningTask(s *model.Stage) string {
	for _, task := range s.Tasks {
		if task.Status == model.Running {
			return task.Name
		}
	}
	return ""
}

// failure is why a stage has failed, in a line.
func failure(s *model.Stage) string {
	if !s.Status.Failure() {
		return ""
	}
	if sentences := s.Failures(); len(sentences) > 0 {
		return sentences[0]
	}
	return ""
}

// mark is a status as a sign.
func mark(s model.Status) string {
	switch {
	case s.Failure() || s == model.Canceled:
		return painted(s, "✗")
	case s.Complete():
		return painted(s, "✓")
	case s == model.NotStarted:
		return "·"
	}
	return painted(s, "●")
}

// painted gives a text the color of a status.
func painted(s model.Status, text string) string {
	color := "33" // yellow: going on
	switch {
	case s.Failure() || s == model.Canceled:
		color = "31"
	case s.Complete():
		color = "32"
	case s == model.NotStarted:
		color = "90"
	}
	return "\033[" + color + "m" + text + "\033[0m"
}
