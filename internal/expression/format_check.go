package expression

import "strings"

// formatFlags are the flags that each conversion of a format may have beside '-'.
var formatFlags = map[byte]string{
	's': "", 'b': "", 'h': "", 'c': "", '%': "", 'n': "",
	'd': "+ 0,(", 'x': "#0", 'o': "#0",
	'f': "#+ 0,(", 'e': "#+ 0(", 'g': "+ 0,(", 'a': "#+ 0",
}

// upperVerbs are the conversions that may be written in upper case.
const upperVerbs = "SBHCXEGA"

// formatFault names one of the exceptions of Java's Formatter.
func formatFault(class, format string, args ...any) error {
	return fail("java.util."+class, format, args...)
}

// check refuses what Java's Formatter refuses before it looks at an argument:
// flags, widths and precisions that a conversion can't have.
func (f spec) check() error {
	verb := f.text[len(f.text)-1]
	flags, known := formatFlags[f.verb]
	if f.date {
		flags, known = "", dateVerbs[f.verb] != "" || strings.IndexByte("sQNpC", f.verb) >= 0
	}
	if !known || !f.date && f.upper && strings.IndexByte(upperVerbs, verb) < 0 {
		return formatFault("UnknownFormatConversionException", "the format has %s, which means nothing", f.text)
	}
	for i, flag := range f.flags {
		if strings.ContainsRune(f.flags[i+1:], flag) {
			return formatFault("DuplicateFormatFlagsException", "%s has the flag '%c' twice", f.text, flag)
		}
	}
	numeric := flags != "" && !f.date
	if verb == 'n' && f.width >= 0 {
		return formatFault("IllegalFormatWidthException", "%s can't have a width", f.text)
	}
	if f.has("-") && f.width < 0 || f.has("0") && numeric && f.width < 0 {
		return formatFault("MissingFormatWidthException", "%s needs a width, such as %%-5%c", f.text, verb)
	}
	if f.has("-") && f.has("0") && numeric || f.has("+") && f.has(" ") {
		return formatFault("IllegalFormatFlagsException", "the flags of %s contradict each other", f.text)
	}
	if f.precision >= 0 && (f.date || strings.IndexByte("dxoc%n", f.verb) >= 0) {
		return formatFault("IllegalFormatPrecisionException", "%s can't have a precision", f.text)
	}
	for _, flag := range f.flags {
		if flag != '-' && !strings.ContainsRune(flags, flag) {
			class := "FormatFlagsConversionMismatchException"
			if f.verb == '%' || f.verb == 'n' {
				class = "IllegalFormatFlagsException"
			}
			return formatFault(class, "%s can't have the flag '%c'", f.text, flag)
		}
	}
	return nil
}
