package expression

import (
	"regexp"
	"slices"
	"strings"
)

// Check parses the expressions of a text and evaluates none. The error, a
// *Failure, says what is wrong with the first that can't be parsed.
func Check(text string) error {
	if !HasExpression(text) {
		return nil
	}
	if t := parseTemplate(text, defaultLimits().Length); t.err != nil {
		return t.err
	}
	return nil
}

// ReferenceKind is what a [Reference] names.
type ReferenceKind int

// The kinds of references.
const (
	// ToStage names a stage, by its name or id: #stage('x').
	ToStage ReferenceKind = iota
	// ToStageRef names a stage by its refId: #stageByRefId('1').
	ToStageRef
	// ToParameter names a parameter: parameters.x, trigger.parameters['x'].
	ToParameter
)

// Reference is something outside of an expression that it names literally.
type Reference struct {
	Kind ReferenceKind
	Name string
}

// References lists what the expressions of a text name, each once, in order. A
// text that can't be parsed names nothing.
func References(text string) []Reference { return collect(text).found }

// Guarded lists what the expressions of a text ask about before they use it, as
// it may well not be there: #stageExists('x') ? #stage('x') : ..., or
// parameters.x ?: 'default'.
func Guarded(text string) []Reference { return collect(text).guarded }

func collect(text string) (c referenceCollector) {
	if !HasExpression(text) {
		return c
	}
	t := parseTemplate(text, defaultLimits().Length)
	if t.err != nil {
		return c
	}
	for _, p := range t.parts {
		if p.expr != nil {
			c.node(p.expr.root, true)
		}
	}
	return c
}

// stageFunctions are the functions that take a stage's name, with what else
// they may take it for.
var stageFunctions = map[string]ReferenceKind{
	"stage": ToStage, "judgment": ToStage, "judgement": ToStage, "stageByRefId": ToStageRef,
}

// parameterPaths are the ways to the parameters from an execution.
var parameterPaths = [][]string{{"parameters"}, {"trigger", "parameters"}, {"execution", "trigger", "parameters"}}

type referenceCollector struct {
	found, guarded []Reference
	// asking says that the node at hand is only asked about.
	asking bool
}

func (c *referenceCollector) add(kind ReferenceKind, name string) {
	if c.asking && kind == ToParameter {
		c.guarded = append(c.guarded, Reference{kind, name})
	}
	if r := (Reference{kind, name}); !slices.Contains(c.found, r) {
		c.found = append(c.found, r)
	}
}

// node looks into a node. Names within a selection or projection are those of
// the items (atRoot is false), not of the execution.
func (c *referenceCollector) node(n node, atRoot bool) {
	switch v := n.(type) {
	case nil:
	case *chain:
		if atRoot {
			c.parameter(v)
		}
		c.node(v.parts[0], atRoot)
		for _, part := range v.parts[1:] {
			c.inner(part, atRoot)
		}
	case *function:
		c.stage(v)
		c.nodes(v.args, atRoot)
	default:
		c.inner(n, atRoot)
	}
}

func (c *referenceCollector) nodes(list []node, atRoot bool) {
	for _, n := range list {
		c.node(n, atRoot)
	}
}

// inner looks into what a node is made of.
func (c *referenceCollector) inner(n node, atRoot bool) {
	switch v := n.(type) {
	case *call:
		c.nodes(v.args, atRoot)
	case *function:
		c.node(v, atRoot)
	case *index:
		if _, name := v.key.(*property); !name { // map[name] names an entry
			c.node(v.key, atRoot)
		}
	case *selection:
		c.node(v.test, false)
	case *projection:
		c.node(v.each, false)
	case *inlineList:
		c.nodes(v.items, atRoot)
	case *inlineMap:
		c.nodes(v.pairs, atRoot)
	case *construct:
		c.nodes(v.args, atRoot)
	case *newArray:
		c.nodes(v.dims, atRoot)
		if v.items != nil {
			c.nodes(v.items.items, atRoot)
		}
	default:
		c.operators(n, atRoot)
	}
}

func (c *referenceCollector) operators(n node, atRoot bool) {
	switch v := n.(type) {
	case *unary:
		c.node(v.operand, atRoot)
	case *increment:
		c.node(v.operand, atRoot)
	case *binary:
		if isNull(v.left) || isNull(v.right) {
			c.asked(v.left, atRoot)
			c.asked(v.right, atRoot)
		}
		c.nodes([]node{v.left, v.right}, atRoot)
	case *logical:
		c.nodes([]node{v.left, v.right}, atRoot)
	case *instanceOf:
		c.node(v.left, atRoot)
	case *matches:
		c.nodes([]node{v.left, v.right}, atRoot)
	case *between:
		c.nodes([]node{v.left, v.right}, atRoot)
	case *assign:
		c.nodes([]node{v.left, v.right}, atRoot)
	case *elvis:
		c.asked(v.value, atRoot)
		c.node(v.other, atRoot)
	case *ternary:
		c.asked(v.test, atRoot)
		c.nodes([]node{v.yes, v.no}, atRoot)
	}
}

// asked looks into a node that is only asked about.
func (c *referenceCollector) asked(n node, atRoot bool) {
	before := c.asking
	c.asking = true
	c.node(n, atRoot)
	c.asking = before
}

func isNull(n node) bool {
	l, ok := n.(*literal)
	return ok && l.value == nil
}

func (c *referenceCollector) stage(f *function) {
	if f.name == "stageExists" && len(f.args) > 0 {
		if name, ok := literalText(f.args[len(f.args)-1]); ok {
			c.guarded = append(c.guarded, Reference{ToStage, name})
		}
		return
	}
	kind, ok := stageFunctions[f.name]
	if !ok || len(f.args) == 0 {
		return
	}
	if name, ok := literalText(f.args[len(f.args)-1]); ok {
		c.add(kind, name)
	}
}

// parameter notes the parameter that a chain of names leads to.
func (c *referenceCollector) parameter(n *chain) {
	var steps []string
	for _, part := range n.parts {
		name, ok := stepName(part)
		if !ok {
			break
		}
		steps = append(steps, name)
	}
	for _, path := range parameterPaths {
		if name, ok := containsKey(n, len(path)); ok && slices.Equal(steps, path) {
			c.guarded = append(c.guarded, Reference{ToParameter, name})
		}
		if len(steps) > len(path) && slices.Equal(steps[:len(path)], path) {
			c.add(ToParameter, steps[len(path)])
		}
	}
}

// containsKey is the key that a chain asks for after some parts:
// parameters.containsKey('x').
func containsKey(n *chain, after int) (string, bool) {
	if len(n.parts) <= after {
		return "", false
	}
	v, ok := n.parts[after].(*call)
	if !ok || v.name != "containsKey" || len(v.args) != 1 {
		return "", false
	}
	return literalText(v.args[0])
}

// stepName is the entry that a part of a chain leads to: .name, ['name'],
// [name] or .get('name').
func stepName(n node) (string, bool) {
	switch v := n.(type) {
	case *property:
		return v.name, true
	case *index:
		if p, ok := v.key.(*property); ok {
			return p.name, true
		}
		return literalText(v.key)
	case *call:
		if v.name == "get" && len(v.args) == 1 {
			return literalText(v.args[0])
		}
	}
	return "", false
}

func literalText(n node) (string, bool) {
	l, ok := n.(*literal)
	if !ok {
		return "", false
	}
	text, ok := l.value.(string)
	return text, ok && !strings.Contains(text, prefix)
}

// MeansSpinnaker tells whether a text names what only pipelines' expressions
// do, so that it is meant as one even if it can't be parsed: other systems have
// placeholders of the same form.
func MeansSpinnaker(text string) bool {
	define()
	for _, match := range ownNames.FindAllStringSubmatch(text, -1) {
		if match[1] == "" || functions[match[1]] != nil {
			return true
		}
	}
	return false
}

var ownNames = regexp.MustCompile(`#([A-Za-z]\w*)\(|\b(?:parameters|trigger|execution|templateVariables)\s*(?:\.\s*[A-Za-z]|\[)`)
