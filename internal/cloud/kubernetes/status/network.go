package status

import "github.com/gennaker/gennaker/internal/stage/manifest"

// service waits for the address of a load balancer, which clouddriver does
// not; every other type is stable as soon as it is there.
func service(o object) manifest.Status {
	if o.text("spec", "type") != "LoadBalancer" {
		return stable()
	}
	status, _ := o["status"].(map[string]any)
	balancer, _ := status["loadBalancer"].(map[string]any)
	ingress, _ := balancer["ingress"].([]any)
	if len(ingress) == 0 {
		return unavailable("Waiting for the load balancer to get an address")
	}
	return stable()
}
