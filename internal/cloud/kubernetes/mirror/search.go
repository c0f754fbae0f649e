package mirror

import (
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// search finds what has a text in its name, its namespace, or the name of its
// application, cluster or account, without regard to case, and counts it:
// Clouddriver looks in the keys of its cache, which these are in. (Deck's choice
// of an object for a stage searches for its namespace.)
func (s *Store) search(q view.Question) (found []view.Match, total int) {
	text := fold(q.Text)
	everything := has(s.account, text)
	wanted := make(map[view.Class]bool, len(q.Classes))
	for _, class := range q.Classes {
		wanted[class] = true
	}
	kinds := make(map[string]bool, len(q.Kinds))
	for _, kind := range q.Kinds {
		kinds[fold(kind)] = true
	}
	if wanted[view.Clusters] {
		for _, app := range keys(s.clusters) {
			for _, name := range keys(s.clusters[app]) {
				if everything || has(app, text) || has(name, text) {
					found = append(found, view.Match{Provider: Provider, Type: view.Clusters, Application: app, Cluster: name, Name: name})
				}
			}
		}
	}
	var objects []*Object
	for _, o := range s.objects {
		if !wanted[o.Class] && !kinds[fold(o.Kind)] {
			continue
		}
		if everything || has(o.FullName(), text) || has(o.Namespace, text) || has(o.Moniker.App, text) || has(o.Moniker.Cluster, text) {
			objects = append(objects, o)
		}
	}
	total = len(found) + len(objects)
	for _, o := range sorted(objects) {
		found = append(found, view.Match{
			Provider: Provider, Type: o.Class, Application: s.application(o), Cluster: o.Moniker.Cluster, Region: o.Namespace, Name: o.FullName(),
			Details: map[string]string{"group": o.Kind, "kubernetesKind": o.Kind, "namespace": o.Namespace},
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
