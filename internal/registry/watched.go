package registry

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// indexName stands for the index of a chart repository among the repositories of a source.
const indexName = "index.yaml"

// watched is a repository that is looked at.
type watched struct {
	name string
	// types are those of the events that its tags are: docker, helm/oci, helm.
	types []string
	// charts are the names of the charts that triggers wait for, if it is an index; all
	// if empty. In a registry it is the one chart that the repository holds.
	charts []string
}

// watched lists the repositories of a source that triggers wait for, or that the account
// lists, by name.
func (s *Service) watched(ctx context.Context, src artifact.Source) (map[string]*watched, error) {
	if src.Section == artifact.HelmSource {
		return s.watchedCharts(ctx, src)
	}
	out := map[string]*watched{}
	for _, kind := range []string{"docker", "helm/oci"} {
		prefix := trigger.ImagePrefix(kind, src.Account)
		keys, err := s.o.Events.Keys(ctx, prefix)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			name := trigger.RepositoryIn(key, prefix)
			if out[name] == nil {
				out[name] = &watched{name: name}
			}
			out[name].types = append(out[name].types, kind)
		}
	}
	for _, name := range src.Repositories {
		name = strings.TrimPrefix(name, src.Host+"/")
		if out[name] == nil && name != "" {
			out[name] = &watched{name: name, types: []string{"docker"}}
		}
	}
	return out, nil
}

func (s *Service) watchedCharts(ctx context.Context, src artifact.Source) (map[string]*watched, error) {
	triggers, err := s.o.Events.TriggersOf(ctx, trigger.ChartKey(src.Account))
	if err != nil || len(triggers) == 0 {
		return nil, err
	}
	out := map[string]*watched{}
	all := false
	var charts []string
	for _, t := range triggers {
		chart := strings.TrimSpace(model.String(t, "chart"))
		if chart == "" {
			all = true
		} else if !slices.Contains(charts, chart) {
			charts = append(charts, chart)
		}
	}
	if src.HasIndex() {
		if all {
			charts = nil
		}
		return map[string]*watched{indexName: {name: indexName, types: []string{"helm"}, charts: charts}}, nil
	}
	for _, chart := range charts {
		name := strings.Trim(src.Base+"/"+chart, "/")
		out[name] = &watched{name: name, types: []string{"helm"}, charts: []string{chart}}
	}
	return out, nil
}

// event makes the event that a tag stands for a digest, for the nth time that it changed.
func event(kind string, src artifact.Source, w *watched, tagName, digest string, n int) *trigger.Event {
	e := &trigger.Event{Type: kind, Source: src.Account}
	if kind == "helm" {
		chart, version := splitChart(tagName)
		if !src.HasIndex() {
			// A tag can't hold a plus, so that Helm writes an underscore.
			chart, version = w.charts[0], strings.ReplaceAll(tagName, "_", "+")
		}
		// exact has the trigger's chart compared, which Echo doesn't do.
		e.Content = map[string]any{"account": src.Account, "chart": chart, "version": version, "digest": digest, "exact": true}
		e.Key = fmt.Sprintf("helm/%s/%s:%s@%s", src.Account, chart, version, digest)
	} else {
		e.Content = map[string]any{
			"account": src.Account, "registry": src.Host, "repository": w.name, "tag": tagName, "digest": digest,
		}
		e.Key = fmt.Sprintf("%s/%s/%s:%s@%s", kind, src.Account, w.name, tagName, digest)
	}
	if n > 1 { // it may have had this digest before
		e.Key += fmt.Sprintf("#%d", n)
	}
	return e
}

// chartTag is how a version of a chart is kept in place of a tag.
func chartTag(chart, version string) string { return chart + " " + version }

func splitChart(tagName string) (chart, version string) {
	chart, version, _ = strings.Cut(tagName, " ")
	return chart, version
}
