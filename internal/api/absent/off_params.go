package absent

import "github.com/gennaker/gennaker/internal/api/rest"

// The parameters of canary analysis.
var (
	canaryApplication   = rest.Text("application", "the application to judge")
	canaryParent        = rest.Text("parentPipelineExecutionId", "the pipeline execution to fetch it for")
	canaryMetrics       = rest.Text("metricsAccountName", "the metrics account")
	canaryStorage       = rest.Text("storageAccountName", "the account that stores the results")
	canaryConfiguration = rest.Text("configurationAccountName", "the account that stores the configurations")
)

// offParams are the parameters that Gate takes where the service is off here;
// nothing reads them yet.
var offParams = map[string][]rest.Param{
	"GET /v3/builds/{buildMaster}/builds":         {rest.Text("job", "the job's name")},
	"GET /v3/builds/{buildMaster}/build/{number}": {rest.Text("job", "the job's name")},
	"GET /ci/builds": {
		rest.Text("projectKey", "the source project"), rest.Text("repoSlug", "the repository"), rest.Text("completionStatus", "the result of the builds"),
		rest.Text("buildNumber", "the build's number"), rest.Text("commitId", "the commit that was built"),
	},
	"GET /functions":                        {rest.Text("functionName", "the function's name"), rest.Text("region", "the region"), rest.Text("account", "the account")},
	"GET /loadBalancers":                    {rest.Text("provider", "the cloud provider")},
	"GET /plugins/info":                     {rest.Text("service", "only plugins of this service")},
	"GET /plugins/installed":                {rest.Text("service", "only plugins of this service")},
	"GET /servicebroker/{account}/services": {rest.Text("cloudProvider", "the cloud provider"), rest.Text("region", "the region")},
	"GET /auth/user/serviceAccounts":        {rest.Text("application", "only those that can run this application's pipelines")},
	"GET /applications/{application}/snapshots/{account}/history": {rest.Integer("limit", "maximum number; default: 20")},
	"GET /v2/canaryConfig": {rest.Text("application", "only those of this application"), rest.Text("configurationAccountName", "the account that stores them")},
	"GET /v2/canaries/{application}/executions": {
		rest.Integer("limit", "maximum number"), rest.Integer("page", "from 1"), rest.Text("statuses", "separated by commas"), rest.Text("storageAccountName", "the account that stores them"),
	},
	"GET /applications/{application}/serverGroups/{account}/{serverGroupName}/events": {rest.Text("region", "the region"), rest.Text("provider", "the cloud provider")},
	"GET /artifacts/{provider}/{packageName}":                                         {rest.Text("releaseStatus", "only releases of these statuses, separated by commas")},
	"GET /canaryConfig/names":                                                         {rest.Text("application", "the application of the configurations")},
	"GET /charts/{account}/{region}/{imageId}":                                        {rest.Text("provider", "the cloud provider")},
	"GET /images/{account}/{region}/{imageId}":                                        {rest.Text("provider", "the cloud provider")},
	"GET /cloudMetrics/{cloudProvider}/{account}/{region}":                            {rest.Text("filters", "additional parameters that the metrics must have")},
	"GET /cloudMetrics/{cloudProvider}/{account}/{region}/{metricName}/statistics": {
		rest.Integer("startTime", "in milliseconds since the epoch"), rest.Integer("endTime", "in milliseconds since the epoch"),
		rest.Text("filters", "additional parameters that the metrics must have"),
	},
	"GET /applications/{application}/clusters/{account}/{clusterName}/serverGroups/{serverGroupName}/scalingActivities": {
		rest.Text("provider", "the cloud provider"), rest.Text("region", "the region"),
	},
	"GET /history/{name}": {rest.Integer("limit", "maximum number")},
	"GET /managed/application/{application}": {
		rest.Boolean("includeDetails", "include all details"), rest.Text("entities", "kinds of entities, separated by commas"),
		rest.Integer("maxArtifactVersions", "maximum number of versions of each artifact"),
	},
	"POST /v2/canaries/canary":                                     {canaryApplication, canaryParent, canaryMetrics, canaryStorage},
	"POST /v2/canaries/canary/{id}":                                {canaryApplication, canaryParent, canaryMetrics, canaryStorage, canaryConfiguration},
	"GET /v2/canaries/canary/{id}":                                 {canaryStorage},
	"GET /v2/canaries/canary/{canaryConfigId}/{canaryExecutionId}": {canaryStorage},
	"GET /v2/canaries/metadata/metricsService":                     {rest.Text("filter", "part of the name"), canaryMetrics},
	"GET /v2/canaries/metricSetPairList/{metricSetPairListId}":     {canaryStorage},
	"POST /v2/canaryConfig":                                        {canaryConfiguration},
	"GET /v2/canaryConfig/{id}":                                    {canaryConfiguration},
	"PUT /v2/canaryConfig/{id}":                                    {canaryConfiguration},
	"DELETE /v2/canaryConfig/{id}":                                 {canaryConfiguration},
}
