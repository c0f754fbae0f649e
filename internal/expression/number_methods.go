package expression

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// numberClass is what the wrappers of whole numbers differ in.
type numberClass struct {
	class *class
	name  string // as tables have it
	prim  string
	parse string // the static method that parses
	bits  int
	of    func(int64) any
}

func defineNumbers() {
	for _, m := range []struct {
		name string
		as   func(any) any
	}{
		{"byteValue()byte", func(v any) any { return int8(toInt32(v)) }},
		{"shortValue()short", func(v any) any { return int16(toInt32(v)) }},
		{"intValue()int", func(v any) any { return toInt32(v) }},
		{"longValue()long", func(v any) any { return toInt64(v) }},
		{"floatValue()float", func(v any) any { return toFloat32(v) }},
		{"doubleValue()double", func(v any) any { return toFloat64(v) }},
	} {
		classNumber.def(m.name, give(func(in *invocation) any { return m.as(in.self) }))
	}
	for _, n := range []numberClass{
		{class: classInteger, name: "Integer", prim: "int", parse: "parseInt", bits: 32, of: func(n int64) any { return int32(n) }},
		{class: classLong, name: "Long", prim: "long", parse: "parseLong", bits: 64, of: func(n int64) any { return n }},
		{class: classShort, name: "Short", prim: "short", parse: "parseShort", bits: 16, of: func(n int64) any { return int16(n) }},
		{class: classByte, name: "Byte", prim: "byte", parse: "parseByte", bits: 8, of: func(n int64) any { return int8(n) }},
	} {
		defineWhole(n)
	}
	defineFloating(classDouble, "Double", "double", parseDouble)
	defineFloating(classFloat, "Float", "float", parseFloat)
	defineBits(classInteger, "int", 32, func(n int64) any { return int32(n) })
	defineBits(classLong, "long", 64, func(n int64) any { return n })
	classBigInteger.def("compareTo(BigInteger)int", give(func(in *invocation) any { return int32(toBig(in.self).Cmp(toBig(in.args[0]))) }))
	for name, op := range map[string]kind{"add": tokPlus, "subtract": tokMinus, "multiply": tokStar, "divide": tokDiv, "mod": tokMod} {
		classBigInteger.def(name+"(BigInteger)Object", func(in *invocation) (any, error) { return arithmetic(op, in.self, in.args[0], -1) })
	}
}

func defineWhole(n numberClass) {
	c := n.class
	parse := func(in *invocation) (int64, error) {
		s, ok := in.args[0].(string)
		if !ok {
			return 0, fail(exNumber, "null is not a number")
		}
		base := 10
		if len(in.args) > 1 {
			if base = in.int(1); base < 2 || base > 36 {
				return 0, fail(exNumber, "there is no base %d", base)
			}
		}
		return parseInteger(s, base, n.bits)
	}
	made := func(in *invocation) (any, error) {
		v, err := parse(in)
		if err != nil {
			return nil, err
		}
		return n.of(v), nil
	}
	c.def("static "+n.parse+"(String)"+n.prim, made)
	c.def("static "+n.parse+"(String,int)"+n.prim, made)
	c.def("static valueOf(String)"+n.name, made)
	c.def("static valueOf(String,int)"+n.name, made)
	c.def("static valueOf("+n.prim+")"+n.name, give(func(in *invocation) any { return in.args[0] }))
	c.def("new("+n.prim+")", give(func(in *invocation) any { return in.args[0] }))
	c.def("new(String)", made)
	c.def("static decode(String)"+n.name, func(in *invocation) (any, error) {
		s := in.text(0)
		sign := strings.HasPrefix(s, "-")
		digits := strings.TrimLeft(s, "+-")
		base := 10
		switch {
		case strings.HasPrefix(strings.ToLower(digits), "0x"):
			digits, base = digits[2:], 16
		case strings.HasPrefix(digits, "#"):
			digits, base = digits[1:], 16
		case strings.HasPrefix(digits, "0") && len(digits) > 1:
			digits, base = digits[1:], 8
		}
		if sign {
			digits = "-" + digits
		}
		v, err := parseInteger(digits, base, n.bits)
		if err != nil {
			return nil, err
		}
		return n.of(v), nil
	})
	compare := func(a, b int64) int32 {
		if n.bits < 32 {
			return int32(a - b)
		}
		return int32(compareOf(a, b))
	}
	c.def("compareTo("+n.name+")int", func(in *invocation) (any, error) {
		if in.args[0] == nil {
			return nil, fail(exNull, "the number to compare with is null")
		}
		return compare(toInt64(in.self), in.long(0)), nil
	})
	c.def("static compare("+n.prim+","+n.prim+")int", give(func(in *invocation) any { return compare(in.long(0), in.long(1)) }))
	c.def("static toString("+n.prim+")String", give(func(in *invocation) any { return javaString(in.args[0]) }))
	c.def("static hashCode("+n.prim+")int", give(func(in *invocation) any { return javaHash(in.args[0]) }))
}

func defineBits(c *class, prim string, size int, of func(int64) any) {
	name := map[int]string{32: "int", 64: "long"}[size]
	unsigned := func(n int64) uint64 {
		if size == 32 {
			return uint64(uint32(n))
		}
		return uint64(n)
	}
	two := func(method string, f func(a, b int64) int64) {
		c.def("static "+method+"("+prim+","+prim+")"+name, give(func(in *invocation) any { return of(f(in.long(0), in.long(1))) }))
	}
	two("max", func(a, b int64) int64 { return max(a, b) })
	two("min", func(a, b int64) int64 { return min(a, b) })
	two("sum", func(a, b int64) int64 { return a + b })
	for method, base := range map[string]int{"toBinaryString": 2, "toOctalString": 8, "toHexString": 16} {
		c.def("static "+method+"("+prim+")String", give(func(in *invocation) any {
			return strconv.FormatUint(unsigned(in.long(0)), base)
		}))
	}
	c.def("static toString("+prim+",int)String", give(func(in *invocation) any {
		base := in.int(1)
		if base < 2 || base > 36 {
			base = 10
		}
		return strconv.FormatInt(in.long(0), base)
	}))
	c.def("static toUnsignedString("+prim+")String", give(func(in *invocation) any { return strconv.FormatUint(unsigned(in.long(0)), 10) }))
	c.def("static bitCount("+prim+")int", give(func(in *invocation) any { return int32(bits.OnesCount64(unsigned(in.long(0)))) }))
	c.def("static signum("+prim+")int", give(func(in *invocation) any { return int32(compareOf(in.long(0), 0)) }))
	c.def("static reverse("+prim+")"+name, give(func(in *invocation) any {
		return of(int64(bits.Reverse64(unsigned(in.long(0))) >> (64 - size)))
	}))
	c.def("static numberOfLeadingZeros("+prim+")int", give(func(in *invocation) any {
		return int32(bits.LeadingZeros64(unsigned(in.long(0))) - 64 + size)
	}))
	c.def("static numberOfTrailingZeros("+prim+")int", give(func(in *invocation) any {
		return int32(min(bits.TrailingZeros64(unsigned(in.long(0))), size))
	}))
	c.def("static parseUnsigned"+capitalize(prim)+"(String)"+name, func(in *invocation) (any, error) {
		n, err := strconv.ParseUint(in.text(0), 10, size)
		if err != nil {
			return nil, notNumber(in.text(0))
		}
		return of(int64(n)), nil
	})
	if size == 32 {
		c.def("static toUnsignedLong(int)long", give(func(in *invocation) any { return int64(unsigned(in.long(0))) }))
	}
	for method, f := range map[string]func(a, b int64) int64{
		"divideUnsigned":    func(a, b int64) int64 { return int64(unsigned(a) / unsigned(b)) },
		"remainderUnsigned": func(a, b int64) int64 { return int64(unsigned(a) % unsigned(b)) },
	} {
		c.def("static "+method+"("+prim+","+prim+")"+name, func(in *invocation) (any, error) {
			if in.long(1) == 0 {
				return nil, byZero(-1)
			}
			return of(f(in.long(0), in.long(1))), nil
		})
	}
}

func defineFloating(c *class, name, prim string, parse func(string) (any, error)) {
	of := func(f float64) any {
		if c == classFloat {
			return float32(f)
		}
		return f
	}
	made := func(in *invocation) (any, error) {
		s, ok := in.args[0].(string)
		if !ok {
			return nil, fail(exNull, "the text is null")
		}
		return parse(s)
	}
	c.def("static parse"+name+"(String)"+prim, made)
	c.def("static valueOf(String)"+name, made)
	c.def("static valueOf("+prim+")"+name, give(func(in *invocation) any { return in.args[0] }))
	c.def("new("+prim+")", give(func(in *invocation) any { return in.args[0] }))
	c.def("new(String)", made)
	compare := func(a, b float64) int32 {
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return int32(compareOf(int64(math.Float64bits(a)), int64(math.Float64bits(b))))
	}
	c.def("compareTo("+name+")int", func(in *invocation) (any, error) {
		if in.args[0] == nil {
			return nil, fail(exNull, "the number to compare with is null")
		}
		return compare(toFloat64(in.self), in.double(0)), nil
	})
	c.def("static compare("+prim+","+prim+")int", give(func(in *invocation) any { return compare(in.double(0), in.double(1)) }))
	c.def("static toString("+prim+")String", give(func(in *invocation) any { return javaString(in.args[0]) }))
	c.def("static hashCode("+prim+")int", give(func(in *invocation) any { return javaHash(in.args[0]) }))
	for m, f := range map[string]func(a, b float64) float64{"max": math.Max, "min": math.Min, "sum": func(a, b float64) float64 { return a + b }} {
		c.def("static "+m+"("+prim+","+prim+")"+prim, give(func(in *invocation) any { return of(f(in.double(0), in.double(1))) }))
	}
	for m, f := range map[string]func(float64) bool{
		"isNaN": math.IsNaN, "isInfinite": func(f float64) bool { return math.IsInf(f, 0) },
		"isFinite": func(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) },
	} {
		c.def("static "+m+"("+prim+")boolean", give(func(in *invocation) any { return f(in.double(0)) }))
		if m != "isFinite" {
			c.def(m+"()boolean", give(func(in *invocation) any { return f(toFloat64(in.self)) }))
		}
	}
}

func defineBooleanAndCharacter() {
	c := classBoolean
	parse := give(func(in *invocation) any { return strings.EqualFold(in.text(0), "true") })
	c.def("static parseBoolean(String)boolean", parse)
	c.def("static valueOf(String)Boolean", parse)
	c.def("static valueOf(boolean)Boolean", give(func(in *invocation) any { return in.args[0] }))
	c.def("new(boolean)", give(func(in *invocation) any { return in.args[0] }))
	c.def("new(String)", parse)
	c.def("booleanValue()boolean", give(func(in *invocation) any { return in.self }))
	c.def("static toString(boolean)String", give(func(in *invocation) any { return javaString(in.args[0]) }))
	c.def("static hashCode(boolean)int", give(func(in *invocation) any { return javaHash(in.args[0]) }))
	compare := func(a, b any) any {
		order, _ := compareObjects(a, b)
		return int32(order)
	}
	c.def("compareTo(Boolean)int", give(func(in *invocation) any { return compare(in.self, in.args[0]) }))
	c.def("static compare(boolean,boolean)int", give(func(in *invocation) any { return compare(in.args[0], in.args[1]) }))
	for name, f := range map[string]func(a, b bool) bool{
		"logicalAnd": func(a, b bool) bool { return a && b }, "logicalOr": func(a, b bool) bool { return a || b },
		"logicalXor": func(a, b bool) bool { return a != b },
	} {
		c.def("static "+name+"(boolean,boolean)boolean", give(func(in *invocation) any {
			return f(in.args[0] == true, in.args[1] == true)
		}))
	}
	classCharacter.def("charValue()char", give(func(in *invocation) any { return in.self }))
	classCharacter.def("compareTo(Character)int", give(func(in *invocation) any { return compare(in.self, in.args[0]) }))
}
