package registry_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	fake "github.com/google/go-containerregistry/pkg/registry"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/events"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/queue"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/registry/notification"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/wait"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/testpostgres"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

type object = map[string]any

// patience is how long a test waits for what must come.
const patience = time.Minute

// hub is a registry that a test can break.
type hub struct {
	*httptest.Server
	t    *testing.T
	host string

	mu     sync.Mutex
	before func(w http.ResponseWriter, r *http.Request) (done bool)
	asked  []string
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t}
	inner := fake.New(fake.Logger(slog.NewLogLogger(slog.DiscardHandler, 0)))
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		before := h.before
		h.asked = append(h.asked, r.Method+" "+r.URL.Path)
		h.mu.Unlock()
		if before == nil || !before(w, r) {
			inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(h.Close)
	h.host = strings.TrimPrefix(h.URL, "http://")
	return h
}

// breaks has the registry answer as the test wants it, where before returns true.
func (h *hub) breaks(before func(w http.ResponseWriter, r *http.Request) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.before = before
}

// times counts the requests so far that begin with a text.
func (h *hub) times(begin string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, one := range h.asked {
		if strings.HasPrefix(one, begin) {
			n++
		}
	}
	return n
}

// push pushes another image, and gives its digest.
func (h *hub) push(repository, tag string) string {
	h.t.Helper()
	image, err := random.Image(64, 1)
	require.NoError(h.t, err)
	ref, err := name.NewTag(h.host + "/" + repository + ":" + tag)
	require.NoError(h.t, err)
	require.NoError(h.t, remote.Write(ref, image))
	digest, err := image.Digest()
	require.NoError(h.t, err)
	return digest.String()
}

func (h *hub) docker(secretText string) artifact.Config {
	c := artifact.DefaultConfig()
	c.Docker.Accounts = []artifact.DockerAccount{{Name: "hub", Address: h.URL, WebhookSecret: secret.NewRef(secretText)}}
	return c
}

// kit is an installation that looks at registries. Nothing runs what it starts.
type kit struct {
	*registry.Service
	t         *testing.T
	store     *store.Store
	log       *eventlog.Log
	catalog   *catalog.Catalog
	resources *resource.Service
	stop      func()
}

// often polls again and again, sometimes where a look takes its time, and never only when
// it is told to.
var (
	sometimes = registry.Config{Polling: true, PollInterval: 400 * time.Millisecond}

	often = registry.Config{Polling: true, PollInterval: 20 * time.Millisecond}
	never = registry.Config{PollInterval: time.Hour}
)

func newKit(t *testing.T, st *store.Store, c registry.Config, accounts artifact.Config) *kit {
	t.Helper()
	logger := testlog.New(t, slog.LevelWarn)
	guard, err := httpguard.New(httpguard.DefaultConfig())
	require.NoError(t, err)
	artifacts, err := artifact.NewService(artifact.Options{Config: accounts, Guard: guard})
	require.NoError(t, err)
	k := &kit{t: t, store: st, log: eventlog.New(eventlog.Options{Store: st})}
	k.resources = resource.New(resource.Options{Store: st, Logger: logger, Look: 50 * time.Millisecond})
	k.Service = registry.New(registry.Options{Config: c, Store: st, Resources: k.resources, Sources: artifacts, Events: k.log, Logger: logger})
	require.NoError(t, k.resources.Register(k.Kind()))
	jobs, err := queue.New(t.Context(), st, queue.Options{Logger: logger})
	require.NoError(t, err)
	k.resources.Through(jobs, true)
	k.log.Through(execution.New(execution.Options{
		Store: st, Queue: jobs, Events: events.New(st, logger), Types: stage.NewRegistry(wait.Type()), Logger: logger,
	}))
	k.catalog = catalog.New(st, k.log, k.Service)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 2)
	go func() { ended <- jobs.Run(ctx) }()
	go func() { ended <- k.Run(ctx) }()
	k.stop = sync.OnceFunc(func() {
		cancel()
		<-ended
		<-ended
	})
	t.Cleanup(k.stop)
	return k
}

// save stores a pipeline with a trigger, and waits until what it waits for was looked at.
func (k *kit) save(name string, trigger object) model.Pipeline {
	k.t.Helper()
	saved, err := k.catalog.SavePipeline(k.t.Context(), store.PipelineKind, object{
		"application": "shop", "name": name, "triggers": []any{model.Merge(object{"enabled": true, "id": "t"}, trigger)},
		"stages": []any{object{"refId": "1", "type": "wait", "name": "Wait", "waitTime": 1}},
	}, "someone", 0)
	require.NoError(k.t, err)
	return saved
}

func docker(more object) object {
	return model.Merge(object{"type": "docker", "account": "hub", "repository": "acme/cart"}, more)
}

// status is what is known of a source.
func (k *kit) status(source string) (registry.Status, resource.Condition) {
	k.t.Helper()
	found, err := k.resources.Get(k.t.Context(), registry.ResourceKind, source)
	if err != nil {
		return registry.Status{}, resource.Condition{}
	}
	var status registry.Status
	require.NoError(k.t, found.DecodeStatus(&status))
	return status, found.Condition(resource.Ready)
}

// looked waits until a number of repositories of a source were looked at.
func (k *kit) looked(source string, repositories int) {
	k.t.Helper()
	require.Eventually(k.t, func() bool {
		status, _ := k.status(source)
		return status.Repositories == repositories && status.LastSuccess > 0
	}, patience, 5*time.Millisecond, "%s is never looked at", source)
}

// starts are the tags, or versions, by which a pipeline was started, in no order.
func (k *kit) starts(p model.Pipeline, field string) []string {
	k.t.Helper()
	found, err := k.store.Executions(k.t.Context(), store.ExecutionFilter{Type: model.PipelineExecution, ConfigIDs: []string{p.ID()}, Limit: 1000})
	require.NoError(k.t, err)
	var out []string
	for _, one := range found {
		out = append(out, model.String(one.Trigger, field)+" "+model.String(one.Trigger, "digest"))
	}
	return out
}

// becomes waits until a pipeline was started by these, and by no others.
func (k *kit) becomes(p model.Pipeline, field string, want ...string) {
	k.t.Helper()
	slices.Sort(want)
	require.Eventually(k.t, func() bool {
		got := k.starts(p, field)
		slices.Sort(got)
		return slices.Equal(want, got)
	}, patience, 5*time.Millisecond, "it is never started by %v alone", want)
}

// again waits until a look at a source was begun and has ended.
func (k *kit) again(source string) {
	k.t.Helper()
	for range 2 { // the first may have begun before
		before, _ := k.status(source)
		require.NoError(k.t, k.resources.Wake(k.t.Context(), registry.ResourceKind, source))
		require.Eventually(k.t, func() bool {
			after, _ := k.status(source)
			return after.LastAttempt > before.LastAttempt && after.LastSuccess >= after.LastAttempt
		}, patience, 5*time.Millisecond)
	}
}

// tell sends a notification of distribution.
func (k *kit) tell(repository, tag string, headers ...string) error {
	k.t.Helper()
	body, err := model.Marshal(object{"events": []any{object{
		"action": "push", "target": object{"repository": repository, "tag": tag, "digest": "sha256:forged", "mediaType": "application/vnd.oci.image.manifest.v1+json"},
	}}})
	require.NoError(k.t, err)
	r := notification.Request{Header: http.Header{}, Body: body}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	_, err = k.Hear(k.t.Context(), "docker", "hub", r)
	return err
}
