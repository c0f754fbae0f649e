// Package forward tells other systems over HTTP what happens to executions: Echo's
// REST endpoints, which get the events that Orca sends to Echo, in the same shape.
//
// Each event for each endpoint is a message of the outbox, so that none is lost when
// this process ends or an endpoint is away. A message holds what happened, by name and
// number; the execution is added when it is sent, as the API shows it, without what
// Secrets hold.
package forward

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/secret"
)

// Config says where events go. The names are Echo's.
type Config struct {
	Enabled   bool       `yaml:"enabled" doc:"If true, events are sent."`
	Endpoints []Endpoint `yaml:"endpoints" doc:"The endpoints. Each one receives all events."`
}

// Endpoint is a receiver of events.
type Endpoint struct {
	Name      string                `yaml:"name" doc:"The endpoint's name. If you change the URL of a named endpoint, waiting events are sent to the new URL. Spinnaker has no such setting."`
	URL       string                `yaml:"url" secret:"url" doc:"The URL that receives events as POST requests with JSON: {details, content, eventId}. Redirects aren't followed."`
	Wrap      bool                  `yaml:"wrap" doc:"If true, wraps the event in an object, or in the template."`
	EventName string                `yaml:"eventName" doc:"Value of the object's field eventName. Default: spinnaker_events."`
	FieldName string                `yaml:"fieldName" doc:"Name of the field that contains the event. Default: payload."`
	Template  string                `yaml:"template" doc:"JSON in which {{event}} is replaced by the event. Used instead of that object."`
	Flatten   bool                  `yaml:"flatten" doc:"If true, sends the event's details and content as JSON strings."`
	Username  string                `yaml:"username" doc:"User name for basic authentication."`
	Password  secret.Ref            `yaml:"password" secret:"true" doc:"The password, or its place: env:, file:, encrypted:."`
	Headers   map[string]secret.Ref `yaml:"headers" secret:"true" doc:"Additional headers to send, or the places of their values."`
}

// Events says which events there are. The names are those of Orca's echo.events.
type Events struct {
	IgnoreTaskEvents     bool `yaml:"ignoreTaskEvents" doc:"If true, doesn't send events about single tasks of stages, which are the majority."`
	IncludeFullExecution bool `yaml:"includeFullExecution" doc:"If true, events about stages and tasks contain the whole execution. Events about executions always do."`
}

// DefaultEvents are Orca's.
func DefaultEvents() Events { return Events{IncludeFullExecution: true} }

// eventMark stands for the event in a template.
const eventMark = "{{event}}"

// Validate returns what is wrong with the values; each error begins with its key.
func (c Config) Validate() (errs []error) {
	names := map[string]bool{}
	for i, e := range c.Endpoints {
		wrong := func(key, format string, args ...any) {
			errs = append(errs, fmt.Errorf("endpoints[%d].%s: %s", i, key, fmt.Sprintf(format, args...)))
		}
		u, err := url.Parse(e.URL)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.User != nil {
			wrong("url", "must be a URL such as https://collector.example.com/events; credentials go to username and password")
		}
		if e.Name != "" && names[e.Name] || len(e.Name) > limit.Name {
			wrong("name", "%.100q is taken or too long", e.Name)
		}
		names[e.Name] = true
		if e.Template != "" {
			switch {
			case !e.Wrap:
				wrong("template", "is only used if wrap is true")
			case !strings.Contains(e.Template, eventMark) || !json.Valid([]byte(strings.ReplaceAll(e.Template, eventMark, `{"an":"event"}`))):
				wrong("template", "must be JSON with %s instead of the event", eventMark)
			}
		}
		if err := e.Password.Validate(); err != nil {
			wrong("password", "%v", err)
		}
		for name, ref := range e.Headers {
			if err := ref.Validate(); err != nil {
				wrong("headers", "%s: %v", name, err)
			}
		}
	}
	return errs
}

// endpoint is one that is configured, with what messages know it by.
type endpoint struct {
	Endpoint
	key, host string
}

// endpoints gives those that are on. Without a name they are known by a digest:
// a URL may hold a secret, and messages are stored.
func (c Config) endpoints() (list []endpoint) {
	if !c.Enabled {
		return nil
	}
	taken := map[string]int{}
	for _, e := range c.Endpoints {
		out := endpoint{Endpoint: e, key: e.Name}
		if u, err := url.Parse(e.URL); err == nil {
			out.host = u.Host
		}
		if out.key == "" {
			sum := sha256.Sum256([]byte(e.URL))
			out.key = "#" + hex.EncodeToString(sum[:8])
			taken[out.key]++
			if n := taken[out.key]; n > 1 {
				out.key = fmt.Sprintf("%s-%d", out.key, n)
			}
		}
		list = append(list, out)
	}
	return list
}
