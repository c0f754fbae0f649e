package text

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/bakery/tree"
	"github.com/gennaker/gennaker/internal/bakery/values"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// Template evaluates the expressions in manifests.
type Template struct{}

var _ bakery.Renderer = Template{}

// Names is ours; Rosco has no such renderer.
func (Template) Names() []string { return []string{"TEMPLATE"} }

// Version is that of what expressions are evaluated to.
func (Template) Version() string { return "Templates v1" }

// templateOrder is what the expressions see.
type templateOrder struct {
	Name, Namespace string
	Values          map[string]any
}

// Prepare fetches the manifests, and files of values.
func (Template) Prepare(ctx context.Context, from bakery.Fetcher, o bakery.Order) (bakery.Job, error) {
	files, where, err := manifests(ctx, from, o)
	if err != nil {
		return bakery.Job{}, err
	}
	given, err := tree.Others(ctx, from, o.Artifacts)
	if err != nil {
		return bakery.Job{}, err
	}
	with := templateOrder{Name: strings.TrimSpace(o.OutputName), Namespace: strings.TrimSpace(o.Namespace)}
	if with.Values, err = values.Merge(given, o.Overrides); err != nil {
		return bakery.Job{}, err
	}
	return bakery.Job{
		Source: bakery.Source{Name: where}, Settings: with, Files: files, Values: given,
		Render: order{Files: files, Template: &with}.render,
	}, nil
}

// evaluationTime bounds the expressions of all files together; each has a bound of its
// own as well.
const evaluationTime = time.Minute

// render evaluates the manifests of files. What can't be evaluated is an error.
func (t templateOrder) render(files []bakery.File) (rendered, error) {
	ctx, cancel := context.WithTimeout(context.Background(), evaluationTime)
	defer cancel()
	var out bytes.Buffer
	var made rendered
	evaluator := expression.New(expression.Options{Now: func() time.Time {
		made.Varying = true
		return time.Now()
	}})
	given, _ := model.Plain(t.Values).(map[string]any)
	scope := map[string]any{"values": given, "name": t.Name, "namespace": t.Namespace}
	var cost limit.Cost
	for _, f := range files {
		made.Varying = made.Varying || varies(f.Data)
		text, err := yamldoc.Check(f.Data, limit.Document)
		if err == nil {
			err = cost.Add(text.Cost)
		}
		if err != nil {
			return rendered{}, fault.New(fault.KindOf(err), "%s: %w", f.Name, err)
		}
		for manifest, err := range text.Manifests() {
			if err != nil {
				return rendered{}, fault.New(fault.Invalid, "%s: %w", f.Name, err)
			}
			if manifest == nil {
				continue
			}
			evaluated, summary := evaluator.Evaluate(ctx, map[string]any{"": manifest}, expression.StartScope(scope))
			if summary.Failures() > 0 {
				return rendered{}, failed(f, summary)
			}
			data, err := yamldoc.Marshal(evaluated[""])
			if err != nil {
				return rendered{}, fault.New(fault.Invalid, "%s: write what it evaluates to: %w", f.Name, err)
			}
			if out.Len()+len(data) > limit.Inflated {
				return rendered{}, fault.New(fault.TooLarge, "%s: it renders to more than %s", f.Name, limit.Size(limit.Inflated))
			}
			out.WriteString("---\n# Source: " + f.Name + "\n")
			out.Write(data)
		}
	}
	made.Manifest = out.Bytes()
	return made, nil
}

// varies tells whether the expressions of a file may give something else the next time.
func varies(data []byte) bool {
	for _, word := range []string{"java.util.Date", "java.time", "random", "Random", "SecureRandom", "nanoTime", "currentTimeMillis"} {
		if bytes.Contains(data, []byte(word)) {
			return true
		}
	}
	return false
}

// failed tells which expressions of a file can't be evaluated, and where the first is.
func failed(f bakery.File, summary *expression.Summary) error {
	var reasons []string
	line := 0
	for field, entries := range summary.Entries() {
		for _, e := range entries {
			reasons = append(reasons, e.Description)
		}
		if at := bytes.Index(f.Data, []byte(strings.TrimSpace(field))); at >= 0 && field != "" {
			if n := 1 + bytes.Count(f.Data[:at], []byte("\n")); line == 0 || n < line {
				line = n
			}
		}
	}
	slices.Sort(reasons)
	if line > 0 {
		return fault.New(fault.Invalid, "%s:%d: %s", f.Name, line, strings.Join(reasons, "; "))
	}
	return fault.New(fault.Invalid, "%s: %s", f.Name, strings.Join(reasons, "; "))
}
