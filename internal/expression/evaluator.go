package expression

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones must be known wherever the binary runs
)

// Limits bound what one expression may cost.
type Limits struct {
	// Steps is how many operations an expression may take.
	Steps int
	// Text is how many bytes a text that it makes may have.
	Text int
	// Length is how many characters an expression may have.
	Length int
	// Output is how many bytes the texts of one document may grow to.
	Output int
	// Time is how long the expressions of one document may take together, not
	// counting what functions wait for from outside.
	Time time.Duration
}

// defaultLimits are generous for people, and end what isn't meant well. Length
// is Spring's.
func defaultLimits() Limits {
	return Limits{Steps: 1_000_000, Text: 8 << 20, Length: 10_000, Output: 32 << 20, Time: 5 * time.Second}
}

// Options are how an [Evaluator] works. The zero value is fine.
type Options struct {
	Outside Outside
	// Limits default to DefaultLimits, field by field.
	Limits Limits
	// Location is the time zone of dates that name none; UTC by default.
	Location *time.Location
	// Now is the clock; time.Now by default.
	Now func() time.Time
	// Cache is how many parsed texts are kept; 10,000 by default.
	Cache int
}

// Evaluator evaluates documents. It is safe for concurrent use.
type Evaluator struct {
	outside   Outside
	limits    Limits
	location  *time.Location
	now       func() time.Time
	templates *cache[*template]
	patterns  *cache[*pattern]
	// known are the answers that take the place of the outside, if any.
	known Answers
	// large holds a place for each large evaluation whose caller has no [Room].
	large chan struct{}
}

// New returns an evaluator.
func New(options Options) *Evaluator {
	define()
	e := &Evaluator{outside: options.Outside, limits: options.Limits, location: options.Location, now: options.Now, large: make(chan struct{}, largeAtOnce)}
	defaults := defaultLimits()
	for _, l := range []struct{ have, none *int }{
		{&e.limits.Steps, &defaults.Steps}, {&e.limits.Text, &defaults.Text},
		{&e.limits.Length, &defaults.Length}, {&e.limits.Output, &defaults.Output},
	} {
		if *l.have <= 0 {
			*l.have = *l.none
		}
	}
	if e.limits.Time <= 0 {
		e.limits.Time = defaults.Time
	}
	if e.location == nil {
		e.location = time.UTC
	}
	if e.now == nil {
		e.now = time.Now
	}
	capacity := options.Cache
	if capacity <= 0 {
		capacity = 10_000
	}
	e.templates = newCache(capacity, 4<<20, func(text string) (*template, error) {
		return parseTemplate(text, e.limits.Length), nil
	})
	e.patterns = newCache(100, 256<<10, compilePattern)
	return e
}

func (e *Evaluator) seed() int64 { return rand.Int64() }

// define makes the tables of methods and functions, once.
var define = sync.OnceFunc(func() {
	defineObject()
	defineNumbers()
	defineBooleanAndCharacter()
	defineMath()
	defineUUID()
	defineURLEncoder()
	defineRandom()
	defineEnums()
	defineTemporals()
	defineDates()
	defineString()
	defineCollections()
	defineMaps()
	defineBeans()
	defineExecutions()
	defineFunctions()
	all := slices.Concat(linked, instantiable, slices.Collect(maps.Values(typeNames)), slices.Collect(maps.Keys(beanFields)))
	for _, c := range all {
		c.link()
		if c.component == nil && c.arrayOf == nil {
			newArrayClass(c)
		}
		if c.arrayOf != nil {
			c.arrayOf.link()
		}
	}
	for _, c := range instantiable {
		typesByName[c.name] = c
	}
})

// linked are the classes of values that no table of methods names.
var linked = []*class{
	classSubList, classUnmodifiableList, classUnmodifiableSet, classUnmodifiableEnts, classUnmodifiableColl, classImmutableSet,
	classSingletonSet, classImmutableList, classSingletonList, classSetN, classSet12, classHashSet, classLinkedHashSet, classLinkedKeySet, classLinkedValues,
	classLinkedEntrySet, classHashKeySet, classHashValues, classHashEntrySet, classHashMap, classLinkedHashMap,
	classUnmodifiableMap, classEmptyMap, classStageContext, classHashNode, classLinkedEntry, classArrayList, classBigInteger,
	classExecutionImpl, classStageImpl, classStringArray, classObjectArray, classByteArray, classCharArray, classIntArray,
	classLongArray, classShortArray, classFloatArray, classDoubleArray, classBoolArray, classIntegers, classLongs,
	classDoubles, classBooleans, classSequences, classMapArray,
}

// Scope is what the expressions of a document can see.
type Scope struct {
	scope
}

// Evaluate evaluates every text of a document that holds an expression, in keys
// and values at any depth. What can't be evaluated stays as it is and is told
// in the summary. The document isn't changed; parts that hold no expression
// are shared with the result.
func (e *Evaluator) Evaluate(ctx context.Context, source map[string]any, scope *Scope) (map[string]any, *Summary) {
	w := e.walker(ctx, scope)
	defer w.done()
	out, _ := w.walk(source, keyStep(""))
	result, ok := out.(map[string]any)
	if !ok {
		result = source
	}
	return result, w.summary
}

// EvaluateText evaluates one text. The result is of the expression's own kind
// if the text is one expression, in the form that JSON has in the program.
func (e *Evaluator) EvaluateText(ctx context.Context, text string, scope *Scope) (any, *Summary) {
	w := e.walker(ctx, scope)
	defer w.done()
	out, _ := w.walk(text, keyStep(""))
	return out, w.summary
}

// HasExpression tells whether a text would be evaluated.
func HasExpression(text string) bool { return strings.Contains(text, prefix) }

// In tells whether any text or key of a value would be evaluated.
func In(value any) bool {
	switch v := value.(type) {
	case string:
		return HasExpression(v)
	case []any:
		return slices.ContainsFunc(v, In)
	case map[string]any:
		for key, member := range v {
			if HasExpression(key) || In(member) {
				return true
			}
		}
	}
	return false
}

func (e *Evaluator) walker(ctx context.Context, scope *Scope) *walker {
	s := scope.scope
	return &walker{env: e, ctx: ctx, scope: &s, summary: newSummary(e.now), room: e.limits.Output}
}
