package api

import "net/http"

// Some of what clients ask for belongs to services that an installation may
// lack. Gate answers such requests with nothing: an empty list or object, by
// which clients know that there is nothing to show. This table is all of it. A
// path leaves the table when its service arrives.

type nothing struct {
	path, name, tag, summary string
	list                     bool // an empty list, else an empty object
}

var off = []nothing{
	// Asked by the web pages when they are loaded.
	{"/auth/user/serviceAccounts", "getServiceAccounts", "Users", "List the service accounts that the user may run pipelines as", true},
	{"/banners", "getBanners", "Platform", "List the banners to show", true},
	{"/notifications/metadata", "getNotificationTypeMetadata", "Notifications", "List the kinds of notification that describe themselves", true},
	{"/plugins/deck/plugin-manifest.json", "getPluginManifests", "Platform", "List the plugins of the web pages", true},
	{"/capabilities/quietPeriod", "getQuietPeriodState", "Platform", "The time in which triggers rest", false},
	{"/capabilities/deploymentMonitors", "getDeploymentMonitors", "Platform", "List the deployment monitors", true},

	// What runs in the clouds.
	{"/applications/{application}/clusters", "getApplicationClusters", "Infrastructure", "List an application's clusters, by account", false},
	{"/applications/{application}/serverGroups", "getServerGroups", "Infrastructure", "List an application's server groups", true},
	{"/applications/{application}/serverGroupManagers", "getServerGroupManagers", "Infrastructure", "List an application's server group managers", true},
	{"/applications/{application}/loadBalancers", "getApplicationLoadBalancers", "Infrastructure", "List an application's load balancers", true},
	{"/applications/{application}/functions", "getApplicationFunctions", "Infrastructure", "List an application's functions", true},
	{"/applications/{application}/rawResources", "getRawResources", "Infrastructure", "List an application's Kubernetes objects", true},
	{"/projects/{id}/clusters", "getProjectClusters", "Projects", "List a project's clusters", true},
	{"/securityGroups", "getSecurityGroups", "Infrastructure", "List the firewalls, by account, provider and region", false},
	{"/firewalls", "getFirewalls", "Infrastructure", "List the firewalls, by account, provider and region", false},
	{"/loadBalancers", "getLoadBalancers", "Infrastructure", "List a provider's load balancers", true},
	{"/functions", "getFunctions", "Infrastructure", "List the functions", true},
	{"/serverGroups", "getAllServerGroups", "Infrastructure", "List server groups", true},
	{"/networks", "getNetworks", "Infrastructure", "List the networks, by provider", false},
	{"/subnets", "getSubnets", "Infrastructure", "List the subnets", true},
	{"/certificates", "getCertificates", "Infrastructure", "List the certificates", true},
	{"/keyPairs", "getKeyPairs", "Infrastructure", "List the key pairs", true},
	{"/instanceTypes", "getInstanceTypes", "Infrastructure", "List the instance types", true},
	{"/images/find", "findImages", "Infrastructure", "Find images", true},
	{"/tags", "getEntityTags", "Infrastructure", "List entity tags", true},
	{"/storage", "getStorageAccounts", "Infrastructure", "List the storage accounts", true},

	// Build systems, registries, artifacts.
	{"/v2/builds", "getBuildMastersV2", "Builds", "List the build systems", true},
	{"/v3/builds", "getBuildMasters", "Builds", "List the build systems", true},
	{"/ci/builds", "getCiBuilds", "Builds", "List builds", true},
	{"/gcb/accounts", "getGcbAccounts", "Builds", "List the Google Cloud Build accounts", true},
	{"/codebuild/accounts", "getCodeBuildAccounts", "Builds", "List the AWS CodeBuild accounts", true},
	{"/artifactory/names", "getArtifactoryNames", "Builds", "List the Artifactory searches", true},
	{"/nexus/names", "getNexusNames", "Builds", "List the Nexus searches", true},
	{"/bakery/options", "getBakeOptions", "Builds", "List what images can be baked from", true},

	// Canary analysis, templates, integrations.
	{"/v2/canaryConfig", "getCanaryConfigs", "Canary", "List the canary configurations", true},
	{"/v2/canaries/credentials", "getCanaryAccounts", "Canary", "List the accounts of metric services and stores", true},
	{"/v2/canaries/judges", "getCanaryJudges", "Canary", "List the judges", true},
	{"/v2/canaries/{application}/executions", "getCanaryExecutions", "Canary", "List an application's canary analyses", true},
	{"/pubsub/subscriptions", "getPubsubSubscriptions", "Triggers", "List the Pub/Sub subscriptions", true},
	{"/slack/channels", "getSlackChannels", "Notifications", "List the Slack channels", true},
	{"/pagerDuty/services", "getPagerDutyServices", "Notifications", "List the PagerDuty services", true},
	{"/plugins/info", "getPluginInfo", "Platform", "List the plugins there are", true},
	{"/plugins/installed", "getInstalledPlugins", "Platform", "List the installed plugins, by service", false},
	{"/proxies", "getProxies", "Platform", "List the proxied services", true},
}

func (s *server) offRoutes() []route {
	out := make([]route, 0, len(off))
	for _, entry := range off {
		var (
			answer any = struct{}{}
			result     = schema{"type": "object"}
		)
		if entry.list {
			answer, result = []struct{}{}, listOf(schema{})
		}
		out = append(out, route{
			method: http.MethodGet, path: entry.path, name: entry.name, tag: entry.tag,
			summary: entry.summary + " (none here yet)", result: result,
			serve: func(*http.Request) (any, error) { return answer, nil },
		})
	}
	return out
}
