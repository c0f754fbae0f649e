package expression

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// evaluated is the value of an expression, which must not fail.
func evaluated(t *rapid.T, e *Evaluator, expr string, context object) any {
	exec, stage := pipeline("", context, "wait")
	got, summary := e.EvaluateText(t.Context(), prefix+expr+suffix, StageScope(exec, stage, ""))
	require.Zero(t, summary.Failures(), "%s: %v", expr, summary.Entries())
	return got
}

// drawnText is without what only JSON can't hold: lone halves of pairs.
var drawnText = rapid.StringOf(rapid.RuneFrom([]rune("aZ9 '\"\\{}[]()$#.,é😀\n\t")))

// values are a value and the expression that it is written as.
func values(depth int) *rapid.Generator[literalValue] {
	return rapid.Custom(func(t *rapid.T) literalValue {
		kinds := 5
		if depth > 0 {
			kinds = 7
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			s := drawnText.Draw(t, "text")
			return literalValue{s, "'" + strings.ReplaceAll(s, "'", "''") + "'"}
		case 1:
			n := strconv.Itoa(int(rapid.Int32Min(0).Draw(t, "int")))
			return literalValue{json.Number(n), n}
		case 2:
			n := strconv.FormatInt(rapid.Int64Min(0).Draw(t, "long"), 10)
			return literalValue{json.Number(n), n + "L"}
		case 3:
			b := rapid.Bool().Draw(t, "bool")
			return literalValue{b, strconv.FormatBool(b)}
		case 4:
			return literalValue{json.Number("2.5"), "2.5"}
		case 5:
			list, written := []any{}, []string{}
			for _, v := range rapid.SliceOfN(values(depth-1), 0, 3).Draw(t, "list") {
				list, written = append(list, v.value), append(written, v.written)
			}
			return literalValue{list, "{" + strings.Join(written, ", ") + "}"}
		default:
			m, written := object{}, []string{}
			for key, v := range rapid.MapOfN(rapid.StringMatching(`[a-z]{1,4}`), values(depth-1), 1, 3).Draw(t, "map") {
				m[key] = v.value
				written = append(written, "'"+key+"': "+v.written)
			}
			return literalValue{m, "{" + strings.Join(written, ", ") + "}"}
		}
	})
}

type literalValue struct {
	value   any
	written string
}

// balanced tells whether Orca's search for the closing } finds the right one.
func balanced(expr string) bool {
	end, err := closing(prefix+expr+suffix, len(prefix))
	return err == nil && end == len(prefix)+len(expr)
}

// What is written as a literal has the value that was written.
func TestLiteralsRoundTrip(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	rapid.Check(t, func(t *rapid.T) {
		v := values(3).Draw(t, "value")
		if !balanced(v.written) || strings.Contains(v.written, "$") {
			t.Skip("Orca's own search for the end misses it")
		}
		require.Equal(t, v.value, evaluated(t, e, v.written, object{}))
	})
}

// What a context holds is read as it is, and written and read as JSON is the same.
func TestValuesRoundTrip(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	rapid.Check(t, func(t *rapid.T) {
		v := values(3).Draw(t, "value")
		require.Equal(t, v.value, evaluated(t, e, "v", object{"v": v.value}))
		require.Equal(t, v.value, evaluated(t, e, "{v}[0]", object{"v": v.value}))
		require.Equal(t, true, evaluated(t, e, "v == v and {v} == {v} and {k: v} == {k: v}", object{"v": v.value}))
		if data, err := json.Marshal(v.value); err == nil && !strings.Contains(string(data), prefix) {
			require.Equal(t, []any{v.value}, evaluated(t, e, "#readJson(#toJson({v}))", object{"v": v.value}))
		}
	})
}

// A text is its parts, one after another, whatever stands between them.
func TestTextsAreTheirParts(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.StringMatching(`[a-z {}'"$]{0,6}`).Filter(func(s string) bool { return !strings.Contains(s, prefix) && !strings.HasSuffix(s, "$") })
		a, b, c := plain.Draw(t, "a")+"-", "-"+plain.Draw(t, "b")+"-", "-"+plain.Draw(t, "c")
		x, y := drawnText.Draw(t, "x"), rapid.Int32().Draw(t, "y")
		exec, stage := pipeline("", object{"x": x, "y": json.Number(strconv.Itoa(int(y)))}, "wait")
		got, summary := e.EvaluateText(t.Context(), a+"${x}"+b+"${y}"+c, StageScope(exec, stage, ""))
		require.Zero(t, summary.Failures())
		require.Equal(t, a+x+b+strconv.Itoa(int(y))+c, got)
	})
}

// sum is a tree of operators on small whole numbers.
type sum struct {
	op          string
	left, right *sum
	n           int32
}

var ranks = map[string]int{"+": 1, "-": 1, "*": 2, "/": 2, "%": 2}

func sums(depth int) *rapid.Generator[*sum] {
	return rapid.Custom(func(t *rapid.T) *sum {
		if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
			return &sum{n: rapid.Int32Range(0, 1<<31-1).Draw(t, "n")}
		}
		return &sum{
			op:   rapid.SampledFrom([]string{"+", "-", "*", "/", "%"}).Draw(t, "op"),
			left: sums(depth-1).Draw(t, "left"), right: sums(depth-1).Draw(t, "right"),
		}
	})
}

// value is the sum in Java's int arithmetic; false where it divides by zero.
func (s *sum) value() (int32, bool) {
	if s.op == "" {
		return s.n, true
	}
	a, okA := s.left.value()
	b, okB := s.right.value()
	if !okA || !okB {
		return 0, false
	}
	switch s.op {
	case "+":
		return a + b, true
	case "-":
		return a - b, true
	case "*":
		return a * b, true
	}
	if b == 0 {
		return 0, false
	}
	if s.op == "/" {
		return a / b, true
	}
	return a % b, true
}

// write writes the sum with only the brackets that it needs, or with all.
func (s *sum) write(all bool) string {
	if s.op == "" {
		return strconv.Itoa(int(s.n))
	}
	side := func(of *sum, least int) string {
		text := of.write(all)
		if of.op != "" && (all || ranks[of.op] < least) {
			return "(" + text + ")"
		}
		return text
	}
	return side(s.left, ranks[s.op]) + " " + s.op + " " + side(s.right, ranks[s.op]+1)
}

// Operators bind as in Java, from the left, and whole numbers wrap as an int does.
func TestArithmetic(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	rapid.Check(t, func(t *rapid.T) {
		s := sums(4).Draw(t, "sum")
		want, ok := s.value()
		for _, all := range []bool{true, false} {
			exec, stage := pipeline("", object{}, "wait")
			got, summary := e.EvaluateText(t.Context(), prefix+s.write(all)+suffix, StageScope(exec, stage, ""))
			if !ok {
				require.Equal(t, 1, summary.Failures(), s.write(all))
				continue
			}
			require.Equal(t, json.Number(strconv.Itoa(int(want))), got, s.write(all))
		}
	})
}

// Parts of texts are counted in UTF-16 units.
func TestTextsCountUnits(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("ab€😀"))).Draw(t, "s")
		u := utf16.Encode([]rune(s))
		context := object{"s": s}
		require.Equal(t, json.Number(strconv.Itoa(len(u))), evaluated(t, e, "s.length()", context))
		from := rapid.IntRange(0, len(u)).Draw(t, "from")
		to := rapid.IntRange(from, len(u)).Draw(t, "to")
		halved := func(i int) bool { return i > 0 && i < len(u) && utf16.IsSurrogate(rune(u[i])) && u[i] >= 0xDC00 }
		if !halved(from) && !halved(to) {
			require.Equal(t, string(utf16.Decode(u[from:to])), evaluated(t, e, fmt.Sprintf("s.substring(%d, %d)", from, to), context))
		}
		require.Equal(t, s, evaluated(t, e, "s.split('').length == 0 ? s : T(String).join('', s)", context))
		require.Equal(t, s, evaluated(t, e, "#fromBase64(#toBase64(s))", context))
		require.Equal(t, base64.StdEncoding.EncodeToString([]byte(s)), evaluated(t, e, "#toBase64(s)", context))
	})
}

// Selections and projections keep their laws: what isn't selected is the rest, the
// first and last of a selection are those of .^ and .$, and order stays.
func TestSelections(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOf(rapid.IntRange(-5, 5)).Draw(t, "numbers")
		limit := rapid.IntRange(-6, 6).Draw(t, "limit")
		list, above, below, doubled := []any{}, []any{}, []any{}, []any{}
		for _, n := range numbers {
			list = append(list, json.Number(strconv.Itoa(n)))
			doubled = append(doubled, json.Number(strconv.Itoa(2*n)))
			if n > limit {
				above = append(above, json.Number(strconv.Itoa(n)))
			} else {
				below = append(below, json.Number(strconv.Itoa(n)))
			}
		}
		context := object{"list": list, "limit": json.Number(strconv.Itoa(limit))}
		require.Equal(t, above, evaluated(t, e, "list.?[#this > #root.limit]", context))
		require.Equal(t, below, evaluated(t, e, "list.?[!(#this > #root.limit)]", context))
		require.Equal(t, doubled, evaluated(t, e, "list.![#this * 2]", context))
		require.Equal(t, list, evaluated(t, e, "list.?[true]", context))
		if len(above) > 0 {
			require.Equal(t, above[0], evaluated(t, e, "list.^[#this > #root.limit]", context))
			require.Equal(t, above[len(above)-1], evaluated(t, e, "list.$[#this > #root.limit]", context))
		}
		require.Equal(t, slices.Contains(numbers, limit), evaluated(t, e, "list.contains(limit)", context))
		require.Equal(t, json.Number(strconv.Itoa(slices.Index(numbers, limit))), evaluated(t, e, "list.indexOf(limit)", context))
	})
}

// Values that are equal have the same hash, and equality goes both ways.
func TestEqualityAndHash(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	small := rapid.SampledFrom([]string{"1", "1L", "1.0", "2", "'1'", "'a'", "true", "null", "{1}", "{1, 2}", "{a: 1}", "{a: 1L}", "{:}", "{}", "{{1}}", "1.0f"})
	rapid.Check(t, func(t *rapid.T) {
		a, b := small.Draw(t, "a"), small.Draw(t, "b")
		equal := evaluated(t, e, fmt.Sprintf("{%s} == {%s}", a, b), object{})
		require.Equal(t, equal, evaluated(t, e, fmt.Sprintf("{%s} == {%s}", b, a), object{}))
		require.Equal(t, equal, evaluated(t, e, fmt.Sprintf("{%s}.contains(%s)", a, b), object{}))
		require.NotEqual(t, equal, evaluated(t, e, fmt.Sprintf("{%s} != {%s}", a, b), object{}))
		if equal == true {
			require.Equal(t, true, evaluated(t, e, fmt.Sprintf("{%s}.hashCode() == {%s}.hashCode()", a, b), object{}))
		}
	})
}

// Days that are added are the days between, and are taken away again.
func TestDays(t *testing.T) {
	t.Parallel()
	e := New(Options{})
	rapid.Check(t, func(t *rapid.T) {
		day := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(-100_000, 100_000).Draw(t, "day"))
		n := rapid.IntRange(-10_000, 10_000).Draw(t, "days")
		context := object{"day": day.Format(time.DateOnly), "n": json.Number(strconv.Itoa(n))}
		const first = "T(java.time.LocalDate).parse(day)"
		require.Equal(t, day.AddDate(0, 0, n).Format(time.DateOnly), evaluated(t, e, first+".plusDays(n).toString()", context))
		require.Equal(t, day.Format(time.DateOnly), evaluated(t, e, first+".plusDays(n).minusDays(n).toString()", context))
		require.Equal(t, json.Number(strconv.Itoa(n)), evaluated(t, e,
			first+".until("+first+".plusDays(n), T(java.time.temporal.ChronoUnit).valueOf('DAYS'))", context))
		require.Equal(t, n > 0, evaluated(t, e, first+".isBefore("+first+".plusDays(n))", context))
	})
}

// Whatever a text is, parsing it ends in parts or in a failure that says where and
// why, and References never reads more than Check allows.
func TestAnyTextParses(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{
		"${", "}", "{", "(", ")", "[", "]", "'", "\"", "a", ".", "?.", "?:", "?", ":", "#", "#stage(", "T(", "new ", "1", "1.5", "0x", " ", "+",
		"-", "*", "/", "==", "!", "&&", "and", "or", "matches", "instanceof", ".?[", ".![", ".^[", ".$[", ",", "=", "++", "--", "null", "@", "&", "é", "\x00",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(pieces, 0, 20).Draw(t, "pieces"), "")
		if !HasExpression(text) {
			require.NoError(t, Check(text))
		}
		if err := Check(text); err != nil {
			require.NotEmpty(t, err.Error())
			require.Empty(t, References(text))
			require.Empty(t, Guarded(text))
		}
		exec, stage := pipeline("", object{"a": "x"}, "wait")
		e := New(Options{Limits: Limits{Steps: 10_000}})
		first, one := e.EvaluateText(t.Context(), text, StageScope(exec, stage, ""))
		second, two := e.EvaluateText(t.Context(), text, StageScope(exec, stage, ""))
		require.Equal(t, first, second, "the same text gives the same again")
		require.Equal(t, one.Failures(), two.Failures())
		if Check(text) != nil {
			require.Equal(t, text, first, "what can't be parsed stays as it is")
		}
	})
}
