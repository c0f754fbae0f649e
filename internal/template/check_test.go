package template

import (
	"testing"
)

func TestCheckV2(t *testing.T) {
	t.Parallel()
	if err := CheckV2(document(t, rollout)); err != nil {
		t.Error(err)
	}
	says(t, CheckV2(object{}), "id is missing", "metadata.name is missing", "metadata.description is missing", "metadata.scopes is missing",
		"schema is missing", "pipeline is missing")
	says(t, CheckV2(document(t, `
schema: "1"
id: a.b
metadata: {name: "x!", description: d, scopes: [global]}
variables: [{name: a-b}, {name: ""}, {name: c, type: text}, {name: c}]
pipeline: {schema: v2, template: {}}
`)), `schema must be v2, not "1"`, `id "a.b"`, `metadata.name "x!"`, `variables[0].name "a-b"`, "variables[1].name is missing",
		`variables[2].type "text" must be one of int, string`, `variables[3].name "c" is there twice`, "can't use a template itself")
}

func TestCheckV1(t *testing.T) {
	t.Parallel()
	good := document(t, "id: a\nschema: '1'\nmetadata: {name: n, description: d, scopes: [a]}")
	if err := CheckV1(good); err != nil {
		t.Error(err)
	}
	good["source"], good["variables"] = "spinnaker://a", list{object{"name": "a-b"}}
	says(t, CheckV1(good), "can't have dashes", "names the template itself")
}

func TestTags(t *testing.T) {
	t.Parallel()
	for _, tag := range append([]string{""}, Tags...) {
		if err := CheckTag(tag); err != nil {
			t.Error(err)
		}
	}
	says(t, CheckTag("1.0"), `"1.0" is not supported`, "latest, stable")
}

func TestReferences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Reference{
		"spinnaker://a":             {ID: "a"},
		"spinnaker://a:stable":      {ID: "a", Tag: "stable"},
		"spinnaker://a@sha256:0123": {ID: "a", Digest: "0123"},
	} {
		got, err := ParseReference(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: %+v %v, again %s", text, got, err, got)
		}
	}
	for _, text := range []string{"", "a", "http://a", "spinnaker://", "spinnaker://:x", "spinnaker://a:", "spinnaker://a@x", "spinnaker://a@sha256:"} {
		_, err := ParseReference(text)
		says(t, err, "reference")
	}
	_, err := Reference{ID: "a", Tag: "b", Digest: "c"}.Key()
	says(t, err, "can't both be set")
}

func TestDigest(t *testing.T) {
	t.Parallel()
	a := object{"id": "a", "tag": "latest", "metadata": object{"name": "two words", "b": 1}}
	// The sum of {"id":"a","metadata":{"b":1,"name":"twowords"},"tag":"latest"}.
	const want = "ecd13efb92d4f5a8302593059d0eea03eb65f351d26049addb56110777f81887"
	first, err := Digest(a)
	if err != nil || first != want {
		t.Fatalf("%s %v", first, err)
	}
	a["updateTs"], a["lastModifiedBy"], a["digest"] = "1", "me", "x"
	if again, _ := Digest(a); again != first {
		t.Error("what the store adds counts")
	}
	a["tag"] = "stable"
	if other, _ := Digest(a); other == first {
		t.Error("the tag does not count")
	}
}
