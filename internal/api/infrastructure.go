package api

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// Infrastructure answers what runs in the clouds, in Clouddriver's shapes:
// lists and objects are written as JSON as they are. What isn't there is an
// empty list, or a NotFound fault where one thing was asked for.
type Infrastructure interface {
	// ApplicationClusters gives an application's clusters by account, each in
	// short: name, provider, loadBalancers, serverGroups.
	ApplicationClusters(ctx context.Context, application string) (map[string][]map[string]any, error)
	// ApplicationAccounts gives the names of the accounts that each application
	// has something in, by the application's name in lower case; also of
	// applications that nobody has created here.
	ApplicationAccounts(ctx context.Context) (map[string][]string, error)
	ClusterNames(ctx context.Context, application string) (map[string][]string, error)
	AccountClusters(ctx context.Context, application, account string) ([]any, error)
	// Cluster is nil where there is none.
	Cluster(ctx context.Context, application, account, name string) (any, error)
	// ClusterServerGroups are those of one name, or all where it is "".
	ClusterServerGroups(ctx context.Context, application, account, cluster, name string) ([]any, error)
	TargetServerGroup(ctx context.Context, target view.Target) (any, error)
	// ServerGroups are an application's, of one cloud provider or of all where it
	// is "".
	ServerGroups(ctx context.Context, application, provider string, expand bool) ([]any, error)
	// ServerGroupsOf are those of some clusters, each named as account:cluster.
	ServerGroupsOf(ctx context.Context, application string, clusters []string, expand bool) ([]any, error)
	ServerGroup(ctx context.Context, account, region, name string) (any, error)
	// ServerGroupsByID are named as account:region:name.
	ServerGroupsByID(ctx context.Context, ids []string) ([]any, error)
	Managers(ctx context.Context, application string) ([]any, error)
	LoadBalancers(ctx context.Context, application string) ([]any, error)
	LoadBalancer(ctx context.Context, account, region, name string) ([]any, error)
	Firewalls(ctx context.Context) (map[string]map[string]map[string][]any, error)
	AccountFirewalls(ctx context.Context, account, provider string) (map[string][]any, error)
	Firewall(ctx context.Context, account, provider, region, name string) (any, error)
	Instance(ctx context.Context, account, region, id string) (any, error)
	RawResources(ctx context.Context, application string) ([]any, error)
	ProjectClusters(ctx context.Context, clusters []view.ProjectCluster) ([]any, error)
	// Search finds what has a text in its name: of types such as serverGroups.
	Search(ctx context.Context, text string, types []string) ([]map[string]any, error)

	// Follow tells of changes of an application, some at a time, until the
	// context ends or tell fails; it has begun when it calls began.
	Follow(ctx context.Context, application string, began func() error, tell func(changes []any) error) error

	// Console is the end of an instance's logs, by container; Job how a job is
	// doing.
	Console(ctx context.Context, account, region, id string) (any, error)
	Job(ctx context.Context, account, region, name string) (any, error)
	// Log is the log of one container; who asked for it closes it.
	Log(ctx context.Context, account, region, id string, part view.LogPart) (io.ReadCloser, error)
}

// Objects reads the objects of clusters, which Kubernetes alone has.
type Objects interface {
	// Manifest is a live object with its status and events.
	Manifest(ctx context.Context, account, location, name string) (any, error)
	// Tree is what owns an object and what it owns; Applied what of it was
	// applied, and how it differs by now.
	Tree(ctx context.Context, account, location, name string) (any, error)
	Applied(ctx context.Context, account, location, name string) (any, error)
}

// cloudRoute makes a route that asks the infrastructure. Where there is none it
// answers empty, or that the thing isn't there where that is nil.
func (s *server) cloudRoute(path, name, summary string, params []param, result schema, empty any, serve func(*http.Request) (any, error)) route {
	return route{
		method: http.MethodGet, path: path, name: name, needs: inItsPath(access.Read, path), tag: "Infrastructure", summary: summary, params: params, result: result,
		serve: func(r *http.Request) (any, error) {
			if s.infrastructure == nil {
				if empty == nil {
					return nil, fault.New(fault.NotFound, "there is no cloud account here: set one up in the configuration, or with gennaker account add")
				}
				return empty, nil
			}
			return serve(r)
		},
	}
}

func (s *server) infrastructureRoutes() []route {
	one := schema{"type": "object"}
	none := []any{}
	provider := text("provider", "the cloud provider; kubernetes")
	named := func(r *http.Request) (account, region, name string) {
		return r.PathValue("account"), r.PathValue("region"), r.PathValue("name")
	}
	return []route{
		s.cloudRoute("/applications/{application}/serverGroupManagers", "getServerGroupManagersForApplication", "List an application's server group managers",
			nil, listOf(ref("ServerGroupManager")), none, func(r *http.Request) (any, error) {
				return s.infrastructure.Managers(r.Context(), r.PathValue("application"))
			}),
		s.cloudRoute("/applications/{application}/loadBalancers", "getApplicationLoadBalancers", "List an application's load balancers",
			nil, listOf(ref("LoadBalancer")), none, func(r *http.Request) (any, error) {
				return s.infrastructure.LoadBalancers(r.Context(), r.PathValue("application"))
			}),
		s.cloudRoute("/applications/{application}/rawResources", "getRawResources", "List an application's Kubernetes objects",
			nil, listOf(ref("RawResource")), none, func(r *http.Request) (any, error) {
				return s.infrastructure.RawResources(r.Context(), r.PathValue("application"))
			}),
		s.cloudRoute("/loadBalancers/{account}/{region}/{name}", "getLoadBalancerDetails", "Get a load balancer, as a list of one",
			[]param{provider}, listOf(ref("LoadBalancer")), none, func(r *http.Request) (any, error) {
				account, region, name := named(r)
				return s.infrastructure.LoadBalancer(r.Context(), account, region, name)
			}),
		s.cloudRoute("/instances/{account}/{region}/{name}", "getInstanceDetails", "Get an instance by its name or its id",
			nil, ref("Instance"), nil, func(r *http.Request) (any, error) {
				account, region, name := named(r)
				return s.infrastructure.Instance(r.Context(), account, region, name)
			}),
		s.cloudRoute("/instances/{account}/{region}/{name}/console", "getConsoleOutput", "Get the end of an instance's logs, by container",
			[]param{provider}, ref("Console"), nil, func(r *http.Request) (any, error) {
				account, region, name := named(r)
				output, err := s.infrastructure.Console(r.Context(), account, region, name)
				return map[string]any{"output": output}, err
			}),
		s.cloudRoute("/manifests/{account}/{location}/{name}", "getManifest", "Get a live Kubernetes object with its status and events",
			nil, ref("Manifest"), nil, func(r *http.Request) (any, error) {
				return s.objects.Manifest(r.Context(), r.PathValue("account"), r.PathValue("location"), r.PathValue("name"))
			}),
		s.cloudRoute("/manifests/{account}/{location}/{name}/tree", "getManifestTree", "Get what owns a Kubernetes object and what it owns, with the status of each",
			nil, ref("ManifestTree"), nil, func(r *http.Request) (any, error) {
				return s.objects.Tree(r.Context(), r.PathValue("account"), r.PathValue("location"), r.PathValue("name"))
			}),
		s.cloudRoute("/manifests/{account}/{location}/{name}/applied", "getAppliedManifest", "Get what of a Kubernetes object was applied, and how it differs by now",
			nil, ref("AppliedManifest"), nil, func(r *http.Request) (any, error) {
				return s.objects.Applied(r.Context(), r.PathValue("account"), r.PathValue("location"), r.PathValue("name"))
			}),
		s.cloudRoute("/applications/{application}/jobs/{account}/{region}/{name}", "getJob", "Tell how a job is doing; an empty object where it is gone",
			[]param{text("expand", "not looked at")}, one, struct{}{}, func(r *http.Request) (any, error) {
				account, region, name := named(r)
				job, err := s.infrastructure.Job(r.Context(), account, region, name)
				if fault.KindOf(err) == fault.NotFound {
					return struct{}{}, nil // as Gate has it
				}
				return job, err
			}),
		s.logRoute(),
		{
			method: http.MethodGet, path: "/applications/{application}/infrastructure/stream", name: "streamInfrastructure", needs: onApplication(access.Read), everywhere: true, tag: "Live",
			summary: "Follow what changes in an application's infrastructure; * follows all applications",
			result: schema{"type": "string", "description": "A server-sent event stream: first the event ready, then change for each " +
				"handful of changes, a list of {account, application, type, region, name, deleted}. The type everything has whoever listens ask anew."},
			produces: "text/event-stream", endless: true, raw: s.streamInfrastructure,
		},
	}
}

// logRoute streams a container's log as text; following it, for as long as the
// client listens.
func (s *server) logRoute() route {
	return route{
		method: http.MethodGet, path: "/instances/{account}/{region}/{name}/log", name: "getInstanceLog", needs: onAccount(access.Read), tag: "Infrastructure",
		summary: "Read the log of an instance's container, as text",
		params: []param{
			text("container", "the container; the first one where it isn't given"), boolean("previous", "of the container that ran before"),
			boolean("follow", "go on as it grows"), boolean("timestamps", "with the time of each line"),
			integer("tail", "only so many lines of the end"), integer("sinceSeconds", "only what is not older"),
		},
		result: schema{"type": "string"}, produces: "text/plain; charset=utf-8", endless: true, raw: s.streamLog,
	}
}

func (s *server) streamLog(w http.ResponseWriter, r *http.Request) error {
	q := queryOf(r)
	part := view.LogPart{
		Container: q.text("container"), Previous: q.boolean("previous", false), Follow: q.boolean("follow", false),
		Timestamps: q.boolean("timestamps", false), Tail: q.integer("tail", 0, 0), Since: time.Duration(q.integer("sinceSeconds", 0, 0)) * time.Second,
	}
	if err := q.err(); err != nil {
		return err
	}
	if s.infrastructure == nil {
		return fault.New(fault.NotFound, "there is no cloud account here")
	}
	if err := s.streams.Enter(); err != nil {
		return err
	}
	defer s.streams.Leave()
	ctx, cancel := s.untilClosed(r)
	defer cancel()
	log, err := s.infrastructure.Log(ctx, r.PathValue("account"), r.PathValue("region"), r.PathValue("name"), part)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }() // nothing can be done about it
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	control := http.NewResponseController(w)
	buffer := make([]byte, 32<<10)
	for {
		n, err := log.Read(buffer)
		if n > 0 {
			_ = control.SetWriteDeadline(time.Now().Add(sseWrite))
			if _, err := w.Write(buffer[:n]); err != nil {
				return nil // the client has gone
			}
			if err := control.Flush(); err != nil {
				return nil // the client has gone
			}
		}
		if err != nil {
			return nil // the answer has begun: its end is all that can be told
		}
	}
}

// flag reads a boolean parameter as Clouddriver's Boolean.valueOf does: "true",
// whatever its case, or false.
func flag(text string) bool {
	value, err := strconv.ParseBool(strings.ToLower(text))
	return err == nil && value
}
