package api

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/template"
)

// flavour tells pipelines from deployment strategies, which are kept apart and
// are otherwise alike.
type flavour struct {
	kind  string // the store's
	tag   string
	word  string // "pipeline"
	name  string // "Pipeline", for operation ids
	under string // the path under an application: "pipelineConfigs"
	root  string // the path of writes: "/pipelines"
}

var (
	pipelines  = flavour{store.PipelineKind, "Pipeline configurations", "pipeline", "Pipeline", "pipelineConfigs", "/pipelines"}
	strategies = flavour{store.StrategyKind, "Strategies", "strategy", "Strategy", "strategyConfigs", "/strategies"}
)

func (s *server) configRoutes() []route {
	return append(append(s.configRoutesOf(pipelines), s.configRoutesOf(strategies)...), route{
		method: http.MethodGet, path: "/pipelineConfigs/{id}/convertToTemplate", name: "convertPipelineConfigToPipelineTemplate", needs: onConfig(access.Read, "id"),
		tag: pipelines.tag, summary: "Make a pipeline template of version 1, as YAML, of a pipeline configuration",
		produces: textYAML, result: schema{"type": "string"}, raw: s.convertToTemplate,
	})
}

// textYAML is the content type of templates made of pipelines, as Orca has it.
const textYAML = "text/x-yaml"

func (s *server) convertToTemplate(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	config, err := s.store.Pipeline(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) || (err == nil && config == nil) {
		return fault.New(fault.NotFound, "Pipeline config '%s' could not be found", id)
	}
	if err != nil {
		return err
	}
	text, err := template.FromPipeline(config)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", textYAML)
	send(w, http.StatusOK, text)
	return nil
}

func (s *server) configRoutesOf(f flavour) []route {
	limit := sized("limit", "how many; 20 where it isn't given", maxRevisions)
	return []route{
		{
			method: http.MethodGet, path: "/applications/{application}/" + f.under, needs: onApplication(access.Read), tag: f.tag,
			name: "get" + f.name + "ConfigsForApplication", summary: "List an application's " + f.word + " configurations, in their order",
			params: []param{
				text("pipelineNameFilter", "only those with this in their name, whatever the case"),
				integer("pipelineLimit", "how many at most"),
			},
			result: listOf(ref("Pipeline")),
			serve:  func(r *http.Request) (any, error) { return s.applicationConfigs(r, f) },
		},
		{
			method: http.MethodGet, path: "/applications/{application}/" + f.under + "/{nameOrId}", needs: onApplication(access.Read), tag: f.tag,
			name: "get" + f.name + "Config", summary: "Get a " + f.word + " configuration by its name or id",
			result: ref("Pipeline"),
			serve: func(r *http.Request) (any, error) {
				return s.findConfig(r, f, r.PathValue("application"), r.PathValue("nameOrId"))
			},
		},
		{
			method: http.MethodGet, path: "/" + f.under, needs: anyone, tag: f.tag,
			name: "getAll" + f.name + "Configs", summary: "List every " + f.word + " configuration",
			result: listOf(ref("Pipeline")),
			serve:  func(r *http.Request) (any, error) { return s.allConfigs(r, f) },
		},
		{
			method: http.MethodGet, path: "/" + f.under + "/{id}/history", needs: onConfig(access.Read, "id"), tag: f.tag,
			name: "get" + f.name + "ConfigHistory", summary: "List a " + f.word + " configuration's revisions, newest first",
			params: []param{limit}, result: listOf(ref("Pipeline")),
			serve: func(r *http.Request) (any, error) { return s.configHistory(r) },
		},
	}
}

func (s *server) applicationConfigs(r *http.Request, f flavour) (any, error) {
	q := queryOf(r)
	filter, limit := q.text("pipelineNameFilter"), q.count("pipelineLimit", 0, 0)
	if err := q.err(); err != nil {
		return nil, err
	}
	found, err := s.store.PipelinesJSON(r.Context(), store.PipelineFilter{
		Kind: f.kind, Application: r.PathValue("application"),
	})
	if err != nil {
		return nil, err
	}
	out := newRawList(sizeOf(found))
	for i, n := 0, 0; i < len(found) && (limit == 0 || n < limit); i++ {
		if filter != "" && !containsFold(gjson.Get(found[i], "name").String(), filter) {
			continue
		}
		out = append(appendWith(out, found[i], member{"index", strconv.Itoa(i)}), ',')
		n++
	}
	return out.end(), nil
}

// allConfigs lists the configurations of all applications.
func (s *server) allConfigs(r *http.Request, f flavour) (any, error) {
	found, err := s.store.PipelinesJSON(r.Context(), store.PipelineFilter{Kind: f.kind})
	if err != nil {
		return nil, err
	}
	out := newRawList(sizeOf(found))
	for _, config := range found {
		out = append(append(out, config...), ',')
	}
	return out.end(), nil
}

// sizeOf is about how long a list of the documents is with the fields it adds.
func sizeOf(documents []string) int {
	const added = 40
	size := 2
	for _, document := range documents {
		size += len(document) + added
	}
	return size
}

// configsOf lists an application's configurations as Front50 does: by index,
// then by name, and numbered anew without gaps.
func (s *server) configsOf(r *http.Request, f flavour, application string) ([]model.Pipeline, error) {
	found, err := s.store.Pipelines(r.Context(), store.PipelineFilter{Kind: f.kind, Application: application})
	if err != nil {
		return nil, err
	}
	for i, p := range found {
		p["index"] = i
	}
	return found, nil
}

// findConfig finds a configuration of an application by its name, else by its
// id.
func (s *server) findConfig(r *http.Request, f flavour, application, nameOrID string) (model.Pipeline, error) {
	found, err := s.store.FindPipeline(r.Context(), f.kind, application, nameOrID)
	if !errors.Is(err, store.ErrNotFound) {
		return found, err
	}
	return nil, fault.New(fault.NotFound, "%s config (id: %s) not found for Application (id: %s)", f.name, nameOrID, application)
}

func (s *server) configHistory(r *http.Request) (any, error) {
	q := queryOf(r)
	limit := q.size("limit", 20, 1, maxRevisions)
	if err := q.err(); err != nil {
		return nil, err
	}
	found, err := s.store.PipelineHistory(r.Context(), r.PathValue("id"), limit)
	if err != nil {
		return nil, err
	}
	out := make([]model.Pipeline, 0, len(found))
	for _, revision := range found {
		if !revision.Deleted {
			out = append(out, revision.Body)
		}
	}
	return out, nil
}

// orEmpty makes a missing list an empty one: JSON's null is not a list.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
