package absent

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
)

// Some of what clients ask for belongs to services that an installation may
// lack. Gate answers such requests with nothing where it can: an empty list or
// object, by which clients know that there is nothing to show. This table is all
// of it; what can't be answered with nothing is in [absences]. A path leaves the
// tables when its service arrives.

type nothing struct {
	path, name, tag, summary string
	list                     bool // an empty list, else an empty object
}

var off = []nothing{
	// Asked by the web pages when they are loaded.
	{"/auth/user/serviceAccounts", "getServiceAccounts", "Users", "List the service accounts that the user can run pipelines as", true},
	{"/banners", "getBanners", "Platform", "List the banners to show", true},
	{"/plugins/deck/plugin-manifest.json", "getPluginManifests", "Platform", "List the plugins of the web pages", true},

	// What runs in the clouds.
	{"/applications/{application}/functions", "getApplicationFunctions", "Infrastructure", "List an application's functions", true},
	{"/loadBalancers", "getLoadBalancers", "Infrastructure", "List a provider's load balancers", true},
	{"/functions", "getFunctions", "Infrastructure", "List the functions", true},
	{"/networks", "getNetworks", "Infrastructure", "List the networks, by provider", false},
	{"/subnets", "getSubnets", "Infrastructure", "List the subnets", true},
	{"/networks/{cloudProvider}", "getNetworksOfProvider", "Infrastructure", "List a provider's networks", true},
	{"/subnets/{cloudProvider}", "getSubnetsOfProvider", "Infrastructure", "List a provider's subnets", true},
	{"/certificates/{cloudProvider}", "getCertificatesOfProvider", "Infrastructure", "List a provider's certificates", true},
	{"/roles/{cloudProvider}", "getRoles", "Infrastructure", "List a provider's roles", true},
	{"/vpcs", "getVpcs", "Infrastructure", "List Amazon's private clouds", true},
	{"/servicebroker/{account}/services", "getBrokeredServices", "Infrastructure", "List the services that a broker offers", true},
	{"/applications/{application}/snapshots/{account}/history", "getSnapshotHistory", "Infrastructure", "List an application's snapshots, newest first", true},
	{"/certificates", "getCertificates", "Infrastructure", "List the certificates", true},
	{"/keyPairs", "getKeyPairs", "Infrastructure", "List the key pairs", true},
	{"/instanceTypes", "getInstanceTypes", "Infrastructure", "List the instance types", true},
	{"/storage", "getStorageAccounts", "Infrastructure", "List the storage accounts", true},

	// Build systems, registries, artifacts.
	{"/v2/builds/{buildMaster}/builds/{job...}", "getBuildsV2", "Builds", "List a job's builds", true},
	{"/v2/builds/{buildMaster}/build/{number}/{job...}", "getBuildV2", "Builds", "Get a build", false},
	{"/v3/builds/{buildMaster}/builds", "getBuilds", "Builds", "List a job's builds", true},
	{"/v3/builds/{buildMaster}/build/{number}", "getBuild", "Builds", "Get a build", false},
	{"/ci/builds", "getCiBuilds", "Builds", "List builds", true},

	// Canary analysis, templates, integrations.
	{"/v2/canaryConfig", "getCanaryConfigs", "Canary", "List the canary configurations", true},
	{"/v2/canaries/credentials", "getCanaryAccounts", "Canary", "List the accounts of metric services and stores", true},
	{"/v2/canaries/judges", "getCanaryJudges", "Canary", "List the judges", true},
	{"/v2/canaries/{application}/executions", "getCanaryExecutions", "Canary", "List an application's canary analyses", true},
	{"/plugins/info", "getPluginInfo", "Platform", "List the available plugins", true},
	{"/plugins/installed", "getInstalledPlugins", "Platform", "List the installed plugins, by service", false},
	{"/proxies", "getProxies", "Platform", "List the proxied services", true},
}

func offRoutes() []rest.Route {
	out := absenceRoutes()
	for _, entry := range off {
		var (
			answer any = struct{}{}
			result     = rest.Schema{"type": "object"}
		)
		if entry.list {
			answer, result = []struct{}{}, rest.ListOf(rest.Schema{})
		}
		out = append(out, rest.Route{
			Method: http.MethodGet, Path: entry.path, Name: entry.name, Needs: rest.InItsPath(access.Read, entry.path), Tag: entry.tag,
			Summary: entry.summary + " (none: not supported yet)", Params: offParams["GET "+entry.path], Result: result,
			Serve: func(*http.Request) (any, error) { return answer, nil },
		})
	}
	return out
}
