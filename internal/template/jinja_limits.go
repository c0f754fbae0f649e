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
	maxJoins  = 200
	maxSets   = 16
	maxGrowth = 4096
	maxCalls  = 1000
)

// boundedOperators refuses what makes texts grow without a limit: in Jinja a
// text can be multiplied.
func boundedOperators(source string, settings *config.Config) error {
	joins, sets := 0, 0
	stream := tokens.LexAll(source, settings)
	for ; !stream.End(); stream.Next() {
		switch token := stream.Current(); token.Type {
		case tokens.Multiply, tokens.Power:
			return fmt.Errorf("multiplication (%s) in Jinja is not supported", token.Val)
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
	if growth(source, settings) > maxGrowth {
		return fmt.Errorf("the variables of set, with and macro in Jinja are put together too often")
	}
	return nil
}

// growth is how many times a value can come to stand in another, through names
// that a text gives to values: x ~ x in a tag doubles x, and what the next tag
// makes of the result doubles that.
func growth(source string, settings *config.Config) int {
	own := ownNames(source, settings)
	out, uses := 1, 0
	if len(own) == 0 {
		return out
	}
	for stream := tokens.LexAll(source, settings); !stream.End(); stream.Next() {
		switch token := stream.Current(); token.Type {
		case tokens.BlockBegin, tokens.VariableBegin:
			uses = 0
		case tokens.Name:
			if own[token.Val] {
				uses++
			}
		case tokens.BlockEnd, tokens.VariableEnd:
			if out *= max(uses, 1); out > maxGrowth {
				return out
			}
		default:
		}
	}
	return out
}

// ownNames are the names that a text gives to values: by set and with, and as
// parameters of macros.
func ownNames(source string, settings *config.Config) map[string]bool {
	out := map[string]bool{}
	tag, left := "", false // the tag at hand; whether an = is still to come
	for stream := tokens.LexAll(source, settings); !stream.End(); stream.Next() {
		switch token := stream.Current(); token.Type {
		case tokens.BlockBegin:
			tag = ""
		case tokens.Name:
			switch {
			case tag == "":
				tag, left = token.Val, true
			case tag == "macro", left && (tag == "set" || tag == "with"):
				out[token.Val] = true
			}
		case tokens.Assign:
			left = tag == "with" // which may give several names
		default:
		}
	}
	return out
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
