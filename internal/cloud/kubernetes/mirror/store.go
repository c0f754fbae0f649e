package mirror

import (
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// Store holds one account's objects. It is safe for concurrent use.
type Store struct {
	account string
	changed func(view.Change)

	mu      sync.RWMutex
	objects map[Key]*Object
	byUID   map[string]*Object
	owned   index[string] // by the owner's UID
	apps    index[string] // by application, in lower case
	// clusters counts the objects of each application's clusters.
	clusters map[string]map[string]int
	// services by their namespace and one label that they select; pods'
	// controllers by their namespace and each label of their template.
	services  index[label]
	templates index[label]
	governed  index[Key] // StatefulSets by the key of their service
	// pods by their namespace, and those of a label that a service is found by.
	pods    map[string]map[*Object]bool
	members index[label]
	// due are the objects whose health changes by time alone; sooner wakes who waits for the first.
	due    due
	sooner chan struct{}
	now    func() time.Time
}

type label struct{ namespace, key, value string }

// NewStore returns an empty store. Each change of what is shown is told to
// changed, which may be nil; it is called one at a time, must be quick, and
// must not call the store. Changes that come by time alone are told while
// [Store.Announce] runs.
func NewStore(account string, changed func(view.Change)) *Store {
	if changed == nil {
		changed = func(view.Change) {}
	}
	return &Store{
		account: account, changed: changed,
		objects: map[Key]*Object{}, byUID: map[string]*Object{}, clusters: map[string]map[string]int{},
		owned: index[string]{}, apps: index[string]{}, services: index[label]{}, templates: index[label]{}, governed: index[Key]{},
		pods: map[string]map[*Object]bool{}, members: index[label]{},
		due: due{at: map[*Object]int{}}, sooner: make(chan struct{}, 1), now: time.Now,
	}
}

// Account is the account's name.
func (s *Store) Account() string { return s.account }

// Len is how many objects the store holds.
func (s *Store) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.objects)
}

// Put adds an object, in place of the one of its key.
func (s *Store) Put(o *Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(o)
}

// Remove takes an object out; one that isn't there is fine.
func (s *Store) Remove(key Key) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o, ok := s.objects[key]; ok {
		s.remove(o)
	}
}

// Replace makes these the objects of a kind: of one namespace, or of all where
// it is "".
func (s *Store) Replace(kind, namespace string, objects []*Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	kept := make(map[Key]bool, len(objects))
	for _, o := range objects {
		kept[o.Key()] = true
	}
	for key, o := range s.objects {
		if key.Kind == kind && (namespace == "" || key.Namespace == namespace) && !kept[key] {
			s.remove(o)
		}
	}
	for _, o := range objects {
		s.put(o)
	}
}

// Drop removes the objects of a kind, which is not watched any more.
func (s *Store) Drop(kind string) { s.Replace(kind, "", nil) }

func (s *Store) put(o *Object) {
	old, ok := s.objects[o.Key()]
	if ok {
		if reflect.DeepEqual(old, o) {
			return
		}
		s.unlink(old)
	}
	s.link(o)
	s.tell(o, false)
	if ok && old.Moniker.App != o.Moniker.App {
		s.tell(old, true) // it has left that application
	}
}

func (s *Store) remove(o *Object) {
	// Its owner may be gone already, and with it the way to the application.
	app := s.application(o)
	s.unlink(o)
	s.tellOf(o, app, true)
}

func (s *Store) link(o *Object) {
	s.objects[o.Key()] = o
	s.expect(o)
	if o.UID != "" {
		s.byUID[o.UID] = o
	}
	for _, uid := range o.Owners {
		s.owned.add(uid, o)
	}
	app := strings.ToLower(o.Moniker.App)
	if o.shown() {
		s.apps.add(app, o)
	}
	if o.grouped() {
		if s.clusters[app] == nil {
			s.clusters[app] = map[string]int{}
		}
		s.clusters[app][o.Moniker.Cluster]++
	}
	if l, ok := selectedLabel(o); ok {
		s.services.add(l, o)
		if len(s.services[l]) == 1 {
			s.gather(l)
		}
	}
	if o.Class == view.Instances {
		s.linkPod(o)
	}
	for l := range templateLabels(o) {
		s.templates.add(l, o)
	}
	if key, ok := governor(o); ok {
		s.governed.add(key, o)
	}
}

func (s *Store) unlink(o *Object) {
	delete(s.objects, o.Key())
	s.forget(o)
	if s.byUID[o.UID] == o {
		delete(s.byUID, o.UID)
	}
	for _, uid := range o.Owners {
		s.owned.drop(uid, o)
	}
	app := strings.ToLower(o.Moniker.App)
	if o.shown() {
		s.apps.drop(app, o)
	}
	if o.grouped() {
		s.clusters[app][o.Moniker.Cluster]--
		if s.clusters[app][o.Moniker.Cluster] == 0 {
			delete(s.clusters[app], o.Moniker.Cluster)
		}
		if len(s.clusters[app]) == 0 {
			delete(s.clusters, app)
		}
	}
	if l, ok := selectedLabel(o); ok {
		s.services.drop(l, o)
		if len(s.services[l]) == 0 {
			delete(s.members, l)
		}
	}
	if o.Class == view.Instances {
		s.unlinkPod(o)
	}
	for l := range templateLabels(o) {
		s.templates.drop(l, o)
	}
	if key, ok := governor(o); ok {
		s.governed.drop(key, o)
	}
}

func (s *Store) linkPod(pod *Object) {
	if s.pods[pod.Namespace] == nil {
		s.pods[pod.Namespace] = map[*Object]bool{}
	}
	s.pods[pod.Namespace][pod] = true
	for key, value := range pod.Labels {
		if l := (label{pod.Namespace, key, value}); len(s.services[l]) > 0 {
			s.members.add(l, pod)
		}
	}
}

func (s *Store) unlinkPod(pod *Object) {
	delete(s.pods[pod.Namespace], pod)
	if len(s.pods[pod.Namespace]) == 0 {
		delete(s.pods, pod.Namespace)
	}
	for key, value := range pod.Labels {
		s.members.drop(label{pod.Namespace, key, value}, pod)
	}
}

// gather finds the pods of a label that a service is found by from now on.
func (s *Store) gather(l label) {
	for pod := range s.pods[l.namespace] {
		if value, ok := pod.Labels[l.key]; ok && value == l.value {
			s.members.add(l, pod)
		}
	}
}

func (s *Store) tell(o *Object, deleted bool) { s.tellOf(o, s.application(o), deleted) }

func (s *Store) tellOf(o *Object, app string, deleted bool) {
	if app == "" {
		return
	}
	s.changed(view.Change{
		Account: s.account, Application: app, Type: o.Class, Name: o.FullName(), Region: o.Namespace, Deleted: deleted,
	})
}

// application is the one on whose pages the object is shown: a pod is shown
// with its owner.
func (s *Store) application(o *Object) string {
	if o.Class == view.Instances {
		for _, uid := range o.Owners {
			if owner, ok := s.byUID[uid]; ok {
				return strings.ToLower(owner.Moniker.App)
			}
		}
	}
	return strings.ToLower(o.Moniker.App)
}

// index finds objects by something that several of them may share.
type index[K comparable] map[K][]*Object

func (x index[K]) add(key K, o *Object) { x[key] = append(x[key], o) }

func (x index[K]) drop(key K, o *Object) {
	list := x[key]
	for i, have := range list {
		if have != o {
			continue
		}
		// The order doesn't matter: the last one takes the place.
		last := len(list) - 1
		list[i], list[last] = list[last], nil
		if last == 0 {
			delete(x, key)
		} else {
			x[key] = list[:last]
		}
		return
	}
}
