package expression

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// method is a Java method that expressions may know of. Which of a name's
// methods is called, and how arguments are converted for it, is decided by the
// declared parameters as Spring decides it.
type method struct {
	name    string
	params  []*class
	varargs bool // the last parameter is an array that takes the rest
	returns *class
	static  bool
	// callable is false for what the real evaluator's allow lists hide; such
	// methods are known so that messages can say so.
	callable bool
	fn       func(*invocation) (any, error)
}

// invocation is a call with its arguments converted.
type invocation struct {
	st   *state
	self any
	args []any
}

func (in *invocation) text(i int) string { s, _ := in.args[i].(string); return s }

func (in *invocation) int(i int) int { return int(toInt32(in.args[i])) }

func (in *invocation) long(i int) int64 { return toInt64(in.args[i]) }

func (in *invocation) double(i int) float64 { return toFloat64(in.args[i]) }

// typeNames are the classes as the tables of methods write them.
var typeNames = map[string]*class{
	"Object": classObject, "String": classString, "CharSequence": classCharSequence, "Comparable": classComparable,
	"Iterable": classIterable, "Collection": classCollection, "List": classList, "Set": classSet, "Map": classMap,
	"Comparator": classComparator, "Class": classClass, "Number": classNumber,
	"Integer": classInteger, "Long": classLong, "Short": classShort, "Byte": classByte, "Float": classFloat,
	"Double": classDouble, "Boolean": classBoolean, "Character": classCharacter, "BigInteger": classBigInteger,
	"int": classIntPrim, "long": classLongPrim, "short": classShortPrim, "byte": classBytePrim, "float": classFloatPrim,
	"double": classDoublePrim, "boolean": classBooleanPrim, "char": classCharPrim, "void": classVoid,
	"Object[]": classObjectArray, "String[]": classStringArray, "byte[]": classByteArray, "char[]": classCharArray,
	"CharSequence[]": classSequences, "int[]": classIntArray,
	"Locale": classLocale, "Charset": classCharset, "TimeZone": classTimeZone,
	"Date": classDate, "SimpleDateFormat": classSimpleDateFormat, "UUID": classUUID, "Random": classRandom,
	"LocalDate": classLocalDate, "LocalDateTime": classLocalDateTime, "Instant": classInstant,
	"DayOfWeek": classDayOfWeek, "ChronoUnit": classChronoUnit, "TemporalUnit": classTemporalUnit,
	"Temporal": classTemporal, "TemporalAdjuster": classTemporalAdjuster, "TemporalAccessor": classTemporalAccessor,
	"ChronoLocalDate": classChronoLocalDate, "ChronoLocalDateTime": classChronoLocalDateTime,
	"ZoneId": classZoneID, "ZoneOffset": classZoneOffset,
	"Execution": classPipelineExecution, "Stage": classStageExecution, "Status": classStatus, "Trigger": classTrigger,
	"Artifact": classArtifact, "BuildInfo": classBuildInfo, "JenkinsBuildInfo": classJenkinsBuildInfo,
	"ConcourseBuildInfo": classConcourseBuildInfo, "SourceControl": classSourceControl,
	"Authentication": classAuthentication, "PausedDetails": classPausedDetails,
	"NotEvaluable": classNotEvaluable, "Optional": newClass("java.util.Optional", classObject),
	"ExecutionType":  newClass("com.netflix.spinnaker.orca.api.pipeline.models.ExecutionType", classEnum),
	"SyntheticOwner": newClass("com.netflix.spinnaker.orca.api.pipeline.SyntheticStageOwner", classEnum),
	"PipelineSource": newClass("com.netflix.spinnaker.orca.api.pipeline.models.PipelineExecution$PipelineSource", classObject),
	"LastModified":   newClass("com.netflix.spinnaker.orca.api.pipeline.models.StageExecution$LastModifiedDetails", classObject),
}

// allowedReturns are the classes that a method or getter may give, besides
// primitives and arrays of these: the real evaluator's allow lists.
var allowedReturns = func() map[*class]bool {
	out := map[*class]bool{}
	for _, c := range instantiable {
		out[c] = true
	}
	for _, c := range []*class{
		classCollection, classMap, classList, classSet, classArrayList, classHashSet, classLinkedHashSet, classHashMap,
		classLinkedHashMap, classArtifact, classPipelineExecution, classStageExecution, classTrigger, classBuildInfo,
		classJenkinsArtifact, classJenkinsBuildInfo, classConcourseBuildInfo, classSourceControl, classStatus,
		classAuthentication, classPausedDetails, classNotEvaluable,
	} {
		out[c] = true
	}
	return out
}()

func allowedReturn(c *class) bool {
	if c.component != nil {
		c = c.component
	}
	return c.primitive() || allowedReturns[c]
}

// def adds a method that is written as "name(Param,Param...)Result", with
// "static " before it where it is one. A last parameter with ... takes the
// rest. A method without a body stands for one that may not be called: it is
// there so that the message can say so.
func (c *class) def(signature string, fn func(*invocation) (any, error)) {
	signature, static := strings.CutPrefix(signature, "static ")
	name, rest, ok := strings.Cut(signature, "(")
	params, result, closed := strings.Cut(rest, ")")
	if !ok || !closed {
		panic(fmt.Sprintf("expression: bad signature %q", signature))
	}
	m := &method{name: name, static: static, returns: typeNamed(result), fn: fn}
	if name == "new" {
		m.returns = c
	}
	if params != "" {
		for p := range strings.SplitSeq(params, ",") {
			if p, rest := strings.CutSuffix(p, "..."); rest {
				m.varargs = true
				m.params = append(m.params, typeNamed(p+"[]"))
			} else {
				m.params = append(m.params, typeNamed(p))
			}
		}
	}
	if m.returns == nil || slices.Contains(m.params, nil) {
		panic(fmt.Sprintf("expression: unknown type in %q", signature))
	}
	m.callable = fn != nil && allowedReturn(m.returns)
	if name == "new" {
		c.construct = append(c.construct, m)
		return
	}
	c.own = append(c.own, m)
}

// typeNamed finds the class that a table means.
func typeNamed(name string) *class {
	if c := typeNames[name]; c != nil {
		return c
	}
	component := typeNames[strings.TrimSuffix(name, "[]")]
	if component == nil || !strings.HasSuffix(name, "[]") {
		return nil
	}
	if component.arrayOf == nil {
		newArrayClass(component)
	}
	return component.arrayOf
}

// link makes the tables of what can be called on a class, once all classes
// have their own methods.
func (c *class) link() {
	if c.instance != nil {
		return
	}
	c.instance, c.static = map[string][]*method{}, map[string][]*method{}
	inherit := func(from *class) {
		if from == nil {
			return
		}
		from.link()
		for name, list := range from.instance {
			for _, m := range list {
				c.adopt(c.instance, name, m)
			}
		}
	}
	for _, m := range c.own {
		c.adopt(c.instance, m.name, m)
		if m.static {
			c.adopt(c.static, m.name, m)
		}
	}
	inherit(c.super)
	for _, i := range c.interfaces {
		inherit(i)
	}
	if c.isInterface {
		inherit(classObject)
	}
}

func (c *class) adopt(table map[string][]*method, name string, m *method) {
	for _, have := range table[name] {
		if slices.Equal(have.params, m.params) && have.varargs == m.varargs {
			return // overridden
		}
	}
	table[name] = append(table[name], m)
	slices.SortStableFunc(table[name], func(a, b *method) int {
		if d := len(a.params) - len(b.params); d != 0 || a.varargs == b.varargs {
			return d
		}
		if a.varargs {
			return 1
		}
		return -1
	})
}

// getter finds the method behind a property: getX, isX or x.
func (c *class) getter(name string, static bool) *method {
	table := c.instance
	if static {
		table = c.static
	}
	suffix := name
	if len(name) < 2 || !unicode.IsUpper(rune(name[1])) {
		suffix = capitalize(name)
	}
	for _, s := range []string{suffix, capitalize(suffix)} {
		if m := nullary(table["get"+s]); m != nil {
			return m
		}
	}
	for _, s := range []string{suffix, capitalize(suffix)} {
		if m := nullary(table["is"+s]); m != nil && (m.returns == classBooleanPrim || m.returns == classBoolean) {
			return m
		}
	}
	m := nullary(table[name])
	if m != nil && m.returns == classVoid {
		return nil
	}
	return m
}

func capitalize(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// nullary is the method of the list that takes nothing.
func nullary(list []*method) *method {
	if len(list) > 0 && len(list[0].params) == 0 && !list[0].varargs {
		return list[0]
	}
	return nil
}

// properties lists what getters there are.
func (c *class) properties(static bool) []string {
	table := c.instance
	if static {
		table = c.static
	}
	var out []string
	for name, list := range table {
		m := nullary(list)
		if m == nil || !allowedReturn(m.returns) {
			continue
		}
		if rest, ok := strings.CutPrefix(name, "get"); ok && rest != "" {
			name = strings.ToLower(rest[:1]) + rest[1:]
		}
		out = append(out, name)
	}
	return out
}
