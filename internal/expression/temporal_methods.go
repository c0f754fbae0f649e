package expression

import (
	"time"
)

// defineTemporals lists what dates and times can do.
func defineTemporals() {
	defineLocalDate()
	defineLocalDateTime()
	defineInstant()
}

// compares defines isBefore, isAfter, isEqual and compareTo.
func compares(c *class, other string) {
	order := func(in *invocation) (int, error) {
		if in.args[0] == nil {
			return 0, fail(exNull, "the date to compare with is null")
		}
		if classOf(in.args[0]) != c {
			return 0, fail(exCast, "%s can't be compared with %s", c.name, classOf(in.args[0]).name)
		}
		return in.self.(orderer).compare(in.args[0]), nil
	}
	test := func(name string, is func(int) bool) {
		c.def(name+"("+other+")boolean", func(in *invocation) (any, error) {
			o, err := order(in)
			return is(o), err
		})
	}
	test("isBefore", func(o int) bool { return o < 0 })
	test("isAfter", func(o int) bool { return o > 0 })
	if c != classInstant {
		test("isEqual", func(o int) bool { return o == 0 })
	}
	c.def("compareTo("+other+")int", func(in *invocation) (any, error) {
		o, err := order(in)
		return int32(o), err
	})
}

// shifts defines plusX and minusX of a class for units.
func shifts(c *class, result string, back func(time.Time) any, names map[string]string) {
	for name, unit := range names {
		u, _ := enumByName(classChronoUnit, unit)
		c.def("plus"+name+"(long)"+result, func(in *invocation) (any, error) {
			t, _ := timeOf(in.self)
			t, err := addUnits(t, in.long(0), u)
			return back(t), err
		})
		c.def("minus"+name+"(long)"+result, func(in *invocation) (any, error) {
			t, _ := timeOf(in.self)
			t, err := addUnits(t, -in.long(0), u)
			return back(t), err
		})
	}
	c.def("plus(long,TemporalUnit)"+result, func(in *invocation) (any, error) {
		if err := fitsUnit(c, in.args[1]); err != nil {
			return nil, err
		}
		t, _ := timeOf(in.self)
		t, err := addUnits(t, in.long(0), in.args[1])
		return back(t), err
	})
	c.def("minus(long,TemporalUnit)"+result, func(in *invocation) (any, error) {
		if err := fitsUnit(c, in.args[1]); err != nil {
			return nil, err
		}
		t, _ := timeOf(in.self)
		t, err := addUnits(t, -in.long(0), in.args[1])
		return back(t), err
	})
	c.def("until(Temporal,TemporalUnit)long", func(in *invocation) (any, error) {
		return unitsBetween(in.self, in.args[0], in.args[1])
	})
}

// parts defines the getters of a date.
func dateParts(c *class, result string, back func(time.Time, localDate) any) {
	part := func(name string, get func(time.Time) int) {
		c.def(name+"()int", give(func(in *invocation) any {
			t, _ := timeOf(in.self)
			return int32(get(t))
		}))
	}
	part("getYear", time.Time.Year)
	part("getMonthValue", func(t time.Time) int { return int(t.Month()) })
	part("getDayOfMonth", time.Time.Day)
	part("getDayOfYear", time.Time.YearDay)
	c.def("getMonth()Object", nil)
	c.def("getChronology()Object", nil)
	c.def("getDayOfWeek()DayOfWeek", func(in *invocation) (any, error) { return dayOf(in.self) })
	with := func(name string, change func(y, m, d, n int64) (localDate, error)) {
		c.def(name+"(int)"+result, func(in *invocation) (any, error) {
			t, _ := timeOf(in.self)
			d, err := change(int64(t.Year()), int64(t.Month()), int64(t.Day()), in.long(0))
			if err != nil {
				return nil, err
			}
			return back(t, d), nil
		})
	}
	with("withYear", func(_, m, d, n int64) (localDate, error) {
		if n > limitYears || n < -limitYears {
			return 0, outOfRange(n)
		}
		return newDate(n, m, min(d, int64(monthLength(int(n), int(m)))))
	})
	with("withMonth", func(y, _, d, n int64) (localDate, error) {
		if n < 1 || n > 12 {
			return newDate(y, n, d)
		}
		return newDate(y, n, min(d, int64(monthLength(int(y), int(n)))))
	})
	with("withDayOfMonth", func(y, m, _, n int64) (localDate, error) { return newDate(y, m, n) })
	with("withDayOfYear", func(y, _, _, n int64) (localDate, error) {
		return dayOfYear(y, n)
	})
	c.def("with(TemporalAdjuster)"+result, func(in *invocation) (any, error) {
		t, _ := timeOf(in.self)
		switch a := in.args[0].(type) {
		case *enumValue:
			return back(t, dateOf(t)+localDate(a.ordinal-(int(t.Weekday())+6)%7)), nil
		case localDate:
			return back(t, a), nil
		case localDateTime:
			if c == classLocalDateTime {
				return a, nil
			}
		}
		return nil, fail(exDateTime, "%s can't adjust %s", describeValue(in.args[0]), c.name)
	})
}

var dateShifts = map[string]string{"Days": "DAYS", "Weeks": "WEEKS", "Months": "MONTHS", "Years": "YEARS"}

func defineLocalDate() {
	c := classLocalDate
	toDate := func(t time.Time) any { return dateOf(t) }
	compares(c, "ChronoLocalDate")
	shifts(c, "LocalDate", toDate, dateShifts)
	dateParts(c, "LocalDate", func(_ time.Time, d localDate) any { return d })
	self := func(in *invocation) localDate { return in.self.(localDate) }
	c.def("isLeapYear()boolean", give(func(in *invocation) any { return isLeap(self(in).time().Year()) }))
	c.def("lengthOfMonth()int", give(func(in *invocation) any {
		y, m, _ := self(in).parts()
		return int32(monthLength(y, m))
	}))
	c.def("lengthOfYear()int", give(func(in *invocation) any {
		if isLeap(self(in).time().Year()) {
			return int32(366)
		}
		return int32(365)
	}))
	c.def("toEpochDay()long", give(func(in *invocation) any { return int64(self(in)) }))
	c.def("getEra()Object", nil)
	c.def("atStartOfDay()LocalDateTime", give(func(in *invocation) any { return localDateTime{self(in).time()} }))
	clock := func(in *invocation) (any, error) {
		part := [4]int{}
		for i := range in.args {
			part[i] = in.int(i)
		}
		t, err := newDateTime(self(in), part[0], part[1], part[2], part[3])
		return localDateTime{t}, err
	}
	c.def("atTime(int,int)LocalDateTime", clock)
	c.def("atTime(int,int,int)LocalDateTime", clock)
	c.def("atTime(int,int,int,int)LocalDateTime", clock)

	c.def("static now()LocalDate", give(func(in *invocation) any { return dateOf(in.st.env.now().In(in.st.env.location)) }))
	c.def("static now(ZoneId)LocalDate", func(in *invocation) (any, error) {
		z, err := in.zone(0)
		return dateOf(in.st.env.now().In(z)), err
	})
	c.def("static of(int,int,int)LocalDate", func(in *invocation) (any, error) {
		return orNil(newDate(in.long(0), in.long(1), in.long(2)))
	})
	c.def("static ofYearDay(int,int)LocalDate", func(in *invocation) (any, error) {
		return orNil(dayOfYear(in.long(0), in.long(1)))
	})
	c.def("static ofEpochDay(long)LocalDate", func(in *invocation) (any, error) {
		if n := in.long(0); n > limitYears*365 || n < -limitYears*365 {
			return nil, outOfRange(n)
		}
		return localDate(in.long(0)), nil
	})
	c.def("static ofInstant(Instant,ZoneId)LocalDate", func(in *invocation) (any, error) {
		i, ok := in.args[0].(instant)
		z, err := in.zone(1)
		if !ok {
			return nil, fail(exNull, "the instant is null")
		}
		return dateOf(i.time().In(z)), err
	})
	c.def("static parse(CharSequence)LocalDate", func(in *invocation) (any, error) { return in.parse(parseLocalDate) })
	c.def("static from(TemporalAccessor)LocalDate", func(in *invocation) (any, error) {
		switch v := in.args[0].(type) {
		case localDate:
			return v, nil
		case localDateTime:
			return v.date(), nil
		}
		return nil, fail(exDateTime, "no date can be had from %s", describeValue(in.args[0]))
	})
}

func dayOfYear(y, n int64) (localDate, error) {
	if n < 1 || n > 366 || n == 366 && !isLeap(int(y)) {
		return 0, fail(exDateTime, "the year %d has no day %d", y, n)
	}
	first, err := newDate(y, 1, 1)
	return first + localDate(n-1), err
}

// orNil drops the value where there is an error.
func orNil[T any](v T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// parse reads a text argument.
func (in *invocation) parse(read func(string) (any, error)) (any, error) {
	s, ok := charSequence(in.args[0])
	if !ok {
		return nil, fail(exNull, "the text to parse is null")
	}
	return read(s)
}

func (in *invocation) zone(i int) (*time.Location, error) {
	if z, ok := in.args[i].(*zone); ok {
		return z.loc, nil
	}
	return time.UTC, fail(exNull, "the time zone is null")
}

func defineLocalDateTime() {
	c := classLocalDateTime
	back := func(t time.Time) any { return localDateTime{t} }
	compares(c, "ChronoLocalDateTime")
	shifts(c, "LocalDateTime", back, map[string]string{
		"Days": "DAYS", "Weeks": "WEEKS", "Months": "MONTHS", "Years": "YEARS",
		"Hours": "HOURS", "Minutes": "MINUTES", "Seconds": "SECONDS", "Nanos": "NANOS",
	})
	dateParts(c, "LocalDateTime", func(t time.Time, d localDate) any {
		y, m, day := d.parts()
		return localDateTime{time.Date(y, time.Month(m), day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)}
	})
	self := func(in *invocation) time.Time { return in.self.(localDateTime).t }
	for name, get := range map[string]func(time.Time) int{
		"getHour": time.Time.Hour, "getMinute": time.Time.Minute, "getSecond": time.Time.Second, "getNano": time.Time.Nanosecond,
	} {
		c.def(name+"()int", give(func(in *invocation) any { return int32(get(self(in))) }))
	}
	for i, name := range []string{"withHour", "withMinute", "withSecond", "withNano"} {
		c.def(name+"(int)LocalDateTime", func(in *invocation) (any, error) {
			t := self(in)
			part := [4]int{t.Hour(), t.Minute(), t.Second(), t.Nanosecond()}
			part[i] = in.int(0)
			changed, err := newDateTime(dateOf(t), part[0], part[1], part[2], part[3])
			return localDateTime{changed}, err
		})
	}
	c.def("toLocalDate()LocalDate", give(func(in *invocation) any { return dateOf(self(in)) }))
	c.def("toLocalTime()Object", nil)
	c.def("truncatedTo(TemporalUnit)LocalDateTime", func(in *invocation) (any, error) {
		t, err := truncate(self(in), in.args[0])
		return localDateTime{t}, err
	})
	offset := func(in *invocation) (time.Time, error) {
		z, err := in.zone(0)
		t := self(in)
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), z), err
	}
	c.def("toEpochSecond(ZoneOffset)long", func(in *invocation) (any, error) {
		t, err := offset(in)
		return t.Unix(), err
	})
	c.def("toInstant(ZoneOffset)Instant", func(in *invocation) (any, error) {
		t, err := offset(in)
		return instantOf(t), err
	})

	local := func(t time.Time) any {
		return localDateTime{time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)}
	}
	c.def("static now()LocalDateTime", give(func(in *invocation) any { return local(in.st.env.now().In(in.st.env.location)) }))
	c.def("static now(ZoneId)LocalDateTime", func(in *invocation) (any, error) {
		z, err := in.zone(0)
		return local(in.st.env.now().In(z)), err
	})
	of := func(in *invocation) (any, error) {
		part := [7]int{}
		for i := range in.args {
			part[i] = in.int(i)
		}
		d, err := newDate(int64(part[0]), int64(part[1]), int64(part[2]))
		if err != nil {
			return nil, err
		}
		t, err := newDateTime(d, part[3], part[4], part[5], part[6])
		return localDateTime{t}, err
	}
	c.def("static of(int,int,int,int,int)LocalDateTime", of)
	c.def("static of(int,int,int,int,int,int)LocalDateTime", of)
	c.def("static of(int,int,int,int,int,int,int)LocalDateTime", of)
	c.def("static ofEpochSecond(long,int,ZoneOffset)LocalDateTime", func(in *invocation) (any, error) {
		z, err := in.zone(2)
		if n := in.long(0); n > limitYears*366*86400 || n < -limitYears*366*86400 {
			return nil, outOfRange(n)
		}
		return local(time.Unix(in.long(0), in.long(1)).In(z)), err
	})
	c.def("static ofInstant(Instant,ZoneId)LocalDateTime", func(in *invocation) (any, error) {
		i, ok := in.args[0].(instant)
		z, err := in.zone(1)
		if !ok {
			return nil, fail(exNull, "the instant is null")
		}
		return local(i.time().In(z)), err
	})
	c.def("static parse(CharSequence)LocalDateTime", func(in *invocation) (any, error) { return in.parse(parseLocalDateTime) })
	c.def("static from(TemporalAccessor)LocalDateTime", func(in *invocation) (any, error) {
		if d, ok := in.args[0].(localDateTime); ok {
			return d, nil
		}
		return nil, fail(exDateTime, "no time can be had from %s", describeValue(in.args[0]))
	})
}

// truncate drops what is smaller than a unit of a day at most.
func truncate(t time.Time, unit any) (time.Time, error) {
	u, ok := unit.(*enumValue)
	if !ok {
		return t, fail(exNull, "the unit is null")
	}
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())
	if u.name == "DAYS" {
		return midnight, nil
	}
	nanos, ok := unitNanos[u.name]
	if !ok {
		return t, fail("java.time.temporal.UnsupportedTemporalTypeException", "a time can't be truncated to %s", u.name)
	}
	return midnight.Add(t.Sub(midnight) / time.Duration(nanos) * time.Duration(nanos)), nil
}

func defineInstant() {
	c := classInstant
	compares(c, "Instant")
	back := func(t time.Time) any { return instantOf(t) }
	shifts(c, "Instant", back, nil)
	for name, nanos := range map[string]int64{"Seconds": 1e9, "Millis": 1e6, "Nanos": 1} {
		for prefix, sign := range map[string]int64{"plus": 1, "minus": -1} {
			c.def(prefix+name+"(long)Instant", func(in *invocation) (any, error) {
				t, err := addNanos(in.self.(instant).time(), sign*in.long(0), nanos)
				return instantOf(t), err
			})
		}
	}
	self := func(in *invocation) instant { return in.self.(instant) }
	c.def("getEpochSecond()long", give(func(in *invocation) any { return self(in).sec }))
	c.def("getNano()int", give(func(in *invocation) any { return self(in).nano }))
	c.def("toEpochMilli()long", give(func(in *invocation) any { return self(in).millis() }))
	c.def("truncatedTo(TemporalUnit)Instant", func(in *invocation) (any, error) {
		t, err := truncate(self(in).time(), in.args[0])
		return instantOf(t), err
	})
	c.def("with(TemporalAdjuster)Instant", func(in *invocation) (any, error) {
		if i, ok := in.args[0].(instant); ok {
			return i, nil
		}
		return nil, fail(exDateTime, "%s can't adjust an Instant", describeValue(in.args[0]))
	})
	c.def("atZone(ZoneId)Object", nil)
	c.def("static now()Instant", give(func(in *invocation) any { return instantOf(in.st.env.now()) }))
	c.def("static ofEpochMilli(long)Instant", give(func(in *invocation) any { return instantOfMillis(in.long(0)) }))
	c.def("static ofEpochSecond(long)Instant", func(in *invocation) (any, error) {
		if n := in.long(0); n > limitYears*366*86400 || n < -limitYears*366*86400 {
			return nil, outOfRange(n)
		}
		return instant{in.long(0), 0}, nil
	})
	c.def("static ofEpochSecond(long,long)Instant", func(in *invocation) (any, error) {
		if n := in.long(0); n > limitYears*366*86400 || n < -limitYears*366*86400 {
			return nil, outOfRange(n)
		}
		return instant{}.plus(in.long(0), in.long(1)), nil
	})
	c.def("static parse(CharSequence)Instant", func(in *invocation) (any, error) { return in.parse(parseInstant) })
	c.def("static from(TemporalAccessor)Instant", func(in *invocation) (any, error) {
		if i, ok := in.args[0].(instant); ok {
			return i, nil
		}
		return nil, fail(exDateTime, "no instant can be had from %s", describeValue(in.args[0]))
	})
}
