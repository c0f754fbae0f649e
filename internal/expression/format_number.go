package expression

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

func (f spec) whole(v any) string {
	if f.verb == 'd' {
		b := toBig(v)
		digits := new(big.Int).Abs(b).String()
		if f.has(",") {
			digits = grouped(digits)
		}
		return f.signed(b.Sign() < 0, digits)
	}
	base, mark := 16, "0x"
	if f.verb == 'o' {
		base, mark = 8, "0"
	}
	var digits string
	switch n := v.(type) {
	case *big.Int:
		digits = n.Text(base)
	case int64:
		digits = strconv.FormatUint(uint64(n), base)
	case int16:
		digits = strconv.FormatUint(uint64(uint16(n)), base)
	case int8:
		digits = strconv.FormatUint(uint64(uint8(n)), base)
	default:
		digits = strconv.FormatUint(uint64(uint32(toInt32(v))), base)
	}
	if f.has("#") {
		digits = mark + digits
	}
	if f.has("0") && len(digits) < f.width {
		digits = strings.Repeat("0", f.width-len(digits)) + digits
	}
	return digits
}

// signed puts the sign before digits, and zeros where they are wanted.
func (f spec) signed(negative bool, digits string) string {
	sign, end := "", ""
	switch {
	case negative && f.has("("):
		sign, end = "(", ")"
	case negative:
		sign = "-"
	case f.has("+"):
		sign = "+"
	case f.has(" "):
		sign = " "
	}
	if n := f.width - len(sign) - len(digits) - len(end); f.has("0") && n > 0 {
		digits = strings.Repeat("0", n) + digits
	}
	return sign + digits + end
}

func grouped(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func (f spec) real(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		g := f
		g.flags = strings.ReplaceAll(f.flags, "0", "")
		if math.IsNaN(v) {
			return "NaN"
		}
		return g.signed(v < 0, "Infinity")
	}
	precision := f.precision
	if precision < 0 {
		precision = 6
	}
	abs := math.Abs(v)
	var digits string
	switch f.verb {
	case 'f':
		digits = roundHalfUp(abs, precision)
		if f.has(",") {
			whole, fraction, dot := strings.Cut(digits, ".")
			digits = grouped(whole)
			if dot {
				digits += "." + fraction
			}
		}
	case 'e':
		digits = scientific(abs, precision)
	case 'a':
		digits = hexadecimal(abs)
	default:
		precision = max(precision, 1)
		digits = scientific(abs, precision-1)
		_, power, _ := strings.Cut(digits, "e")
		if exponent, _ := strconv.Atoi(power); exponent >= -4 && exponent < precision {
			digits = roundHalfUp(abs, precision-1-exponent)
		}
	}
	if f.has("#") && precision == 0 {
		whole, power, split := strings.Cut(digits, "e")
		if digits = whole + "."; split {
			digits += "e" + power
		}
	}
	return f.signed(math.Signbit(v), digits)
}

// roundHalfUp writes a number with so many digits after its point, rounding
// its shortest decimal form half up, as Java's Formatter does.
func roundHalfUp(v float64, precision int) string {
	exact, ok := new(big.Rat).SetString(strconv.FormatFloat(v, 'f', -1, 64))
	if !ok {
		return fmt.Sprintf("%.*f", precision, v)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(precision)), nil)
	exact.Mul(exact, new(big.Rat).SetInt(scale))
	exact.Add(exact, big.NewRat(1, 2))
	digits := new(big.Int).Quo(exact.Num(), exact.Denom()).String()
	if precision == 0 {
		return digits
	}
	if len(digits) <= precision {
		digits = strings.Repeat("0", precision+1-len(digits)) + digits
	}
	return digits[:len(digits)-precision] + "." + digits[len(digits)-precision:]
}

// scientific writes a number as d.ddde+xx with so many digits after its point,
// rounding its shortest decimal form half up.
func scientific(v float64, precision int) string {
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	exponent, _ := strconv.Atoi(power)
	if len(digits) > precision+1 {
		n, _ := new(big.Int).SetString(digits[:precision+1], 10)
		if digits[precision+1] >= '5' {
			n.Add(n, big.NewInt(1))
		}
		if digits = n.String(); len(digits) > precision+1 {
			digits = digits[:precision+1]
			exponent++
		}
	}
	digits += strings.Repeat("0", precision+1-len(digits))
	if precision > 0 {
		digits = digits[:1] + "." + digits[1:]
	}
	return fmt.Sprintf("%se%+03d", digits, exponent)
}

// hexadecimal writes a number as Double.toHexString does.
func hexadecimal(v float64) string {
	mantissa, power, _ := strings.Cut(strconv.FormatFloat(v, 'x', -1, 64), "p")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	exponent, _ := strconv.Atoi(power)
	return mantissa + "p" + strconv.Itoa(exponent)
}
