package engine

import (
	"fmt"
	"regexp"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// resolveArtifacts matches a configuration's expected artifacts with those the
// trigger brings, by the rules of Orca's ArtifactUtils, and writes what it
// found into the trigger.
func resolveArtifacts(config, trigger map[string]any, prior Prior) error {
	received := append(model.Objects(config, "receivedArtifacts"), model.Objects(trigger, "artifacts")...)
	wanted := map[string]bool{}
	for _, id := range model.Strings(trigger, "expectedArtifactIds") {
		wanted[id] = true
	}
	expected := []any{}
	resolved := []any{}
	all := toAny(received)
	var priorArtifacts []map[string]any
	for _, e := range model.Objects(config, "expectedArtifacts") {
		usePrior, useDefault := model.Bool(e, "usePriorArtifact", false), model.Bool(e, "useDefaultArtifact", false)
		if !wanted[model.String(e, "id")] && !usePrior && !useDefault {
			continue
		}
		if usePrior && priorArtifacts == nil && prior != nil {
			priorArtifacts = prior(model.String(config, "id"))
		}
		artifact, err := resolveOne(e, received, priorArtifacts)
		if err != nil {
			return err
		}
		bound := model.Merge(e, map[string]any{"boundArtifact": artifact})
		expected, resolved = append(expected, bound), append(resolved, bound)
		if !containsArtifact(all, artifact) {
			all = append(all, artifact)
		}
	}
	trigger["artifacts"] = all
	trigger["expectedArtifacts"] = expected
	trigger["resolvedExpectedArtifacts"] = resolved
	return nil
}

// resolveOne finds the artifact for one expectation: a received one, the prior
// execution's, or the default.
func resolveOne(expected map[string]any, received, prior []map[string]any) (map[string]any, error) {
	match := model.Object(expected, "matchArtifact")
	found, err := matching(expected, match, received)
	if err != nil || found != nil {
		return found, err
	}
	if model.Bool(expected, "usePriorArtifact", false) {
		if found, err = matching(expected, match, prior); err != nil || found != nil {
			return found, err
		}
	}
	if fallback := model.Object(expected, "defaultArtifact"); fallback != nil && model.Bool(expected, "useDefaultArtifact", false) {
		return fallback, nil
	}
	return nil, fault.New(fault.Invalid, "Unmatched expected artifact %s could not be resolved.", describeExpected(expected))
}

// matching finds the one artifact that fits; two that do are an error.
func matching(expected, match map[string]any, candidates []map[string]any) (map[string]any, error) {
	var found map[string]any
	for _, candidate := range candidates {
		if !Matches(match, candidate) {
			continue
		}
		if found != nil && !sameArtifact(found, candidate) {
			return nil, fault.New(fault.Invalid, "Expected artifact %s matches multiple artifacts [%s, %s]",
				describeExpected(expected), describe(found), describe(candidate))
		}
		found = candidate
	}
	return found, nil
}

// Matches reports whether an artifact fits an expectation: every field that the
// expectation has is equal to the artifact's, or a regular expression for the
// whole of it. Embedded and remote text count as one type.
func Matches(match, artifact map[string]any) bool {
	if match == nil {
		return false
	}
	for _, field := range []string{"type", "name", "version", "location", "reference"} {
		want, have := model.String(match, field), model.String(artifact, field)
		if want == "" || want == have {
			continue
		}
		if field == "type" && storedText(want) && storedText(have) {
			continue
		}
		pattern, err := regexp.Compile(`^(?:` + want + `)$`)
		if err != nil || !pattern.MatchString(have) {
			return false
		}
	}
	return true
}

func storedText(kind string) bool { return kind == "embedded/base64" || kind == "remote/base64" }

func sameArtifact(a, b map[string]any) bool {
	return describe(a) == describe(b)
}

func containsArtifact(list []any, artifact map[string]any) bool {
	for _, item := range list {
		if o, ok := item.(map[string]any); ok && sameArtifact(o, artifact) {
			return true
		}
	}
	return false
}

// describe is an artifact as an error names it: the fields that tell it apart,
// in the words of Spinnaker's own messages.
func describe(artifact map[string]any) string {
	if artifact == nil {
		return "null"
	}
	field := func(name string) string {
		if value := model.String(artifact, name); value != "" {
			return value
		}
		return "null"
	}
	metadata, err := model.Marshal(model.Merge(model.Object(artifact, "metadata"), nil))
	if err != nil {
		metadata = []byte("{}")
	}
	return fmt.Sprintf("Artifact(type=%s, customKind=%t, name=%s, version=%s, location=%s, reference=%s, metadata=%s, artifactAccount=%s, provenance=%s, uuid=%s)",
		field("type"), model.Bool(artifact, "customKind", false), field("name"), field("version"), field("location"),
		field("reference"), metadata, field("artifactAccount"), field("provenance"), field("uuid"))
}

// describeExpected is an expected artifact as an error names it.
func describeExpected(e map[string]any) string {
	return fmt.Sprintf("ExpectedArtifact(matchArtifact=%s, usePriorArtifact=%t, useDefaultArtifact=%t, defaultArtifact=%s, id=%s, boundArtifact=%s)",
		describe(model.Object(e, "matchArtifact")), model.Bool(e, "usePriorArtifact", false), model.Bool(e, "useDefaultArtifact", false),
		describe(model.Object(e, "defaultArtifact")), model.String(e, "id"), describe(model.Object(e, "boundArtifact")))
}

func toAny(list []map[string]any) []any {
	out := make([]any, len(list))
	for i, o := range list {
		out[i] = o
	}
	return out
}
