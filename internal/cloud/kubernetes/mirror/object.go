package mirror

import (
	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/view"
)

// Object is what the views need of a Kubernetes object. It isn't changed once
// it is in a store.
type Object struct {
	UID string
	// Kind is in Spinnaker's spelling: "replicaSet", "Certificate.cert-manager.io".
	Kind       string
	APIVersion string
	Class      view.Class
	// Namespace is "" for objects of the whole cluster.
	Namespace string
	Name      string
	// Created is in milliseconds since the epoch, 0 where it isn't known.
	Created int64
	Labels  map[string]string
	Moniker view.Moniker
	// Owners is the UID of the object that controls this one; if none does, the UIDs of
	// all that own it.
	Owners []string
	// Health is how it is doing by what it says of itself; nil if it is healthy and
	// there is nothing to say.
	Health *health.Judgment

	// Workload is set if the object has pods, or makes what has them.
	Workload *Workload
	// Pod is set for pods.
	Pod *Pod
	// Selector are the labels by which a service finds pods.
	Selector map[string]string
	// Route is set for what sends traffic.
	Route *Route
	// Rules are set for network policies.
	Rules *Rules
}

// Route is where a service, an ingress or a route sends traffic.
type Route struct {
	// Ports are those of a service.
	Ports []health.Port
	// External is set for a service that is to be reached from outside the cluster.
	External bool
	// Addresses are where it is reached from outside: host names and IP addresses.
	Addresses []string
	// Backends are those of an ingress or a route.
	Backends []health.Backend
}

// Workload is what matters of a workload's specification.
type Workload struct {
	Replicas int64
	// Images are those of its containers, each once.
	Images []string
	// PodLabels are the labels of its template.
	PodLabels map[string]string
	// Traffic are the load balancers that it is annotated with, as full names:
	// "service web".
	Traffic []string
	// ServiceName is the service that governs a StatefulSet.
	ServiceName string
	// Revision counts the versions of a Deployment, and says which of them a
	// ReplicaSet is.
	Revision string
}

// Pod is what matters of a pod's status.
type Pod struct {
	// Phase is Pending, Running, Succeeded, Failed or Unknown; "" where nothing
	// has been reported.
	Phase string
	// Unready says of a running pod that it gets no traffic.
	Unready    bool
	Containers []Container
}

// Container is the health of one container.
type Container struct {
	Name  string
	Ready bool
}

// Rules are the ports that a network policy opens.
type Rules struct {
	Inbound, Outbound []view.PortRule
}

// Key names an object of an account.
type Key struct{ Kind, Namespace, Name string }

// Key is the object's key.
func (o *Object) Key() Key { return Key{o.Kind, o.Namespace, o.Name} }

// FullName is the kind and the name, as Spinnaker names objects: "service web".
func (o *Object) FullName() string { return o.Kind + " " + o.Name }

// grouped tells whether the object makes a cluster of its application.
func (o *Object) grouped() bool {
	return (o.Class == view.ServerGroups || o.Class == view.ServerGroupManagers) && o.Moniker.App != "" && o.Moniker.Cluster != ""
}

// shown tells whether the object is looked up by its application.
func (o *Object) shown() bool { return o.Moniker.App != "" && o.Class != view.Instances }
