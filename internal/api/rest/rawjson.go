package rest

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// RawJSON is an answer that is JSON already. It is neither read nor checked again:
// that would be most of the cost of a long list.
type RawJSON []byte

// RawList is a JSON list being written: each item is followed by a comma.
type RawList []byte

// NewRawList begins a list of about so many bytes.
func NewRawList(size int) RawList { return append(make(RawList, 0, size), '[') }

// RawListFor begins a list of stored documents, to which a few fields are added.
func RawListFor(documents []string) RawList {
	const added = 40
	size := 2
	for _, document := range documents {
		size += len(document) + added
	}
	return NewRawList(size)
}

// End ends the list.
func (l RawList) End() RawJSON {
	if len(l) > 1 {
		l = l[:len(l)-1]
	}
	return RawJSON(append(l, ']'))
}

// OrEmpty makes a missing list an empty one: JSON's null is not a list.
func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// OrNull is JSON's null for an empty text.
func OrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// Member is a field of a JSON object, its value as JSON.
type Member struct{ Name, Value string }

// AppendWith appends a stored object to a text, with fields set, without
// decoding it. The object is as [model.Marshal] writes it.
func AppendWith(out []byte, object string, set ...Member) []byte {
	has := func(m Member) bool { return strings.Contains(object, `"`+m.Name+`"`) } // anywhere in it
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
		out = append(out, m.Name...)
		out = append(out, `":`...)
		out = append(out, m.Value...)
	}
	return append(out, '}')
}

// appendWithout appends an object without some of its fields and without its
// last brace.
func appendWithout(out []byte, object string, without []Member) []byte {
	out = append(out, '{')
	gjson.Parse(object).ForEach(func(name, value gjson.Result) bool {
		if slices.ContainsFunc(without, func(m Member) bool { return m.Name == name.Str }) {
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
