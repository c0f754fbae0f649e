// Package infra is the area of the API about what runs in the clouds.
package infra

import (
	"context"
	_ "embed"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

// Infrastructure answers what runs in the clouds, in Clouddriver's shapes:
// lists and objects are written as JSON as they are. What isn't there is an
// empty list, or a NotFound fault where one thing was asked for.
type Infrastructure interface {
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
	// ApplicationHealth is how applications are doing, in the order of their names.
	ApplicationHealth(ctx context.Context, names []string) ([]view.ApplicationHealth, error)
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

// Deps are what the area uses.
type Deps struct {
	// Infrastructure is nil if there are no clouds.
	Infrastructure Infrastructure
	// Objects reads the objects of Kubernetes clusters.
	Objects   Objects
	Manifests Manifests
	Accounts  Accounts
	Streams   *rest.Streams
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	infrastructure Infrastructure
	objects        Objects
	manifests      Manifests
	accounts       Accounts
	streams        *rest.Streams
}

// New returns the area.
func New(d Deps) rest.Area {
	a := &area{infrastructure: d.Infrastructure, objects: d.Objects, manifests: d.Manifests, accounts: d.Accounts, streams: d.Streams}
	return rest.Area{Routes: slices.Concat(a.routes(), a.serverGroupRoutes(), a.firewallRoutes(), a.manifestRoutes()), Schemas: schemasJSON}
}

// cloudRoute makes a route that asks the infrastructure. Where there is none it
// answers empty, or that the thing isn't there where that is nil.
func (a *area) cloudRoute(path, name, summary string, params []rest.Param, result rest.Schema, empty any, serve func(*http.Request) (any, error)) rest.Route {
	return rest.Route{
		Method: http.MethodGet, Path: path, Name: name, Needs: rest.InItsPath(access.Read, path), Tag: "Infrastructure", Summary: summary, Params: params, Result: result,
		Serve: func(r *http.Request) (any, error) {
			if a.infrastructure == nil {
				if empty == nil {
					return nil, fault.New(fault.NotFound, "no cloud account is set up: add one in the configuration, or with gennaker account add")
				}
				return empty, nil
			}
			return serve(r)
		},
	}
}

func (a *area) routes() []rest.Route {
	one := rest.Schema{"type": "object"}
	none := []any{}
	provider := rest.Text("provider", "the cloud provider; kubernetes")
	named := func(r *http.Request) (account, region, name string) {
		return r.PathValue("account"), r.PathValue("region"), r.PathValue("name")
	}
	return []rest.Route{
		a.cloudRoute("/applications/{application}/serverGroupManagers", "getServerGroupManagersForApplication", "List an application's server group managers",
			nil, rest.ListOf(rest.Ref("ServerGroupManager")), none, func(r *http.Request) (any, error) {
				return a.infrastructure.Managers(r.Context(), r.PathValue("application"))
			}),
		a.cloudRoute("/applications/{application}/loadBalancers", "getApplicationLoadBalancers", "List an application's load balancers",
			nil, rest.ListOf(rest.Ref("LoadBalancer")), none, func(r *http.Request) (any, error) {
				return a.infrastructure.LoadBalancers(r.Context(), r.PathValue("application"))
			}),
		a.cloudRoute("/applications/{application}/rawResources", "getRawResources", "List an application's Kubernetes objects",
			nil, rest.ListOf(rest.Ref("RawResource")), none, func(r *http.Request) (any, error) {
				return a.infrastructure.RawResources(r.Context(), r.PathValue("application"))
			}),
		a.cloudRoute("/loadBalancers/{account}/{region}/{name}", "getLoadBalancerDetails", "Get a load balancer, as a list of one",
			[]rest.Param{provider}, rest.ListOf(rest.Ref("LoadBalancer")), none, func(r *http.Request) (any, error) {
				account, region, name := named(r)
				return a.infrastructure.LoadBalancer(r.Context(), account, region, name)
			}),
		a.cloudRoute("/instances/{account}/{region}/{name}", "getInstanceDetails", "Get an instance by its name or its id",
			nil, rest.Ref("Instance"), nil, func(r *http.Request) (any, error) {
				account, region, name := named(r)
				return a.infrastructure.Instance(r.Context(), account, region, name)
			}),
		a.cloudRoute("/instances/{account}/{region}/{name}/console", "getConsoleOutput", "Get the end of an instance's logs, by container",
			[]rest.Param{provider}, rest.Ref("Console"), nil, func(r *http.Request) (any, error) {
				account, region, name := named(r)
				output, err := a.infrastructure.Console(r.Context(), account, region, name)
				return map[string]any{"output": output}, err
			}),
		a.cloudRoute("/manifests/{account}/{location}/{name}", "getManifest", "Get a live Kubernetes object with its status and events",
			nil, rest.Ref("Manifest"), nil, func(r *http.Request) (any, error) {
				return a.objects.Manifest(r.Context(), r.PathValue("account"), r.PathValue("location"), r.PathValue("name"))
			}),
		a.cloudRoute("/manifests/{account}/{location}/{name}/tree", "getManifestTree", "Get the owners of a Kubernetes object and the objects it owns, with their status",
			nil, rest.Ref("ManifestTree"), nil, func(r *http.Request) (any, error) {
				return a.objects.Tree(r.Context(), r.PathValue("account"), r.PathValue("location"), r.PathValue("name"))
			}),
		a.cloudRoute("/manifests/{account}/{location}/{name}/applied", "getAppliedManifest", "Get the applied manifest of a Kubernetes object, and its differences from the live object",
			nil, rest.Ref("AppliedManifest"), nil, func(r *http.Request) (any, error) {
				return a.objects.Applied(r.Context(), r.PathValue("account"), r.PathValue("location"), r.PathValue("name"))
			}),
		a.cloudRoute("/applications/{application}/jobs/{account}/{region}/{name}", "getJob", "Get the status of a job, or an empty object if it doesn't exist",
			[]rest.Param{rest.Text("expand", "ignored")}, one, struct{}{}, func(r *http.Request) (any, error) {
				account, region, name := named(r)
				job, err := a.infrastructure.Job(r.Context(), account, region, name)
				if fault.KindOf(err) == fault.NotFound {
					return struct{}{}, nil // as Gate has it
				}
				return job, err
			}),
		a.logRoute(),
		{
			Method: http.MethodGet, Path: "/applications/{application}/infrastructure/stream", Name: "streamInfrastructure", Needs: rest.OnApplication(access.Read), Everywhere: true, Tag: "Live",
			Summary: "Stream changes of an application's infrastructure; * streams those of all applications",
			Result: rest.Schema{"type": "string", "description": "A server-sent event stream: first the event ready, then change for each " +
				"handful of changes, a list of {account, application, type, region, name, deleted}. After a change of the type everything, read everything again."},
			Produces: "text/event-stream", Endless: true, Raw: a.streamInfrastructure,
		},
	}
}

// logRoute streams a container's log as text; following it, for as long as the
// client listens.
func (a *area) logRoute() rest.Route {
	return rest.Route{
		Method: http.MethodGet, Path: "/instances/{account}/{region}/{name}/log", Name: "getInstanceLog", Needs: rest.OnAccount(access.Read), Tag: "Infrastructure",
		Summary: "Read the log of an instance's container, as text",
		Params: []rest.Param{
			rest.Text("container", "the container; default: the first one"), rest.Boolean("previous", "the log of the previous container"),
			rest.Boolean("follow", "continue to stream new lines"), rest.Boolean("timestamps", "include the time of each line"),
			rest.Integer("tail", "maximum number of lines, from the end"), rest.Integer("sinceSeconds", "only newer ones"),
		},
		Result: rest.Schema{"type": "string"}, Produces: "text/plain; charset=utf-8", Endless: true, Raw: a.streamLog,
	}
}

func (a *area) streamLog(w http.ResponseWriter, r *http.Request) error {
	q := rest.QueryOf(r)
	part := view.LogPart{
		Container: q.Text("container"), Previous: q.Boolean("previous", false), Follow: q.Boolean("follow", false),
		Timestamps: q.Boolean("timestamps", false), Tail: q.Integer("tail", 0, 0), Since: time.Duration(q.Integer("sinceSeconds", 0, 0)) * time.Second,
	}
	if err := q.Err(); err != nil {
		return err
	}
	if a.infrastructure == nil {
		return fault.New(fault.NotFound, "no cloud account is set up")
	}
	if err := a.streams.Enter(); err != nil {
		return err
	}
	defer a.streams.Leave()
	ctx, cancel := a.streams.UntilDone(r)
	defer cancel()
	log, err := a.infrastructure.Log(ctx, r.PathValue("account"), r.PathValue("region"), r.PathValue("name"), part)
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
			_ = control.SetWriteDeadline(time.Now().Add(rest.StreamWrite))
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
