package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

// Progress shows how an execution goes: a line for each step of a stage, and,
// on a terminal, what goes on now in a line that changes.
type Progress struct {
	out  io.Writer
	now  func() time.Time
	live bool
	// seen has each stage's status that was told.
	seen  map[string]model.Status
	first bool
	width int // of the line that changes, as it stands there
}

// NewProgress returns a progress that writes to out; live tells that out is a
// terminal.
func NewProgress(out io.Writer, live bool) *Progress {
	return &Progress{out: out, now: time.Now, live: live, seen: map[string]model.Status{}, first: true}
}

// Tell shows what has changed since the last time.
func (p *Progress) Tell(e client.Execution) {
	p.clear()
	if p.first {
		p.first = false
		fmt.Fprintf(p.out, "%s  %s %s\n", e.ID(), e.Application(), quoted(e.Title()))
	}
	for _, s := range e.Stages() {
		p.stage(e, s)
	}
	if p.live && !e.Status().Complete() {
		p.current(e)
	}
}

// End says how it ended.
func (p *Progress) End(e client.Execution) {
	p.clear()
	_, start, end := e.Times()
	text := string(e.Status())
	if took := Duration(start, end, p.now()); took != "" {
		text += " after " + took
	}
	fmt.Fprintln(p.out, text)
}

func quoted(title string) string {
	if title == "" {
		return ""
	}
	return fmt.Sprintf("%q", title)
}

func (p *Progress) stage(e client.Execution, s client.Stage) {
	status := s.Status()
	if status == model.NotStarted || p.seen[s.ID()] == status {
		return
	}
	p.seen[s.ID()] = status
	name := s.Name()
	if parent, ok := e.Stage(s.ParentID()); ok && s.ParentID() != "" {
		name = parent.Name() + " › " + name
	}
	line := fmt.Sprintf("  %-9s  %s", status, name)
	start, end := s.Times()
	if took := Duration(start, end, p.now()); status.Complete() && took != "" {
		line += "  " + took
	}
	fmt.Fprintln(p.out, line)
	if status == model.Running && s.Type() == "manualJudgment" {
		p.judgment(e, s)
	}
	if status.Failure() || status == model.Canceled && len(s.Reasons()) > 0 {
		for _, reason := range s.Reasons() {
			fmt.Fprintln(p.out, "             "+strings.ReplaceAll(reason, "\n", "\n             "))
		}
	}
}

// judgment says how to answer.
func (p *Progress) judgment(e client.Execution, s client.Stage) {
	const indent = "             "
	if text := model.String(s.Context(), "instructions"); text != "" {
		fmt.Fprintln(p.out, indent+oneLine(text, mostInLastCell))
	}
	fmt.Fprintf(p.out, "%swaiting for approval: gennaker execution judge %s continue|stop --stage %q\n", indent, e.ID(), s.Name())
	if inputs := model.Objects(s.Context(), "judgmentInputs"); len(inputs) > 0 {
		var values []string
		for _, input := range inputs {
			values = append(values, fmt.Sprintf("%q", model.String(input, "value")))
		}
		fmt.Fprintln(p.out, indent+"with --input one of "+strings.Join(values, ", "))
	}
}

// current shows what goes on now.
func (p *Progress) current(e client.Execution) {
	var running []string
	for _, s := range e.Stages() {
		if s.Status() != model.Running {
			continue
		}
		parts := []string{s.Name()}
		for _, t := range s.Tasks() {
			if model.String(t, "status") == string(model.Running) {
				parts = append(parts, model.String(t, "name"))
			}
		}
		running = append(running, strings.Join(parts, ": "))
	}
	_, start, _ := e.Times()
	line := oneLine(fmt.Sprintf("  %s %s  %s", e.Status(), Duration(start, 0, p.now()), strings.Join(running, " | ")), mostInCell)
	const columns = 78
	if runes := []rune(line); len(runes) > columns {
		line = string(runes[:columns])
	}
	fmt.Fprint(p.out, line)
	p.width = len([]rune(line))
}

// clear takes away the line that changes.
func (p *Progress) clear() {
	if p.width > 0 {
		fmt.Fprint(p.out, "\r"+strings.Repeat(" ", p.width)+"\r")
		p.width = 0
	}
}
