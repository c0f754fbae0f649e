package view

import "strings"

// Found is an object that a search found.
type Found struct {
	Type        Class
	Object      *Object
	Application string
	Cluster     string
}

// Search finds objects of some classes whose name, application or cluster has
// a text in it, without regard to case. Limit bounds what is returned; the
// count is of all.
func (s *Store) Search(text string, classes map[Class]bool, limit int) (found []Found, total int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	text = fold(text)
	var matches []*Object
	for _, o := range s.objects {
		if classes[o.Class] && (has(o.FullName(), text) || has(o.Moniker.App, text) || has(o.Moniker.Cluster, text)) {
			matches = append(matches, o)
		}
	}
	total = len(matches)
	for _, o := range sorted(matches) {
		if len(found) == limit {
			break
		}
		found = append(found, Found{Type: o.Class, Object: o, Application: s.application(o), Cluster: o.Moniker.Cluster})
	}
	return found, total
}

// SearchClusters finds clusters whose name, or whose application's name, has a
// text in it: their names by application.
func (s *Store) SearchClusters(text string) map[string][]string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	text = fold(text)
	out := map[string][]string{}
	for app, clusters := range s.clusters {
		for _, name := range keys(clusters) {
			if has(app, text) || has(name, text) {
				out[app] = append(out[app], name)
			}
		}
	}
	return out
}

func has(text, part string) bool { return part == "" || strings.Contains(fold(text), part) }
