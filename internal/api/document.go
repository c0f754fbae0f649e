package api

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/model"
)

// rawJSON is an answer that is JSON already.
type rawJSON []byte

// encode writes an answer as JSON. What is JSON already is neither read nor
// checked again: that would be most of the cost of a long list.
func encode(value any) ([]byte, error) {
	switch v := value.(type) {
	case rawJSON:
		return v, nil
	case []json.RawMessage:
		size := 2
		for _, item := range v {
			size += len(item) + 1
		}
		list := newRawList(size)
		for _, item := range v {
			list = append(append(list, item...), ',')
		}
		return list.end(), nil
	}
	return model.Marshal(value)
}

// rawList is a JSON list being written: each item is followed by a comma.
type rawList []byte

func newRawList(size int) rawList { return append(make(rawList, 0, size), '[') }

func (l rawList) end() rawJSON {
	if len(l) > 1 {
		l = l[:len(l)-1]
	}
	return rawJSON(append(l, ']'))
}

// member is a field of a JSON object, its value as JSON.
type member struct{ name, value string }

// appendWith appends a stored object to a text, with fields set, without
// decoding it. The object is as [model.Marshal] writes it.
func appendWith(out []byte, object string, set ...member) []byte {
	has := func(m member) bool { return strings.Contains(object, `"`+m.name+`"`) } // anywhere in it
	if slices.ContainsFunc(set, has) {
		out = appendWithout(out, object, set)
	} else {
		out = append(out, strings.TrimSuffix(object, "}")...)
	}
	for _, m := range set {
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, m.name...)
		out = append(out, `":`...)
		out = append(out, m.value...)
	}
	return append(out, '}')
}

// appendWithout appends an object without some of its fields and without its
// last brace.
func appendWithout(out []byte, object string, without []member) []byte {
	out = append(out, '{')
	gjson.Parse(object).ForEach(func(name, value gjson.Result) bool {
		if slices.ContainsFunc(without, func(m member) bool { return m.name == name.Str }) {
			return true
		}
		if out[len(out)-1] != '{' {
			out = append(out, ',')
		}
		out = append(out, name.Raw...)
		out = append(out, ':')
		out = append(out, value.Raw...)
		return true
	})
	return out
}
