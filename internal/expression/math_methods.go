package expression

import (
	"math"
	"math/big"
)

func defineMath() {
	c := classMath
	for name, f := range map[string]func(float64) float64{
		"floor": math.Floor, "ceil": math.Ceil, "sqrt": math.Sqrt, "cbrt": math.Cbrt, "exp": math.Exp, "log": math.Log,
		"log10": math.Log10, "log1p": math.Log1p, "expm1": math.Expm1, "rint": math.RoundToEven, "sin": math.Sin,
		"cos": math.Cos, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan, "sinh": math.Sinh,
		"cosh": math.Cosh, "tanh": math.Tanh,
		"toRadians": func(f float64) float64 { return f / 180 * math.Pi }, "toDegrees": func(f float64) float64 { return f * 180 / math.Pi },
	} {
		c.def("static "+name+"(double)double", give(func(in *invocation) any { return f(in.double(0)) }))
	}
	for name, f := range map[string]func(a, b float64) float64{
		"pow": pow, "atan2": math.Atan2, "hypot": math.Hypot, "IEEEremainder": math.Remainder,
	} {
		c.def("static "+name+"(double,double)double", give(func(in *invocation) any { return f(in.double(0), in.double(1)) }))
	}
	c.def("static random()double", give(func(in *invocation) any { return newRandom(in.st.env.seed()).nextDouble() }))
	c.def("static round(double)long", give(func(in *invocation) any { return doubleToLong(math.Floor(in.double(0) + 0.5)) }))
	c.def("static round(float)int", give(func(in *invocation) any { return doubleToInt(math.Floor(in.double(0) + 0.5)) }))
	for _, prim := range []string{"int", "long", "float", "double"} {
		floating := prim == "float" || prim == "double"
		as := func(f float64) any {
			if prim == "float" {
				return float32(f)
			}
			return f
		}
		whole := func(n int64) any {
			if prim == "int" {
				return int32(n)
			}
			return n
		}
		for name, f := range map[string]func(a, b float64) float64{"max": math.Max, "min": math.Min} {
			c.def("static "+name+"("+prim+","+prim+")"+prim, give(func(in *invocation) any {
				if floating {
					return as(f(in.double(0), in.double(1)))
				}
				if name == "max" {
					return whole(max(in.long(0), in.long(1)))
				}
				return whole(min(in.long(0), in.long(1)))
			}))
		}
		c.def("static abs("+prim+")"+prim, give(func(in *invocation) any {
			if floating {
				return as(math.Abs(in.double(0)))
			}
			if n := in.long(0); n >= 0 {
				return whole(n)
			}
			return whole(-in.long(0))
		}))
		if floating {
			c.def("static signum("+prim+")"+prim, give(func(in *invocation) any {
				f := in.double(0)
				if f > 0 {
					return as(1)
				} else if f < 0 {
					return as(-1)
				}
				return as(f)
			}))
			continue
		}
		defineExact(c, prim, whole)
	}
	c.def("static toIntExact(long)int", func(in *invocation) (any, error) {
		if n := in.long(0); n == int64(int32(n)) {
			return int32(n), nil
		}
		return nil, fail(exArithmetic, "%d overflows an int", in.long(0))
	})
}

// defineExact defines the arithmetic of Math that fails where numbers run over.
func defineExact(c *class, prim string, whole func(int64) any) {
	size := 32
	if prim == "long" {
		size = 64
	}
	check := func(n *big.Int) (any, error) {
		if n.IsInt64() && (size == 64 || n.Int64() == int64(int32(n.Int64()))) {
			return whole(n.Int64()), nil
		}
		return nil, fail(exArithmetic, "%s overflows %s", n, prim)
	}
	for name, f := range map[string]func(z, a, b *big.Int) *big.Int{
		"addExact": (*big.Int).Add, "subtractExact": (*big.Int).Sub, "multiplyExact": (*big.Int).Mul,
	} {
		c.def("static "+name+"("+prim+","+prim+")"+prim, func(in *invocation) (any, error) {
			return check(f(new(big.Int), toBig(in.args[0]), toBig(in.args[1])))
		})
	}
	for name, f := range map[string]func(a, b int64) int64{"floorDiv": floorDiv, "floorMod": floorMod} {
		c.def("static "+name+"("+prim+","+prim+")"+prim, func(in *invocation) (any, error) {
			if in.long(1) == 0 {
				return nil, byZero(-1)
			}
			return whole(f(in.long(0), in.long(1))), nil
		})
	}
	for name, by := range map[string]int64{"incrementExact": 1, "decrementExact": -1} {
		c.def("static "+name+"("+prim+")"+prim, func(in *invocation) (any, error) {
			return check(new(big.Int).Add(toBig(in.args[0]), big.NewInt(by)))
		})
	}
	c.def("static negateExact("+prim+")"+prim, func(in *invocation) (any, error) {
		return check(new(big.Int).Neg(toBig(in.args[0])))
	})
}
