package stagetypes

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
)

// Preconfigured describes the stage types that the configuration makes, to
// editors of pipelines; the fields are Orca's.
type Preconfigured struct{ Webhooks, Jobs, Monitors []map[string]any }

func (a *area) preconfiguredRoutes() []rest.Route {
	const tag = "Stage types"
	result := rest.ListOf(rest.Schema{"type": "object"})
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/webhooks/preconfigured", Name: "preconfiguredWebhooks", Needs: rest.Anyone, Tag: tag,
			Summary: "List the stage types made from configured webhooks", Result: result,
			Serve: func(*http.Request) (any, error) { return rest.OrEmpty(a.preconfigured.Webhooks), nil },
		},
		{
			Method: http.MethodGet, Path: "/jobs/preconfigured", Name: "preconfiguredJobs", Needs: rest.Anyone, Tag: tag,
			Summary: "List the stage types made from configured jobs", Result: result,
			Serve: func(*http.Request) (any, error) { return rest.OrEmpty(a.preconfigured.Jobs), nil },
		},
		{
			Method: http.MethodGet, Path: "/capabilities/deploymentMonitors", Name: "getDeploymentMonitors", Needs: rest.Anyone, Tag: tag,
			Summary: "List the deployment monitors that a stage can name", Result: result,
			Serve: func(*http.Request) (any, error) { return rest.OrEmpty(a.preconfigured.Monitors), nil },
		},
	}
}
