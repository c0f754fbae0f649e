package template

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// maxDepth is how often what a text renders to may have to be rendered again:
// Orca's limit.
const maxDepth = 5

// renderer renders the texts of a template of version 1 with Jinja. It is made
// for one plan and used by one goroutine.
type renderer struct {
	ctx         context.Context //nolint:containedctx // a renderer lives as long as the plan it is made for
	planner     *Planner
	application string
	trigger     map[string]any
	// lenient has names that aren't known be empty.
	lenient bool
	// template is what modules are found in.
	template map[string]any
	// left is how many bytes may still be rendered, and loops how many rounds
	// range may still be asked for.
	left, loops int
	// modules is how deep modules are nested at the moment, and calls how many
	// macros have been called.
	modules, calls int
}

func (p *Planner) renderer(ctx context.Context, application string, trigger map[string]any) *renderer {
	return &renderer{ctx: ctx, planner: p, application: application, trigger: trigger, left: maxOutput, loops: maxRounds}
}

// scope is what every text sees.
func (r *renderer) scope() map[string]any {
	return map[string]any{"application": r.application, "pipelineTemplate": orEmpty(r.template), "trigger": orEmpty(r.trigger)}
}

// deep renders every text of a value, and what they render to.
func (r *renderer) deep(value any, scope map[string]any, at string) (any, error) {
	return r.deeper(value, scope, at, 0)
}

func (r *renderer) deeper(value any, scope map[string]any, at string, depth int) (any, error) {
	if depth >= maxDepth {
		return nil, fault.New(fault.Invalid, "%s: what is rendered has to be rendered again more than %d times; break it up into modules", at, maxDepth)
	}
	switch v := value.(type) {
	case string:
		out, err := r.graph(v, scope, at)
		if err != nil {
			return nil, err
		}
		switch out.(type) {
		case map[string]any, []any:
			return r.deeper(out, scope, at, depth+1)
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, member := range v {
			rendered, err := r.deeper(member, scope, fmt.Sprintf("%s[%d]", at, i), depth)
			if err != nil {
				return nil, err
			}
			out[i] = rendered
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, member := range v {
			name := key
			if hasJinja(key) {
				var err error
				if name, err = r.text(key, scope, at); err != nil {
					return nil, err
				}
			}
			rendered, err := r.deeper(member, scope, at+"."+key, depth)
			if err != nil {
				return nil, err
			}
			out[name] = rendered
		}
		return out, nil
	}
	return value, nil
}

// property renders a text that stays one.
func (r *renderer) property(text string, scope map[string]any, at string) (string, error) {
	value, err := r.deep(text, scope, at)
	if err != nil || value == nil {
		return "", err
	}
	return model.String(map[string]any{"v": value}, "v"), nil
}

// graph renders a text and reads the value in it, by the rules of Orca's
// YamlRenderedValueConverter.
func (r *renderer) graph(text string, scope map[string]any, at string) (any, error) {
	out, err := r.text(text, scope, at)
	if err != nil {
		return nil, err
	}
	value, err := convert(out)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s: it renders to what is no YAML: %w", at, err)
	}
	return value, nil
}

// keepText begins a text that is not to be read as a value.
const keepText = "noexpand:"

func convert(text string) (any, error) {
	if rest, ok := strings.CutPrefix(text, keepText); ok {
		return rest, nil
	}
	switch lower := strings.ToLower(text); {
	case strings.HasPrefix(text, "${"), strings.HasPrefix(text, "*"), strings.HasPrefix(text, "@"),
		lower == "yes", lower == "no", lower == "on", lower == "off":
		return text, nil
	case text == "":
		return nil, nil
	}
	value, err := loadYAML(text)
	if err != nil {
		if (strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "{{")) || strings.HasPrefix(text, "[") {
			return nil, err
		}
		return text, nil
	}
	switch value.(type) {
	case nil, string:
		return text, nil
	}
	return value, nil
}

// anchor and alias are YAML's means of repeating a part; a few of them, nested,
// make a document that no memory can hold.
var (
	anchor = regexp.MustCompile(`(?m)(^|[\s\[{,:-])&\w`)
	alias  = regexp.MustCompile(`(?m)(^|[\s\[{,:-])\*\w`)
)

// loadYAML reads a YAML value.
func loadYAML(text string) (any, error) {
	if anchor.MatchString(text) && alias.MatchString(text) {
		return nil, fmt.Errorf("YAML anchors and aliases are not supported")
	}
	checked, err := yamldoc.Check([]byte(text), limit.Text)
	if err != nil {
		return nil, err
	}
	return checked.Value()
}
