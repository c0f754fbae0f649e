package api

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// asked is an authorizer that remembers what it was asked, and refuses.
type asked struct {
	who        access.Principal
	permission access.Permission
	name       string
}

func (a *asked) Allows(who access.Principal, p access.Permission, name string) bool {
	*a = asked{who, p, name}
	return false
}

// shop is a store whose executions and pipelines all belong to one application.
type shop struct{ Store }

func (shop) ExecutionOutline(context.Context, string) (*store.Outline, error) {
	return &store.Outline{Execution: &model.Execution{Application: "shop"}}, nil
}

func (shop) Pipeline(_ context.Context, id string) (model.Pipeline, error) {
	if id == "gone" {
		return nil, store.ErrNotFound
	}
	return model.Pipeline{"application": "shop"}, nil
}

// Every route declares what it needs, and a route about something needs a
// permission on it: reading changes nothing, and what changes something is not
// covered by the permission to read.
func TestRoutesNeedPermissions(t *testing.T) {
	t.Parallel()
	for _, rt := range (&server{}).routes() {
		t.Run(rt.Method+" "+strings.ReplaceAll(rt.Path, "/", "_"), func(t *testing.T) {
			t.Parallel()
			if rt.Needs.On == rest.Undeclared {
				t.Fatal("it declares no need")
			}
			decides := &asked{}
			s := &server{store: shop{}, authorizer: decides}
			r := httptest.NewRequest(rt.Method, "/", http.NoBody)
			r = r.WithContext(rest.WithSession(r.Context(), rest.Session{User: access.Principal{Name: "ann"}}))
			for _, name := range rt.PathParams() {
				r.SetPathValue(name, "shop")
			}
			err := s.permit(r, rt.Needs)
			if rt.Needs.On == rest.Nothing {
				if err != nil {
					t.Errorf("anyone may do it, but: %v", err)
				}
				return
			}
			if fault.KindOf(err) != fault.Forbidden || decides.who.Name != "ann" {
				t.Fatalf("got %v for %+v", err, decides)
			}
			if decides.permission.Kind != access.Platform && decides.name != "shop" {
				t.Errorf("asked about %q", decides.name)
			}
			if reads := decides.permission.Authorization == access.Read; reads != (rt.Method == http.MethodGet) && !strings.Contains(rt.Path, "evaluate") {
				t.Errorf("%s needs %s", rt.Method, decides.permission.Authorization)
			}
		})
	}
}

// Routes that change something are open to anyone only if what they start checks
// who may: each is listed here with its reason.
func TestChangesThatAnyoneMayAskFor(t *testing.T) {
	t.Parallel()
	reasons := map[string]string{
		"bulkSavePipelines": "a task saves", "savePipeline": "a task saves", "saveStrategy": "a task saves",
		"renamePipeline": "a task moves", "renameStrategy": "a task moves", "reorderPipelines": "a task reorders", "reorderStrategies": "a task reorders",
		"task": "a task checks its jobs", "applicationTask": "a task checks its jobs", "ops": "a task checks its jobs", "cancelTasks": "each task is checked",
		"startPipeline": "its stages are checked", "orchestrate": "its stages are checked", "failPipeline": "nothing runs",
		"fetchArtifact": "reads", "planManifests": "reads", "checkPipeline": "reads", "planPipelineTemplate": "reads",
		"createEntityTags": "a task tags", "deleteEntityTags": "a task tags", "batchUpdateEntityTags": "a task tags",
		"createPipelineTemplate": "a task saves", "updatePipelineTemplate": "a task saves", "deletePipelineTemplate": "a task deletes",
		"createPipelineTemplateV1": "a task saves", "updatePipelineTemplateV1": "a task saves", "deletePipelineTemplateV1": "a task deletes",
	}
	for _, rt := range (&server{}).routes() {
		if rt.Method == http.MethodGet || rt.Needs.On != rest.Nothing || rt.Refused != 0 {
			continue
		}
		if reasons[rt.Name] == "" {
			t.Errorf("%s %s (%s) changes something, and anyone may", rt.Method, rt.Path, rt.Name)
		}
		delete(reasons, rt.Name)
	}
	for name := range reasons {
		t.Errorf("no route %s is open", name)
	}
}

func TestPermissionsOnWhatIsGone(t *testing.T) {
	t.Parallel()
	decides := &asked{name: "unasked"}
	s := &server{store: shop{}, authorizer: decides}
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	r.SetPathValue("id", "gone")
	if err := s.permit(r, rest.OnPipeline(access.Read, "id")); fault.KindOf(err) != fault.Forbidden || decides.name != "" {
		t.Errorf("got %v for %+v", err, decides)
	}
	if err := (&server{}).permit(r, rest.OnPipeline(access.Read, "id")); err != nil {
		t.Errorf("without an authorizer: %v", err)
	}
	if err := s.permit(r, rest.Administrator); err == nil || !strings.Contains(err.Error(), "only administrators") {
		t.Errorf("got %v", err)
	}
	r.SetPathValue("application", "shop")
	if err := s.permit(r, rest.OnApplication(access.Write)); err == nil || err.Error() != "Access denied to application shop - required authorization: WRITE" {
		t.Errorf("got %v", err)
	}
}

func TestRoutesWithoutANeedAreRefused(t *testing.T) {
	t.Parallel()
	_, err := (&server{}).mount([]rest.Route{{Method: http.MethodGet, Path: "/x", Name: "x"}})
	if err == nil || !strings.Contains(err.Error(), "GET /x doesn't declare which permission it needs") {
		t.Errorf("got %v", err)
	}
}
