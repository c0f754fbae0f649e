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
type shop struct{}

func (shop) ExecutionOutline(context.Context, string) (*store.Outline, error) {
	return &store.Outline{Execution: &model.Execution{Application: "shop"}}, nil
}

func (shop) Pipeline(_ context.Context, id string) (model.Pipeline, error) {
	if id == "gone" {
		return nil, store.ErrNotFound
	}
	return model.Pipeline{"application": "shop"}, nil
}

func TestPermissionsOnWhatIsGone(t *testing.T) {
	t.Parallel()
	decides := &asked{name: "unasked"}
	s := &server{executions: shop{}, pipelines: shop{}, authorizer: decides}
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
