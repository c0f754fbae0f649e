package artifact

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// mavenRange is a set of versions, as in [1.0,2.0) or (,1.0],[1.2,).
type mavenRange []mavenInterval

type mavenInterval struct {
	low, high             string // "" is no bound
	lowClosed, highClosed bool
}

// parseMavenRange reads a range.
func parseMavenRange(text string) (mavenRange, error) {
	bad := fault.New(fault.Invalid, "%q is not a range of versions, such as [1.0,2.0)", text)
	var out mavenRange
	for rest := text; rest != ""; {
		end := strings.IndexAny(rest, "])")
		if end < 0 || rest[0] != '[' && rest[0] != '(' {
			return nil, bad
		}
		one := mavenInterval{lowClosed: rest[0] == '[', highClosed: rest[end] == ']'}
		low, high, two := strings.Cut(rest[1:end], ",")
		one.low, one.high = strings.TrimSpace(low), strings.TrimSpace(high)
		if !two {
			one.high = one.low
			if one.low == "" || !one.lowClosed || !one.highClosed {
				return nil, bad
			}
		}
		if strings.ContainsAny(one.low+one.high, "[](,") || one.low != "" && one.high != "" && compareMaven(one.low, one.high) > 0 {
			return nil, bad
		}
		out = append(out, one)
		rest = strings.TrimSpace(rest[end+1:])
		if after, more := strings.CutPrefix(rest, ","); more {
			if rest = strings.TrimSpace(after); rest == "" {
				return nil, bad
			}
		}
	}
	return out, nil
}

// newest gives the newest of the versions that is in the range; "" where none
// is.
func (r mavenRange) newest(versions []string) string {
	best := ""
	for _, version := range versions {
		if r.contains(version) && (best == "" || compareMaven(version, best) > 0) {
			best = version
		}
	}
	return best
}

func (r mavenRange) contains(version string) bool {
	for _, one := range r {
		low, high := 1, -1
		if one.low != "" {
			low = compareMaven(version, one.low)
		}
		if one.high != "" {
			high = compareMaven(version, one.high)
		}
		if (low > 0 || low == 0 && one.lowClosed) && (high < 0 || high == 0 && one.highClosed) {
			return true
		}
	}
	return false
}

// qualifiers are the words in versions that have an order of their own; the
// release is 0.
var qualifiers = map[string]int{
	"alpha": -5, "beta": -4, "milestone": -3, "rc": -2, "cr": -2, "snapshot": -1,
	"": 0, "final": 0, "ga": 0, "release": 0, "sp": 1,
}

// The order of parts of different kinds: words known before words not known
// before numbers.
const (
	partQualifier = iota
	partWord
	partNumber
)

type mavenPart struct {
	kind  int
	order int
	text  string // a number without zeros before it, or a word
}

// compareMaven orders versions as Maven's GenericVersion does: parts between
// dots, hyphens and underscores, and between digits and letters, one by one.
func compareMaven(x, y string) int {
	a, b := mavenParts(x), mavenParts(y)
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			if c := -b[i].sign(); c != 0 {
				return c
			}
		case i >= len(b):
			if c := a[i].sign(); c != 0 {
				return c
			}
		default:
			if c := a[i].compare(b[i]); c != 0 {
				return c
			}
		}
	}
	return 0
}

// sign orders a part against none.
func (p mavenPart) sign() int {
	switch p.kind {
	case partQualifier:
		return cmp.Compare(p.order, 0)
	case partNumber:
		if p.text == "0" {
			return 0
		}
	}
	return 1
}

func (p mavenPart) compare(o mavenPart) int {
	if p.kind != o.kind {
		// A zero is like a release: it is before no word that is after one.
		return cmp.Compare(p.kind, o.kind)
	}
	switch p.kind {
	case partQualifier:
		return cmp.Compare(p.order, o.order)
	case partNumber:
		return cmp.Or(cmp.Compare(len(p.text), len(o.text)), cmp.Compare(p.text, o.text))
	}
	return cmp.Compare(p.text, o.text)
}

func mavenParts(version string) []mavenPart {
	var out []mavenPart
	for rest := strings.ToLower(version); rest != ""; {
		if strings.ContainsRune(".-_", rune(rest[0])) {
			rest = rest[1:]
			continue
		}
		digits, end := isDigit(rest[0]), 1
		for end < len(rest) && isDigit(rest[end]) == digits && !strings.ContainsRune(".-_", rune(rest[end])) {
			end++
		}
		text := rest[:end]
		rest = rest[end:]
		followed := rest != "" && isDigit(rest[0])
		out = append(out, mavenPartOf(text, digits, followed))
	}
	return trimMaven(out)
}

// trimMaven takes out the parts that say nothing: zeros and words for the
// release at the end of a row of numbers or of words.
func trimMaven(parts []mavenPart) []mavenPart {
	kept := make([]mavenPart, 0, len(parts)) // from the end
	number, end := false, len(parts)-1
	for i, part := range slices.Backward(parts) {
		isNumber := part.kind == partNumber
		if isNumber != number {
			end, number = i, isNumber
		}
		if i > 0 && end == i && part.sign() == 0 && (len(kept) == 0 || (parts[i-1].kind == partNumber) == isNumber) {
			end--
			continue
		}
		kept = append(kept, part)
	}
	slices.Reverse(kept)
	return kept
}

// mavenPartOf reads one part; a, b and m before a digit are short for alpha,
// beta and milestone.
func mavenPartOf(text string, digits, followed bool) mavenPart {
	if digits {
		if text = strings.TrimLeft(text, "0"); text == "" {
			text = "0"
		}
		return mavenPart{kind: partNumber, text: text}
	}
	if followed {
		if long, ok := map[string]string{"a": "alpha", "b": "beta", "m": "milestone"}[text]; ok {
			text = long
		}
	}
	if order, ok := qualifiers[text]; ok {
		return mavenPart{kind: partQualifier, order: order}
	}
	return mavenPart{kind: partWord, text: text}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
