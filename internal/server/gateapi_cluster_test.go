package server_test

import (
	"maps"
	"strings"
	"testing"
)

// running is what the walked server's cluster has: a Deployment of one pod
// behind a service, a network policy and a job.
func running() []obj {
	meta := func(name, uid string, more obj) obj {
		out := obj{
			"name": name, "namespace": "default", "uid": uid, "creationTimestamp": "2026-01-02T03:04:05Z", "labels": obj{"app": "web"},
			"annotations": obj{"moniker.spinnaker.io/application": "demo", "moniker.spinnaker.io/cluster": "deployment web"},
		}
		maps.Copy(out, more)
		return out
	}
	ownedBy := func(kind, name, uid string) obj {
		return obj{"ownerReferences": objs{obj{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": true}}}
	}
	pods := obj{"metadata": obj{"labels": obj{"app": "web"}}, "spec": obj{"containers": objs{obj{"name": "web", "image": "nginx:1.27"}}}}
	spec := obj{"replicas": 1, "selector": obj{"matchLabels": obj{"app": "web"}}, "template": pods}
	return []obj{
		{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta("web", "d", nil), "spec": spec, "status": obj{"replicas": 1}},
		{"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": meta("web-1", "r", ownedBy("Deployment", "web", "d")), "spec": spec},
		{
			"apiVersion": "v1", "kind": "Pod", "metadata": meta("web-1-a", "p", ownedBy("ReplicaSet", "web-1", "r")), "spec": pods["spec"],
			"status": obj{"phase": "Running", "containerStatuses": objs{obj{"name": "web", "ready": true}}},
		},
		{"apiVersion": "v1", "kind": "Service", "metadata": meta("web", "s", nil), "spec": obj{"selector": obj{"app": "web"}}},
		{
			"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta("web", "n", nil),
			"spec": obj{"ingress": objs{obj{"ports": objs{obj{"port": 80, "protocol": "TCP"}}}}},
		},
		{"apiVersion": "batch/v1", "kind": "Job", "metadata": meta("sweep", "j", nil), "spec": obj{"template": pods}},
	}
}

// inCloud asks for one thing in the cluster.
func inCloud(name, query string) func(*fixtures) ask {
	return func(*fixtures) ask {
		return ask{query: query, at: map[string]string{
			"region": "default", "location": "default", "clusterName": "deployment%20web", "cloudProvider": "kubernetes", "scope": "default",
			"target": "newest", "serverGroupName": "replicaSet%20web-1", "instanceId": "pod%20web-1-a", "name": name,
		}}
	}
}

// cloudRequests are the requests to what runs in the cluster.
func cloudRequests() map[string]func(*fixtures) ask {
	const clusters = "GET /applications/{application}/clusters"
	return map[string]func(*fixtures) ask{
		"GET /applications/{applicationName}/jobs/{account}/{region}/{name}":                    inCloud("sweep", ""),
		"GET /applications/{applicationName}/serverGroups":                                      none,
		"GET /applications/{applicationName}/serverGroups/{account}/{region}/{serverGroupName}": inCloud("", ""),
		clusters:                              none,
		clusters + "/{account}":               none,
		clusters + "/{account}/{clusterName}": inCloud("", ""),
		clusters + "/{account}/{clusterName}/serverGroups":                                         inCloud("", ""),
		clusters + "/{account}/{clusterName}/serverGroups/{serverGroupName}":                       inCloud("", ""),
		clusters + "/{account}/{clusterName}/{cloudProvider}/{scope}/serverGroups/target/{target}": inCloud("", ""),
		"GET /applications/{application}/loadBalancers":                                            none,
		"GET /applications/{application}/rawResources":                                             none,
		"GET /applications/{application}/serverGroupManagers":                                      none,
		"GET /firewalls":                                         none,
		"GET /firewalls/{account}":                               inCloud("", "provider=kubernetes"),
		"GET /firewalls/{account}/{region}":                      inCloud("", "provider=kubernetes"),
		"GET /firewalls/{account}/{region}/{name}":               inCloud("networkPolicy%20web", "provider=kubernetes"),
		"GET /securityGroups":                                    none,
		"GET /securityGroups/{account}":                          inCloud("", "provider=kubernetes"),
		"GET /securityGroups/{account}/{region}/{name}":          inCloud("networkPolicy%20web", "provider=kubernetes"),
		"GET /instances/{account}/{region}/{instanceId}":         inCloud("", ""),
		"GET /instances/{account}/{region}/{instanceId}/console": inCloud("", "provider=kubernetes"),
		"GET /loadBalancers/{account}/{region}/{name}":           inCloud("service%20web", "provider=kubernetes"),
		"GET /manifests/{account}/{location}/{name}":             inCloud("deployment%20web", ""),
		"GET /serverGroups":                                      inCloud("", "applications=demo"),
		"GET /projects/{id}/clusters":                            func(*fixtures) ask { return ask{at: map[string]string{"id": "shop"}} },
	}
}

// The metrics tell how the watches are.
func TestWatchMetrics(t *testing.T) {
	t.Parallel()
	f := prepare(t)
	text := f.text("/metrics")
	for _, line := range []string{`gennaker_watch_objects{account="open"} 6`, `gennaker_watch_up{account="open"} 1`} {
		if !strings.Contains(text, line) {
			t.Errorf("the metrics lack %s", line)
		}
	}
}
