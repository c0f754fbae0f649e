package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/areas"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// questioner is an authorizer that remembers what it was asked of whom, and refuses.
type questioner struct {
	mu  sync.Mutex
	all map[string][]question
}

type question struct {
	permission access.Permission
	name       string
}

func (a *questioner) Allows(who access.Principal, p access.Permission, name string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all[who.Name] = append(a.all[who.Name], question{p, name})
	return false
}

func (a *questioner) of(who string) []question {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.all[who]
}

// shop is a store whose executions and pipelines all belong to one application.
type shop struct{ areas.Store }

func (shop) ExecutionOutline(context.Context, string) (*store.Outline, error) {
	return &store.Outline{Execution: &model.Execution{Application: "shop"}}, nil
}

func (shop) Pipeline(context.Context, string) (model.Pipeline, error) {
	return model.Pipeline{"application": "shop"}, nil
}

// Every route declares what it needs, and a route about something needs a
// permission on it: reading changes nothing, and what changes something is not
// covered by the permission to read.
func TestRoutesNeedPermissions(t *testing.T) {
	t.Parallel()
	decides := &questioner{all: map[string][]question{}}
	k := apitest.New(t, func(p *apitest.Parts) {
		p.Authorizer, p.Store = decides, shop{p.Store}
		p.Identify = func(r *http.Request) (access.Principal, error) {
			return access.Principal{Name: r.Header.Get("Who")}, nil
		}
	})
	param := regexp.MustCompile(`\{[\w.]+\}`)
	for _, rt := range k.Routes {
		t.Run(rt.Method+" "+strings.ReplaceAll(rt.Path, "/", "_"), func(t *testing.T) {
			t.Parallel()
			require.NotEqual(t, rest.Undeclared, rt.Needs.On, "it declares no need")
			if rt.Needs.On == rest.Nothing {
				return // anyone may do it
			}
			r := httptest.NewRequest(rt.Method, param.ReplaceAllString(rt.Path, "shop"), http.NoBody)
			r.Header.Set("Who", rt.Name)
			w := httptest.NewRecorder()
			k.Server.Config.Handler.ServeHTTP(w, r)
			require.Equal(t, http.StatusForbidden, w.Code, w.Body)
			questions := decides.of(rt.Name)
			require.Len(t, questions, 1)
			if questions[0].permission.Kind != access.Platform {
				require.Equal(t, "shop", questions[0].name)
			}
			reads := questions[0].permission.Authorization == access.Read
			require.True(t, reads == (rt.Method == http.MethodGet) || strings.Contains(rt.Path, "evaluate"), "%s needs %s", rt.Method, questions[0].permission.Authorization)
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
		"processNotificationCallback": "its signature is checked",
		"startPipeline":               "its stages are checked", "orchestrate": "its stages are checked", "failPipeline": "nothing runs",
		"fetchArtifact": "reads", "planManifests": "reads", "checkPipeline": "reads", "planPipelineTemplate": "reads",
		"createEntityTags": "a task tags", "deleteEntityTags": "a task tags", "batchUpdateEntityTags": "a task tags",
		"webhooks": "each trigger is checked", "cdEvents": "each trigger is checked", "webhooksWithoutSource": "each trigger is checked", "tryTriggers": "reads",
		"registryNotification": "its secret is checked, and the registry is asked", "chartNotification": "its secret is checked, and the repository is asked",
		"artifactoryNotification": "its secret is checked", "nexusNotification": "its secret is checked",
		"createPipelineTemplate": "a task saves", "updatePipelineTemplate": "a task saves", "deletePipelineTemplate": "a task deletes",
		"createPipelineTemplateV1": "a task saves", "updatePipelineTemplateV1": "a task saves", "deletePipelineTemplateV1": "a task deletes",
	}
	for _, rt := range apitest.New(t).Routes {
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
