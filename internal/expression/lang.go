package expression

import (
	"net/url"
	"strings"
)

var (
	classMath       = newClass("java.lang.Math", classObject)
	classURLEncoder = newClass("java.net.URLEncoder", classObject)
	classUUID       = newClass("java.util.UUID", classObject, classComparable)
)

// instantiable are the classes that T(...) and new may name.
var instantiable = []*class{
	classString, classDate, classInteger, classLong, classDouble, classByte, classSimpleDateFormat, classMath, classRandom,
	classUUID, classBoolean, classLocalDate, classLocalDateTime, classDayOfWeek, classInstant, classChronoUnit,
	classURLEncoder, classTemporalAdjusters,
}

func defineObject() {
	c := classObject
	c.def("equals(Object)boolean", func(in *invocation) (any, error) { return in.st.equals(in.self, in.args[0]) })
	c.def("hashCode()int", func(in *invocation) (any, error) {
		h, err := in.st.hash(in.self)
		return h, err
	})
	c.def("toString()String", func(in *invocation) (any, error) { return bounded(in.st, javaString(in.self)) })
	c.def("getClass()Class", nil)
}

func defineURLEncoder() {
	encode := func(in *invocation) (any, error) {
		s, ok := in.args[0].(string)
		if !ok {
			return nil, fail(exNull, "the text is null")
		}
		name := "UTF-8"
		if len(in.args) > 1 {
			name = javaString(in.args[1])
		}
		cs, err := charsetByName(name)
		if err != nil {
			return nil, fail("java.io.UnsupportedEncodingException", "the charset '%s' isn't known", name)
		}
		out := url.QueryEscape(string(encodeText(s, string(cs.(charset)))))
		return strings.NewReplacer("%2A", "*", "~", "%7E").Replace(out), nil
	}
	classURLEncoder.def("static encode(String)String", encode)
	classURLEncoder.def("static encode(String,String)String", encode)
	classURLEncoder.def("static encode(String,Charset)String", encode)
}
