package expression

import (
	"encoding/base64"
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// readYAML reads the documents of a text as SnakeYAML does, which is YAML 1.1:
// yes and no are booleans, 010 is 8, and dates are dates.
func readYAML(st *state, text string) ([]any, error) {
	if err := st.spend(1 + len(text)/16); err != nil {
		return nil, err
	}
	checked, err := yamldoc.Check([]byte(text), limit.Document)
	if err != nil {
		return nil, fail(exYAML, "%v", err)
	}
	documents, err := checked.Nodes()
	if err != nil {
		return nil, fail(exYAML, "the text is no YAML: %v", err)
	}
	out := make([]any, len(documents))
	for i, document := range documents {
		r := yamlReader{st: st, within: map[*yamldoc.Node]bool{}}
		if out[i], err = r.value(document, 0); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type yamlReader struct {
	st      *state
	within  map[*yamldoc.Node]bool
	aliases int
}

// maxAliases is how many references to collections a document may hold, as
// SnakeYAML has it.
const maxAliases = 50

func (r *yamlReader) value(n *yamldoc.Node, depth int) (any, error) {
	if err := r.st.tick(); err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, fail(exYAML, "the YAML is nested more than %d deep", maxDepth)
	}
	switch n.Kind {
	case yamldoc.Document:
		if len(n.Content) == 0 {
			return nil, nil
		}
		return r.value(n.Content[0], depth)
	case yamldoc.Alias:
		if n.Alias.Kind != yamldoc.Scalar {
			r.aliases++
			if r.aliases > maxAliases {
				return nil, fail(exYAML, "the YAML has more than %d references to collections", maxAliases)
			}
		}
		if r.within[n.Alias] {
			return nil, fail(exYAML, "the YAML contains itself at line %d", n.Line)
		}
		return r.value(n.Alias, depth+1)
	case yamldoc.Sequence:
		return r.list(n, depth)
	case yamldoc.Mapping:
		return r.mapping(n, depth)
	}
	return r.scalar(n)
}

func (r *yamlReader) list(n *yamldoc.Node, depth int) (any, error) {
	r.within[n] = true
	defer delete(r.within, n)
	out := make([]any, len(n.Content))
	for i, c := range n.Content {
		v, err := r.value(c, depth+1)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	if n.Tag == "!!set" {
		return newSet(out), nil
	}
	return newList(out), nil
}

func (r *yamlReader) mapping(n *yamldoc.Node, depth int) (any, error) {
	r.within[n] = true
	defer delete(r.within, n)
	out := newMap(classLinkedHashMap)
	var merged []view
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, node := n.Content[i], n.Content[i+1]
		v, err := r.value(node, depth+1)
		if err != nil {
			return nil, err
		}
		if key.Kind == yamldoc.Scalar && key.Value == "<<" && key.Style == 0 {
			sources := []any{v}
			if c, ok := collection(v); ok {
				sources = c.copied()
			}
			for _, s := range sources {
				m, ok := asMap(s)
				if !ok {
					return nil, fail(exYAML, "<< at line %d can merge only maps", key.Line)
				}
				merged = append(merged, m)
			}
			continue
		}
		k, err := r.value(key, depth+1)
		if err == nil {
			err = r.st.payKey(k)
		}
		if err != nil {
			return nil, err
		}
		out.put(k, v)
	}
	for _, m := range merged {
		for _, k := range m.keys() {
			if _, have := out.lookup(k); !have {
				out.put(k, m.get(k))
			}
		}
	}
	return out, nil
}

var (
	yamlBool  = regexp.MustCompile(`^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$`)
	yamlFloat = regexp.MustCompile(`^(?:[-+]?(?:[0-9][0-9_]*)\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?(?:[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)|\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$`)
	yamlInt   = regexp.MustCompile(`^(?:[-+]?0b_*[0-1][0-1_]*|[-+]?0_*[0-7][0-7_]*|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x_*[0-9a-fA-F][0-9a-fA-F_]*|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$`)
	yamlDate  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	yamlTime  = regexp.MustCompile(`^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(?:Z|([-+])([0-9]{1,2})(?::?([0-9]{2}))?))?$`)
)

func (r *yamlReader) scalar(n *yamldoc.Node) (any, error) {
	s := n.Value
	tag := ""
	if n.Style&yamldoc.Tagged != 0 {
		tag = n.Tag
	}
	switch tag {
	case "!!str":
		return s, nil
	case "!!binary":
		b, err := base64.StdEncoding.DecodeString(stripSpace(s))
		if err != nil {
			return nil, fail(exYAML, "the binary at line %d is no base64", n.Line)
		}
		return bytesOf(b), nil
	case "", "!!int", "!!float", "!!bool", "!!null", "!!timestamp":
	default:
		return nil, fail(exYAML, "the tag %s at line %d isn't known", n.Tag, n.Line)
	}
	if tag == "" && n.Style&yamldoc.Quoted != 0 {
		return s, nil
	}
	switch {
	case s == "" || s == "~" || s == "null" || s == "Null" || s == "NULL" || tag == "!!null":
		return nil, nil
	case yamlBool.MatchString(s):
		switch strings.ToLower(s) {
		case "yes", "true", "on":
			return true, nil
		}
		return false, nil
	case tag != "!!float" && yamlInt.MatchString(s):
		return yamlNumber(s), nil
	case yamlFloat.MatchString(s) || tag == "!!float":
		return yamlReal(s), nil
	case yamlDate.MatchString(s):
		if t, err := time.Parse("2006-01-02", s); err == nil {
			return &date{t.UnixMilli()}, nil
		}
	case yamlTime.MatchString(s):
		return yamlTimestamp(s), nil
	}
	return s, nil
}

// sexagesimal reads digits that are separated by colons in base 60.
func sexagesimal(s string) float64 {
	total := 0.0
	for part := range strings.SplitSeq(s, ":") {
		f, _ := strconv.ParseFloat(part, 64)
		total = total*60 + f
	}
	return total
}

func yamlNumber(s string) any {
	s = strings.ReplaceAll(s, "_", "")
	sign, digits := "", strings.TrimPrefix(s, "+")
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	base := 10
	switch {
	case strings.Contains(digits, ":"):
		n := int64(sexagesimal(digits))
		if sign != "" {
			n = -n
		}
		return wholeNumber(n)
	case strings.HasPrefix(digits, "0b"):
		digits, base = digits[2:], 2
	case strings.HasPrefix(digits, "0x"):
		digits, base = digits[2:], 16
	case len(digits) > 1 && digits[0] == '0':
		digits, base = digits[1:], 8
	}
	n, ok := new(big.Int).SetString(sign+digits, base)
	switch {
	case !ok:
		return s
	case n.IsInt64():
		return wholeNumber(n.Int64())
	}
	return n
}

func yamlReal(s string) any {
	s = strings.ToLower(strings.ReplaceAll(s, "_", ""))
	switch strings.TrimLeft(s, "+-") {
	case ".inf":
		if strings.HasPrefix(s, "-") {
			return math.Inf(-1)
		}
		return math.Inf(1)
	case ".nan":
		return math.NaN()
	}
	if strings.Contains(s, ":") {
		if strings.HasPrefix(s, "-") {
			return -sexagesimal(s[1:])
		}
		return sexagesimal(strings.TrimPrefix(s, "+"))
	}
	f, _ := strconv.ParseFloat(s, 64)
	return f
}

func yamlTimestamp(s string) any {
	m := yamlTime.FindStringSubmatch(s)
	var part [7]int
	for i := range 6 {
		part[i], _ = strconv.Atoi(m[i+1])
	}
	if m[7] != "" {
		part[6], _ = strconv.Atoi((m[7] + "000000000")[:9])
	}
	t := time.Date(part[0], time.Month(part[1]), part[2], part[3], part[4], part[5], part[6], time.UTC)
	if m[8] != "" {
		h, _ := strconv.Atoi(m[9])
		mi, _ := strconv.Atoi(m[10])
		offset := time.Duration(h)*time.Hour + time.Duration(mi)*time.Minute
		if m[8] == "+" {
			offset = -offset
		}
		t = t.Add(offset)
	}
	return &date{t.UnixMilli()}
}
