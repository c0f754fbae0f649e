package mirror

import "github.com/gennaker/gennaker/internal/cloud/view"

// healths judge a pod by its phase and each of its containers by whether it is
// ready, as clouddriver's KubernetesHealth does.
func healths(pod *Pod) []view.Health {
	if pod == nil || pod.Phase == "" {
		return []view.Health{}
	}
	state := view.Unknown
	switch pod.Phase {
	case "Pending":
		state = view.Down
	case "Running":
		state = view.Up
	}
	out := []view.Health{{State: state, Source: "Pod", Type: "kubernetes/pod", Platform: "platform"}}
	for _, c := range pod.Containers {
		state := view.Down
		if c.Ready {
			state = view.Up
		}
		out = append(out, view.Health{State: state, Source: "Container " + c.Name, Type: "kubernetes/container", Platform: "platform"})
	}
	return out
}
