package expression

import "math"

var classRandom = newClass("java.util.Random", classObject)

// random is a java.util.Random: the same numbers for the same seed.
type random struct {
	seed int64
	next float64 // of the pair of normally distributed numbers
	have bool
}

func (r *random) javaClass() *class { return classRandom }

func newRandom(seed int64) *random { return &random{seed: (seed ^ 0x5DEECE66D) & (1<<48 - 1)} }

func (r *random) bits(n uint) int32 {
	r.seed = (r.seed*0x5DEECE66D + 0xB) & (1<<48 - 1)
	return int32(r.seed >> (48 - n))
}

func (r *random) nextInt(bound int32) int32 {
	if bound&(bound-1) == 0 {
		return int32(int64(bound) * int64(r.bits(31)) >> 31)
	}
	for {
		n := r.bits(31)
		v := n % bound
		if n-v+(bound-1) >= 0 {
			return v
		}
	}
}

func (r *random) nextLong() int64 { return int64(r.bits(32))<<32 + int64(r.bits(32)) }

func (r *random) nextDouble() float64 {
	return float64(int64(r.bits(26))<<27+int64(r.bits(27))) / (1 << 53)
}

func (r *random) nextGaussian() float64 {
	if r.have {
		r.have = false
		return r.next
	}
	for {
		a, b := 2*r.nextDouble()-1, 2*r.nextDouble()-1
		if s := a*a + b*b; s < 1 && s != 0 {
			m := math.Sqrt(-2 * math.Log(s) / s)
			r.next, r.have = b*m, true
			return a * m
		}
	}
}

func defineRandom() {
	c := classRandom
	self := func(in *invocation) *random { return in.self.(*random) }
	c.def("new()", give(func(in *invocation) any { return newRandom(in.st.env.seed()) }))
	c.def("new(long)", give(func(in *invocation) any { return newRandom(in.long(0)) }))
	c.def("nextInt()int", give(func(in *invocation) any { return self(in).bits(32) }))
	c.def("nextInt(int)int", func(in *invocation) (any, error) {
		if in.int(0) <= 0 {
			return nil, fail(exArgument, "the bound must be above 0, not %d", in.int(0))
		}
		return self(in).nextInt(int32(in.int(0))), nil
	})
	c.def("nextInt(int,int)int", func(in *invocation) (any, error) {
		if in.int(0) >= in.int(1) {
			return nil, fail(exArgument, "%d is not below %d", in.int(0), in.int(1))
		}
		if n := in.int(1) - in.int(0); n <= math.MaxInt32 {
			return int32(in.int(0)) + self(in).nextInt(int32(n)), nil
		}
		for {
			if v := self(in).bits(32); int(v) >= in.int(0) && int(v) < in.int(1) {
				return v, nil
			}
		}
	})
	c.def("nextLong()long", give(func(in *invocation) any { return self(in).nextLong() }))
	c.def("nextDouble()double", give(func(in *invocation) any { return self(in).nextDouble() }))
	c.def("nextFloat()float", give(func(in *invocation) any { return float32(self(in).bits(24)) / (1 << 24) }))
	c.def("nextBoolean()boolean", give(func(in *invocation) any { return self(in).bits(1) != 0 }))
	c.def("nextGaussian()double", give(func(in *invocation) any { return self(in).nextGaussian() }))
	c.def("setSeed(long)void", give(func(in *invocation) any {
		*self(in) = *newRandom(in.long(0))
		return nil
	}))
	c.def("ints()Object", nil)
	c.def("doubles()Object", nil)
}
