package trigger

import (
	"slices"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pattern"
)

// artifactFields are those that an artifact has; what else is in one goes to its
// metadata, as Kork reads artifacts.
var artifactFields = []string{
	"type", "customKind", "name", "version", "location", "reference", "metadata", "artifactAccount", "provenance", "uuid", "kind",
}

// received gives artifacts the form that executions have them in.
func received(list []any) []any {
	out := make([]any, 0, len(list))
	seen := map[string]bool{}
	for _, item := range list {
		artifact, ok := item.(map[string]any)
		if !ok {
			continue
		}
		whole := normalize(artifact)
		text, err := model.Marshal(whole)
		if err == nil && seen[string(text)] {
			continue
		}
		seen[string(text)] = true
		out = append(out, whole)
	}
	return out
}

func normalize(artifact map[string]any) map[string]any {
	out := map[string]any{"customKind": model.Bool(artifact, "customKind", false)}
	metadata := model.Merge(model.Object(artifact, "metadata"), nil)
	for name, value := range artifact {
		switch {
		case value == nil || name == "metadata" || name == "customKind" || name == "kind":
		case slices.Contains(artifactFields, name):
			out[name] = value
		default:
			metadata[name] = value
		}
	}
	out["metadata"] = metadata
	return out
}

// expected gives a pipeline's expected artifacts the form that executions have them in.
func expected(list []any) []any {
	out := make([]any, 0, len(list))
	for _, item := range list {
		e, ok := item.(map[string]any)
		if !ok {
			continue
		}
		whole := model.Merge(e, map[string]any{
			"usePriorArtifact": model.Bool(e, "usePriorArtifact", false), "useDefaultArtifact": model.Bool(e, "useDefaultArtifact", false),
		})
		for _, field := range []string{"matchArtifact", "defaultArtifact"} {
			if artifact := model.Object(e, field); artifact != nil {
				whole[field] = normalize(artifact)
			}
		}
		out = append(out, whole)
	}
	return out
}

// arrived checks that one of the artifacts that a trigger waits for is there; defaults
// and those of earlier runs don't count here, as in Echo.
func arrived(pipeline model.Pipeline, t model.Trigger, artifacts []any) []Check {
	ids := model.Strings(t, "expectedArtifactIds")
	if len(ids) == 0 {
		return nil
	}
	var wanted, problems []string
	for _, e := range model.Objects(pipeline, "expectedArtifacts") {
		if !slices.Contains(ids, model.String(e, "id")) {
			continue
		}
		match := model.Object(e, "matchArtifact")
		name := model.String(match, "name")
		if name == "" {
			name = model.String(match, "reference")
		}
		wanted = append(wanted, model.String(match, "type")+" "+name)
		for _, item := range artifacts {
			artifact, _ := item.(map[string]any)
			ok, err := fits(match, artifact)
			if ok {
				return []Check{check("expectedArtifactIds", wanted[len(wanted)-1], describe(artifact), true)}
			}
			if err != nil {
				problems = append(problems, err.Error())
			}
		}
	}
	c := Check{What: "expectedArtifactIds"}
	for i, w := range wanted {
		if i > 0 {
			c.Want += ", "
		}
		c.Want += w
	}
	for i, item := range artifacts {
		artifact, _ := item.(map[string]any)
		if i > 0 {
			c.Got += ", "
		}
		c.Got += describe(artifact)
	}
	c.Want, c.Got = cut(c.Want), cut(c.Got)
	switch {
	case len(problems) > 0:
		c.Problem = problems[0]
	case len(wanted) == 0:
		c.Problem = "the pipeline has no expected artifact with this id"
	case len(artifacts) == 0:
		c.Problem = "the event brings no artifacts"
	}
	return []Check{c}
}

func describe(artifact map[string]any) string {
	name := model.String(artifact, "reference")
	if name == "" {
		name = model.String(artifact, "name")
	}
	return model.String(artifact, "type") + " " + name
}

// fits tells whether an artifact is the one that is asked for: each field that is asked
// for is equal or matches as a pattern. The account isn't compared.
func fits(match, artifact map[string]any) (bool, error) {
	if match == nil {
		return false, nil
	}
	for _, field := range []string{"type", "name", "version", "location", "reference"} {
		want, got := model.String(match, field), model.String(artifact, field)
		if want == "" || want == got {
			continue
		}
		if ok, err := pattern.Matches(want, got); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}
