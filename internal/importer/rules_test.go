package importer

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
)

type object = map[string]any

// Two things are the same if they say the same: not if they were stored at another
// time, by somebody else, or with other spellings of a number.
func TestEqual(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b any
		want bool
	}{
		"the same":                 {object{"a": "x"}, object{"a": "x"}, true},
		"another value":            {object{"a": "x"}, object{"a": "y"}, false},
		"more fields":              {object{"a": "x"}, object{"a": "x", "b": "y"}, false},
		"order of keys":            {object{"a": "1", "b": "2"}, object{"b": "2", "a": "1"}, true},
		"order of a list":          {[]any{"a", "b"}, []any{"b", "a"}, false},
		"1 and 1.0":                {json.Number("1"), json.Number("1.0"), true},
		"1e3 and 1000":             {json.Number("1e3"), json.Number("1000"), true},
		"0.1 and 0.10":             {json.Number("0.1"), json.Number("0.10"), true},
		"1 and 2":                  {json.Number("1"), json.Number("2"), false},
		"large numbers":            {json.Number("9007199254740993"), json.Number("9007199254740992"), false},
		"a number and its text":    {json.Number("1"), "1", false},
		"null and nothing":         {object{"a": nil}, object{}, false},
		"deep":                     {object{"s": []any{object{"n": json.Number("1.0")}}}, object{"s": []any{object{"n": json.Number("1")}}}, true},
		"a pipeline and an object": {model.Pipeline{"n": json.Number("1.0")}, object{"n": json.Number("1")}, true},
	} {
		require.Equal(t, c.want, equal(c.a, c.b), name)
		require.Equal(t, c.want, equal(c.b, c.a), name)
	}
}

// What a server adds when it stores something isn't sent to another, and nulls are
// nothing.
func TestWithout(t *testing.T) {
	t.Parallel()
	in := object{
		"name": "a", "updateTs": "1", "lastModified": "1", "lastModifiedBy": "ann", "createdAt": "1", "createTs": "1",
		"index": json.Number("3"), "none": nil, "stages": []any{object{"name": "s", "none": nil, "updateTs": "kept: it is not the object's own"}},
	}
	require.Equal(t, object{
		"name": "a", "stages": []any{object{"name": "s", "updateTs": "kept: it is not the object's own"}},
	}, without(in, "index"))
	require.Contains(t, in, "updateTs", "what was read isn't changed")
	require.Empty(t, without(nil))
}

// An application is as wanted if it has all that is wanted; what else it has may
// stay, and what is empty may be missing.
func TestContains(t *testing.T) {
	t.Parallel()
	has := object{"name": "SHOP", "email": "a@b", "port": json.Number("80"), "permissions": object{"READ": []any{}}, "flags": []any{"x"}}
	for name, c := range map[string]struct {
		part object
		want bool
	}{
		"nothing":                      {object{}, true},
		"a part":                       {object{"email": "a@b"}, true},
		"another value":                {object{"email": "c@d"}, false},
		"something new":                {object{"description": "d"}, false},
		"an empty text that is absent": {object{"description": ""}, true},
		"an empty list that is absent": {object{"groups": []any{}}, true},
		"lists of nobody":              {object{"permissions": object{"READ": []any{}, "WRITE": []any{}}}, true},
		"lists of somebody":            {object{"permissions": object{"READ": []any{"ann"}}}, false},
		"null":                         {object{"description": nil}, true},
		"an empty value in its place":  {object{"flags": []any{}}, false},
		"the name's case":              {object{"name": "shop"}, true},
		"80.0":                         {object{"port": json.Number("80.0")}, true},
	} {
		require.Equal(t, c.want, contains(has, c.part), name)
	}
	require.False(t, contains(nil, object{"email": "a@b"}))
}

func TestPlan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		same, exists bool
		want         Action
	}{{false, false, Create}, {true, false, Create}, {true, true, Unchanged}, {false, true, Update}} {
		require.Equal(t, c.want, plan(c.same, c.exists))
	}
}

type knows struct{ templates bool }

func (knows) Unavailable(kind string) string {
	if kind == "wait" {
		return ""
	}
	return "stages of type " + kind + " can't run here"
}
func (knows) TriggerTypes() []string { return []string{"webhook"} }
func (k knows) Templates() bool      { return k.templates }

// What won't run here as it does there is said once, before it is imported.
func TestObstacles(t *testing.T) {
	t.Parallel()
	stages := func(kinds ...string) []any {
		var out []any
		for _, kind := range kinds {
			out = append(out, object{"type": kind})
		}
		return out
	}
	for name, c := range map[string]struct {
		config    model.Pipeline
		templates bool
		want      []string
	}{
		"nothing":                  {model.Pipeline{}, false, nil},
		"known stages":             {model.Pipeline{"stages": stages("wait", "wait")}, false, nil},
		"an unknown stage, twice":  {model.Pipeline{"stages": stages("magic", "wait", "magic")}, false, []string{"stages of type magic can't run here"}},
		"two unknown stages":       {model.Pipeline{"stages": stages("magic", "more")}, false, []string{"stages of type magic can't run here", "stages of type more can't run here"}},
		"a stage without a type":   {model.Pipeline{"stages": []any{object{"name": "x"}}}, false, nil},
		"a known alias":            {model.Pipeline{"stages": []any{object{"type": "magic", "alias": "wait"}}}, false, nil},
		"an unknown alias":         {model.Pipeline{"stages": []any{object{"type": "magic", "alias": "more"}}}, false, []string{"stages of type magic can't run here"}},
		"a trigger that fires":     {model.Pipeline{"triggers": []any{object{"type": "webhook", "enabled": true}}}, false, nil},
		"a trigger that doesn't":   {model.Pipeline{"triggers": []any{object{"type": "pubsub", "enabled": true}, object{"type": "pubsub"}}}, false, []string{"its pubsub trigger is not supported here"}},
		"a trigger that is off":    {model.Pipeline{"triggers": []any{object{"type": "pubsub", "enabled": false}}}, false, nil},
		"a template":               {model.Pipeline{"type": "templatedPipeline"}, false, []string{"it uses a template, which is not supported here yet"}},
		"a template by reference":  {model.Pipeline{"template": object{"reference": "spinnaker://x"}}, false, []string{"it uses a template, which is not supported here yet"}},
		"a template that is known": {model.Pipeline{"type": "templatedPipeline"}, true, nil},
	} {
		r := &run{Options: Options{Platform: knows{c.templates}}}
		require.Equal(t, c.want, r.obstacles(c.config), name)
	}
}

// A project comes along if it has any of the applications.
func TestConcerns(t *testing.T) {
	t.Parallel()
	project := object{"config": object{"applications": []any{"shop", "cart"}}}
	for name, c := range map[string]struct {
		only    []string
		project object
		want    bool
	}{
		"all":            {nil, project, true},
		"one of its own": {[]string{"CART"}, project, true},
		"another":        {[]string{"demo"}, project, false},
		"without any":    {[]string{"shop"}, object{}, false},
	} {
		r := &run{Options: Options{Applications: c.only}}
		require.Equal(t, c.want, r.concerns(c.project), name)
	}
}
