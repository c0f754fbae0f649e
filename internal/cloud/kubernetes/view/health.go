package view

// The states of health that a pod can be in.
const (
	Up      = "Up"
	Down    = "Down"
	Unknown = "Unknown"
)

// healths judge a pod by its phase and each of its containers by whether it is
// ready, as clouddriver's KubernetesHealth does.
func healths(pod *Pod) []Health {
	if pod == nil || pod.Phase == "" {
		return []Health{}
	}
	state := Unknown
	switch pod.Phase {
	case "Pending":
		state = Down
	case "Running":
		state = Up
	}
	out := []Health{{State: state, Source: "Pod", Type: "kubernetes/pod", Platform: "platform"}}
	for _, c := range pod.Containers {
		state := Down
		if c.Ready {
			state = Up
		}
		out = append(out, Health{State: state, Source: "Container " + c.Name, Type: "kubernetes/container", Platform: "platform"})
	}
	return out
}

// healthOf is Up where all that is known is up, Down where anything is down.
func healthOf(all []Health) string {
	state := Unknown
	for _, h := range all {
		switch h.State {
		case Down:
			return Down
		case Up:
			state = Up
		}
	}
	return state
}

func (c *Counts) count(state string) {
	c.Total++
	switch state {
	case Up:
		c.Up++
	case Down:
		c.Down++
	default:
		c.Unknown++
	}
}
