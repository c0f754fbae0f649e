package pipelines

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
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

func (a *area) configRoutes() []rest.Route {
	return append(append(a.configRoutesOf(pipelines), a.configRoutesOf(strategies)...), rest.Route{
		Method: http.MethodGet, Path: "/pipelineConfigs/{id}/convertToTemplate", Name: "convertPipelineConfigToPipelineTemplate", Needs: rest.OnPipeline(access.Read, "id"),
		Tag: pipelines.tag, Summary: "Convert a pipeline configuration to a pipeline template of version 1, as YAML",
		Produces: textYAML, Result: rest.Schema{"type": "string"}, Raw: a.convertToTemplate,
	})
}

// textYAML is the content type of templates made of pipelines, as Orca has it.
const textYAML = "text/x-yaml"

func (a *area) convertToTemplate(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	config, err := a.store.Pipeline(r.Context(), id)
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
	rest.Send(w, http.StatusOK, text)
	return nil
}

func (a *area) configRoutesOf(f flavour) []rest.Route {
	limit := rest.Sized("limit", "maximum number; default: 20", rest.MaxRevisions)
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/applications/{application}/" + f.under, Needs: rest.OnApplication(access.Read), Tag: f.tag,
			Name: "get" + f.name + "ConfigsForApplication", Summary: "List an application's " + f.word + " configurations, in their order",
			Params: []rest.Param{
				rest.Text("pipelineNameFilter", "only those whose name contains this, ignoring case"),
				rest.Integer("pipelineLimit", "maximum number"),
			},
			Result: rest.ListOf(rest.Ref("Pipeline")),
			Serve:  func(r *http.Request) (any, error) { return a.applicationConfigs(r, f) },
		},
		{
			Method: http.MethodGet, Path: "/applications/{application}/" + f.under + "/{nameOrId}", Needs: rest.OnApplication(access.Read), Tag: f.tag,
			Name: "get" + f.name + "Config", Summary: "Get a " + f.word + " configuration by its name or id",
			Result: rest.Ref("Pipeline"),
			Serve: func(r *http.Request) (any, error) {
				return a.findConfig(r, f, r.PathValue("application"), r.PathValue("nameOrId"))
			},
		},
		{
			Method: http.MethodGet, Path: "/" + f.under, Needs: rest.Anyone, Tag: f.tag,
			Name: "getAll" + f.name + "Configs", Summary: "List every " + f.word + " configuration",
			Result: rest.ListOf(rest.Ref("Pipeline")),
			Serve:  func(r *http.Request) (any, error) { return a.allConfigs(r, f) },
		},
		{
			Method: http.MethodGet, Path: "/" + f.under + "/{id}/history", Needs: rest.OnPipeline(access.Read, "id"), Tag: f.tag,
			Name: "get" + f.name + "ConfigHistory", Summary: "List a " + f.word + " configuration's revisions, newest first",
			Params: []rest.Param{limit}, Result: rest.ListOf(rest.Ref("Pipeline")),
			Serve: func(r *http.Request) (any, error) { return a.configHistory(r) },
		},
	}
}

func (a *area) applicationConfigs(r *http.Request, f flavour) (any, error) {
	q := rest.QueryOf(r)
	filter, limit := q.Text("pipelineNameFilter"), q.Count("pipelineLimit", 0, 0)
	if err := q.Err(); err != nil {
		return nil, err
	}
	found, err := a.store.PipelinesJSON(r.Context(), store.PipelineFilter{
		Kind: f.kind, Application: r.PathValue("application"),
	})
	if err != nil {
		return nil, err
	}
	out := rest.RawListFor(found)
	for i, n := 0, 0; i < len(found) && (limit == 0 || n < limit); i++ {
		if filter != "" && !rest.ContainsFold(gjson.Get(found[i], "name").String(), filter) {
			continue
		}
		out = append(rest.AppendWith(out, found[i], rest.Member{Name: "index", Value: strconv.Itoa(i)}), ',')
		n++
	}
	return out.End(), nil
}

// allConfigs lists the configurations of all applications.
func (a *area) allConfigs(r *http.Request, f flavour) (any, error) {
	found, err := a.store.PipelinesJSON(r.Context(), store.PipelineFilter{Kind: f.kind})
	if err != nil {
		return nil, err
	}
	out := rest.RawListFor(found)
	for _, config := range found {
		out = append(append(out, config...), ',')
	}
	return out.End(), nil
}

// findConfig finds a configuration of an application by its name, else by its
// id.
func (a *area) findConfig(r *http.Request, f flavour, application, nameOrID string) (model.Pipeline, error) {
	found, err := a.store.FindPipeline(r.Context(), f.kind, application, nameOrID)
	if !errors.Is(err, store.ErrNotFound) {
		return found, err
	}
	return nil, fault.New(fault.NotFound, "%s config (id: %s) not found for Application (id: %s)", f.name, nameOrID, application)
}

func (a *area) configHistory(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	limit := q.Size("limit", 20, 1, rest.MaxRevisions)
	if err := q.Err(); err != nil {
		return nil, err
	}
	found, err := a.store.PipelineHistory(r.Context(), r.PathValue("id"), limit)
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
