package template

import (
	"slices"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// mergeTemplates lays templates over each other, the later over the earlier:
// Orca's TemplateMerge.
func mergeTemplates(chain []map[string]any) (map[string]any, error) {
	if len(chain) == 0 {
		return nil, fault.New(fault.Invalid, "there is no pipeline template to create a pipeline from")
	}
	out := map[string]any{
		"id": "mergedTemplate", "schema": model.String(chain[0], "schema"), "protect": false,
		"metadata": model.Object(chain[len(chain)-1], "metadata"),
	}
	settings := map[string]any{}
	for _, template := range chain {
		if source := model.String(template, "source"); source != "" {
			if before := model.String(out, "source"); before != "" {
				source = before + "," + source
			}
			out["source"] = source
		}
		if model.Bool(template, "protect", false) {
			out["protect"] = true
		}
		out["variables"] = mergeNamed(model.List(out, "variables"), model.List(template, "variables"))
		for _, section := range []string{"stages", "modules", "partials"} {
			out[section] = mergeIdentified(model.List(out, section), model.List(template, section))
		}
		own := model.Object(template, "configuration")
		settings["concurrentExecutions"] = mergeMaps(model.Object(settings, "concurrentExecutions"), model.Object(own, "concurrentExecutions"))
		for _, section := range []string{"triggers", "parameters", "notifications"} {
			settings[section] = mergeNamed(model.List(settings, section), model.List(own, section))
		}
		settings["expectedArtifacts"] = mergeIdentified(model.List(settings, "expectedArtifacts"), model.List(own, "expectedArtifacts"))
	}
	out["configuration"] = settings
	return out, nil
}

// mergeNamed lays a list over another by the members' names: a member with
// "remove" takes the other away, one with "merge" is laid over it, any other
// takes its place.
func mergeNamed(base, over []any) []any {
	return mergeBy("name", base, over)
}

// mergeIdentified lays a list over another by the members' ids.
func mergeIdentified(base, over []any) []any {
	return mergeBy("id", base, over)
}

func mergeBy(key string, base, over []any) []any {
	out := append([]any{}, base...)
	for _, item := range over {
		member, ok := item.(map[string]any)
		at := slices.IndexFunc(out, func(other any) bool {
			o, isObject := other.(map[string]any)
			return ok && isObject && model.String(o, key) == model.String(member, key) && model.String(member, key) != ""
		})
		byName := key == "name"
		switch {
		case at < 0:
			out = append(out, item)
		case byName && model.Bool(member, "remove", false):
			out = slices.Delete(out, at, at+1)
		case byName && model.Bool(member, "merge", false):
			before, _ := out[at].(map[string]any)
			out[at] = model.Without(model.Merge(before, member), "merge")
		default:
			out[at] = item
		}
	}
	return out
}

// mergeMaps lays an object over another at any depth; null takes a field away.
func mergeMaps(base, over map[string]any) map[string]any {
	out := model.Merge(base, nil)
	for key, value := range over {
		before, isObject := out[key].(map[string]any)
		after, _ := value.(map[string]any)
		switch {
		case value == nil:
			delete(out, key)
		case isObject && after != nil:
			out[key] = mergeMaps(before, after)
		default:
			out[key] = value
		}
	}
	return out
}
