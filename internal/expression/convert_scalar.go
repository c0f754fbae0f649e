package expression

import (
	"encoding/base64"
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf16"
)

func convertScalar(st *state, v any, want *class) (any, error) {
	switch from := v.(type) {
	case string:
		return parseAs(st, from, want)
	case char:
		if want == classString {
			return javaString(v), nil
		}
		if isNumberClass(want) {
			return numberAs(int32(from), want)
		}
	case bool:
		if want == classString {
			return strconv.FormatBool(from), nil
		}
	case *enumValue:
		if want == classString {
			return from.name, nil
		}
		if want == classInteger {
			return int32(from.ordinal), nil
		}
	case *date:
		if want == classInstant {
			return instantOfMillis(from.ms), nil
		}
	case instant:
		if want == classDate {
			return &date{from.millis()}, nil
		}
	case localDateTime:
		if want == classLocalDate {
			return from.date(), nil
		}
	}
	if isNumber(v) {
		switch {
		case want == classString:
			return javaString(v), nil
		case want == classCharacter:
			return char(toInt64(v)), nil
		case isNumberClass(want):
			return numberAs(v, want)
		case want.isEnum && classOf(v) == classInteger:
			if values := enumValues[want]; int(toInt32(v)) >= 0 && int(toInt32(v)) < len(values) {
				return values[toInt32(v)], nil
			}
			return nil, fail("java.lang.ArrayIndexOutOfBoundsException", "%s has no value number %v", want.name, v)
		}
	}
	if want == classString && (hasStringConstructor(classOf(v)) || classOf(v) == classUUID ||
		classOf(v) == classLocale || classOf(v) == classCharset) {
		return javaString(v), nil
	}
	return nil, noConverter(v, want)
}

// numberAs converts a number to another class; one that doesn't fit is an
// error.
func numberAs(v any, want *class) (any, error) {
	var low, high int64
	switch want {
	case classFloat:
		return toFloat32(v), nil
	case classDouble:
		return toFloat64(v), nil
	case classBigInteger:
		return toBig(v), nil
	case classInteger:
		low, high = math.MinInt32, math.MaxInt32
	case classShort:
		low, high = math.MinInt16, math.MaxInt16
	case classByte:
		low, high = math.MinInt8, math.MaxInt8
	case classLong:
		low, high = math.MinInt64, math.MaxInt64
	default:
		return nil, noConverter(v, want)
	}
	n := toInt64(v)
	if b, ok := v.(*big.Int); ok && !b.IsInt64() || n < low || n > high {
		return nil, fail(exArgument, "the number %s doesn't fit into %s", javaString(v), want.typeName())
	}
	switch want {
	case classInteger:
		return int32(n), nil
	case classShort:
		return int16(n), nil
	case classByte:
		return int8(n), nil
	}
	return n, nil
}

// parseAs converts a text.
func parseAs(st *state, s string, want *class) (any, error) {
	switch want {
	case classBoolean:
		return parseBoolean(s)
	case classCharacter:
		if s == "" {
			return nil, nil
		}
		if u := utf16.Encode([]rune(s)); len(u) == 1 {
			return char(u[0]), nil
		}
		return nil, fail(exArgument, "'%s' is more than one character", s)
	case classUUID:
		return parseUUID(strings.TrimSpace(s))
	case classLocale:
		return locale(s), nil
	case classCharset:
		return charsetByName(s)
	case classTimeZone, classZoneID, classZoneOffset:
		return zoneByName(s, want)
	case classDate:
		return parseDateText(s, st.env.location)
	case classSimpleDateFormat:
		return newSimpleDateFormat(s, st.env.location)
	}
	if want.isEnum {
		if s == "" {
			return nil, nil
		}
		return enumByName(want, strings.TrimSpace(s))
	}
	if isNumberClass(want) {
		if s == "" {
			return nil, nil
		}
		return parseNumberAs(stripSpace(s), want)
	}
	return nil, noConverter(s, want)
}

func stripSpace(s string) string { return strings.Join(strings.Fields(s), "") }

func parseBoolean(s string) (any, error) {
	switch strings.ToLower(strings.TrimFunc(s, isTrimmed)) {
	case "":
		return nil, nil
	case "true", "on", "yes", "1":
		return true, nil
	case "false", "off", "no", "0":
		return false, nil
	}
	return nil, fail(exArgument, "'%s' is neither true nor false", s)
}

// parseNumberAs reads a number as Spring's conversion does: decimal, or
// hexadecimal after 0x or #.
func parseNumberAs(s string, want *class) (any, error) {
	bits := map[*class]int{classInteger: 32, classLong: 64, classShort: 16, classByte: 8}[want]
	switch want {
	case classDouble:
		return parseDouble(s)
	case classFloat:
		return parseFloat(s)
	}
	sign, digits := "", s
	if strings.HasPrefix(s, "-") {
		sign, digits = "-", s[1:]
	}
	base := 10
	for _, hex := range []string{"0x", "0X", "#"} {
		if rest, ok := strings.CutPrefix(digits, hex); ok {
			digits, base = rest, 16
			break
		}
	}
	if bits == 0 {
		n, ok := new(big.Int).SetString(sign+digits, base)
		if !ok || len(s) > 10_000 {
			return nil, notNumber(s)
		}
		return n, nil
	}
	n, err := parseInteger(sign+digits, base, bits)
	if err != nil {
		return nil, err
	}
	return numberAs(n, want)
}

func notNumber(s string) error { return fail(exNumber, "'%s' is not a number", s) }

// parseInteger is Integer.parseInt and its kin.
func parseInteger(s string, base, bits int) (int64, error) {
	if strings.ContainsRune(s, '_') {
		return 0, notNumber(s)
	}
	n, err := strconv.ParseInt(s, base, bits)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			return 0, fail(exNumber, "the number '%s' doesn't fit into %d bits", s, bits)
		}
		return 0, notNumber(s)
	}
	return n, nil
}

// parseDouble is Double.parseDouble: spaces around and a suffix are fine, words
// other than NaN and Infinity are not.
func parseDouble(s string) (any, error) {
	f, err := parseFloating(s, 64)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func parseFloat(s string) (any, error) {
	f, err := parseFloating(s, 32)
	if err != nil {
		return nil, err
	}
	return float32(f), nil
}

func parseFloating(s string, bits int) (float64, error) {
	t := strings.TrimFunc(s, isTrimmed)
	sign, body := "", t
	if strings.HasPrefix(t, "-") || strings.HasPrefix(t, "+") {
		sign, body = t[:1], t[1:]
	}
	switch body {
	case "NaN":
		return math.NaN(), nil
	case "Infinity":
		if sign == "-" {
			return math.Inf(-1), nil
		}
		return math.Inf(1), nil
	}
	if body == "" || !isDigit(body[0]) && body[0] != '.' || strings.ContainsRune(body, '_') {
		return 0, notNumber(s)
	}
	if last := body[len(body)-1] | 0x20; (last == 'f' || last == 'd') && !strings.HasPrefix(strings.ToLower(body), "0x") {
		body = body[:len(body)-1]
	}
	f, err := strconv.ParseFloat(sign+body, bits)
	if errors.Is(err, strconv.ErrSyntax) {
		return 0, notNumber(s)
	}
	return f, nil
}

// decodeBase64 is Base64.getDecoder: strict, with padding optional.
func decodeBase64(s string) ([]byte, error) {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '+' && c != '/' && c != '=' {
			return nil, fail(exArgument, "there is an illegal base64 character, %x, at %d", c, i)
		}
	}
	enc := base64.StdEncoding
	if !strings.Contains(s, "=") {
		enc = base64.RawStdEncoding
	}
	out, err := enc.DecodeString(s)
	if err != nil {
		return nil, fail(exArgument, "this is no base64: %v", err)
	}
	return out, nil
}
