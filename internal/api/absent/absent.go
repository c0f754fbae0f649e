package absent

import (
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
)

// absence is a request to a service that an installation lacks, which can't be
// answered with nothing. Gate answers 404: it has no such path while the service
// is off, or the service knows nothing of that name.
type absence struct {
	method, path, name, tag, summary string
	// why is the sentence that clients are told; {name} stands for a parameter
	// of the path.
	why string
	// body is set where the request brings one.
	body *rest.Body
	// overlaps marks a path that another one overlaps, and gives way to.
	overlaps bool
	// invalid marks what Gate answers with 400.
	invalid bool
}

// Why a service doesn't answer.
const (
	canaryOff  = "canary analysis is not available on this server"
	acaOff     = "the old canary analysis (services.mine) is not available on this server"
	managedOff = "managed delivery is not available on this server"
	pluginsOff = "plugins are not available on this server"
	mintingOff = "API tokens are not available on this server"
	bannersOff = "banners are not available on this server"
	ecsOff     = "this server has no Amazon ECS accounts"
	gremlinOff = "Gremlin is not available on this server"
	slackOff   = "Slack is not available on this server"
	pagerOff   = "PagerDuty is not available on this server"
)

var anything = rest.OptionalBody(rest.Schema{"type": "object"})

// absences lists what Gate's clients may ask all the same, and what else would
// meet a path that means something different.
var absences = []absence{
	{method: "GET", path: "/v2/canaryConfig/{id}", name: "getCanaryConfig", tag: "Canary", summary: "Get a canary configuration", why: canaryOff},
	{method: "POST", path: "/v2/canaryConfig", name: "createCanaryConfig", tag: "Canary", summary: "Create a canary configuration", body: anything, why: canaryOff},
	{method: "PUT", path: "/v2/canaryConfig/{id}", name: "updateCanaryConfig", tag: "Canary", summary: "Change a canary configuration", body: anything, why: canaryOff},
	{method: "DELETE", path: "/v2/canaryConfig/{id}", name: "deleteCanaryConfig", tag: "Canary", summary: "Delete a canary configuration", why: canaryOff},
	{method: "POST", path: "/v2/canaries/canary", name: "initiateCanaryWithConfig", tag: "Canary", summary: "Start a canary analysis with its configuration", body: anything, why: canaryOff},
	{method: "POST", path: "/v2/canaries/canary/{id}", name: "initiateCanary", tag: "Canary", summary: "Start a canary analysis", body: anything, why: canaryOff},
	{method: "GET", path: "/v2/canaries/canary/{id}", name: "getCanaryResult", tag: "Canary", summary: "Get a canary analysis", why: canaryOff, overlaps: true},
	{method: "GET", path: "/v2/canaries/canary/{canaryConfigId}/{canaryExecutionId}", name: "getCanaryResultOfConfig", tag: "Canary", summary: "Get a canary analysis", why: canaryOff},
	{method: "GET", path: "/v2/canaries/metadata/metricsService", name: "listMetricsServiceMetadata", tag: "Canary", summary: "List the metrics of a service", why: canaryOff},
	{method: "GET", path: "/v2/canaries/metricSetPairList/{metricSetPairListId}", name: "getMetricSetPairList", tag: "Canary", summary: "Get the metrics of a canary analysis", why: canaryOff, overlaps: true},

	{method: "POST", path: "/canaries/{id}/generateCanaryResult", name: "generateCanaryResult", tag: "Canary", summary: "Generate a canary's result", body: anything, why: acaOff},
	{method: "PUT", path: "/canaries/{id}/end", name: "endCanary", tag: "Canary", summary: "End a canary", body: anything, why: acaOff},
	{method: "GET", path: "/canaryConfig/names", name: "getCanaryConfigNames", tag: "Canary", summary: "List the names of canary configurations", why: acaOff},
	{method: "GET", path: "/canaryDeployments/{canaryDeploymentId}/canaryAnalysisHistory", name: "getCanaryAnalysisHistory", tag: "Canary", summary: "List the analyses of a canary", why: acaOff},

	{method: "GET", path: "/managed/application/{application}", name: "getManagedApplication", tag: "Managed delivery", summary: "Get an application's managed resources", why: managedOff},
	{method: "POST", path: "/managed/graphql", name: "graphql", tag: "Managed delivery", summary: "Query managed delivery", body: anything, why: managedOff},
	{method: "POST", path: "/managed/resources/{resourceId}/pause", name: "pauseResource", tag: "Managed delivery", summary: "Pause a managed resource", why: managedOff},
	{method: "DELETE", path: "/managed/resources/{resourceId}/pause", name: "resumeResource", tag: "Managed delivery", summary: "Resume a managed resource", why: managedOff},
	{method: "GET", path: "/history/{name}", name: "getManagedHistory", tag: "Managed delivery", summary: "List the events of a managed resource", why: managedOff},

	{method: "GET", path: "/auth/apiTokens", name: "listApiTokens", tag: "Users", summary: "List the user's API tokens", why: mintingOff},
	{method: "POST", path: "/auth/apiTokens", name: "createApiToken", tag: "Users", summary: "Create an API token", body: anything, why: mintingOff},
	{method: "DELETE", path: "/auth/apiTokens/{id}", name: "revokeApiToken", tag: "Users", summary: "Revoke an API token", why: mintingOff},
	{method: "GET", path: "/auth/apiTokens/admin/users", name: "listAllApiTokens", tag: "Users", summary: "List the API tokens of all users", why: mintingOff},
	{method: "GET", path: "/auth/apiTokens/serviceAccounts", name: "listApiTokenServiceAccounts", tag: "Users", summary: "List the service accounts that can have API tokens", why: mintingOff},

	{method: "GET", path: "/banners/all", name: "getAllBanners", tag: "Platform", summary: "List all banners", why: bannersOff},
	{method: "GET", path: "/banners/{id}", name: "getBannerById", tag: "Platform", summary: "Get a banner", why: bannersOff},
	{method: "POST", path: "/banners/{id}", name: "updateBanner", tag: "Platform", summary: "Change a banner", body: anything, why: bannersOff},
	{method: "POST", path: "/banners/refresh", name: "refreshBanners", tag: "Platform", summary: "Reload the banners", why: bannersOff},
	{method: "PUT", path: "/banners", name: "saveBanner", tag: "Platform", summary: "Save a banner", body: anything, why: bannersOff},
	{method: "DELETE", path: "/banners", name: "deleteAllBanners", tag: "Platform", summary: "Delete all banners", why: bannersOff},
	{method: "DELETE", path: "/banners/{id}", name: "deleteBanner", tag: "Platform", summary: "Delete a banner", why: bannersOff},
	{method: "GET", path: "/plugins/deck/{pluginId}/{pluginVersion}/{asset...}", name: "getPluginAsset", tag: "Platform", summary: "Get a file of a plugin of the web pages", why: pluginsOff},

	{method: "GET", path: "/slack/channels", name: "getSlackChannels", tag: "Notifications", summary: "List the Slack channels", why: slackOff},
	{method: "GET", path: "/pagerDuty/services", name: "getPagerDutyServices", tag: "Notifications", summary: "List the PagerDuty services", why: pagerOff},
	{method: "GET", path: "/pagerDuty/oncalls", name: "getPagerDutyOnCalls", tag: "Notifications", summary: "List who is on call", why: pagerOff},

	{method: "POST", path: "/integrations/gremlin/templates/command", name: "listGremlinCommands", tag: "Integrations", summary: "List Gremlin's attacks", body: anything, why: gremlinOff},
	{method: "POST", path: "/integrations/gremlin/templates/target", name: "listGremlinTargets", tag: "Integrations", summary: "List Gremlin's targets", body: anything, why: gremlinOff},

	{method: "GET", path: "/artifacts/{provider}/{packageName}", name: "getVersionsOfArtifactForProvider", tag: "Artifacts", summary: "List a package's versions", why: "Provider {provider} not found"},
	{method: "GET", path: "/artifacts/{provider}/{packageName}/{version}", name: "getArtifactVersion", tag: "Artifacts", summary: "Get a version of a package", why: "Provider {provider} not found"},
	{method: "GET", path: "/ci/builds/{buildId}/output", name: "getBuildOutput", tag: "Builds", summary: "Get a build's output", why: "build {buildId} not found"},

	{method: "GET", path: "/applications/{application}/snapshots/{account}", name: "getCurrentSnapshot", tag: "Infrastructure", summary: "Get an application's latest snapshot", why: "there is no snapshot of {application} in {account}"},
	{method: "GET", path: "/applications/{application}/serverGroups/{account}/{serverGroupName}/events", name: "getEcsEvents", tag: "Infrastructure", summary: "List the events of an ECS service", why: ecsOff},
	{method: "GET", path: "/applications/{application}/clusters/{account}/{clusterName}/serverGroups/{serverGroupName}/scalingActivities", name: "getScalingActivities", tag: "Infrastructure", summary: "List a server group's scaling activities", why: "this server has no accounts of a cloud that scales server groups automatically"},
	{method: "GET", path: "/ecs/cloudMetrics/alarms", name: "getEcsAlarms", tag: "Infrastructure", summary: "List the alarms for ECS", why: ecsOff},
	{method: "GET", path: "/ecs/ecsClusters", name: "getEcsClusters", tag: "Infrastructure", summary: "List the ECS clusters", why: ecsOff},
	{method: "GET", path: "/ecs/ecsClusterDescriptions/{account}/{region}", name: "getEcsClusterDescriptions", tag: "Infrastructure", summary: "Describe the ECS clusters of a region", why: ecsOff},
	{method: "GET", path: "/ecs/secrets", name: "getEcsSecrets", tag: "Infrastructure", summary: "List the secrets for ECS", why: ecsOff},
	{method: "GET", path: "/ecs/serviceDiscoveryRegistries", name: "getEcsServiceDiscoveryRegistries", tag: "Infrastructure", summary: "List the service registries for ECS", why: ecsOff},
	{method: "GET", path: "/images/{account}/{region}/{imageId}", name: "getImageDetails", tag: "Infrastructure", summary: "Get an image", why: "there is no image {imageId} in {account}"},
	{method: "GET", path: "/charts/{account}/{region}/{imageId}", name: "getChartDetails", tag: "Infrastructure", summary: "Get a chart", why: "there is no chart {imageId} in {account}"},
	{
		method: "GET", path: "/cloudMetrics/{cloudProvider}/{account}/{region}", name: "findAllCloudMetrics", tag: "Infrastructure", summary: "List a provider's metrics",
		why: "No provider found named '{cloudProvider}' that supports cloud metrics", invalid: true,
	},
	{
		method: "GET", path: "/cloudMetrics/{cloudProvider}/{account}/{region}/{metricName}/statistics", name: "getCloudMetricStatistics", tag: "Infrastructure", summary: "Get a metric's values",
		why: "No provider found named '{cloudProvider}' that supports cloud metrics", invalid: true,
	},
}

func absenceRoutes() []rest.Route {
	out := make([]rest.Route, 0, len(absences)+len(off))
	for _, entry := range absences {
		rt := rest.Route{
			Method: entry.method, Path: entry.path, Name: entry.name, Needs: rest.Anyone, Tag: entry.tag,
			Summary: entry.summary + " (not supported yet)", Body: entry.body, Params: offParams[entry.method+" "+entry.path], Overlaps: entry.overlaps, Refused: http.StatusNotFound,
		}
		kind, names := fault.NotFound, rt.PathParams()
		if entry.invalid {
			kind, rt.Refused = fault.Invalid, http.StatusBadRequest
		}
		rt.Serve = func(r *http.Request) (any, error) {
			return nil, fault.New(kind, "%s", fill(entry.why, names, r))
		}
		out = append(out, rt)
	}
	return out
}

// fill puts the values of path parameters into a text.
func fill(text string, names []string, r *http.Request) string {
	for _, name := range names {
		text = strings.ReplaceAll(text, "{"+name+"}", r.PathValue(name))
	}
	return text
}
