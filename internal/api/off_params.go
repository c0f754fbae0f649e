package api

// The parameters of canary analysis.
var (
	canaryApplication   = text("application", "the application that is judged")
	canaryParent        = text("parentPipelineExecutionId", "the pipeline execution that asks")
	canaryMetrics       = text("metricsAccountName", "the account that has the metrics")
	canaryStorage       = text("storageAccountName", "the account that holds the results")
	canaryConfiguration = text("configurationAccountName", "the account that holds the configurations")
)

// offParams are the parameters that Gate takes where the service is off here;
// nothing reads them yet.
var offParams = map[string][]param{
	"GET /v3/builds/{buildMaster}/builds":         {text("job", "the job's name")},
	"GET /v3/builds/{buildMaster}/build/{number}": {text("job", "the job's name")},
	"GET /ci/builds": {
		text("projectKey", "the source project"), text("repoSlug", "the repository"), text("completionStatus", "how the builds ended"),
		text("buildNumber", "the build's number"), text("commitId", "the commit that was built"),
	},
	"GET /images/tags":                      {text("provider", "the cloud provider"), text("account", "the registry's account"), text("repository", "the image's name")},
	"GET /charts/tags":                      {text("provider", "the cloud provider"), text("account", "the registry's account"), text("repository", "the chart's name")},
	"GET /functions":                        {text("functionName", "the function's name"), text("region", "the region"), text("account", "the account")},
	"GET /loadBalancers":                    {text("provider", "the cloud provider")},
	"GET /plugins/info":                     {text("service", "only plugins of this service")},
	"GET /plugins/installed":                {text("service", "only plugins of this service")},
	"GET /servicebroker/{account}/services": {text("cloudProvider", "the cloud provider"), text("region", "the region")},
	"GET /auth/user/serviceAccounts":        {text("application", "only those that may run this application's pipelines")},
	"GET /applications/{application}/snapshots/{account}/history": {integer("limit", "how many; 20 where it isn't given")},
	"GET /v2/canaryConfig": {text("application", "only those of this application"), text("configurationAccountName", "the account that holds them")},
	"GET /v2/canaries/{application}/executions": {
		integer("limit", "how many"), integer("page", "from 1"), text("statuses", "separated by commas"), text("storageAccountName", "the account that holds them"),
	},
	"GET /applications/{application}/serverGroups/{account}/{serverGroupName}/events": {text("region", "the region"), text("provider", "the cloud provider")},
	"GET /artifacts/{provider}/{packageName}":                                         {text("releaseStatus", "only releases of these statuses, separated by commas")},
	"GET /canaryConfig/names":                                                         {text("application", "whose configurations")},
	"GET /charts/{account}/{region}/{imageId}":                                        {text("provider", "the cloud provider")},
	"GET /images/{account}/{region}/{imageId}":                                        {text("provider", "the cloud provider")},
	"GET /cloudMetrics/{cloudProvider}/{account}/{region}":                            {text("filters", "further parameters: what the metrics must be of")},
	"GET /cloudMetrics/{cloudProvider}/{account}/{region}/{metricName}/statistics": {
		integer("startTime", "in milliseconds since the epoch"), integer("endTime", "in milliseconds since the epoch"),
		text("filters", "further parameters: what the metrics must be of"),
	},
	"GET /applications/{application}/clusters/{account}/{clusterName}/serverGroups/{serverGroupName}/scalingActivities": {
		text("provider", "the cloud provider"), text("region", "the region"),
	},
	"GET /history/{name}": {integer("limit", "how many")},
	"GET /managed/application/{application}": {
		boolean("includeDetails", "with all there is to know"), text("entities", "kinds of entities, separated by commas"),
		integer("maxArtifactVersions", "how many versions of each artifact"),
	},
	"POST /v2/canaries/canary":                                     {canaryApplication, canaryParent, canaryMetrics, canaryStorage},
	"POST /v2/canaries/canary/{id}":                                {canaryApplication, canaryParent, canaryMetrics, canaryStorage, canaryConfiguration},
	"GET /v2/canaries/canary/{id}":                                 {canaryStorage},
	"GET /v2/canaries/canary/{canaryConfigId}/{canaryExecutionId}": {canaryStorage},
	"GET /v2/canaries/metadata/metricsService":                     {text("filter", "a part of the name"), canaryMetrics},
	"GET /v2/canaries/metricSetPairList/{metricSetPairListId}":     {canaryStorage},
	"POST /v2/canaryConfig":                                        {canaryConfiguration},
	"GET /v2/canaryConfig/{id}":                                    {canaryConfiguration},
	"PUT /v2/canaryConfig/{id}":                                    {canaryConfiguration},
	"DELETE /v2/canaryConfig/{id}":                                 {canaryConfiguration},
}
