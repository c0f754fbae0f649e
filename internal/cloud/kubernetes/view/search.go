package view

import "strings"

// Match is something that a search found.
type Match struct {
	// Type is what it is to Spinnaker: "serverGroups", or "clusters".
	Type        Class  `json:"type"`
	Application string `json:"application,omitempty"`
	Cluster     string `json:"cluster,omitempty"`
	// Kind, Region and Name are those of an object, with its full name; only
	// the name is set of a cluster.
	Kind   string `json:"kind,omitempty"`
	Region string `json:"region,omitempty"`
	Name   string `json:"name"`
}

// Clusters is a class that only searches know.
const Clusters Class = "clusters"

// search finds what has a text in its name or in its application's or
// cluster's, without regard to case, and counts it.
func (s *Store) search(q Question) (found []Match, total int) {
	text := fold(q.Text)
	wanted := make(map[Class]bool, len(q.Classes))
	for _, class := range q.Classes {
		wanted[class] = true
	}
	if wanted[Clusters] {
		for _, app := range keys(s.clusters) {
			for _, name := range keys(s.clusters[app]) {
				if has(app, text) || has(name, text) {
					found = append(found, Match{Type: Clusters, Application: app, Cluster: name, Name: name})
				}
			}
		}
	}
	var objects []*Object
	for _, o := range s.objects {
		if wanted[o.Class] && (has(o.FullName(), text) || has(o.Moniker.App, text) || has(o.Moniker.Cluster, text)) {
			objects = append(objects, o)
		}
	}
	total = len(found) + len(objects)
	for _, o := range sorted(objects) {
		found = append(found, Match{
			Type: o.Class, Application: s.application(o), Cluster: o.Moniker.Cluster, Kind: o.Kind, Region: o.Namespace, Name: o.FullName(),
		})
	}
	if q.Limit > 0 && len(found) > q.Limit {
		found = found[:q.Limit]
	}
	return found, total
}

func has(text, part string) bool { return part == "" || strings.Contains(fold(text), part) }

// cut takes a full name apart: "service web".
func cut(name string) (kind, bare string, ok bool) { return strings.Cut(name, " ") }
