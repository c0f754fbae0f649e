package channel

import (
	"context"
	"regexp"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/notify"
	"github.com/gennaker/gennaker/internal/secret"
)

// OpsgenieConfig is the channel opsgenie.
type OpsgenieConfig struct {
	Enabled bool       `yaml:"enabled" doc:"If true, alerts are created."`
	Token   secret.Ref `yaml:"token" secret:"true" doc:"API key of an integration, or its place: env:, file:, encrypted:."`
	BaseURL string     `yaml:"baseUrl" doc:"URL of Opsgenie's API. Default: https://api.opsgenie.com; https://api.eu.opsgenie.com in Europe."`
}

// PagerDutyEventsConfig is the channel pagerduty.
type PagerDutyEventsConfig struct {
	Enabled  bool   `yaml:"enabled" doc:"If true, incidents are opened and resolved."`
	Endpoint string `yaml:"endpoint" doc:"URL of PagerDuty's events API. Default: https://events.pagerduty.com."`
}

type opsgenieFields struct {
	Address  string `json:"address" doc:"Name of the team that responds. Default: as the integration says."`
	Priority string `json:"priority" doc:"Priority of the alert. Default: P3." enum:"P1,P2,P3,P4,P5"`
	custom
	texts
}

func newOpsgenie(c OpsgenieConfig, parts Parts) Channel {
	return chat{
		parts: parts,
		description: Description{
			Type: "opsgenie", Title: "Opsgenie", Extension: true, Fields: fields[opsgenieFields](), Pace: perSecond,
			Missing: missing("notifications.opsgenie", "enabled", c.Enabled, "token", !c.Token.IsZero()),
		},
		send: func(ctx context.Context, to string, s said) error {
			token, err := reveal(ctx, parts.Secrets, "notifications.opsgenie.token", c.Token)
			if err != nil {
				return err
			}
			alert := object{
				"message": shorten(s.title, 130), "description": shorten(s.text+"\n\n"+s.link, 15_000), "source": "Gennaker", "details": object{"link": s.link},
			}
			if to != "" {
				alert["responders"] = []any{object{"name": to, "type": "team"}}
			}
			if priority := model.String(s.settings, "priority"); priority != "" {
				alert["priority"] = priority
			}
			if e := s.event; e != nil {
				alert["alias"] = shorten(e.Execution.ID+" "+e.When()+" "+e.StageName(), 500) // the same alert, also if it is sent twice
			}
			request, err := post("Opsgenie", parts.Fixed, base(c.BaseURL, "https://api.opsgenie.com")+"/v2/alerts", alert)
			if err != nil {
				return err
			}
			request.header.Set("Authorization", "GenieKey "+token)
			request.hide = []string{token}
			_, err = request.do(ctx)
			return err
		},
	}
}

type pagerDutyFields struct {
	Address  string `json:"address" required:"true" secret:"true" doc:"Routing key of an Events API v2 integration, or the name of a target in this server's configuration (notifications.targets)."`
	Severity string `json:"severity" doc:"Severity of the incident. Default: error if something failed, else info." enum:"critical,error,warning,info"`
	custom
	texts
}

// routingKey is what PagerDuty's keys look like.
var routingKey = regexp.MustCompile(`^[A-Za-z0-9]{20,64}$`)

// newPagerDutyEvents opens an incident when something fails, and resolves it when the
// same pipeline or stage completes.
func newPagerDutyEvents(c PagerDutyEventsConfig, parts Parts) Channel {
	return chat{
		parts: parts,
		description: Description{
			Type: "pagerduty", Title: "PagerDuty incident", Extension: true, Fields: fields[pagerDutyFields](), Pace: perSecond,
			Missing: missing("notifications.pagerduty", "enabled", c.Enabled),
		},
		send: func(ctx context.Context, to string, s said) error {
			key := to
			if t, ok := parts.Targets[to]; ok && t.Type == "pagerduty" {
				var err error
				if key, err = reveal(ctx, parts.Secrets, "notifications.targets."+to+".url", t.URL); err != nil {
					return err
				}
			}
			if !routingKey.MatchString(key) {
				return fault.New(fault.Invalid, "address: must be a routing key of PagerDuty, or the name of a target of the type pagerduty")
			}
			request, err := post("PagerDuty", parts.Fixed, base(c.Endpoint, "https://events.pagerduty.com")+"/v2/enqueue", pagerDutyEvent(key, s))
			if err != nil {
				return err
			}
			request.hide = []string{key}
			_, err = request.do(ctx)
			return err
		},
	}
}

func pagerDutyEvent(key string, s said) object {
	severity := model.String(s.settings, "severity")
	if severity == "" {
		severity = map[bool]string{true: "error", false: "info"}[s.phase == notify.Failed]
	}
	event := object{
		"routing_key": key, "event_action": "trigger", "client": "Gennaker", "links": []any{object{"href": s.link, "text": "Execution"}},
		"payload": object{"summary": shorten(s.title+": "+s.text, 1000), "source": "Gennaker", "severity": severity},
	}
	if e := s.event; e != nil {
		event["dedup_key"] = shorten("gennaker/"+e.Application+"/"+e.Name()+"/"+e.StageName(), 255)
		if e.Phase == notify.Complete {
			event["event_action"] = "resolve"
		}
	}
	return event
}
