package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/gennaker/gennaker/internal/limit"
)

// Error is what is wrong with a YAML text.
type Error struct {
	// Line is where, from 1; 0 where it isn't known.
	Line int
	// Message says what.
	Message string
}

// Error gives the message with its line.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Message)
}

func errorAt(n *Node, format string, args ...any) error {
	return &Error{Line: n.Line, Message: fmt.Sprintf(format, args...)}
}

// Nodes parses the documents, each a node of the kind [Document]. Its error is an
// [*Error]. Aliases are not written out: who follows them goes along what [Check] has
// counted.
func (t Text) Nodes() ([]*Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(of12(t.data)))
	var documents []*Node
	for {
		document := new(Node)
		err := decoder.Decode(document)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, t.problem(err)
		}
		if err := limit.Count(len(documents)+1, limit.Documents, "documents in the YAML"); err != nil {
			return nil, err
		}
		documents = append(documents, document)
	}
}

var (
	placed        = regexp.MustCompile(`^(?:line (\d+): )?(.*)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	// fromParser are the library's messages whose lines count from 0.
	fromParser = []string{
		"did not find expected ',' or ']'", "did not find expected ',' or '}'", "did not find expected '-' indicator",
		"did not find expected <document start>", "did not find expected key", "did not find expected node content",
		"found duplicate %TAG directive", "found duplicate %YAML directive", "found incompatible YAML document", "found undefined tag handle",
	}
	// fromReader begin its messages that have no line.
	fromReader = regexp.MustCompile(`^control characters|UTF-8|UTF-16|surrogate|^invalid Unicode character`)
)

// problem makes an [*Error] of the library's, whose lines are off by one for some
// mistakes and missing for others.
func (t Text) problem(err error) error {
	parts := placed.FindStringSubmatch(strings.TrimPrefix(err.Error(), "yaml: "))
	if parts == nil {
		return &Error{Message: err.Error()}
	}
	line, _ := strconv.Atoi(parts[1])
	out := &Error{Line: line, Message: parts[2]}
	defer func() { out.Line = min(out.Line, lineAt(t.data, len(bytes.TrimRight(t.data, "\n")))) }() // not behind the end
	if name := unknownAnchor.FindStringSubmatch(out.Message); name != nil {
		return &Error{Line: t.lineOfAlias(name[1]), Message: "there is no anchor &" + name[1] + " above"}
	}
	switch {
	case slices.Contains(fromParser, out.Message):
		out.Line++
	case line > 0:
	case fromReader.MatchString(out.Message):
		out.Line = t.lineOfUnreadable()
	default:
		out.Line = 1
	}
	return out
}

// lineOfAlias is the line of the first alias of a name, which has no anchor above.
func (t Text) lineOfAlias(name string) int {
	alias := []byte("*" + name)
	for from := 0; ; {
		at := bytes.Index(t.data[from:], alias)
		if at < 0 {
			return 0
		}
		at, from = from+at, from+at+len(alias)
		if (at == 0 || endsWord(t.data[at-1])) && (from == len(t.data) || endsWord(t.data[from])) {
			return lineAt(t.data, at)
		}
	}
}

// lineOfUnreadable is the line of the first byte that is no letter of YAML; 0 for
// UTF-16.
func (t Text) lineOfUnreadable() int {
	for i := 0; i < len(t.data); {
		r, size := utf8.DecodeRune(t.data[i:])
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f {
			if i == 0 {
				return 0
			}
			return lineAt(t.data, i)
		}
		i += size
	}
	return 0
}

func endsWord(c byte) bool { return isSpace(c) || strings.IndexByte("[]{},:-", c) >= 0 }

func lineAt(text []byte, at int) int { return 1 + bytes.Count(text[:at], []byte("\n")) }
