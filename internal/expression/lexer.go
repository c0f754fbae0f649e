package expression

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type kind uint8

const (
	tokEnd kind = iota
	tokInt
	tokLong
	tokHexInt
	tokHexLong
	tokString
	tokReal
	tokFloat
	tokName
	tokLParen
	tokRParen
	tokComma
	tokColon
	tokHash
	tokRSquare
	tokLSquare
	tokLCurly
	tokRCurly
	tokDot
	tokPlus
	tokStar
	tokMinus
	tokFirst // ^[
	tokLast  // $[
	tokQuestion
	tokProject // ![
	tokDiv
	tokGE
	tokGT
	tokLE
	tokLT
	tokEQ
	tokNE
	tokMod
	tokNot
	tokAssign
	tokSelect // ?[
	tokPower
	tokElvis
	tokSafe // ?.
	tokBean
	tokFactory
	tokOr
	tokAnd
	tokInc
	tokDec
)

// symbols are the tokens that are written with signs, longer ones first.
var symbols = []struct {
	text string
	kind kind
}{
	{"^[", tokFirst}, {"$[", tokLast}, {"![", tokProject}, {">=", tokGE}, {"<=", tokLE}, {"==", tokEQ}, {"!=", tokNE},
	{"?[", tokSelect}, {"?:", tokElvis}, {"?.", tokSafe}, {"||", tokOr}, {"&&", tokAnd}, {"++", tokInc}, {"--", tokDec},
	{"(", tokLParen}, {")", tokRParen}, {",", tokComma}, {":", tokColon}, {"#", tokHash}, {"]", tokRSquare},
	{"[", tokLSquare}, {"{", tokLCurly}, {"}", tokRCurly}, {".", tokDot}, {"+", tokPlus}, {"*", tokStar},
	{"-", tokMinus}, {"?", tokQuestion}, {"/", tokDiv}, {">", tokGT}, {"<", tokLT}, {"%", tokMod}, {"!", tokNot},
	{"=", tokAssign}, {"^", tokPower}, {"@", tokBean}, {"&", tokFactory},
}

// words are the operators that may be written as words, in any case.
var words = map[string]kind{
	"div": tokDiv, "eq": tokEQ, "ge": tokGE, "gt": tokGT, "le": tokLE, "lt": tokLT, "mod": tokMod, "ne": tokNE, "not": tokNot,
}

type token struct {
	kind       kind
	text       string // of what has a payload: names, literals, word operators
	start, end int
}

// describe is how a token is named to a person.
func (t token) describe() string {
	if t.text != "" {
		return t.text
	}
	for _, s := range symbols {
		if s.kind == t.kind {
			return s.text
		}
	}
	if t.kind == tokName {
		return "a name"
	}
	return "the end"
}

func syntax(at int, format string, args ...any) *Failure {
	f := fail(exParse, format, args...)
	f.At = at
	return f
}

// lex cuts an expression into tokens.
func lex(src string) ([]token, error) {
	l := lexer{src: src, out: make([]token, 0, len(src)/3+2)}
	for l.pos < len(src) {
		if err := l.next(); err != nil {
			return nil, err
		}
	}
	return l.out, nil
}

type lexer struct {
	src string
	pos int
	out []token
}

func (l *lexer) next() error {
	switch c := l.src[l.pos]; {
	case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		l.pos++
	case c >= '0' && c <= '9':
		return l.number()
	case c == '\'' || c == '"':
		return l.quoted(c)
	case c == '_' || isLetter(c):
		l.name()
	case c >= utf8.RuneSelf:
		r, _ := utf8.DecodeRuneInString(l.src[l.pos:])
		if !unicode.IsLetter(r) {
			return syntax(l.pos, "the character '%c' (%d) has no meaning here", r, r)
		}
		l.name()
	default:
		return l.symbol(c)
	}
	return nil
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (l *lexer) symbol(c byte) error {
	for _, s := range symbols {
		if strings.HasPrefix(l.src[l.pos:], s.text) {
			l.out = append(l.out, token{kind: s.kind, start: l.pos, end: l.pos + len(s.text)})
			l.pos += len(s.text)
			return nil
		}
	}
	switch c {
	case '$':
		l.name()
		return nil
	case '|':
		return syntax(l.pos, "a second | is missing: or is written ||")
	case '\\':
		return syntax(l.pos, "a \\ has no meaning here: quotes in a text are doubled instead")
	case 0:
		l.pos++
		return nil
	}
	return syntax(l.pos, "the character '%c' (%d) has no meaning here", c, c)
}

func (l *lexer) name() {
	start := l.pos
	for i, r := range l.src[start:] {
		if i > 0 && !isNamePart(r) {
			break
		}
		l.pos = start + i + utf8.RuneLen(r)
		if r == utf8.RuneError {
			l.pos = start + i + 1
		}
	}
	text := l.src[start:l.pos]
	k := tokName
	if len(text) == 2 || len(text) == 3 {
		if op, ok := words[strings.ToLower(text)]; ok {
			k = op
		}
	}
	l.out = append(l.out, token{k, text, start, l.pos})
}

func isNamePart(r rune) bool {
	return unicode.IsLetter(r) || r == '_' || r == '$' || r >= '0' && r <= '9'
}

func (l *lexer) quoted(quote byte) error {
	start := l.pos
	for i := start + 1; i < len(l.src); i++ {
		if l.src[i] != quote {
			continue
		}
		if i+1 < len(l.src) && l.src[i+1] == quote {
			i++
			continue
		}
		l.pos = i + 1
		l.out = append(l.out, token{tokString, l.src[start:l.pos], start, l.pos})
		return nil
	}
	return syntax(start, "the text that starts here has no closing %c", quote)
}

func (l *lexer) number() error {
	src, start, i := l.src, l.pos, l.pos
	peek := func(at int) byte {
		if at < len(src) {
			return src[at]
		}
		return 0
	}
	push := func(k kind, text string, end int) error {
		l.out = append(l.out, token{k, text, start, end})
		l.pos = end
		return nil
	}
	if src[i] == '0' && peek(i+1)|0x20 == 'x' {
		i += 2
		for isHex(peek(i)) {
			i++
		}
		digits := src[start+2 : i]
		if digits == "" {
			return syntax(start, "'%s' is not a number: digits are missing", src[start:i])
		}
		if peek(i)|0x20 == 'l' {
			return push(tokHexLong, digits, i+1)
		}
		return push(tokHexInt, digits, i)
	}
	for isDigit(peek(i)) {
		i++
	}
	fraction := false
	if peek(i) == '.' {
		if !isDigit(peek(i + 1)) {
			return push(tokInt, src[start:i], i)
		}
		fraction = true
		for i++; isDigit(peek(i)); i++ {
		}
	}
	switch peek(i) | 0x20 {
	case 'l':
		if fraction {
			return syntax(start, "a number with a fraction can't be a long")
		}
		return push(tokLong, src[start:i], i+1)
	case 'e':
		i++
		if c := peek(i); c == '+' || c == '-' {
			i++
		}
		digits := i
		for isDigit(peek(i)) {
			i++
		}
		if i == digits {
			return syntax(start, "'%s' is not a number: its exponent has no digits", src[start:i])
		}
		fraction = true
	}
	switch peek(i) | 0x20 {
	case 'f':
		return push(tokFloat, src[start:i], i+1)
	case 'd':
		return push(tokReal, src[start:i], i+1)
	}
	if fraction {
		return push(tokReal, src[start:i], i)
	}
	return push(tokInt, src[start:i], i)
}

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
