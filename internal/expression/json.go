package expression

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// jsonStyle tells the two ways in which Spinnaker writes JSON.
type jsonStyle bool

const (
	// jsonDropNulls leaves out members of objects that are null: Orca's own.
	jsonDropNulls jsonStyle = true
	// jsonPlain is #toJson's: nulls stay, and dates of java.time have no form.
	jsonPlain jsonStyle = false
)

// maxJSON bounds the text of one value.
const maxJSON = 16 << 20

// toJSON writes a value as Jackson does.
func toJSON(v any, style jsonStyle) ([]byte, error) {
	w := jsonWriter{style: style}
	if err := w.value(v, 0); err != nil {
		return nil, err
	}
	return w.out, nil
}

type jsonWriter struct {
	out   []byte
	style jsonStyle
}

func (w *jsonWriter) raw(s string) { w.out = append(w.out, s...) }

func (w *jsonWriter) value(v any, depth int) error {
	if depth > maxDepth {
		return fail(exState, "the value is nested more than %d deep", maxDepth)
	}
	if len(w.out) > maxJSON {
		return fail(exState, "the JSON is longer than %d bytes", maxJSON)
	}
	switch v := v.(type) {
	case nil:
		w.raw("null")
	case string:
		w.text(v)
	case bool:
		w.out = strconv.AppendBool(w.out, v)
	case int32, int16, int8, int64:
		w.out = strconv.AppendInt(w.out, toInt64(v), 10)
	case float64:
		w.float(v, 64)
	case float32:
		w.float(float64(v), 32)
	case *big.Int:
		w.raw(v.String())
	case json.Number:
		w.raw(string(v))
	case char, uuid, locale, charset:
		w.text(javaString(v))
	case *enumValue:
		w.text(v.name)
	case *class:
		w.text(v.name)
	case *date:
		w.out = strconv.AppendInt(w.out, v.ms, 10)
	case localDate, localDateTime, instant:
		return w.temporal(v)
	case *array:
		if v.class == classByteArray {
			w.text(base64.StdEncoding.EncodeToString(toBytes(v)))
			return nil
		}
		if v.class == classCharArray {
			var s strings.Builder
			for _, c := range v.items {
				s.WriteString(javaString(c))
			}
			w.text(s.String())
			return nil
		}
		return w.list(seq{own: v.items}, depth)
	case *entry:
		w.raw("{")
		w.text(keyText(v.key))
		w.raw(":")
		if err := w.value(v.value, depth+1); err != nil {
			return err
		}
		w.raw("}")
	case *bean:
		return w.bean(v, depth)
	case *execution:
		return w.fields(executionFields(v), depth)
	case *execStage:
		return w.fields(stageFields(v), depth)
	default:
		return w.container(v, depth)
	}
	return nil
}

func (w *jsonWriter) container(v any, depth int) error {
	if m, ok := asMap(v); ok {
		return w.object(m, depth)
	}
	if c, ok := collection(v); ok {
		return w.list(c, depth)
	}
	if n := norm(v); n != nil {
		if _, bad := n.(unknown); !bad && fmt.Sprintf("%T", n) != fmt.Sprintf("%T", v) {
			return w.value(n, depth+1)
		}
	}
	return fail("com.fasterxml.jackson.databind.exc.InvalidDefinitionException", "%s has no JSON", classOf(v).name)
}

func (w *jsonWriter) temporal(v any) error {
	if w.style == jsonPlain {
		return fail("com.fasterxml.jackson.databind.exc.InvalidDefinitionException",
			"%s has no JSON here: take its text, as with toString()", classOf(v).name)
	}
	switch v := v.(type) {
	case localDate:
		y, m, d := v.parts()
		w.raw(fmt.Sprintf("[%d,%d,%d]", y, m, d))
	case localDateTime:
		t := v.t
		w.raw(fmt.Sprintf("[%d,%d,%d,%d,%d", t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute()))
		if t.Second() > 0 || t.Nanosecond() > 0 {
			w.raw(fmt.Sprintf(",%d", t.Second()))
			if t.Nanosecond() > 0 {
				w.raw(fmt.Sprintf(",%d", t.Nanosecond()/1e6))
			}
		}
		w.raw("]")
	case instant:
		w.out = strconv.AppendInt(w.out, v.millis(), 10)
	}
	return nil
}

func (w *jsonWriter) float(f float64, bits int) {
	text := doubleString(f, bits)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		w.text(text)
		return
	}
	w.raw(text)
}

func (w *jsonWriter) list(c seq, depth int) error {
	w.raw("[")
	for i := range c.len() {
		if i > 0 {
			w.raw(",")
		}
		if err := w.value(c.at(i), depth+1); err != nil {
			return err
		}
	}
	w.raw("]")
	return nil
}

func keyText(k any) string {
	if k == nil {
		return ""
	}
	return javaString(k)
}

func (w *jsonWriter) object(m view, depth int) error {
	w.raw("{")
	first := true
	for _, k := range m.keys() {
		v := m.get(k)
		if v == nil && w.style == jsonDropNulls {
			continue
		}
		if err := w.member(keyText(k), v, &first, depth); err != nil {
			return err
		}
	}
	w.raw("}")
	return nil
}

func (w *jsonWriter) member(key string, v any, first *bool, depth int) error {
	if !*first {
		w.raw(",")
	}
	*first = false
	w.text(key)
	w.raw(":")
	return w.value(v, depth+1)
}

// pair is a member of an object that is written in a fixed order.
type pair struct {
	key   string
	value any
}

func (w *jsonWriter) fields(pairs []pair, depth int) error {
	w.raw("{")
	first := true
	for _, p := range pairs {
		if p.value == nil && w.style == jsonDropNulls {
			continue
		}
		if err := w.member(p.key, p.value, &first, depth); err != nil {
			return err
		}
	}
	w.raw("}")
	return nil
}

func (w *jsonWriter) bean(b *bean, depth int) error {
	if classTrigger.assignableFrom(b.class) {
		return w.object(view{own: b.asTriggerMap()}, depth)
	}
	var pairs []pair
	for _, f := range beanFields[b.class] {
		pairs = append(pairs, pair{f.name, b.get(f)})
	}
	return w.fields(pairs, depth)
}

func executionFields(e *execution) []pair {
	m := e.m
	return []pair{
		{"type", string(m.Type)}, {"id", m.ID}, {"rootId", orNull(m.RootID)}, {"application", m.Application},
		{"name", orNull(m.Name)}, {"buildTime", since(m.BuildTime)}, {"canceled", m.Canceled},
		{"canceledBy", orNull(m.CanceledBy)}, {"cancellationReason", orNull(m.CancellationReason)},
		{"limitConcurrent", m.LimitConcurrent}, {"maxConcurrentExecutions", int32(m.MaxConcurrentExecutions)},
		{"keepWaitingPipelines", m.KeepWaitingPipelines}, {"stages", e.stages()}, {"startTime", since(m.StartTime)},
		{"endTime", since(m.EndTime)}, {"startTimeExpiry", since(m.StartTimeExpiry)}, {"status", string(m.Status)},
		{"authentication", e.authentication()}, {"paused", e.paused()}, {"origin", orNull(m.Origin)},
		{"trigger", e.trigger()}, {"description", orNull(m.Description)}, {"pipelineConfigId", orNull(m.PipelineConfigID)},
		{"source", rawMap(m.Source)}, {"notifications", norm(m.Notifications)}, {"initialConfig", copied(m.InitialConfig)},
		{"systemNotifications", newList(e.systemNotifications())}, {"spelEvaluator", orNull(m.SpelEvaluator)},
		{"templateVariables", rawMap(m.TemplateVariables)}, {"partition", orNull(m.Partition)},
		{"additionalHeaders", copied(m.AdditionalHeaders)},
	}
}

func stageFields(s *execStage) []pair {
	m := s.m
	var modified any
	if l := m.LastModified; l != nil {
		modified = map[string]any{"user": l.User, "allowedAccounts": norm(l.AllowedAccounts), "lastModifiedTime": l.LastModifiedTime}
	}
	return []pair{
		{"id", m.ID}, {"refId", orNull(m.RefID)}, {"type", m.Type}, {"name", s.name()}, {"startTime", since(m.StartTime)},
		{"endTime", since(m.EndTime)}, {"startTimeExpiry", since(m.StartTimeExpiry)}, {"status", string(m.Status)},
		{"context", s.context()}, {"outputs", s.outputs()}, {"tasks", newList(s.tasks())},
		{"syntheticStageOwner", orNull(string(m.SyntheticStageOwner))}, {"parentStageId", orNull(m.ParentStageID)},
		{"requisiteStageRefIds", s.requisites()}, {"scheduledTime", since(m.ScheduledTime)}, {"lastModified", modified},
		{"additionalMetricTags", rawMap(m.AdditionalMetricTags)},
	}
}

const hexDigits = "0123456789ABCDEF"

// text writes a string with Jackson's escapes.
func (w *jsonWriter) text(s string) {
	w.raw(`"`)
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			if c >= utf8.RuneSelf {
				r, size := utf8.DecodeRuneInString(s[i:])
				if r == utf8.RuneError && size == 1 {
					w.raw(s[start:i] + "\uFFFD")
					start = i + 1
				}
				i += size - 1
			}
			continue
		}
		w.raw(s[start:i])
		start = i + 1
		switch c {
		case '"', '\\':
			w.out = append(w.out, '\\', c)
		case '\b':
			w.raw(`\b`)
		case '\f':
			w.raw(`\f`)
		case '\n':
			w.raw(`\n`)
		case '\r':
			w.raw(`\r`)
		case '\t':
			w.raw(`\t`)
		default:
			w.out = append(w.out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	w.raw(s[start:])
	w.raw(`"`)
}

// plain is a value in the form that the program keeps JSON in: map[string]any,
// []any, json.Number, string, bool and nil.
func plain(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, map[string]any, []any:
		return v, nil
	case int32:
		return json.Number(strconv.Itoa(int(v))), nil
	case int64:
		return json.Number(strconv.FormatInt(v, 10)), nil
	}
	data, err := toJSON(v, jsonDropNulls)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var out any
	if err := decoder.Decode(&out); err != nil {
		return nil, fmt.Errorf("read back a result: %w", err)
	}
	return out, nil
}

// decodeJSON reads JSON with the order of its keys, as Jackson reads it into
// maps and lists.
func decodeJSON(data string) (any, error) {
	decoder := json.NewDecoder(strings.NewReader(data))
	decoder.UseNumber()
	v, err := decodeValue(decoder, 0)
	return v, err
}

func decodeValue(d *json.Decoder, depth int) (any, error) {
	if depth > 1000 {
		return nil, fmt.Errorf("the JSON is nested more than 1000 deep")
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return norm(t), nil
	}
	if delim == '[' {
		list := []any{}
		for d.More() {
			v, err := decodeValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return newList(list), err
	}
	m := newMap(classLinkedHashMap)
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := decodeValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		m.put(k, v)
	}
	_, err = d.Token()
	return m, err
}
