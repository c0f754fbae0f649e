package expression

import (
	"math"
	"math/big"
)

// rank orders the number classes as binary operators widen them.
type rank uint8

const (
	rankNone rank = iota
	rankInt       // Integer, Short and Byte
	rankLong
	rankBig
	rankFloat
	rankDouble
)

func rankOf(v any) rank {
	switch v.(type) {
	case int32, int16, int8:
		return rankInt
	case int64:
		return rankLong
	case float64:
		return rankDouble
	case float32:
		return rankFloat
	case *big.Int:
		return rankBig
	}
	return rankNone
}

func isNumber(v any) bool { return rankOf(v) != rankNone }

// toInt64 is Number.longValue.
func toInt64(v any) int64 {
	switch v := v.(type) {
	case int32:
		return int64(v)
	case int64:
		return v
	case int16:
		return int64(v)
	case int8:
		return int64(v)
	case float64:
		return doubleToLong(v)
	case float32:
		return doubleToLong(float64(v))
	case *big.Int:
		return int64(new(big.Int).And(v, maxUint64).Uint64())
	}
	return 0
}

var maxUint64 = new(big.Int).SetUint64(math.MaxUint64)

// doubleToLong is Java's cast: NaN is 0 and what is too large is the largest.
func doubleToLong(f float64) int64 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

func doubleToInt(f float64) int32 {
	switch {
	case f != f:
		return 0
	case f >= math.MaxInt32:
		return math.MaxInt32
	case f <= math.MinInt32:
		return math.MinInt32
	}
	return int32(f)
}

// toInt32 is Number.intValue.
func toInt32(v any) int32 {
	switch v := v.(type) {
	case float64:
		return doubleToInt(v)
	case float32:
		return doubleToInt(float64(v))
	}
	return int32(toInt64(v))
}

// toFloat64 is Number.doubleValue.
func toFloat64(v any) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case float32:
		return float64(v)
	case *big.Int:
		f, _ := new(big.Float).SetInt(v).Float64()
		return f
	}
	return float64(toInt64(v))
}

func toFloat32(v any) float32 {
	if f, ok := v.(float32); ok {
		return f
	}
	return float32(toFloat64(v))
}

func toBig(v any) *big.Int {
	if b, ok := v.(*big.Int); ok {
		return b
	}
	return big.NewInt(toInt64(v))
}

// maxBigBits bounds the size of whole numbers without a limit of their own.
const maxBigBits = 1 << 16

// arithmetic computes + - * / % of two numbers in the wider of their classes.
func arithmetic(op kind, left, right any, pos int) (any, error) {
	a, b := rankOf(left), rankOf(right)
	if a == rankNone || b == rankNone {
		return nil, unsupported(op, left, right, pos)
	}
	switch max(a, b) {
	case rankInt:
		return wholeArithmetic(op, toInt32(left), toInt32(right), pos)
	case rankLong:
		return wholeArithmetic(op, toInt64(left), toInt64(right), pos)
	case rankBig:
		return bigArithmetic(op, toBig(left), toBig(right), pos)
	case rankFloat:
		return float32(floatArithmetic(op, float64(toFloat32(left)), float64(toFloat32(right)))), nil
	}
	return floatArithmetic(op, toFloat64(left), toFloat64(right)), nil
}

func unsupported(op kind, left, right any, pos int) error {
	return problem(pos, "the operator %s has no meaning between %s and %s",
		token{kind: op}.describe(), describeValue(left), describeValue(right))
}

func byZero(pos int) error {
	f := fail(exArithmetic, "division by zero: / by zero")
	f.At = pos
	return f
}

// wholeArithmetic is for int and long: the result wraps around in its own type,
// as in Java.
func wholeArithmetic[T int32 | int64](op kind, a, b T, pos int) (any, error) {
	switch op {
	case tokPlus:
		return a + b, nil
	case tokMinus:
		return a - b, nil
	case tokStar:
		return a * b, nil
	}
	if b == 0 {
		return nil, byZero(pos)
	}
	if op == tokDiv {
		return a / b, nil
	}
	return a % b, nil
}

func bigArithmetic(op kind, a, b *big.Int, pos int) (any, error) {
	if a.BitLen()+b.BitLen() > maxBigBits {
		return nil, problem(pos, "the number is too large")
	}
	out := new(big.Int)
	switch op {
	case tokPlus:
		return out.Add(a, b), nil
	case tokMinus:
		return out.Sub(a, b), nil
	case tokStar:
		return out.Mul(a, b), nil
	}
	if b.Sign() == 0 {
		return nil, byZero(pos)
	}
	if op == tokDiv {
		return out.Quo(a, b), nil
	}
	return out.Rem(a, b), nil
}

func floatArithmetic(op kind, a, b float64) float64 {
	switch op {
	case tokPlus:
		return a + b
	case tokMinus:
		return a - b
	case tokStar:
		return a * b
	case tokDiv:
		return a / b
	}
	return math.Mod(a, b)
}

// power is the operator ^.
func power(left, right any, pos int) (any, error) {
	a, b := rankOf(left), rankOf(right)
	if a == rankNone || b == rankNone {
		return nil, unsupported(tokPower, left, right, pos)
	}
	if base, ok := left.(*big.Int); ok {
		n := toInt32(right)
		if n < 0 || int64(base.BitLen())*int64(n) > maxBigBits {
			return nil, at(fail(exArithmetic, "the exponent %d is out of range", n), pos)
		}
		return new(big.Int).Exp(base, big.NewInt(int64(n)), nil), nil
	}
	result := pow(toFloat64(left), toFloat64(right))
	switch {
	case max(a, b) >= rankFloat:
		return result, nil
	case result > math.MaxInt32 || a == rankLong || b == rankLong:
		return doubleToLong(result), nil
	}
	return doubleToInt(result), nil
}

// pow is Math.pow, which is within a unit in the last place of the true power, and
// math.Pow is not. Powers of whole and half numbers, which people write, are exact.
func pow(x, y float64) float64 {
	if math.IsNaN(y) || math.Abs(x) == 1 && math.IsInf(y, 0) {
		return math.NaN()
	}
	const most = 1 << 52 // beyond, no number has a fraction
	half := y != math.Trunc(y)
	if math.Abs(y) > most || 2*y != math.Trunc(2*y) || x == 0 || math.IsInf(x, 0) || math.IsNaN(x) || half && x < 0 {
		return math.Pow(x, y)
	}
	const precision = 300
	base := new(big.Float).SetPrec(precision).SetFloat64(x)
	result := new(big.Float).SetPrec(precision).SetInt64(1)
	if half {
		result.Sqrt(base)
	}
	for n, square := int(math.Abs(y)), base; n > 0; n >>= 1 {
		if n&1 == 1 {
			result.Mul(result, square)
		}
		square = new(big.Float).SetPrec(precision).Mul(square, square)
	}
	if y < 0 {
		result.Quo(new(big.Float).SetPrec(precision).SetInt64(1), result)
	}
	out, _ := result.Float64()
	return out
}

// compareNumbers orders two numbers in the wider of their classes; NaN is
// neither less nor equal, which ordered says.
func compareNumbers(left, right any) (order int, ordered bool) {
	switch max(rankOf(left), rankOf(right)) {
	case rankInt, rankLong:
		return compareOf(toInt64(left), toInt64(right)), true
	case rankBig:
		return toBig(left).Cmp(toBig(right)), true
	case rankFloat:
		a, b := toFloat32(left), toFloat32(right)
		return compareOf(a, b), a == a && b == b
	}
	a, b := toFloat64(left), toFloat64(right)
	return compareOf(a, b), a == a && b == b
}

func compareOf[T int64 | int32 | float64 | float32 | int](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
