package health

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
)

// service judges a Service without its pods.
func service(o object) Judgment {
	if model.String(o.spec(), "type") != "LoadBalancer" {
		return healthy()
	}
	if len(model.Objects(model.Object(o.status(), "loadBalancer"), "ingress")) == 0 {
		return progressing("NoAddress", "The load balancer has no address yet.").
			until(after(timeOf(o.metadata(), "creationTimestamp"), startPatience), view.StateDegraded, "NoAddress",
				"The load balancer still has no address. Its events say why.")
	}
	return healthy()
}

// Service is the state of a Service that selects pods; idle tells that the
// workloads that it selects are all scaled to zero.
func Service(own view.HealthStatus, pods []PodState, idle bool) view.HealthStatus {
	ready := 0
	var worst view.HealthStatus
	for _, p := range pods {
		if p.Ready {
			ready++
		} else if worst.State == "" || p.Health.Worse(worst) {
			worst = p.Health
		}
	}
	switch {
	case ready > 0:
		if own == view.OK && ready < len(pods) {
			own.Message = fmt.Sprintf("%d of %s ready.", ready, podsAre(int64(len(pods))))
		}
		return own
	case len(pods) == 0 && idle:
		return says(view.StateSuspended, "ScaledToZero", "It sends traffic to nothing, as its workload is scaled to zero.")
	case len(pods) == 0:
		return says(view.StateFailed, "NoEndpoints", "It sends traffic to nothing: no pod has the labels that it selects.")
	}
	state := view.StateFailed
	if worst.State == view.StateProgressing {
		state = view.StateProgressing
	}
	return says(state, "NoEndpoints", "It sends traffic to nothing: none of %s ready. %s", podsAre(int64(len(pods))), worst.Message)
}

// Backend is where an Ingress or a route sends traffic.
type Backend struct {
	Host, Path string
	// Namespace is that of the service; "" if it is the object's own.
	Namespace, Service string
	// PortName or Port is the service's port; both are zero if none is named.
	PortName string
	Port     int64
	// TLS says that an Ingress serves the host over TLS.
	TLS bool
}

// Target is a backend with how its service is doing.
type Target struct {
	Backend
	Health view.HealthStatus
}

// MissingService and MissingPort are the states of backends that name what isn't there.
func MissingService(name string) view.HealthStatus {
	return says(view.StateFailed, "MissingService", "The service %q doesn't exist.", name)
}

// MissingPort is the state of a backend whose service has no such port.
func MissingPort(name string, b Backend) view.HealthStatus {
	port := b.PortName
	if port == "" {
		port = fmt.Sprint(b.Port)
	}
	return says(view.StateFailed, "MissingPort", "The service %q has no port %s.", name, port)
}

// Ingress is the state of an Ingress, or of a route, with these backends.
func Ingress(own view.HealthStatus, targets []Target) view.HealthStatus {
	if len(targets) == 0 {
		return own
	}
	var worst view.HealthStatus
	broken := 0
	for _, t := range targets {
		if t.Health.State == view.StateFailed {
			broken++
		}
		if worst.State == "" || t.Health.Worse(worst) {
			worst = t.Health
		}
	}
	switch {
	case worst.State == view.StateHealthy:
		return own
	case broken == 0:
		return view.HealthStatus{State: worst.State, Reason: worst.Reason, Message: worst.Message}
	case broken == len(targets):
		return view.HealthStatus{State: view.StateFailed, Reason: worst.Reason, Message: worst.Message}
	}
	return says(view.StateDegraded, worst.Reason, "%d of %s no traffic. %s", broken, verb(int64(len(targets)), "backend", "gets", "get"), worst.Message)
}

// Backends are where an Ingress, or a route of the Gateway API, sends traffic: each service and
// port once for each host and path.
func Backends(content map[string]any) []Backend {
	spec := object(content).spec()
	var out []Backend
	if model.String(content, "kind") == "Ingress" {
		secure := map[string]bool{}
		for _, tls := range model.Objects(spec, "tls") {
			for _, host := range model.Strings(tls, "hosts") {
				secure[host] = true
			}
		}
		add := func(host, path string, backend map[string]any) {
			s := model.Object(backend, "service")
			if s == nil {
				return // a resource, which only its controller knows
			}
			port := model.Object(s, "port")
			out = append(out, Backend{
				Host: host, Path: path, Service: model.String(s, "name"), PortName: model.String(port, "name"), Port: number(port, "number"), TLS: secure[host],
			})
		}
		if b := model.Object(spec, "defaultBackend"); b != nil {
			add("", "", b)
		}
		for _, rule := range model.Objects(spec, "rules") {
			for _, path := range model.Objects(model.Object(rule, "http"), "paths") {
				add(model.String(rule, "host"), model.String(path, "path"), model.Object(path, "backend"))
			}
		}
		return out
	}
	hosts := model.Strings(spec, "hostnames")
	host := ""
	if len(hosts) > 0 {
		host = hosts[0]
	}
	for _, rule := range model.Objects(spec, "rules") {
		path := ""
		for _, match := range model.Objects(rule, "matches") {
			path = model.String(model.Object(match, "path"), "value")
			break
		}
		for _, ref := range model.Objects(rule, "backendRefs") {
			if kind := model.String(ref, "kind"); kind != "" && kind != "Service" {
				continue
			}
			out = append(out, Backend{Host: host, Path: path, Namespace: model.String(ref, "namespace"), Service: model.String(ref, "name"), Port: number(ref, "port")})
		}
	}
	return out
}

// Port is a port of a Service.
type Port struct {
	Name   string
	Number int64
}

// Ports are the ports of a Service.
func Ports(content map[string]any) []Port {
	var out []Port
	for _, p := range model.Objects(object(content).spec(), "ports") {
		out = append(out, Port{model.String(p, "name"), number(p, "port")})
	}
	return out
}

// Addresses are where a Service or an Ingress is reached from outside its cluster, as its
// load balancer has reported: host names and IP addresses.
func Addresses(content map[string]any) []string {
	var out []string
	for _, at := range model.Objects(model.Object(object(content).status(), "loadBalancer"), "ingress") {
		address := model.String(at, "hostname")
		if address == "" {
			address = model.String(at, "ip")
		}
		if address != "" {
			out = append(out, address)
		}
	}
	return out
}

// Leads tells whether a backend's port is one of a service's.
func (b Backend) Leads(ports []Port) bool {
	if b.PortName == "" && b.Port == 0 {
		return true
	}
	for _, p := range ports {
		if b.PortName != "" && b.PortName == p.Name || b.PortName == "" && b.Port == p.Number {
			return true
		}
	}
	return false
}
