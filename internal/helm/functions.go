package helm

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"helm.sh/helm/v4/pkg/engine"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	// mostGrown is how many bytes the functions that make texts and lists longer
	// may make in one rendering.
	mostGrown = 64 << 20
	// itemBytes is what an item of a list counts as.
	itemBytes = 16
	// widest is the largest width that printf takes.
	widest = 10_000
)

// allowance is what the functions of one rendering may still make.
type allowance struct{ left float64 }

func (a *allowance) spend(bytes float64) error {
	if a.left -= math.Max(bytes, 0); a.left < 0 {
		return fault.New(fault.Invalid, "its templates make texts and lists of more than %d MiB", mostGrown>>20)
	}
	return nil
}

var printfWidth = regexp.MustCompile(`%[^a-zA-Z%]*`)

// functions take the place of those of Helm that make something large of
// something small: Helm itself has no bound.
func functions(find lookup) template.FuncMap {
	a := &allowance{left: mostGrown}
	of := sprig.TxtFuncMap()
	out := template.FuncMap{
		"repeat": func(n int, text string) (string, error) {
			if n < 0 {
				return "", nil
			}
			if err := a.spend(float64(n) * float64(len(text))); err != nil {
				return "", err
			}
			return strings.Repeat(text, n), nil
		},
		"until": func(n int) ([]int, error) {
			if err := a.spend(math.Abs(float64(n)) * itemBytes); err != nil {
				return nil, err
			}
			return of["until"].(func(int) []int)(n), nil
		},
		"untilStep": func(from, to, step int) ([]int, error) {
			if step != 0 {
				if err := a.spend((float64(to) - float64(from)) / float64(step) * itemBytes); err != nil {
					return nil, err
				}
			}
			return of["untilStep"].(func(int, int, int) []int)(from, to, step), nil
		},
		"seq": func(params ...int) (string, error) {
			items := 0.0
			for _, p := range params {
				items += math.Abs(float64(p)) // no step is below one
			}
			if err := a.spend(items * itemBytes); err != nil {
				return "", err
			}
			return of["seq"].(func(...int) string)(params...), nil
		},
		"print":   func(args ...any) (string, error) { return a.made(fmt.Sprint(args...)) },
		"println": func(args ...any) (string, error) { return a.made(fmt.Sprintln(args...)) },
		"printf": func(format string, args ...any) (string, error) {
			for _, verb := range printfWidth.FindAllString(format, -1) {
				for number := range strings.FieldsFuncSeq(verb, func(r rune) bool { return r < '0' || r > '9' }) {
					if n, err := strconv.Atoi(number); err != nil || n > widest {
						return "", fault.New(fault.Invalid, "its templates print something wider than %d", widest)
					}
				}
				if strings.Contains(verb, "*") {
					return "", fault.New(fault.Invalid, "its templates print with a width of *, which is not supported; write the width as a number")
				}
			}
			return a.made(fmt.Sprintf(format, args...))
		},
		"replace": func(old, with, text string) (string, error) {
			if err := a.spend(float64(strings.Count(text, old)) * float64(len(with))); err != nil {
				return "", err
			}
			return strings.ReplaceAll(text, old, with), nil
		},
	}
	indent := func(n int, text string) (string, error) {
		if n < 0 {
			return "", fault.New(fault.Invalid, "its templates indent by %d", n)
		}
		if err := a.spend(float64(n) * float64(1+strings.Count(text, "\n"))); err != nil {
			return "", err
		}
		return of["indent"].(func(int, string) string)(n, text), nil
	}
	out["indent"] = indent
	out["nindent"] = func(n int, text string) (string, error) {
		text, err := indent(n, text)
		return "\n" + text, err
	}
	for _, name := range []string{"randAlphaNum", "randAlpha", "randAscii", "randNumeric"} {
		random := of[name].(func(int) string)
		out[name] = func(n int) (string, error) {
			if err := a.spend(float64(n)); err != nil {
				return "", err
			}
			return random(n), nil
		}
	}
	out["randBytes"] = func(n int) (string, error) {
		if err := a.spend(float64(n)); err != nil {
			return "", err
		}
		return of["randBytes"].(func(int) (string, error))(n)
	}
	if find != nil {
		out["lookup"] = find
	}
	return out
}

// made counts a text that was made of others.
func (a *allowance) made(text string) (string, error) { return text, a.spend(float64(len(text))) }

// lookup is Helm's function of live objects: what is not there is an empty map.
type lookup = func(apiVersion, kind, namespace, name string) (map[string]any, error)

// lookUp finds live objects by a client.
func lookUp(ctx context.Context, clients engine.ClientProvider) lookup {
	return func(apiVersion, kind, namespace, name string) (map[string]any, error) {
		all, namespaced, err := clients.GetClientFor(apiVersion, kind)
		if err != nil {
			return map[string]any{}, err
		}
		var client dynamic.ResourceInterface = all
		if namespaced && namespace != "" {
			client = all.Namespace(namespace)
		}
		found := map[string]any{}
		if name == "" {
			list, listErr := client.List(ctx, metav1.ListOptions{})
			if err = listErr; err == nil {
				found = list.UnstructuredContent()
			}
		} else {
			object, getErr := client.Get(ctx, name, metav1.GetOptions{})
			if err = getErr; err == nil {
				found = object.UnstructuredContent()
			}
		}
		if apierrors.IsNotFound(err) {
			err = nil
		}
		return found, err
	}
}
