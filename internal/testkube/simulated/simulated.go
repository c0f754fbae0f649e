// Package simulated is a Kubernetes API server that only pretends: it serves
// the objects that it is given, and lets clients discover, get, list and watch
// them. It costs next to nothing, for tests that need answers of a known shape,
// and for benchmarks with a hundred clusters.
package simulated

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// Kind is a kind of object that a server knows.
type Kind struct {
	// Group is "" for the core group.
	Group, Version, Kind, Plural string
	Namespaced                   bool
}

// Kinds are those that an empty cluster of any age has.
var Kinds = []Kind{
	{"", "v1", "Namespace", "namespaces", false}, {"", "v1", "Pod", "pods", true}, {"", "v1", "Service", "services", true},
	{"", "v1", "ConfigMap", "configmaps", true}, {"", "v1", "Secret", "secrets", true}, {"", "v1", "Event", "events", true},
	{"apps", "v1", "Deployment", "deployments", true}, {"apps", "v1", "ReplicaSet", "replicasets", true},
	{"apps", "v1", "StatefulSet", "statefulsets", true}, {"apps", "v1", "DaemonSet", "daemonsets", true},
	{"batch", "v1", "Job", "jobs", true}, {"batch", "v1", "CronJob", "cronjobs", true},
	{"networking.k8s.io", "v1", "Ingress", "ingresses", true}, {"networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true},
	{"apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false},
}

// Object is an object as JSON has it.
type Object = map[string]any

// Server serves objects. It is an [http.Handler], safe for concurrent use.
type Server struct {
	kinds []Kind

	mu       sync.Mutex
	version  int
	objects  map[string]map[string]Object // by plural and group, by namespace and name
	watchers map[*watcher]struct{}
}

type watcher struct {
	resource, namespace string
	events              chan []byte
}

// New returns a server of the kinds, with the objects.
func New(kinds []Kind, objects ...Object) *Server {
	s := &Server{kinds: kinds, version: 1, objects: map[string]map[string]Object{}, watchers: map[*watcher]struct{}{}}
	for _, o := range objects {
		s.Put(o)
	}
	return s
}

// Put adds an object or changes the one of its name, and tells who watches. An
// object of a kind that the server doesn't know is a mistake of the caller's.
func (s *Server) Put(o Object) {
	k := s.kindOf(o)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	metadata, _ := o["metadata"].(Object)
	metadata["resourceVersion"] = fmt.Sprint(s.version)
	event := "ADDED"
	if s.objects[k.id()] == nil {
		s.objects[k.id()] = map[string]Object{}
	} else if _, there := s.objects[k.id()][key(o)]; there {
		event = "MODIFIED"
	}
	s.objects[k.id()][key(o)] = o
	s.tell(k, event, o)
}

// Delete removes an object, and tells who watches.
func (s *Server) Delete(o Object) {
	k := s.kindOf(o)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version++
	delete(s.objects[k.id()], key(o))
	s.tell(k, "DELETED", o)
}

func (s *Server) tell(k Kind, event string, o Object) {
	data, err := json.Marshal(Object{"type": event, "object": o})
	if err != nil {
		panic(err) // it came as JSON
	}
	namespace, _, _ := strings.Cut(key(o), "/")
	for w := range s.watchers {
		if w.resource == k.id() && (w.namespace == "" || w.namespace == namespace) {
			select {
			case w.events <- data:
			default: // whoever is so slow begins anew
				close(w.events)
				delete(s.watchers, w)
			}
		}
	}
}

func (s *Server) kindOf(o Object) Kind {
	for _, k := range s.kinds {
		if k.Kind == o["kind"] && k.groupVersion() == o["apiVersion"] {
			return k
		}
	}
	panic(fmt.Sprintf("simulated: there is no kind %v in %v", o["kind"], o["apiVersion"]))
}

func (k Kind) id() string { return k.Plural + "." + k.Group }

func (k Kind) groupVersion() string {
	if k.Group == "" {
		return k.Version
	}
	return k.Group + "/" + k.Version
}

func key(o Object) string {
	metadata, _ := o["metadata"].(Object)
	namespace, _ := metadata["namespace"].(string)
	name, _ := metadata["name"].(string)
	return namespace + "/" + name
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case r.URL.Path == "/api":
		reply(w, Object{"kind": "APIVersions", "versions": []string{"v1"}})
	case r.URL.Path == "/apis":
		reply(w, Object{"kind": "APIGroupList", "apiVersion": "v1", "groups": s.groups()})
	case parts[0] == "api" && len(parts) >= 2:
		s.group(w, r, "", parts[1], parts[2:])
	case parts[0] == "apis" && len(parts) >= 3:
		s.group(w, r, parts[1], parts[2], parts[3:])
	default:
		fail(w, http.StatusNotFound, "NotFound")
	}
}

func (s *Server) groups() []Object {
	out := []Object{}
	seen := map[string]bool{"": true}
	for _, k := range s.kinds {
		if !seen[k.Group] {
			seen[k.Group] = true
			version := Object{"groupVersion": k.groupVersion(), "version": k.Version}
			out = append(out, Object{"name": k.Group, "versions": []Object{version}, "preferredVersion": version})
		}
	}
	return out
}

func (s *Server) group(w http.ResponseWriter, r *http.Request, group, version string, rest []string) {
	if len(rest) == 0 {
		resources := []Object{}
		for _, k := range s.kinds {
			if k.Group == group && k.Version == version {
				resources = append(resources, Object{
					"name": k.Plural, "singularName": strings.ToLower(k.Kind), "kind": k.Kind, "namespaced": k.Namespaced,
					"verbs": []string{"get", "list", "watch", "create", "update", "patch", "delete"},
				})
			}
		}
		reply(w, Object{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": strings.Trim(group+"/"+version, "/"), "resources": resources})
		return
	}
	namespace := ""
	if rest[0] == "namespaces" && len(rest) > 2 {
		namespace, rest = rest[1], rest[2:]
	}
	for _, k := range s.kinds {
		if k.Group != group || k.Version != version || k.Plural != rest[0] {
			continue
		}
		switch {
		case len(rest) == 3 && rest[2] == "log":
			w.Header().Set("Content-Type", "text/plain")
			_, _ = io.WriteString(w, "a line of a log\n") // the client may have gone
		case len(rest) > 1:
			s.get(w, k, namespace, rest[1])
		case r.URL.Query().Get("watch") == "true" || r.URL.Query().Get("watch") == "1":
			s.watch(w, r, k, namespace)
		default:
			s.list(w, k, namespace)
		}
		return
	}
	fail(w, http.StatusNotFound, "NotFound")
}

func (s *Server) get(w http.ResponseWriter, k Kind, namespace, name string) {
	s.mu.Lock()
	o, ok := s.objects[k.id()][namespace+"/"+name]
	s.mu.Unlock()
	if !ok {
		fail(w, http.StatusNotFound, "NotFound")
		return
	}
	reply(w, o)
}

// items are in the order of their keys, as an API server's are.
func (s *Server) items(k Kind, namespace string) []Object {
	out := []Object{}
	all := s.objects[k.id()]
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if namespace == "" || strings.HasPrefix(name, namespace+"/") {
			out = append(out, all[name])
		}
	}
	return out
}

func (s *Server) list(w http.ResponseWriter, k Kind, namespace string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	reply(w, Object{
		"kind": k.Kind + "List", "apiVersion": k.groupVersion(),
		"metadata": Object{"resourceVersion": fmt.Sprint(s.version)}, "items": s.items(k, namespace),
	})
}

// watch tells of changes until the client goes; of what there is first, where
// the client asks so.
func (s *Server) watch(w http.ResponseWriter, r *http.Request, k Kind, namespace string) {
	me := &watcher{resource: k.id(), namespace: namespace, events: make(chan []byte, 1000)}
	var first []Object
	s.mu.Lock()
	if from := r.URL.Query().Get("resourceVersion"); r.URL.Query().Get("sendInitialEvents") != "true" && from != "" && from != fmt.Sprint(s.version) {
		s.mu.Unlock()
		fail(w, http.StatusGone, "Expired") // nothing is remembered of what was
		return
	}
	if r.URL.Query().Get("sendInitialEvents") == "true" {
		for _, o := range s.items(k, namespace) {
			first = append(first, Object{"type": "ADDED", "object": o})
		}
		first = append(first, Object{"type": "BOOKMARK", "object": Object{
			"kind": k.Kind, "apiVersion": k.groupVersion(), "metadata": Object{
				"resourceVersion": fmt.Sprint(s.version), "annotations": Object{"k8s.io/initial-events-end": "true"},
			},
		}})
	}
	s.watchers[me] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, me)
	}()
	w.Header().Set("Content-Type", "application/json")
	control := http.NewResponseController(w)
	encoder := json.NewEncoder(w)
	for _, event := range first {
		if encoder.Encode(event) != nil {
			return
		}
	}
	if control.Flush() != nil {
		return
	}
	for {
		select {
		case <-r.Context().Done():
			return
		case data, ok := <-me.events:
			if !ok {
				return
			}
			if _, err := w.Write(append(data, '\n')); err != nil || control.Flush() != nil {
				return
			}
		}
	}
}

func reply(w http.ResponseWriter, o Object) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(o) // the client may have gone
}

func fail(w http.ResponseWriter, status int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(Object{ // the client may have gone
		"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": status, "message": reason,
	})
}
