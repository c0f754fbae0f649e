package api

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
)

func (s *server) serverGroupRoutes() []route {
	none := []any{}
	cluster := func(r *http.Request) (application, account, cluster string) {
		return r.PathValue("application"), r.PathValue("account"), r.PathValue("clusterName")
	}
	const clusters = "/applications/{application}/clusters"
	return []route{
		s.cloudRoute(clusters, "getClusters", "List the names of an application's clusters, by account",
			nil, ref("NamesByAccount"), struct{}{}, func(r *http.Request) (any, error) {
				return s.infrastructure.ClusterNames(r.Context(), r.PathValue("application"))
			}),
		s.cloudRoute(clusters+"/{account}", "getClustersForAccount", "List an application's clusters in an account",
			nil, listOf(ref("ClusterSummary")), nil, func(r *http.Request) (any, error) {
				return s.infrastructure.AccountClusters(r.Context(), r.PathValue("application"), r.PathValue("account"))
			}),
		s.cloudRoute(clusters+"/{account}/{clusterName}", "getCluster", "Get a cluster with all that is in it; an empty object where there is none",
			nil, ref("ClusterOrNone"), struct{}{}, func(r *http.Request) (any, error) {
				application, account, name := cluster(r)
				found, err := s.infrastructure.Cluster(r.Context(), application, account, name)
				if found == nil && err == nil {
					return struct{}{}, nil
				}
				return found, err
			}),
		s.cloudRoute(clusters+"/{account}/{clusterName}/serverGroups", "getClusterServerGroups", "List a cluster's server groups",
			nil, listOf(ref("ServerGroup")), none, func(r *http.Request) (any, error) {
				application, account, name := cluster(r)
				return s.infrastructure.ClusterServerGroups(r.Context(), application, account, name, "")
			}),
		s.cloudRoute(clusters+"/{account}/{clusterName}/serverGroups/{serverGroupName}", "getClusterServerGroup", "List a cluster's server groups of a name",
			nil, listOf(ref("ServerGroup")), none, func(r *http.Request) (any, error) {
				application, account, name := cluster(r)
				return s.infrastructure.ClusterServerGroups(r.Context(), application, account, name, r.PathValue("serverGroupName"))
			}),
		s.cloudRoute(clusters+"/{account}/{clusterName}/{cloudProvider}/{scope}/serverGroups/target/{target}", "getTargetServerGroup",
			"Get the server group of a cluster that a target means: newest, ancestor, oldest, largest, fail",
			[]param{boolean("onlyEnabled", "only those that get traffic"), boolean("validateOldest", "the oldest one only where there are others; true where it isn't given")},
			ref("ServerGroup"), nil, s.targetServerGroup),
		s.cloudRoute("/applications/{application}/serverGroups", "getServerGroupsForApplication", "List an application's server groups",
			[]param{boolean("expand", "with everything about them"), text("cloudProvider", "only of this cloud provider"), text("clusters", "only of these clusters, each as account:cluster, separated by commas")},
			listOf(ref("ServerGroupSummary")), none, s.applicationServerGroups),
		s.cloudRoute("/applications/{application}/serverGroups/{account}/{region}/{serverGroupName}", "getServerGroupDetails", "Get a server group",
			[]param{boolean("includeDetails", "not looked at: nothing is left out")}, ref("ServerGroup"), nil, func(r *http.Request) (any, error) {
				return s.infrastructure.ServerGroup(r.Context(), r.PathValue("account"), r.PathValue("region"), r.PathValue("serverGroupName"))
			}),
		s.cloudRoute("/serverGroups", "getServerGroups", "List the server groups of some applications, or some by their ids",
			[]param{text("applications", "names, separated by commas"), text("ids", "account:region:name, separated by commas"), text("cloudProvider", "only of this cloud provider")},
			listOf(ref("ServerGroupSummary")), none, s.serverGroups),
	}
}

func (s *server) applicationServerGroups(r *http.Request) (any, error) {
	q := queryOf(r)
	application, expand := r.PathValue("application"), flag(q.text("expand"))
	if r.URL.Query().Has("clusters") {
		return s.infrastructure.ServerGroupsOf(r.Context(), application, q.list("clusters"), expand)
	}
	return s.infrastructure.ServerGroups(r.Context(), application, q.text("cloudProvider"), expand)
}

func (s *server) serverGroups(r *http.Request) (any, error) {
	q := queryOf(r)
	applications, ids := q.list("applications"), q.list("ids")
	if (len(applications) == 0) == (len(ids) == 0) {
		return nil, fault.New(fault.Invalid, "Provide either 'applications' or 'ids' parameter, but not both")
	}
	if len(ids) > 0 {
		return s.infrastructure.ServerGroupsByID(r.Context(), ids)
	}
	out := []any{}
	for _, application := range applications {
		found, err := s.infrastructure.ServerGroups(r.Context(), application, q.text("cloudProvider"), false)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (s *server) targetServerGroup(r *http.Request) (any, error) {
	q := queryOf(r)
	target := view.Target{
		Application: r.PathValue("application"), Account: r.PathValue("account"), Cluster: r.PathValue("clusterName"),
		Provider: r.PathValue("cloudProvider"), Scope: r.PathValue("scope"), Name: r.PathValue("target"),
		OnlyEnabled: q.boolean("onlyEnabled", false), AnyOldest: !q.boolean("validateOldest", true),
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	return s.infrastructure.TargetServerGroup(r.Context(), target)
}
