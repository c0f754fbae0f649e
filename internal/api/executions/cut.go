package executions

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	// cutWhole is how much of a stage is given at most before what is largest in
	// it is left out, in bytes.
	cutWhole = 512 << 10
	// cutText is the longest text that is given whole, cutBegin how much of a
	// longer one, and cutLast how long one may be that there is no room for; in
	// bytes.
	cutText, cutBegin, cutLast = 32 << 10, 2 << 10, 256
)

// cutValue tells of a value that was given in part, or left out.
type cutValue struct {
	Stage   string `json:"stageId"`
	Pointer string `json:"pointer"`
	Bytes   int    `json:"bytes"`
}

// cutter makes values small enough for a page. What is small is kept: it is
// what people read; what is large is told of, to be asked for by itself.
type cutter struct {
	stage string
	left  int
	cuts  []cutValue
}

func (c *cutter) told(pointer string, bytes int) {
	c.cuts = append(c.cuts, cutValue{c.stage, pointer, bytes})
}

// value gives a value as far as there is room. The value itself stays as it is.
func (c *cutter) value(pointer string, value any) any {
	switch v := value.(type) {
	case string:
		if len(v) > cutText || (len(v) > c.left && len(v) > cutLast) {
			c.told(pointer, len(v))
			v = beginning(v, min(cutBegin, max(c.left, 0))) + "…"
		}
		c.left -= len(v)
		return v
	case map[string]any:
		return c.object(pointer, v)
	case []any:
		return c.list(pointer, v)
	}
	c.left -= scalarSize
	return value
}

// object gives the smallest fields first.
func (c *cutter) object(pointer string, object map[string]any) map[string]any {
	sizes := make(map[string]int, len(object))
	for key, field := range object {
		sizes[key] = len(key) + jsonSize(field)
	}
	keys := slices.SortedFunc(maps.Keys(object), func(a, b string) int {
		return cmp.Or(cmp.Compare(sizes[a], sizes[b]), strings.Compare(a, b))
	})
	out := make(map[string]any, len(object))
	for i, key := range keys {
		if c.left <= 0 {
			rest := 0
			for _, key := range keys[i:] {
				rest += sizes[key]
			}
			c.told(pointer, rest)
			break
		}
		c.left -= len(key) + scalarSize
		out[key] = c.value(pointer+"/"+escapePointer(key), object[key])
	}
	return out
}

func (c *cutter) list(pointer string, list []any) []any {
	out := make([]any, 0, len(list))
	for i, item := range list {
		if c.left <= 0 {
			c.told(pointer, jsonSize(list[i:]))
			break
		}
		out = append(out, c.value(pointer+"/"+strconv.Itoa(i), item))
	}
	return out
}

// scalarSize is about what a number takes, with what stands around it.
const scalarSize = 8

// jsonSize is about how long a value is as JSON, in bytes.
func jsonSize(value any) int {
	switch v := value.(type) {
	case string:
		return len(v) + 2
	case map[string]any:
		n := 2
		for key, field := range v {
			n += len(key) + 4 + jsonSize(field)
		}
		return n
	case []any:
		n := 2
		for _, item := range v {
			n += 1 + jsonSize(item)
		}
		return n
	}
	return scalarSize
}

func beginning(text string, bytes int) string {
	for bytes > 0 && !utf8.RuneStart(text[bytes]) {
		bytes--
	}
	return text[:bytes]
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func escapePointer(key string) string { return pointerEscapes.Replace(key) }

// atPointer finds a value by its JSON pointer (RFC 6901).
func atPointer(value any, pointer string) (any, error) {
	if pointer == "" {
		return value, nil
	}
	if !strings.HasPrefix(pointer, "/") {
		return nil, fault.New(fault.Invalid, "pointer: %q is no JSON pointer; it begins with a slash, as /context/manifests/0 does", pointer)
	}
	for part := range strings.SplitSeq(pointer[1:], "/") {
		key := strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		found := false
		switch v := value.(type) {
		case map[string]any:
			value, found = v[key]
		case []any:
			if i, err := strconv.Atoi(key); err == nil && i >= 0 && i < len(v) {
				value, found = v[i], true
			}
		}
		if !found {
			return nil, fault.New(fault.NotFound, "there is no value at %s anymore", fmt.Sprintf("%.200s", pointer))
		}
	}
	return value, nil
}
