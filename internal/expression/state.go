package expression

import (
	"context"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// maxDepth bounds how deep values may be nested that are compared, printed or
// converted.
const maxDepth = 200

// state is the evaluation of one expression.
type state struct {
	ctx   context.Context
	env   *Evaluator
	scope *scope
	// active is what a name is looked up in, and #this.
	active any
	// local is what the arguments of a method are evaluated in: the root, or
	// the member of the selection or projection around.
	local any
	steps int
	// asked counts the questions to the outside.
	asked int
	// walker evaluates the document that the expression is in.
	walker *walker
	// deadline is when the document's expressions must be done.
	deadline time.Time
}

// scope is what the expressions of one document share.
type scope struct {
	root         any
	allowUnknown bool
	variables    map[string]any
	current      *model.Stage
	user         string
	parents      *parents
	// application is whose stored contents of artifacts are read.
	application string
	// mutable tells that an expression of the document changes containers,
	// so that what is read is copied first.
	mutable bool
}

// tick counts a step, and ends an evaluation that takes too many or whose
// caller has given up.
func (st *state) tick() error { return st.spend(1) }

func (st *state) spend(n int) error {
	before := st.steps
	st.steps += n
	if st.steps > st.env.limits.Steps {
		return fail(exEvaluation, "the expression takes more than %d steps", st.env.limits.Steps)
	}
	if before>>10 != st.steps>>10 {
		if st.walker != nil && st.walker.steps+st.steps > largeSteps {
			if err := st.walker.afford(); err != nil {
				return err
			}
		}
		return st.onTime()
	}
	return nil
}

// onTime ends an evaluation that has taken too long.
func (st *state) onTime() error {
	if st.ctx.Err() != nil {
		return fail(exState, "the evaluation was ended: %v", context.Cause(st.ctx))
	}
	if !st.deadline.IsZero() && time.Now().After(st.deadline) {
		return fail(exState, "the expressions of the document take longer than %s", st.env.limits.Time)
	}
	return nil
}

// textPerStep is how many bytes of text are worked on for a step.
const textPerStep = 64

// payText makes an expression pay for work on a text.
func (st *state) payText(v any) error {
	if s, ok := v.(string); ok && len(s) >= textPerStep {
		return st.spend(len(s) / textPerStep)
	}
	return nil
}

// maxKey is how many bytes the text of a container may have that is used as a key.
const maxKey = 16 << 10

// payKey makes an expression pay for a container that is used as a key, and
// refuses a large one: keys are compared by their texts.
func (st *state) payKey(k any) error {
	_, isMap := asMap(k)
	if _, ok := iterable(k); !ok && !isMap {
		return nil
	}
	length := len(javaString(k))
	if length > maxKey {
		return fail(exEvaluation, "a map or list that is used as a key may not be longer than %d characters", maxKey)
	}
	return st.spend(1 + length/textPerStep)
}

// within evaluates a node with another value as what names are looked up in.
func (st *state) within(active any, n node) (any, error) {
	saved := st.active
	st.active = active
	v, err := n.eval(st)
	st.active = saved
	return v, err
}

// member evaluates a node for a member of a collection.
func (st *state) member(m any, n node) (any, error) {
	if err := st.tick(); err != nil {
		return nil, err
	}
	active, local := st.active, st.local
	st.active, st.local = m, m
	v, err := n.eval(st)
	st.active, st.local = active, local
	return v, err
}

// arguments evaluates the arguments of a method or constructor.
func (st *state) arguments(args []node) ([]any, error) {
	if len(args) == 0 {
		return nil, nil
	}
	out := make([]any, len(args))
	for i, a := range args {
		v, err := st.within(st.local, a)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}
