package api

import "net/http"

// Preconfigured describes the stage types that the configuration makes, to
// editors of pipelines; the fields are Orca's.
type Preconfigured struct{ Webhooks, Jobs, Monitors []map[string]any }

func (s *server) preconfiguredRoutes() []route {
	const tag = "Stage types"
	result := listOf(schema{"type": "object"})
	return []route{
		{
			method: http.MethodGet, path: "/webhooks/preconfigured", name: "preconfiguredWebhooks", needs: anyone, tag: tag,
			summary: "List the stage types made from configured webhooks", result: result,
			serve: func(*http.Request) (any, error) { return orEmpty(s.preconfigured.Webhooks), nil },
		},
		{
			method: http.MethodGet, path: "/jobs/preconfigured", name: "preconfiguredJobs", needs: anyone, tag: tag,
			summary: "List the stage types made from configured jobs", result: result,
			serve: func(*http.Request) (any, error) { return orEmpty(s.preconfigured.Jobs), nil },
		},
		{
			method: http.MethodGet, path: "/capabilities/deploymentMonitors", name: "getDeploymentMonitors", needs: anyone, tag: tag,
			summary: "List the deployment monitors that a stage can name", result: result,
			serve: func(*http.Request) (any, error) { return orEmpty(s.preconfigured.Monitors), nil },
		},
	}
}
