package kubernetes

import (
	"strconv"
	"strings"
	"unique"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/cloud/kubernetes/health"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes/mirror"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
)

// annotationIgnored leaves an object out of the views.
const annotationIgnored = "caching.spinnaker.io/ignore"

// trim keeps of an object what the views need, and tells whether they show it
// at all. Texts that many objects have are kept once.
func (a *account) trim(o *unstructured.Unstructured, p properties) (*mirror.Object, bool) {
	namespace := o.GetNamespace()
	annotations := o.GetAnnotations()
	switch {
	case annotations[annotationIgnored] == "true",
		a.config.OnlySpinnakerManaged && annotations[annotationApplication] == "",
		a.allowNamespace(namespace) != nil:
		return nil, false
	}
	moniker := monikerOf(o.Object)
	out := &mirror.Object{
		UID: string(o.GetUID()), Kind: once(p.kind.String()), APIVersion: once(o.GetAPIVersion()), Class: view.Class(p.spinnakerKind),
		Namespace: once(namespace), Name: strings.Clone(o.GetName()), Labels: onceEach(o.GetLabels()),
		Moniker: view.Moniker{
			App: once(moniker.App), Cluster: once(moniker.Cluster), Stack: once(moniker.Stack), Detail: once(moniker.Detail),
			Sequence: moniker.Sequence,
		},
	}
	if created := o.GetCreationTimestamp(); !created.IsZero() {
		out.Created = created.UnixMilli()
	}
	if owner := metav1.GetControllerOfNoCopy(o); owner != nil {
		out.Owners = []string{once(string(owner.UID))}
	} else {
		for _, owner := range o.GetOwnerReferences() {
			out.Owners = append(out.Owners, once(string(owner.UID)))
		}
	}
	if judgment := health.Of(o.Object); !judgment.Plain() {
		out.Health = &judgment
	}
	switch p.kind.key() {
	case "pod":
		out.Pod = trimPod(o.Object)
	case "service":
		out.Selector = onceEach(texts(model.Object(model.Object(o.Object, "spec"), "selector")))
		out.Route = &mirror.Route{
			Ports: health.Ports(o.Object), Addresses: health.Addresses(o.Object),
			External: model.String(model.Object(o.Object, "spec"), "type") == "LoadBalancer",
		}
	case "ingress", "httproute.gateway.networking.k8s.io", "grpcroute.gateway.networking.k8s.io":
		out.Route = &mirror.Route{Backends: health.Backends(o.Object), Addresses: health.Addresses(o.Object)}
	case "networkpolicy":
		out.Rules = trimRules(model.Object(o.Object, "spec"))
	}
	switch out.Class {
	case view.ServerGroups:
		out.Workload = trimWorkload(o.Object)
		out.Workload.Revision = once(annotations[annotationRevision])
	case view.ServerGroupManagers:
		out.Workload = &mirror.Workload{Revision: once(annotations[annotationRevision])}
	}
	return out, true
}

// once gives the one copy of a text that is kept.
func once(text string) string {
	if text == "" {
		return ""
	}
	return unique.Make(text).Value()
}

func onceEach(m map[string]string) map[string]string {
	if len(m) == 0 {
		return nil
	}
	out := make(map[string]string, len(m))
	for key, value := range m {
		out[once(key)] = once(value)
	}
	return out
}

// texts are the entries of an object whose values are texts.
func texts(m map[string]any) map[string]string {
	out := make(map[string]string, len(m))
	for key, value := range m {
		if text, ok := value.(string); ok {
			out[key] = text
		}
	}
	return out
}

func trimWorkload(o map[string]any) *mirror.Workload {
	spec := model.Object(o, "spec")
	out := &mirror.Workload{ServiceName: once(model.String(spec, "serviceName"))}
	out.Replicas, _ = model.Int(spec, "replicas")
	if metadata, ok := templateMeta(o); ok {
		out.PodLabels = onceEach(texts(model.Object(metadata, "labels")))
	}
	seen := map[string]bool{}
	podSpecs(o, func(pod map[string]any) {
		for _, list := range []string{"containers", "initContainers"} {
			for _, c := range model.Objects(pod, list) {
				if image := model.String(c, "image"); image != "" && !seen[image] {
					seen[image] = true
					out.Images = append(out.Images, once(image))
				}
			}
		}
	})
	for _, name := range trafficOf(o) {
		if k, bare, err := parseName(name); err == nil {
			out.Traffic = append(out.Traffic, once(k.String()+" "+bare))
		}
	}
	return out
}

func trimPod(o map[string]any) *mirror.Pod {
	status := model.Object(o, "status")
	out := &mirror.Pod{Phase: once(model.String(status, "phase"))}
	out.Unready = out.Phase == "Running" && !health.Ready(o)
	for _, c := range model.Objects(status, "containerStatuses") {
		ready, _ := c["ready"].(bool)
		out.Containers = append(out.Containers, mirror.Container{Name: once(model.String(c, "name")), Ready: ready})
	}
	return out
}

// trimRules reads the ports that a network policy opens, not for whom, as
// clouddriver does.
func trimRules(spec map[string]any) *mirror.Rules {
	ports := func(direction string) []view.PortRule {
		var out []view.PortRule
		for _, rule := range model.Objects(spec, direction) {
			for _, port := range model.Objects(rule, "ports") {
				out = append(out, portRule(port))
			}
		}
		return out
	}
	return &mirror.Rules{Inbound: ports("ingress"), Outbound: ports("egress")}
}

func portRule(port map[string]any) view.PortRule {
	out := view.PortRule{Protocol: once(model.String(port, "protocol"))}
	from, numbered := model.Int(port, "port")
	name := model.String(port, "port")
	if n, err := strconv.Atoi(name); err == nil {
		from, numbered = int64(n), true
	}
	switch {
	case numbered:
		start, end := int(from), int(from)
		if last, ok := model.Int(port, "endPort"); ok {
			end = int(last)
		}
		out.PortRanges = []view.PortRange{{StartPort: &start, EndPort: &end}}
	case name != "":
		out.PortRanges = []view.PortRange{{StartPortName: name, EndPortName: name}}
	}
	return out
}
