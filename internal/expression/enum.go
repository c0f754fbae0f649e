package expression

import "slices"

// enumValue is a constant of a Java enum.
type enumValue struct {
	class   *class
	name    string
	ordinal int
}

func (e *enumValue) javaClass() *class { return e.class }

// text is toString: the name, but for ChronoUnit, which has names of its own.
func (e *enumValue) text() string {
	if e.class == classChronoUnit {
		return chronoText[e.ordinal]
	}
	return e.name
}

func (e *enumValue) compare(other any) int { return e.ordinal - other.(*enumValue).ordinal }

func newEnum(name string, interfaces ...*class) *class {
	c := newClass(name, classEnum, interfaces...)
	c.isEnum = true
	return c
}

func enumOf(c *class, names ...string) []*enumValue {
	out := make([]*enumValue, len(names))
	for i, n := range names {
		out[i] = &enumValue{c, n, i}
	}
	return out
}

var (
	classStatus     = newEnum("com.netflix.spinnaker.orca.api.pipeline.models.ExecutionStatus", classCharSequence)
	classDayOfWeek  = newEnum("java.time.DayOfWeek", classTemporalAccessor, classTemporalAdjuster)
	classChronoUnit = newEnum("java.time.temporal.ChronoUnit", classTemporalUnit)

	statuses = enumOf(classStatus, "NOT_STARTED", "RUNNING", "PAUSED", "SUSPENDED", "SUCCEEDED", "FAILED_CONTINUE",
		"TERMINAL", "CANCELED", "REDIRECT", "STOPPED", "SKIPPED", "BUFFERED")
	days        = enumOf(classDayOfWeek, "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
	chronoUnits = enumOf(classChronoUnit, "NANOS", "MICROS", "MILLIS", "SECONDS", "MINUTES", "HOURS", "HALF_DAYS", "DAYS",
		"WEEKS", "MONTHS", "YEARS", "DECADES", "CENTURIES", "MILLENNIA", "ERAS", "FOREVER")
	chronoText = []string{"Nanos", "Micros", "Millis", "Seconds", "Minutes", "Hours", "HalfDays", "Days",
		"Weeks", "Months", "Years", "Decades", "Centuries", "Millennia", "Eras", "Forever"}

	enumValues = map[*class][]*enumValue{classStatus: statuses, classDayOfWeek: days, classChronoUnit: chronoUnits}
)

func enumByName(c *class, name string) (any, error) {
	var known []string
	for _, v := range enumValues[c] {
		if v.name == name {
			return v, nil
		}
		known = append(known, v.name)
	}
	return nil, fail(exArgument, "%s has no constant '%s'", c.name, name).like(name, known)
}

// status is the value of a status' name; null for a name that isn't one.
func status(name string) any {
	for _, s := range statuses {
		if s.name == name {
			return s
		}
	}
	return nil
}

func defineEnums() {
	classEnum.def("name()String", give(func(in *invocation) any { return in.self.(*enumValue).name }))
	classEnum.def("ordinal()int", give(func(in *invocation) any { return int32(in.self.(*enumValue).ordinal) }))
	classEnum.def("getDeclaringClass()Class", nil)
	for c, values := range enumValues {
		c.def("compareTo("+shortNames[c]+")int", give(func(in *invocation) any {
			if in.args[0] == nil {
				return int32(0)
			}
			return int32(in.self.(*enumValue).compare(in.args[0]))
		}))
		c.def("static valueOf(String)"+shortNames[c], func(in *invocation) (any, error) { return enumByName(c, in.text(0)) })
		c.def("static values()"+shortNames[c]+"[]", give(func(*invocation) any {
			return &array{arrayClass(c), listOf(values, func(v *enumValue) any { return v })}
		}))
	}
	one := func(names ...string) func(*invocation) (any, error) {
		return give(func(in *invocation) any {
			return slices.Contains(names, in.self.(*enumValue).name)
		})
	}
	classStatus.def("isComplete()boolean", one("SUCCEEDED", "FAILED_CONTINUE", "TERMINAL", "CANCELED", "STOPPED", "SKIPPED"))
	classStatus.def("isHalt()boolean", one("TERMINAL", "CANCELED", "STOPPED"))
	classStatus.def("isSkipped()boolean", one("SKIPPED"))
	classStatus.def("isSuccessful()boolean", one("SUCCEEDED", "STOPPED", "SKIPPED"))
	classStatus.def("isFailure()boolean", one("TERMINAL", "STOPPED", "FAILED_CONTINUE"))
	classStatus.def("length()int", give(func(in *invocation) any { return int32(len(in.self.(*enumValue).name)) }))
	classStatus.def("charAt(int)char", func(in *invocation) (any, error) { return charAt(in.self.(*enumValue).name, in.int(0)) })
	classStatus.def("isEmpty()boolean", give(func(*invocation) any { return false }))
	classStatus.def("subSequence(int,int)CharSequence", nil)

	classDayOfWeek.def("static of(int)DayOfWeek", func(in *invocation) (any, error) {
		if i := in.int(0); i >= 1 && i <= 7 {
			return days[i-1], nil
		}
		return nil, fail(exDateTime, "%d is not a day of the week (1 to 7)", in.int(0))
	})
	classDayOfWeek.def("static from(TemporalAccessor)DayOfWeek", func(in *invocation) (any, error) { return dayOf(in.args[0]) })
	classDayOfWeek.def("getValue()int", give(func(in *invocation) any { return int32(in.self.(*enumValue).ordinal + 1) }))
	shift := func(sign int64) func(*invocation) (any, error) {
		return give(func(in *invocation) any {
			n := (int64(in.self.(*enumValue).ordinal) + sign*(in.long(0)%7) + 14) % 7
			return days[n]
		})
	}
	classDayOfWeek.def("plus(long)DayOfWeek", shift(1))
	classDayOfWeek.def("minus(long)DayOfWeek", shift(-1))
	classDayOfWeek.def("adjustInto(Temporal)Temporal", nil)

	classChronoUnit.def("between(Temporal,Temporal)long", func(in *invocation) (any, error) {
		return unitsBetween(in.args[0], in.args[1], in.self)
	})
	classChronoUnit.def("isDateBased()boolean", give(func(in *invocation) any {
		o := in.self.(*enumValue).ordinal
		return o >= 7 && o < 15
	}))
	classChronoUnit.def("isTimeBased()boolean", give(func(in *invocation) any { return in.self.(*enumValue).ordinal < 7 }))
	classChronoUnit.def("isDurationEstimated()boolean", give(func(in *invocation) any { return in.self.(*enumValue).ordinal >= 7 }))
}

var shortNames = map[*class]string{classStatus: "Status", classDayOfWeek: "DayOfWeek", classChronoUnit: "ChronoUnit"}

// give makes a method body of a function that can't fail.
func give(f func(*invocation) any) func(*invocation) (any, error) {
	return func(in *invocation) (any, error) { return f(in), nil }
}
