package cron

import (
	"fmt"
	"strconv"
	"strings"
)

// parser reads one field.
type parser struct {
	*field
	// whole is the field's text in capitals.
	whole string
	found parsed
}

// parse reads parts with commas between them; as in Quartz, empty ones don't count.
func (p *parser) parse() error {
	parts := strings.FieldsFunc(p.whole, func(r rune) bool { return r == ',' })
	if len(parts) == 0 {
		return p.wrong(p.whole, "it is empty")
	}
	if len(parts) > 1 {
		if err := p.checkList(parts); err != nil {
			return err
		}
	}
	for _, part := range parts {
		if err := p.part(part); err != nil {
			return err
		}
	}
	if p.found.nth != 0 && len(parts) > 1 {
		p.firstAlone()
	}
	return nil
}

// firstAlone leaves the first day of the week of a list with a #: Quartz sees no other.
func (p *parser) firstAlone() {
	day := p.found.bits(p.field).from(0)
	p.found.spans = []span{{day, day, 0}}
	p.found.ignored = append(p.found.ignored,
		fmt.Sprintf("in the day of week %q, only %s counts: a day with a # stands alone", p.whole, p.names[day-p.least]))
}

// checkList refuses what can't stand in a list.
func (p *parser) checkList(parts []string) error {
	for _, part := range parts {
		if part == "?" || p.is(weekDayField) && strings.Contains(part, "L") {
			return p.wrong(p.whole, part+" can't stand in a list")
		}
	}
	if strings.Count(p.whole, "#") > 1 {
		return p.wrong(p.whole, "only one # can stand in a list")
	}
	return nil
}

// part reads one part: ?, *, L and its kin, names, or numbers.
func (p *parser) part(text string) error {
	switch c := text[0]; {
	case text == "?":
		if !p.is(monthDayField) && !p.is(weekDayField) {
			return p.wrong(p.whole, "? can stand only for the day of month or the day of week")
		}
		p.found.open = true
		return nil
	case c == '*' || c == '/':
		return p.all(text)
	case c == 'L' && p.is(monthDayField):
		return p.lastOfMonth(text)
	case c == 'L' && p.is(weekDayField):
		if text != "L" {
			return p.wrong(p.whole, "L stands alone, or after a day: 6L")
		}
		p.add(p.most, p.most, 0)
		return nil
	case c >= 'A' && c <= 'Z':
		return p.word(text)
	default:
		return p.number(text)
	}
}

// all reads *, */5 and /5.
func (p *parser) all(text string) error {
	first, last := p.least, p.most
	if p.is(yearField) {
		first = firstYear
	}
	rest := strings.TrimPrefix(text, "*")
	step, stepped := strings.CutPrefix(rest, "/")
	if !stepped {
		p.ignore(rest)
		p.add(first, last, 1)
		return nil
	}
	n, err := p.stepOf(step)
	if err != nil {
		return err
	}
	p.add(first, last, max(n, 1)) // */0 is *
	return nil
}

// lastOfMonth reads L, LW, L-3 and L-3W.
func (p *parser) lastOfMonth(text string) error {
	rest, nearest := strings.CutSuffix(text[1:], "W")
	offset := 0
	if rest != "" {
		digits, ok := strings.CutPrefix(rest, "-")
		n, err := number(digits)
		if !ok || err != nil || n > 30 {
			return p.wrong(p.whole, "L stands alone, or with a whole number up to 30 as in L-3, and perhaps a W")
		}
		offset = n
	}
	if nearest {
		p.found.nearestFromEnd = p.found.nearestFromEnd.with(offset)
	} else {
		p.found.fromEnd = p.found.fromEnd.with(offset)
	}
	return nil
}

// word reads MON, MON-FRI, MON#1 and MONL. A name is three letters for Quartz, which
// ignores whatever else follows: in MONDAY no harm comes of that.
func (p *parser) word(text string) error {
	if p.names == nil {
		return p.wrong(p.whole, text+" is not a whole number")
	}
	first, rest, err := p.nameOf(text)
	if err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(rest, "-"):
		last, rest, err := p.nameOf(rest[1:])
		if err != nil {
			return err
		}
		p.ignore(withoutLetters(rest))
		p.add(first, last, 1)
		return nil
	case p.is(weekDayField) && strings.HasPrefix(rest, "#"):
		return p.nth(first, rest[1:])
	case p.is(weekDayField) && strings.HasPrefix(rest, "L"):
		p.found.last = true
		rest = rest[1:]
	}
	p.ignore(withoutLetters(rest))
	p.add(first, first, 0)
	return nil
}

// nameOf reads a name at the beginning of a text.
func (p *parser) nameOf(text string) (n int, rest string, err error) {
	n = p.named(text[:min(3, len(text))])
	if n == 0 {
		return 0, "", p.wrong(p.whole, fmt.Sprintf("%s is not a whole number or one of %s to %s", text, p.names[0], p.names[len(p.names)-1]))
	}
	return n, text[3:], nil
}

// number reads what begins with a number: 5, 1-5, 1-5/2, 1/5, 15W, 6L and 6#3.
func (p *parser) number(text string) error {
	first, rest, err := p.value(text)
	if err != nil {
		return err
	}
	kind := byte(0)
	if rest != "" {
		kind = rest[0]
	}
	switch {
	case kind == '-':
		return p.rangeFrom(first, rest[1:])
	case kind == '/':
		step, err := p.stepOf(rest[1:])
		if err != nil {
			return err
		}
		p.add(first, p.most, step)
		return nil
	case kind == 'W' && p.is(monthDayField):
		p.found.nearest = p.found.nearest.with(first)
		p.ignore(rest[1:])
		return nil
	case kind == 'L' && p.is(weekDayField):
		p.found.last = true
		rest = rest[1:]
	case kind == '#' && p.is(weekDayField):
		return p.nth(first, rest[1:])
	case kind == 'W' || kind == 'L' || kind == '#':
		return p.wrong(p.whole, string(kind)+" is not valid here")
	}
	p.ignore(rest)
	p.add(first, first, 0)
	return nil
}

// rangeFrom reads the rest of a range, with a step or without.
func (p *parser) rangeFrom(first int, text string) error {
	last, rest, err := p.value(text)
	if err != nil {
		return err
	}
	if p.is(yearField) && last < first {
		return p.wrong(p.whole, "the first year of a range can't be after its last")
	}
	step := 1
	if after, stepped := strings.CutPrefix(rest, "/"); stepped {
		digits := leadingDigits(after)
		if step, err = number(digits); err != nil {
			return p.wrong(p.whole, "a whole number must follow the slash")
		}
		rest = after[len(digits):]
	}
	p.ignore(rest)
	p.add(first, last, step)
	return nil
}

// nth reads what follows a #.
func (p *parser) nth(day int, text string) error {
	n, err := number(text)
	if err != nil || n < 1 || n > 5 {
		return p.wrong(p.whole, "a number between 1 and 5 must follow the #")
	}
	p.found.nth = n
	p.add(day, day, 0)
	return nil
}

// value reads a number of the field at the beginning of a text.
func (p *parser) value(text string) (n int, rest string, err error) {
	digits := leadingDigits(text)
	n, err = number(digits)
	if err != nil {
		return 0, "", p.wrong(p.whole, fmt.Sprintf("%q is not a whole number", text))
	}
	if n < p.least || n > p.most {
		return 0, "", p.wrong(p.whole, fmt.Sprintf("it must be between %d and %d", p.least, p.most))
	}
	return n, text[len(digits):], nil
}

// stepOf reads a step, which Quartz bounds where no range stands before it.
func (p *parser) stepOf(text string) (int, error) {
	n, err := number(text)
	if err != nil || n > p.step {
		return 0, p.wrong(p.whole, fmt.Sprintf("a whole number up to %d must follow the slash", p.step))
	}
	return n, nil
}

func (p *parser) add(first, last, step int) {
	p.found.spans = append(p.found.spans, span{first, last, step})
}

// ignore notes what Quartz reads over.
func (p *parser) ignore(rest string) {
	if rest != "" {
		p.found.ignored = append(p.found.ignored, fmt.Sprintf("in the %s %q, %q has no effect", p.field.name, p.whole, rest))
	}
}

// withoutLetters is what follows the rest of a name.
func withoutLetters(text string) string {
	return strings.TrimLeft(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

func leadingDigits(text string) string {
	return text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
}

// number reads digits, without a sign.
func number(text string) (int, error) {
	if text == "" || leadingDigits(text) != text || len(text) > 9 {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(text)
}
