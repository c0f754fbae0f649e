package trigger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/Masterminds/semver/v3"
)

// comparator is one bound of a range.
type comparator struct {
	op      string // <, <=, >, >=, =
	version *semver.Version
}

func (c comparator) holds(v *semver.Version) bool {
	switch order := v.Compare(c.version); c.op {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	default:
		return order == 0
	}
}

// inRange tells whether a version is in a range as npm writes them, by the rules of the
// library semver4j, which Echo uses: "latest" and "*" take everything, and a version
// with a suffix is in a range of several bounds only if one of these has a suffix too and
// is otherwise equal.
func inRange(text, version string) (bool, error) {
	v, err := semver.NewVersion(version)
	if err != nil {
		return false, fmt.Errorf("the chart's version %q isn't a semantic version", cut(version))
	}
	for alternative := range strings.SplitSeq(text, "||") {
		bounds, err := parseRange(strings.TrimSpace(alternative))
		if err != nil {
			return false, fmt.Errorf("the version range %q can't be read: %w", cut(text), err)
		}
		if inBounds(bounds, v) {
			return true, nil
		}
	}
	return false, nil
}

func inBounds(bounds []comparator, v *semver.Version) bool {
	allowed := v.Prerelease() == "" || len(bounds) == 1
	for _, b := range bounds {
		if !b.holds(v) {
			return false
		}
		like := b.version.Prerelease() != "" && b.version.Major() == v.Major() && b.version.Minor() == v.Minor() && b.version.Patch() == v.Patch()
		allowed = allowed || like
	}
	return allowed
}

// parseRange reads the bounds that must all hold.
func parseRange(text string) ([]comparator, error) {
	if low, high, ok := strings.Cut(text, " - "); ok {
		from, err := parsePartial(strings.TrimSpace(low))
		if err != nil {
			return nil, err
		}
		to, err := parsePartial(strings.TrimSpace(high))
		if err != nil {
			return nil, err
		}
		return append([]comparator{{">=", from.lowest()}}, to.upTo()...), nil
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		words = []string{"*"}
	}
	var out []comparator
	for i := 0; i < len(words); i++ {
		word := words[i]
		if strings.Trim(word, "<>=~^") == "" && i+1 < len(words) { // ">= 1.0"
			i++
			word += words[i]
		}
		bounds, err := parseBound(word)
		if err != nil {
			return nil, err
		}
		out = append(out, bounds...)
	}
	return out, nil
}

func parseBound(word string) ([]comparator, error) {
	if word == "*" || word == "latest" {
		return []comparator{{">=", semver.New(0, 0, 0, "", "")}}, nil
	}
	text := strings.TrimLeft(word, "<>=~^")
	op := word[:len(word)-len(text)]
	p, err := parsePartial(text)
	if err != nil {
		return nil, err
	}
	switch op {
	case "", "=":
		if p.given == 3 {
			return []comparator{{"=", p.version}}, nil
		}
		return append([]comparator{{">=", p.lowest()}}, p.upTo()...), nil
	case "~", "~>":
		return []comparator{{">=", p.lowest()}, {"<", p.next(min(p.given, 2))}}, nil
	case "^":
		return []comparator{{">=", p.lowest()}, {"<", p.next(p.significant())}}, nil
	case ">=", "<":
		return []comparator{{op, p.lowest()}}, nil
	case "<=":
		return p.upTo(), nil
	case ">":
		if p.given == 3 {
			return []comparator{{">", p.version}}, nil
		}
		return []comparator{{">=", p.next(p.given)}}, nil
	}
	return nil, fmt.Errorf("%q isn't an operator", op)
}

// partial is a version of which the last parts may be left open.
type partial struct {
	version *semver.Version
	given   int // how many of major, minor and patch
}

func parsePartial(text string) (partial, error) {
	text = strings.TrimPrefix(text, "v")
	if v, err := semver.StrictNewVersion(text); err == nil {
		return partial{v, 3}, nil
	}
	numbers := make([]uint64, 3)
	given := 0
	parts := strings.Split(text, ".")
	if len(parts) > 3 {
		return partial{}, fmt.Errorf("%q isn't a version", text)
	}
	for i, part := range parts {
		if part == "x" || part == "X" || part == "*" {
			break
		}
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return partial{}, fmt.Errorf("%q isn't a version", text)
		}
		numbers[i], given = n, i+1
	}
	if given == 0 {
		return partial{}, errors.New("it names no version")
	}
	return partial{semver.New(numbers[0], numbers[1], numbers[2], "", ""), given}, nil
}

// lowest is the lowest version that it stands for.
func (p partial) lowest() *semver.Version { return p.version }

// upTo is the bound that takes all that it stands for, and nothing above.
func (p partial) upTo() []comparator {
	if p.given == 3 {
		return []comparator{{"<=", p.version}}
	}
	return []comparator{{"<", p.next(p.given)}}
}

// next is the first version after those that agree in so many parts.
func (p partial) next(parts int) *semver.Version {
	v := p.version
	switch parts {
	case 1:
		return semver.New(v.Major()+1, 0, 0, "", "")
	case 2:
		return semver.New(v.Major(), v.Minor()+1, 0, "", "")
	default:
		return semver.New(v.Major(), v.Minor(), v.Patch()+1, "", "")
	}
}

// significant is how many parts of a version ^ holds fixed.
func (p partial) significant() int {
	switch {
	case p.version.Major() > 0 || p.given == 1:
		return 1
	case p.version.Minor() > 0 || p.given == 2:
		return 2
	default:
		return 3
	}
}
