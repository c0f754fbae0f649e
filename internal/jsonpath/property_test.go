package jsonpath_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/gennaker/gennaker/internal/jsonpath"
)

type object = map[string]any

// node is a place in a document: what is there, and the path to it.
type node struct {
	path  string
	value any
}

// drawnDocument is a document, with all places in it.
func drawnDocument(t *rapid.T) (any, []node) {
	var places []node
	var draw func(path string, depth int) any
	draw = func(path string, depth int) any {
		at := len(places)
		places = append(places, node{path: path})
		var value any
		most := 3
		if depth > 0 {
			most = 6
		}
		switch rapid.IntRange(0, most).Draw(t, "kind") {
		case 0:
			value = json.Number(strconv.Itoa(rapid.IntRange(-9, 9).Draw(t, "number")))
		case 1, 2:
			value = rapid.SampledFrom([]string{"", "a", "x y", "it's"}).Draw(t, "text")
		case 3:
			value = rapid.Bool().Draw(t, "bool")
		case 4:
			list := []any{}
			for i := range rapid.IntRange(0, 3).Draw(t, "members") {
				list = append(list, draw(fmt.Sprintf("%s[%d]", path, i), depth-1))
			}
			value = list
		default:
			m := object{}
			for range rapid.IntRange(0, 3).Draw(t, "fields") {
				key := rapid.SampledFrom([]string{"a", "b", "c d", "e.f", "length"}).Draw(t, "key")
				if _, there := m[key]; !there {
					m[key] = draw(path+"['"+key+"']", depth-1)
				}
			}
			value = m
		}
		places[at].value = value
		return value
	}
	return draw("$", 3), places
}

// The path to a place, step by step, leads to what is there.
func TestPathsLeadToTheirPlaces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		document, places := drawnDocument(t)
		for _, place := range places {
			got, err := jsonpath.Read(document, place.path)
			require.NoError(t, err, place.path)
			require.Equal(t, place.value, got, place.path)
			if before, found := strings.CutSuffix(place.path, "['a']"); found {
				got, err = jsonpath.Read(document, before+".a")
				require.NoError(t, err)
				require.Equal(t, place.value, got, "a dot is as good as brackets")
			}
			_, err = jsonpath.Read(document, place.path+"['nope']")
			require.Error(t, err)
		}
		all, err := jsonpath.Read(document, "$..*")
		require.NoError(t, err)
		require.Len(t, all, len(places)-1, "everything below is every place but the first")
	})
}

// Lists are counted from both ends, cut, and filtered.
func TestLists(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.IntRange(-9, 9), 1, 6).Draw(t, "numbers")
		var list, objects []any
		for i, n := range numbers {
			list = append(list, json.Number(strconv.Itoa(n)))
			objects = append(objects, object{"n": json.Number(strconv.Itoa(n)), "i": json.Number(strconv.Itoa(i))})
		}
		document := object{"list": list, "objects": objects}
		read := func(path string, args ...any) any {
			got, err := jsonpath.Read(document, fmt.Sprintf(path, args...))
			require.NoError(t, err, path, args)
			return got
		}
		i := rapid.IntRange(0, len(list)-1).Draw(t, "i")
		require.Equal(t, list[i], read("$.list[%d]", i))
		require.Equal(t, list[len(list)-1-i], read("$.list[%d]", -1-i))
		require.Equal(t, list[i:], read("$.list[%d:]", i))
		require.Equal(t, list[len(list)-1-i:], read("$.list[%d:]", -1-i))
		require.Equal(t, append([]any{}, list[:i]...), read("$.list[:%d]", i))
		require.Equal(t, append([]any{}, list[i:min(i+2, len(list))]...), read("$.list[%d:%d]", i, i+2))
		require.Equal(t, []any{list[i], list[0]}, read("$.list[%d,0]", i))
		require.Equal(t, list, read("$.list[*]"))
		require.Equal(t, list, read("$.objects[*].n"))
		require.Equal(t, list, read("$..n"))

		limit := rapid.IntRange(-10, 10).Draw(t, "limit")
		for operator, holds := range map[string]func(int) bool{
			"<": func(n int) bool { return n < limit }, "<=": func(n int) bool { return n <= limit }, ">": func(n int) bool { return n > limit },
			">=": func(n int) bool { return n >= limit }, "==": func(n int) bool { return n == limit }, "!=": func(n int) bool { return n != limit },
		} {
			want := []any{}
			for k, n := range numbers {
				if holds(n) {
					want = append(want, objects[k])
				}
			}
			require.Equal(t, want, read("$.objects[?(@.n %s %d)]", operator, limit), "%s %d", operator, limit)
		}
		float := func(n int) float64 { return float64(n) }
		require.InDelta(t, float(slices.Min(numbers)), toFloat(t, read("$.list.min()")), 0)
		require.InDelta(t, float(slices.Max(numbers)), toFloat(t, read("$.list.max()")), 0)
		require.InDelta(t, float(len(numbers)), toFloat(t, read("$.list.length()")), 0)
		total := 0
		for _, n := range numbers {
			total += n
		}
		require.InDelta(t, float(total), toFloat(t, read("$.list.sum()")), 1e-9)
		require.InDelta(t, float(total)/float(len(numbers)), toFloat(t, read("$.list.avg()")), 1e-9)
		require.Equal(t, list[0], read("$.list.first()"))
		require.Equal(t, list[len(list)-1], read("$.list.last()"))
	})
}

func toFloat(t *rapid.T, value any) float64 {
	data, err := json.Marshal(value)
	require.NoError(t, err)
	f, err := strconv.ParseFloat(string(data), 64)
	require.NoError(t, err)
	return f
}

// What can't be read says what is wrong with the path, or that nothing is there.
func TestPathsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	document := object{"list": []any{}, "text": "x", "o": object{"a": json.Number("1")}}
	for path, found := range map[string]bool{
		"$.nope": false, "$.o.nope": false, "$.list[0]": false, "$.list[-1]": false, "$.text.more": false, "$.list[*]": true, "$.list[0:3]": true, "$..nope": true,
		"$.o[?(@.a == 1)]": true, "$.list.length()": true,
	} {
		_, err := jsonpath.Read(document, path)
		if found {
			require.NoError(t, err, path)
		} else {
			require.ErrorIs(t, err, jsonpath.ErrNotFound, path)
		}
	}
	for _, path := range []string{"", "$.", "$[", "$['a", "$[?(", "$.list[?(@.a ==)]", "$.list.nope()", "$.list[x]", "$..", "$.list.min()", "$.list.avg()"} {
		_, err := jsonpath.Read(document, path)
		require.Error(t, err, path)
		require.NotErrorIs(t, err, jsonpath.ErrNotFound, path)
		require.NotEmpty(t, err.Error())
	}
}
