package orca

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// compare notes how an execution differs from a recorded one: statuses, stages and their
// order, contexts, outputs, tasks.
func (r *run) compare(name string, got map[string]any) error {
	want, err := r.readObject(name)
	if err != nil {
		return err
	}
	for _, line := range recorded.Differences("", normal("", want), normal("", got), recorded.Options{}) {
		r.differf("%s: %s", name, line)
	}
	return nil
}

var (
	ulid       = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{26}\b`)
	timeKey    = regexp.MustCompile(`(?i)(time|timestamp)$`)
	statusPath = regexp.MustCompile(`/status/\d+`)
)

// normal makes two runs comparable: ids, times, and what depends on them or on the
// target's process are replaced by what they are.
func normal(key string, value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, member := range v {
			switch k {
			case "stackTrace", "headers":
				out[k] = "<" + k + ">"
			case "executionId":
				out[k] = "<id>"
			default:
				out[k] = normal(k, member)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for n, member := range v {
			out[n] = normal(key, member)
		}
		if key == "variables" {
			// A task's variables come in the order of Java's hash maps.
			slices.SortStableFunc(out, func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		}
		return out
	case string:
		if key == "id" || key == "k" {
			return "<id>"
		}
		return statusPath.ReplaceAllString(ulid.ReplaceAllString(v, "<id>"), "/status/<id>")
	case bool, nil:
		return v
	}
	if timeKey.MatchString(key) && key != "waitTime" {
		return "<time>"
	}
	return fmt.Sprint(value)
}
