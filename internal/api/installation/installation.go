// Package installation is the area of the API about the installation itself.
package installation

import (
	"cmp"
	_ "embed"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/acting"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/trigger"
)

// Cron puts the expression of a cron trigger into words, or tells what is wrong with
// it.
type Cron func(expression string) (string, error)

// Acting lists what the server acts on, by kind.
type Acting interface {
	All() map[acting.Kind][]string
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	version string
	cron    Cron
	acting  Acting
	quiet   QuietPeriod
}

// QuietPeriod is when triggers are held back, as the configuration has it.
type QuietPeriod func() trigger.QuietStatus

// New returns the area of an installation of that version. Without a Cron no cron
// trigger fires, and without an Acting nothing is said to be acted on.
// Without a QuietPeriod, there is none.
func New(version string, cron Cron, acts Acting, quiet QuietPeriod) rest.Area {
	a := &area{version: version, cron: cron, acting: acts, quiet: quiet}
	if quiet == nil {
		a.quiet = func() trigger.QuietStatus { return trigger.QuietPeriod{}.Status(time.Now()) }
	}
	if acts == nil {
		a.acting = acting.New()
	}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/version", Name: "getVersion", Needs: rest.Anyone, Tag: "Platform", Summary: "The platform's version",
			Result: rest.Schema{"type": "object", "properties": rest.Schema{"version": rest.Schema{"type": "string"}}},
			Serve: func(*http.Request) (any, error) {
				return map[string]string{"version": cmp.Or(a.version, "unknown")}, nil
			},
		},
		{
			Method: http.MethodGet, Path: "/cron/validate", Name: "validateCronExpression", Needs: rest.Anyone, Tag: "Platform",
			Summary: "Check a cron expression and describe it",
			Params:  []rest.Param{rest.RequiredParam(rest.Text("expression", "six or seven fields, as in Quartz"))},
			Result:  rest.Ref("CronCheck"), Serve: a.validateCron,
		},
		{
			Method: http.MethodGet, Path: "/capabilities/acting", Name: "getActing", Needs: rest.Anyone, Tag: "Platform",
			Summary: "List what the server acts on; what else pipelines and applications hold is saved for later", Result: rest.Ref("Acting"),
			Serve: func(*http.Request) (any, error) { return a.acting.All(), nil },
		},
		{
			Method: http.MethodGet, Path: "/capabilities/quietPeriod", Name: "getQuietPeriodState", Needs: rest.Anyone, Tag: "Platform",
			Summary: "The time window in which triggers are held back, for pipelines that respect it", Result: rest.Ref("QuietPeriod"),
			Serve: func(*http.Request) (any, error) { return a.quiet(), nil },
		},
	}
}

func (a *area) validateCron(r *http.Request) (any, error) {
	expression := r.URL.Query().Get("expression")
	if expression == "" {
		return nil, fault.New(fault.Invalid, "expression is required")
	}
	if a.cron == nil {
		return map[string]any{"valid": false, "message": "cron triggers are not available on this server", "description": ""}, nil
	}
	description, err := a.cron(expression)
	if err != nil {
		return map[string]any{"valid": false, "message": rest.Outside(err), "description": ""}, nil
	}
	return map[string]any{"valid": true, "description": description}, nil
}
