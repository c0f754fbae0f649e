package infra

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

func (a *area) serverGroupRoutes() []rest.Route {
	none := []any{}
	cluster := func(r *http.Request) (application, account, cluster string) {
		return r.PathValue("application"), r.PathValue("account"), r.PathValue("clusterName")
	}
	const clusters = "/applications/{application}/clusters"
	return []rest.Route{
		a.cloudRoute(clusters, "getClusters", "List the names of an application's clusters, by account",
			nil, rest.Ref("NamesByAccount"), struct{}{}, func(r *http.Request) (any, error) {
				return a.infrastructure.ClusterNames(r.Context(), r.PathValue("application"))
			}),
		a.cloudRoute(clusters+"/{account}", "getClustersForAccount", "List an application's clusters in an account",
			nil, rest.ListOf(rest.Ref("ClusterSummary")), nil, func(r *http.Request) (any, error) {
				return a.infrastructure.AccountClusters(r.Context(), r.PathValue("application"), r.PathValue("account"))
			}),
		a.cloudRoute(clusters+"/{account}/{clusterName}", "getCluster", "Get a cluster with its server groups and load balancers, or an empty object if it doesn't exist",
			nil, rest.Ref("ClusterOrNone"), struct{}{}, func(r *http.Request) (any, error) {
				application, account, name := cluster(r)
				found, err := a.infrastructure.Cluster(r.Context(), application, account, name)
				if found == nil && err == nil {
					return struct{}{}, nil
				}
				return found, err
			}),
		a.cloudRoute(clusters+"/{account}/{clusterName}/serverGroups", "getClusterServerGroups", "List a cluster's server groups",
			nil, rest.ListOf(rest.Ref("ServerGroup")), none, func(r *http.Request) (any, error) {
				application, account, name := cluster(r)
				return a.infrastructure.ClusterServerGroups(r.Context(), application, account, name, "")
			}),
		a.cloudRoute(clusters+"/{account}/{clusterName}/serverGroups/{serverGroupName}", "getClusterServerGroup", "List a cluster's server groups with a given name",
			nil, rest.ListOf(rest.Ref("ServerGroup")), none, func(r *http.Request) (any, error) {
				application, account, name := cluster(r)
				return a.infrastructure.ClusterServerGroups(r.Context(), application, account, name, r.PathValue("serverGroupName"))
			}),
		a.cloudRoute(clusters+"/{account}/{clusterName}/{cloudProvider}/{scope}/serverGroups/target/{target}", "getTargetServerGroup",
			"Get the server group of a cluster that a target refers to: newest, ancestor, oldest, largest, fail",
			[]rest.Param{rest.Boolean("onlyEnabled", "only those that receive traffic"), rest.Boolean("validateOldest", "the oldest one only if there are others; default: true")},
			rest.Ref("ServerGroup"), nil, a.targetServerGroup),
		a.cloudRoute("/applications/{application}/serverGroups", "getServerGroupsForApplication", "List an application's server groups",
			[]rest.Param{rest.Boolean("expand", "include all details"), rest.Text("cloudProvider", "only those of this cloud provider"), rest.Text("clusters", "only those in these clusters, each as account:cluster, separated by commas")},
			rest.ListOf(rest.Ref("ServerGroupSummary")), none, a.applicationServerGroups),
		a.cloudRoute("/applications/{application}/serverGroups/{account}/{region}/{serverGroupName}", "getServerGroupDetails", "Get a server group",
			[]rest.Param{rest.Boolean("includeDetails", "ignored: nothing is left out")}, rest.Ref("ServerGroup"), nil, func(r *http.Request) (any, error) {
				return a.infrastructure.ServerGroup(r.Context(), r.PathValue("account"), r.PathValue("region"), r.PathValue("serverGroupName"))
			}),
		a.cloudRoute("/serverGroups", "getServerGroups", "List the server groups of some applications, or server groups by id",
			[]rest.Param{rest.Text("applications", "names, separated by commas"), rest.Text("ids", "account:region:name, separated by commas"), rest.Text("cloudProvider", "only those of this cloud provider")},
			rest.ListOf(rest.Ref("ServerGroupSummary")), none, a.serverGroups),
		a.cloudRoute("/applicationHealth", "getApplicationHealth", "Tell how some applications are doing",
			[]rest.Param{rest.Text("applications", "names, separated by commas; at most 500")},
			rest.ListOf(rest.Ref("ApplicationHealth")), none, a.applicationHealth),
	}
}

func (a *area) applicationServerGroups(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	application, expand := r.PathValue("application"), flag(q.Text("expand"))
	if r.URL.Query().Has("clusters") {
		return a.infrastructure.ServerGroupsOf(r.Context(), application, q.List("clusters"), expand)
	}
	return a.infrastructure.ServerGroups(r.Context(), application, q.Text("cloudProvider"), expand)
}

func (a *area) serverGroups(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	applications, ids := q.List("applications"), q.List("ids")
	if (len(applications) == 0) == (len(ids) == 0) {
		return nil, fault.New(fault.Invalid, "Provide either 'applications' or 'ids' parameter, but not both")
	}
	if len(ids) > 0 {
		return a.infrastructure.ServerGroupsByID(r.Context(), ids)
	}
	out := []any{}
	for _, application := range applications {
		found, err := a.infrastructure.ServerGroups(r.Context(), application, q.Text("cloudProvider"), false)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// mostApplications is how many applications are told of in one answer.
const mostApplications = 500

func (a *area) applicationHealth(r *http.Request) (any, error) {
	names := rest.QueryOf(r).List("applications")
	if len(names) == 0 || len(names) > mostApplications {
		return nil, fault.New(fault.Invalid, "applications: name 1 to %d applications, separated by commas", mostApplications)
	}
	return a.infrastructure.ApplicationHealth(r.Context(), names)
}

func (a *area) targetServerGroup(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	target := view.Target{
		Application: r.PathValue("application"), Account: r.PathValue("account"), Cluster: r.PathValue("clusterName"),
		Provider: r.PathValue("cloudProvider"), Scope: r.PathValue("scope"), Name: r.PathValue("target"),
		OnlyEnabled: q.Boolean("onlyEnabled", false), AnyOldest: !q.Boolean("validateOldest", true),
	}
	if err := q.Err(); err != nil {
		return nil, err
	}
	return a.infrastructure.TargetServerGroup(r.Context(), target)
}
