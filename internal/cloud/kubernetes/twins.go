package kubernetes

import (
	"fmt"
	"slices"

	"github.com/gennaker/gennaker/internal/model"
)

// dropTwins removes entries that server-side apply refuses because the list
// has another one of the same key: environment variables, of which the last
// one counts as in the container, and ports, of which the first one stays.
// Kubectl's client-side apply, and so Spinnaker, lets them pass. It tells what
// was removed.
func dropTwins(m map[string]any) []string {
	var told []string
	podSpecs(m, func(spec map[string]any) { told = append(told, dropPodTwins(spec)...) })
	if model.String(m, "kind") == "Pod" {
		told = append(told, dropPodTwins(model.Object(m, "spec"))...)
	}
	slices.Sort(told)
	return told
}

func dropPodTwins(spec map[string]any) []string {
	var told []string
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range model.Objects(spec, list) {
			for _, key := range dropSame(c, "env", true, func(e map[string]any) string { return model.String(e, "name") }) {
				told = append(told, fmt.Sprintf("container %s sets the environment variable %s more than once; the last value counts", model.String(c, "name"), key))
			}
			for _, key := range dropSame(c, "ports", false, portKey) {
				told = append(told, fmt.Sprintf("container %s names port %s more than once; the first one counts", model.String(c, "name"), key))
			}
		}
	}
	return told
}

func portKey(port map[string]any) string {
	protocol := model.String(port, "protocol")
	if protocol == "" {
		protocol = "TCP"
	}
	return model.String(port, "containerPort") + "/" + protocol
}

// dropSame keeps the first or the last entry of each key, and returns the keys
// of those it removed.
func dropSame(in map[string]any, field string, last bool, key func(map[string]any) string) []string {
	list := model.List(in, field)
	entries := model.Objects(in, field)
	if len(entries) != len(list) {
		return nil // of another shape, for the API server to refuse
	}
	if last {
		slices.Reverse(entries)
	}
	var removed []string
	seen := map[string]bool{}
	kept := make([]any, 0, len(list))
	for _, e := range entries {
		k := key(e)
		if seen[k] {
			removed = append(removed, k)
			continue
		}
		seen[k] = true
		kept = append(kept, e)
	}
	if last {
		slices.Reverse(kept)
	}
	if len(removed) > 0 {
		in[field] = kept
	}
	return removed
}
