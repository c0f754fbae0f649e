package template

import (
	"fmt"
	"strings"

	"github.com/nikolalohinski/gonja/v2/builtins"
	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/exec"
	"github.com/nikolalohinski/gonja/v2/tokens"
)

// What a text of a few bytes could use to fill the memory. The library has no
// limit of its own, so that such means are not offered.
const (
	maxJoins = 200
	maxSets  = 16
)

// boundedOperators refuses what makes texts grow without a limit: in Jinja a
// text can be multiplied.
func boundedOperators(source string, settings *config.Config) error {
	joins, sets := 0, 0
	stream := tokens.LexAll(source, settings)
	for ; !stream.End(); stream.Next() {
		switch token := stream.Current(); token.Type {
		case tokens.Multiply, tokens.Power:
			return fmt.Errorf("multiplication (%s) in Jinja is not available here", token.Val)
		case tokens.Tilde, tokens.Addition:
			joins++
		case tokens.Name:
			if token.Val == "set" {
				sets++
			}
		default:
		}
		if joins > maxJoins {
			return fmt.Errorf("a text with Jinja in it may have %d operators + and ~", maxJoins)
		}
		if sets > maxSets {
			return fmt.Errorf("a text with Jinja in it may have %d tags set", maxSets)
		}
	}
	return nil
}

// allFilters are the library's that are offered, and Orca's.
func allFilters() *exec.FilterSet {
	out := map[string]exec.FilterFunction{}
	for name := range strings.FieldsSeq(offered) {
		if filter, ok := builtins.Filters.Get(name); ok {
			out[name] = filter
		}
	}
	for _, name := range []string{"join", "replace"} {
		out[name] = multiplying(out[name])
	}
	return exec.NewFilterSet(out).Update(exec.NewFilterSet(filters))
}

// multiplying bounds a filter whose result may be as long as its input times
// its arguments.
func multiplying(filter exec.FilterFunction) exec.FilterFunction {
	return func(e *exec.Evaluator, in *exec.Value, params *exec.VarArgs) *exec.Value {
		size := len(in.String()) + 1
		for _, arg := range params.Args {
			size *= len(arg.String()) + 1
		}
		for _, arg := range params.KwArgs {
			size *= len(arg.String()) + 1
		}
		if size > maxOutput {
			return exec.AsValue(errTooLong)
		}
		return filter(e, in, params)
	}
}

// offered are the library's filters, save those that fill up with as many
// spaces as they are asked for.
const offered = `abs attr capitalize default d dictsort e escape first float groupby int join items last length count list
	lower map rejectattr reject replace reverse round safe selectattr select sort string striptags sum title trim truncate
	unique upper urlencode wordcount`

// methodNames are the methods of texts that are offered.
const methodNames = `capitalize casefold count endswith find isalnum isalpha isdigit islower isnumeric isspace isupper
	lower lstrip partition removeprefix removesuffix rfind rpartition rsplit rstrip split splitlines startswith strip swapcase
	title upper`

func boundedMethods() exec.Methods {
	out := builtins.Methods
	methods := map[string]exec.Method[string]{}
	for name := range strings.FieldsSeq(methodNames) {
		if method, ok := builtins.Methods.Str.Get(name); ok {
			methods[name] = method
		}
	}
	out.Str = exec.NewMethodSet(methods)
	return out
}
