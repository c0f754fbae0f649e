package server_test

import (
	"encoding/base64"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/pubsub"
	"github.com/gennaker/gennaker/internal/registry/search"
	"github.com/gennaker/gennaker/internal/stage/deploymonitor"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/stage/webhook"
	"github.com/gennaker/gennaker/internal/testkube/simulated"
)

type (
	obj  = map[string]any
	objs = []any
)

// fixtures are a server with one of everything, and where to find it.
type fixtures struct {
	*instance
	// at are the values of parameters that mean the same in every path.
	at map[string]string
	// Ids: a pipeline and a strategy; an execution that waits for a judgment,
	// with the stage, and one that has ended; a task that has done something in
	// a cloud.
	pipeline, strategy, running, stage, ended, task string
}

const (
	baseTemplate   = "base"
	handedTemplate = "greeting"
	tagsID         = "kubernetes:servergroup:demo-v001:open:default"
)

// prepare starts a server with something of each kind.
func prepare(t *testing.T) *fixtures {
	t.Helper()
	charts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.2.3, urls: [web-1.2.3.tgz]}\n"))
	}))
	cluster := httptest.NewServer(simulated.New(simulated.Kinds, running()...))
	hub := httptest.NewServer(registry.New(registry.Logger(slog.NewLogLogger(slog.DiscardHandler, 0))))
	t.Cleanup(func() { charts.Close(); cluster.Close(); hub.Close() })
	tag, err := name.NewTag(strings.TrimPrefix(hub.URL, "http://") + "/acme/cart:1.0")
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Write(tag, empty.Image); err != nil {
		t.Fatal(err)
	}
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	text := "apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: c, cluster: {server: " + cluster.URL + "}}]\n" +
		"contexts: [{name: c, context: {cluster: c, user: u}}]\nusers: [{name: u, user: {}}]\n"
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	i := start(t, func(c *config.Config) {
		c.URLRestrictions.RejectLocalhost, c.URLRestrictions.RejectVerbatimIPs = false, false
		c.Artifacts.Helm.Enabled = true
		c.Artifacts.Helm.Accounts = []artifact.HelmAccount{{Name: "charts", Repository: charts.URL}}
		c.Artifactory.Searches = []search.ArtifactorySearch{{Name: "jars"}}
		c.Nexus.Searches = []search.NexusSearch{{Name: "jars"}}
		c.Artifacts.Docker.Accounts = []artifact.DockerAccount{{Name: "hub", Address: hub.URL}}
		c.Kubernetes.Accounts = []kubernetes.AccountConfig{{Name: "open", KubeconfigFile: kubeconfig}}
		c.Server.CORS.AllowedOrigins = []string{"http://deck.example.com"}
		c.Webhook.Preconfigured = []webhook.Preconfigured{{Type: "ping", Label: "Ping", URL: "https://example.com", Method: "POST"}}
		c.Channels.Pubsub = pubsub.Config{Enabled: true, NATS: pubsub.NATSConfig{ // nobody is there
			Enabled: true, Servers: []string{"nats://127.0.0.1:1"}, Subscriptions: []pubsub.NATSSubscription{{Reading: pubsub.Reading{Name: "deploys"}, Subject: "deploys"}},
		}}
		bakesImages(t, c)
		c.Job.Preconfigured.Kubernetes = []preconfigured.Job{{Type: "sweep", Label: "Sweep", Account: "open", Manifest: obj{"kind": "Job"}}}
		c.MonitoredDeploy = deploymonitor.Config{Enabled: true, DeploymentMonitors: []deploymonitor.Monitor{{ID: "m", Name: "Monitor", BaseURL: "http://localhost/m"}}}
	})
	f := &fixtures{instance: i, at: map[string]string{
		"application": "demo", "applicationName": "demo", "account": "open", "accountName": "open", "type": "application",
		"pipelineName": "Demo", "pipelineNameOrId": "Demo", "strategyName": "Roll",
	}}
	f.run(obj{"type": "createApplication", "application": obj{"name": "demo", "email": "me@example.com", "cloudProviders": "kubernetes"}})
	f.pipeline = f.save("/pipelines", "Demo", judged("1"))
	f.strategy = f.save("/strategies", "Roll", waited("1"))
	f.ended = f.once("/pipelines/demo/" + f.save0("/pipelines", "Failing", obj{"type": "checkPreconditions", "name": "no", "refId": "1", "requisiteStageRefIds": objs{},
		"preconditions": objs{obj{"type": "expression", "failPipeline": true, "context": obj{"expression": "false"}}}}))
	f.running, f.stage = f.judging()
	f.task = f.run(obj{"type": "wait", "waitTime": 0, "kato.tasks": objs{obj{
		"id": "op1", "status": obj{"completed": true, "failed": false, "retryable": false},
		"history": objs{obj{"phase": "DEPLOY", "status": "done"}}, "resultObjects": objs{obj{}},
	}}})
	f.run(obj{"type": "upsertProject", "project": obj{"name": "shop", "email": "me@example.com", "config": obj{
		"applications": objs{"demo"}, "clusters": objs{obj{"account": "open", "stack": "*", "detail": "*"}}, "pipelineConfigs": objs{obj{"application": "demo", "pipelineConfigId": f.pipeline}},
	}}})
	f.run(obj{"type": "upsertEntityTags", "isPartial": true, "tags": objs{obj{"name": "note", "value": "hello"}}, "entityRef": obj{
		"cloudProvider": "kubernetes", "entityType": "serverGroup", "entityId": "demo-v001", "account": "open", "region": "default",
	}})
	f.object(http.MethodPost, "/v2/pipelineTemplates/create", templateOfTwo(handedTemplate))
	f.started("/pipelineTemplates", templateOfOne(baseTemplate))
	f.object(http.MethodPost, "/notifications/application/demo", obj{"slack": objs{obj{"address": "#x"}}})
	f.save0("/pipelines", "Made", nil, obj{
		"schema": "v2", "type": "templatedPipeline", "variables": obj{}, "stages": objs{},
		"template": obj{"artifactAccount": "front50ArtifactCredentials", "type": "front50/pipelineTemplate", "reference": "spinnaker://" + handedTemplate},
	})
	f.save0("/pipelines", "MadeOfOne", nil, obj{"type": "templatedPipeline", "stages": objs{}, "config": obj{
		"schema": "1", "pipeline": obj{"application": "demo", "name": "MadeOfOne", "template": obj{"source": "spinnaker://" + baseTemplate}},
	}})
	f.until("/credentials/open", "watched", func(account map[string]any) bool {
		return model.String(model.Object(account, "watch"), "state") == view.WatchLive
	})
	return f
}

func waited(ref string) obj {
	return obj{"type": "wait", "name": "Wait", "refId": ref, "requisiteStageRefIds": objs{}, "waitTime": 0}
}

func judged(ref string) obj {
	return obj{"type": "manualJudgment", "name": "Ask", "refId": ref, "requisiteStageRefIds": objs{}}
}

func templateOfTwo(id string) obj {
	return obj{
		"schema": "v2", "id": id, "metadata": obj{"name": id, "owner": "me", "description": "waits", "scopes": objs{"global"}},
		"variables": objs{}, "pipeline": obj{"stages": objs{waited("1")}},
	}
}

func templateOfOne(id string) obj {
	return obj{
		"schema": "1", "id": id, "metadata": obj{"name": id, "description": "waits", "scopes": objs{"demo"}},
		"variables": objs{}, "stages": objs{obj{"id": "a", "type": "wait", "config": obj{"waitTime": 0}}},
	}
}

// save stores a configuration and gives its id, save0 its name.
func (f *fixtures) save(root, name string, stage obj) string {
	f.t.Helper()
	f.save0(root, name, stage)
	under := "pipelineConfigs"
	if root == "/strategies" {
		under = "strategyConfigs"
	}
	return model.String(f.object(http.MethodGet, "/applications/demo/"+under+"/"+name, nil), "id")
}

func (f *fixtures) save0(root, name string, stage obj, more ...obj) string {
	f.t.Helper()
	config := obj{"application": "demo", "name": name, "stages": objs{stage}}
	for _, m := range more {
		config = model.Merge(config, m)
	}
	f.object(http.MethodPost, root, config)
	return name
}

// started starts something and waits for its end; run does so with a task of
// one job, once with a pipeline. They give the execution's id.
func (f *fixtures) started(path string, body any) string {
	f.t.Helper()
	ref := model.String(f.object(http.MethodPost, path, body), "ref")
	f.until(ref, "complete", complete)
	return ref[strings.LastIndex(ref, "/")+1:]
}

func (f *fixtures) run(job obj) string {
	f.t.Helper()
	return f.started("/tasks", obj{"application": "demo", "description": "prepare", "job": objs{job}})
}

func (f *fixtures) once(path string) string {
	f.t.Helper()
	return f.started(path, obj{"type": "manual"})
}

// judging starts an execution that waits for a judgment.
func (f *fixtures) judging() (id, stage string) {
	f.t.Helper()
	ref := model.String(f.object(http.MethodPost, "/pipelines/demo/Demo", obj{"type": "manual"}), "ref")
	e := f.until(ref, "waiting for a judgment", func(e map[string]any) bool {
		return model.String(stageNamed(e, "Ask"), "status") == "RUNNING"
	})
	return model.String(e, "id"), model.String(stageNamed(e, "Ask"), "id")
}

// waiting is a task that goes on until it is stopped.
func (f *fixtures) waiting() string {
	f.t.Helper()
	ref := model.String(f.object(http.MethodPost, "/tasks", obj{
		"application": "demo", "description": "wait", "job": objs{obj{"type": "wait", "waitTime": 3600}},
	}), "ref")
	return ref[strings.LastIndex(ref, "/")+1:]
}

func (f *fixtures) judgingID() string { f.t.Helper(); id, _ := f.judging(); return id }

func id(value string) map[string]string { return map[string]string{"id": value} }

// requests are those of the endpoints that work, by the row's method and path.
var requests = merged(cloudRequests(), map[string]func(f *fixtures) ask{
	"GET /applications":                       none,
	"GET /applications/{application}":         none,
	"GET /applications/{application}/history": none,

	"POST /credentials":                   func(*fixtures) ask { return ask{body: definition("posted")} },
	"PUT /credentials":                    func(*fixtures) ask { return ask{body: definition("put")} },
	"GET /credentials/type/{accountType}": func(*fixtures) ask { return ask{at: map[string]string{"accountType": "kubernetes"}} },
	"DELETE /credentials/{accountName}": func(f *fixtures) ask {
		f.object(http.MethodPost, "/credentials", definition("gone"))
		return ask{at: map[string]string{"accountName": "gone"}}
	},

	"POST /actions/pipelines/reorder": func(f *fixtures) ask {
		return ask{body: obj{"application": "demo", "idsToIndices": obj{f.pipeline: 0}}}
	},
	"POST /actions/strategies/reorder": func(f *fixtures) ask {
		return ask{body: obj{"application": "demo", "idsToIndices": obj{f.strategy: 0}}}
	},
	"GET /applications/{application}/pipelineConfigs":                 none,
	"GET /applications/{application}/pipelineConfigs/{pipelineName}":  none,
	"POST /applications/{application}/pipelineConfigs/{pipelineName}": none,
	"GET /applications/{application}/strategyConfigs":                 none,
	"GET /applications/{application}/strategyConfigs/{strategyName}":  none,
	"GET /pipelineConfigs": none,
	"GET /pipelineConfigs/{pipelineConfigId}/convertToTemplate": func(f *fixtures) ask {
		return ask{at: map[string]string{"pipelineConfigId": f.pipeline}}
	},
	"GET /pipelineConfigs/{pipelineConfigId}/history": func(f *fixtures) ask {
		return ask{at: map[string]string{"pipelineConfigId": f.pipeline}}
	},
	"POST /pipelines": func(*fixtures) ask {
		return ask{body: obj{"application": "demo", "name": "New", "stages": objs{}}, query: "staleCheck=true"}
	},
	"POST /pipelines/bulksave": func(*fixtures) ask {
		return ask{body: objs{obj{"application": "demo", "name": "Bulk", "stages": objs{}}}, query: "application=demo"}
	},
	"POST /pipelines/move": func(f *fixtures) ask {
		return ask{body: obj{"application": "demo", "from": f.save0("/pipelines", "Old", waited("1")), "to": "Moved"}}
	},
	"PUT /pipelines/{id}": func(f *fixtures) ask {
		pipeline := f.save("/pipelines", "Changing", waited("1"))
		return ask{at: id(pipeline), body: obj{"id": pipeline, "application": "demo", "name": "Changed", "stages": objs{}}}
	},
	"DELETE /pipelines/{application}/{pipelineName}": func(f *fixtures) ask {
		return ask{at: map[string]string{"pipelineName": f.save0("/pipelines", "Gone", waited("1"))}}
	},
	"POST /strategies": func(*fixtures) ask {
		return ask{body: obj{"application": "demo", "name": "New", "stages": objs{}}}
	},
	"POST /strategies/move": func(f *fixtures) ask {
		return ask{body: obj{"application": "demo", "from": f.save0("/strategies", "Old", waited("1")), "to": "Moved"}}
	},
	"PUT /strategies/{id}": func(f *fixtures) ask {
		strategy := f.save("/strategies", "Changing", waited("1"))
		return ask{at: id(strategy), body: obj{"id": strategy, "application": "demo", "name": "Changed", "stages": objs{}}}
	},
	"DELETE /strategies/{application}/{strategyName}": func(f *fixtures) ask {
		return ask{at: map[string]string{"strategyName": f.save0("/strategies", "Gone", waited("1"))}}
	},
	"GET /strategyConfigs": none,
	"GET /strategyConfigs/{strategyConfigId}/history": func(f *fixtures) ask {
		return ask{at: map[string]string{"strategyConfigId": f.strategy}}
	},

	"GET /applications/{application}/executions/search": func(*fixtures) ask { return ask{query: "triggerTypes=manual&expand=true"} },
	"GET /applications/{application}/pipelines":         func(*fixtures) ask { return ask{query: "expand=true&limit=5"} },
	"PUT /applications/{application}/pipelines/{id}/cancel": func(f *fixtures) ask {
		return ask{at: id(f.judgingID()), query: "reason=test"}
	},
	"GET /executions":              func(f *fixtures) ask { return ask{query: "executionIds=" + f.running} },
	"GET /executions/failedStages": func(f *fixtures) ask { return ask{query: "executionId=" + f.ended} },
	"POST /pipelines/start": func(*fixtures) ask {
		return ask{body: obj{"application": "demo", "name": "Adhoc", "stages": objs{waited("1")}}}
	},
	"POST /pipelines/v2/{application}/{pipelineNameOrId}": func(*fixtures) ask { return ask{body: obj{"type": "manual"}} },
	"POST /pipelines/{application}/{pipelineNameOrId}":    func(*fixtures) ask { return ask{body: obj{"type": "manual"}} },
	"GET /pipelines/{id}":                                 func(f *fixtures) ask { return ask{at: id(f.running)} },
	"DELETE /pipelines/{id}": func(f *fixtures) ask {
		return ask{at: id(f.once("/pipelines/demo/" + f.save0("/pipelines", "Quick", waited("1"))))}
	},
	"PUT /pipelines/{id}/cancel": func(f *fixtures) ask { return ask{at: id(f.judgingID()), query: "reason=test&force=false"} },
	"PUT /pipelines/{id}/pause":  func(f *fixtures) ask { return ask{at: id(f.judgingID())} },
	"PUT /pipelines/{id}/resume": func(f *fixtures) ask {
		execution := f.judgingID()
		f.object(http.MethodPut, "/pipelines/"+execution+"/pause", nil)
		return ask{at: id(execution)}
	},
	"GET /pipelines/{id}/evaluateExpression": func(f *fixtures) ask { return ask{at: id(f.ended), query: "expression=x"} },
	"POST /pipelines/{id}/evaluateExpression": func(f *fixtures) ask {
		return ask{at: id(f.ended), body: obj{"expression": "${1 + 1}"}}
	},
	"POST /pipelines/{id}/evaluateVariables": func(f *fixtures) ask {
		return ask{at: id(f.ended), body: objs{obj{"key": "a", "value": "b"}}}
	},
	"GET /pipelines/{id}/{stageId}/evaluateExpression": func(f *fixtures) ask {
		return ask{at: map[string]string{"id": f.running, "stageId": f.stage}, query: "expression=x"}
	},
	"PATCH /pipelines/{id}/stages/{stageId}": func(f *fixtures) ask {
		execution, stage := f.judging()
		return ask{at: map[string]string{"id": execution, "stageId": stage}, body: obj{"judgmentStatus": "continue"}}
	},
	"PUT /pipelines/{id}/stages/{stageId}/restart": func(f *fixtures) ask {
		e := f.object(http.MethodGet, "/pipelines/"+f.ended, nil)
		return ask{at: map[string]string{"id": f.ended, "stageId": model.String(stageNamed(e, "no"), "id")}, body: obj{"skip": false}}
	},

	"GET /applications/{application}/tasks":             none,
	"POST /applications/{application}/tasks":            func(*fixtures) ask { return ask{body: obj{"job": objs{waited("1")}}} },
	"GET /applications/{application}/tasks/{id}":        func(f *fixtures) ask { return ask{at: id(f.task)} },
	"PUT /applications/{application}/tasks/{id}/cancel": func(f *fixtures) ask { return ask{at: id(f.waiting())} },
	"GET /applications/{application}/tasks/{id}/details/{taskDetailsId}": func(f *fixtures) ask {
		return ask{at: map[string]string{"id": f.task, "taskDetailsId": "op1"}}
	},
	"POST /tasks":            func(*fixtures) ask { return ask{body: obj{"application": "demo", "job": objs{waited("1")}}} },
	"PUT /tasks/cancel":      func(f *fixtures) ask { return ask{query: "ids=" + f.waiting()} },
	"GET /tasks/{id}":        func(f *fixtures) ask { return ask{at: id(f.task)} },
	"DELETE /tasks/{id}":     func(f *fixtures) ask { return ask{at: id(f.run(waited("1")))} },
	"PUT /tasks/{id}/cancel": func(f *fixtures) ask { return ask{at: id(f.waiting())} },
	"GET /tasks/{id}/details/{taskDetailsId}": func(f *fixtures) ask {
		return ask{at: map[string]string{"id": f.task, "taskDetailsId": "op1"}}
	},

	"GET /pipelineTemplates":  none,
	"POST /pipelineTemplates": func(*fixtures) ask { return ask{body: templateOfOne("new")} },
	"GET /pipelineTemplates/resolve": func(*fixtures) ask {
		return ask{query: "source=spinnaker://" + baseTemplate}
	},
	"GET /pipelineTemplates/{id}":  func(*fixtures) ask { return ask{at: id(baseTemplate)} },
	"POST /pipelineTemplates/{id}": func(*fixtures) ask { return ask{at: id(baseTemplate), body: templateOfOne(baseTemplate)} },
	"DELETE /pipelineTemplates/{id}": func(f *fixtures) ask {
		f.started("/pipelineTemplates", templateOfOne("gone"))
		return ask{at: id("gone")}
	},
	"GET /pipelineTemplates/{id}/dependents": func(*fixtures) ask { return ask{at: id(baseTemplate)} },
	"GET /v2/pipelineTemplates":              none,
	"POST /v2/pipelineTemplates/create":      func(*fixtures) ask { return ask{body: templateOfTwo("new2")} },
	"POST /v2/pipelineTemplates/plan": func(*fixtures) ask {
		return ask{body: obj{
			"schema": "v2", "application": "demo", "name": "Planned", "type": "templatedPipeline", "variables": obj{},
			"template": obj{"artifactAccount": "front50ArtifactCredentials", "type": "front50/pipelineTemplate", "reference": "spinnaker://" + handedTemplate},
		}}
	},
	"POST /v2/pipelineTemplates/update/{id}": func(*fixtures) ask {
		return ask{at: id(handedTemplate), body: templateOfTwo(handedTemplate)}
	},
	"GET /v2/pipelineTemplates/versions": none,
	"GET /v2/pipelineTemplates/{id}":     func(*fixtures) ask { return ask{at: id(handedTemplate)} },
	"DELETE /v2/pipelineTemplates/{id}": func(f *fixtures) ask {
		f.object(http.MethodPost, "/v2/pipelineTemplates/create", templateOfTwo("gone2"))
		return ask{at: id("gone2")}
	},
	"GET /v2/pipelineTemplates/{id}/dependents": func(*fixtures) ask { return ask{at: id(handedTemplate)} },

	"GET /projects":                func(*fixtures) ask { return ask{} },
	"GET /projects/{id}":           func(*fixtures) ask { return ask{at: id("shop")} },
	"GET /projects/{id}/pipelines": func(*fixtures) ask { return ask{at: id("shop")} },

	"GET /admin":                        none,
	"PUT /admin/executions/forceCancel": func(f *fixtures) ask { return ask{query: "executionId=" + f.judgingID()} },
	"POST /admin/executions/hydrate":    func(f *fixtures) ask { return ask{query: "dryRun=true&executionId=" + f.running} },
	"POST /auth/deleteSessionCache":     none,
	"POST /auth/roles/sync":             none,
	"GET /auth/loggedOut":               none,
	"GET /auth/rawUser":                 none,
	"GET /auth/user":                    none,
	"GET /auth/redirect":                func(*fixtures) ask { return ask{query: "to=http://deck.example.com/%23/search"} },
	"GET /credentials":                  func(*fixtures) ask { return ask{query: "expand=true"} },
	"GET /credentials/{account}":        none,
	"GET /artifacts/credentials":        none,
	"GET /artifacts/account/{accountName}/names": func(*fixtures) ask {
		return ask{at: map[string]string{"accountName": "charts"}, query: "type=helm/chart"}
	},
	"GET /artifacts/account/{accountName}/versions": func(*fixtures) ask {
		return ask{at: map[string]string{"accountName": "charts"}, query: "type=helm/chart&artifactName=web"}
	},
	"GET /artifacts/content-address/{application}/{hash}": func(f *fixtures) ask {
		started := f.object("POST", "/pipelines/start", obj{"application": "contents", "name": "large", "stages": []any{}, "trigger": obj{"type": "manual", "artifacts": []any{
			obj{"type": "embedded/base64", "name": "large", "reference": base64.StdEncoding.EncodeToString(make([]byte, 100_000))},
		}}})
		e := f.object("GET", model.String(started, "ref"), nil)
		uri := model.String(model.Objects(model.Object(e, "trigger"), "artifacts")[0], "reference")
		application, hash, _ := strings.Cut(strings.TrimPrefix(uri, "ref://"), "/")
		return ask{at: map[string]string{"application": application, "hash": hash}}
	},
	"PUT /artifacts/fetch": func(*fixtures) ask {
		return ask{body: obj{"type": "embedded/base64", "reference": "aGVsbG8="}}
	},
	"GET /bakery/options":                 none,
	"GET /bakery/options/{cloudProvider}": func(*fixtures) ask { return ask{at: map[string]string{"cloudProvider": "docker"}} },
	"GET /bakery/logs/{region}/{statusId}": func(f *fixtures) ask {
		return ask{at: map[string]string{"region": "global", "statusId": f.baked()}}
	},
	"GET /cron/validate":          func(*fixtures) ask { return ask{query: "expression=0+0+10+%3F+*+*"} },
	"GET /jobs/preconfigured":     none,
	"GET /pubsub/subscriptions":   none,
	"GET /webhooks/preconfigured": none,
	"GET /artifactory/names":      none,
	"GET /nexus/names":            none,
	"GET /images/find":            func(*fixtures) ask { return ask{query: "provider=dockerRegistry&account=hub"} },
	"GET /charts/find":            func(*fixtures) ask { return ask{query: "provider=dockerRegistry&account=hub"} },
	"GET /images/tags":            func(*fixtures) ask { return ask{query: "provider=dockerRegistry&account=hub&repository=acme/cart"} },
	"GET /charts/tags":            func(*fixtures) ask { return ask{query: "provider=dockerRegistry&account=hub&repository=acme/cart"} },
	"POST /webhooks/{type}": func(*fixtures) ask {
		return ask{at: map[string]string{"type": "webhook"}, body: obj{"source": "ci"}}
	},
	"POST /webhooks/{type}/{source}": func(*fixtures) ask {
		return ask{at: map[string]string{"type": "webhook", "source": "ci"}, body: obj{"env": "prod"}}
	},
	"POST /webhooks/cdevents/{source}": func(*fixtures) ask {
		return ask{at: map[string]string{"source": "ci"}, body: obj{"specversion": "1.0", "id": "1", "source": "/ci", "type": "t", "data": obj{
			"context": obj{"id": "1"}, "subject": obj{"id": "s"}, "customData": obj{},
		}}}
	},
	"POST /notifications/callbacks/{source}":  none,
	"GET /notifications/metadata":             none,
	"GET /notifications/{type}/{application}": none,
	"POST /notifications/{type}/{application}": func(*fixtures) ask {
		return ask{body: obj{"email": objs{}}}
	},
	"DELETE /notifications/{type}/{application}": none,

	"GET /":                                none,
	"GET /version":                         none,
	"GET /capabilities/expressions":        none,
	"GET /capabilities/quietPeriod":        none,
	"GET /capabilities/deploymentMonitors": none,
	"GET /search":                          func(*fixtures) ask { return ask{query: "q=demo&type=applications"} },
	"GET /tags":                            func(*fixtures) ask { return ask{query: "tag:note=hello&maxResults=3"} },
	"GET /tags/{rest}":                     func(*fixtures) ask { return ask{at: map[string]string{"rest": tagsID}} },
	"DELETE /tags/{id}/{tag}":              func(*fixtures) ask { return ask{at: map[string]string{"id": tagsID, "tag": "other"}} },
	"POST /tags": func(*fixtures) ask {
		return ask{
			query: "entityId=demo-v002&entityType=servergroup&account=open&region=default&cloudProvider=kubernetes",
			body:  objs{obj{"name": "note", "value": "two"}},
		}
	},
	"POST /batch/tags": func(*fixtures) ask {
		return ask{body: objs{obj{"tags": objs{obj{"name": "note", "value": "3"}}, "entityRef": obj{
			"cloudProvider": "kubernetes", "entityType": "servergroup", "entityId": "demo-v003", "account": "open", "region": "default",
		}}}}
	},
})

func none(*fixtures) ask { return ask{} }

func merged[K comparable, V any](all ...map[K]V) map[K]V {
	out := map[K]V{}
	for _, m := range all {
		maps.Copy(out, m)
	}
	return out
}
