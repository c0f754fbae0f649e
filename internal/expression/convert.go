package expression

import (
	"strings"
)

// convertible tells whether Spring's default conversions lead from one class
// to another. For lists the answer is yes where the members decide it.
func convertible(from, to *class) bool {
	if to.assignableFrom(from) {
		return true
	}
	if to.primitive() {
		to = to.boxed
	}
	switch {
	case from == classString && fromStringKnown(to):
		return true
	case classNumber.assignableFrom(from) && (isNumberClass(to) || to == classString || to == classCharacter):
		return true
	case from == classInteger && to.isEnum:
		return true
	case from == classBoolean || from == classCharacter || from == classUUID || from == classLocale || from == classCharset:
		if to == classString || from == classCharacter && isNumberClass(to) {
			return true
		}
	case from.isEnum && (to == classString || to == classInteger):
		return true
	}
	if to == classString && (classCharSequence.assignableFrom(from) || hasStringConstructor(from)) {
		return true
	}
	if from == classDate && to == classInstant || from == classInstant && to == classDate ||
		from == classLocalDateTime && to == classLocalDate {
		return true
	}
	if classCollection.assignableFrom(from) {
		return true // the members, whose class isn't known, decide
	}
	if from.component != nil {
		if to.component != nil {
			return convertible(from.component, to.component)
		}
		return classCollection.assignableFrom(to) && to.isInterface || convertible(from.component, to)
	}
	if to.component != nil {
		return convertible(from, to.component)
	}
	return to == classCollection || to == classList || to == classSet || to == classArrayList
}

func isNumberClass(c *class) bool {
	return c != classNumber && classNumber.assignableFrom(c)
}

// hasStringConstructor lists the classes whose values count as text because
// they can be made from text.
func hasStringConstructor(c *class) bool {
	return c == classDate || c == classSimpleDateFormat || isNumberClass(c) || c == classBoolean
}

func fromStringKnown(to *class) bool {
	switch to {
	case classBoolean, classCharacter, classUUID, classLocale, classCharset, classTimeZone, classDate,
		classSimpleDateFormat, classZoneID, classZoneOffset:
		return true
	}
	return isNumberClass(to) || to == classNumber || to.isEnum
}

func noConverter(v any, to *class) error {
	return fail(exNoConverter, "%s can't be converted to %s", classOf(v).typeName(), to.typeName())
}

// convert turns a value into one of another class, by the conversions that
// Spring's expressions have. Null stays null but for primitives.
func convert(st *state, v any, to *class) (any, error) {
	c := classOf(v)
	if c == nil {
		if to.primitive() {
			return nil, fail(exConversion, "null can't be converted to %s", to.name)
		}
		return nil, nil
	}
	if to.assignableFrom(c) && (c.component == nil || to.component == nil || c == to || !to.component.primitive()) {
		if s, ok := v.(string); ok && to == classString {
			return st.reference(s)
		}
		return v, nil
	}
	out, err := convertOther(st, v, c, to)
	if err == nil && out == nil && to.primitive() {
		return nil, fail(exConversion, "'%s' can't be converted to %s", javaString(v), to.name)
	}
	return out, err
}

func convertOther(st *state, v any, c, to *class) (any, error) {
	want := to
	if to.primitive() {
		want = to.boxed
	}
	if c.component == nil && !classCollection.assignableFrom(c) {
		switch {
		case want.component != nil:
			return toArray(st, v, want)
		case want == classCollection || want == classList || want == classArrayList || want == classSet:
			return toCollection(v, want), nil
		}
		return convertScalar(st, v, want)
	}
	members, _ := iterable(v)
	switch {
	case want == classString:
		return joinMembers(st, members)
	case want.component != nil:
		out := make([]any, members.len())
		for i := range out {
			m, err := convert(st, members.at(i), want.component)
			if err != nil {
				return nil, err
			}
			out[i] = m
		}
		return &array{want, out}, nil
	case classCollection.assignableFrom(want) || want == classIterable:
		return collectionOf(members.copied(), want), nil
	case members.len() == 0:
		return nil, nil
	}
	return convert(st, members.at(0), to)
}

func joinMembers(st *state, members seq) (any, error) {
	var out strings.Builder
	for i := range members.len() {
		if i > 0 {
			out.WriteByte(',')
		}
		m, err := convert(st, members.at(i), classString)
		if err != nil {
			return nil, err
		}
		out.WriteString(javaString(m))
		if err := st.fits(out.Len()); err != nil {
			return nil, err
		}
	}
	return out.String(), nil
}

// toArray makes an array of one value; a text is cut at its commas.
func toArray(st *state, v any, want *class) (any, error) {
	single := []any{v}
	if s, ok := v.(string); ok {
		single = fields(s)
	}
	for i, m := range single {
		converted, err := convert(st, m, want.component)
		if err != nil {
			return nil, err
		}
		single[i] = converted
	}
	return &array{want, single}, nil
}

func toCollection(v any, want *class) any {
	if s, ok := v.(string); ok {
		return collectionOf(fields(s), want)
	}
	return collectionOf([]any{v}, want)
}

func collectionOf(members []any, want *class) any {
	if want == classSet {
		return newSet(members)
	}
	return newList(members)
}

// newSet keeps the first of equal members.
func newSet(members []any) *List {
	out := &List{class: classLinkedHashSet}
	seen := map[any]bool{}
	for _, m := range members {
		if h := hashKey(m); !seen[h] {
			seen[h] = true
			out.items = append(out.items, m)
		}
	}
	return out
}

func fields(s string) []any {
	if s == "" {
		return []any{}
	}
	return listOf(strings.Split(s, ","), func(f string) any { return strings.TrimFunc(f, isTrimmed) })
}
