package pubsub

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/secret"
)

// checks collects what is wrong.
type checks struct{ errs []error }

func (c *checks) wrongf(key, format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("%s: %s", key, fmt.Sprintf(format, args...)))
}

func (c *checks) secret(key string, ref secret.Ref) {
	if err := ref.Validate(); err != nil {
		c.wrongf(key, "%v", err)
	}
}

// url checks a URL that holds no credentials.
func (c *checks) url(key, text string, schemes ...string) {
	u, err := url.Parse(text)
	ok := err == nil && u.Hostname() != "" && u.User == nil
	for _, scheme := range schemes {
		if ok && u.Scheme == scheme {
			return
		}
	}
	c.wrongf(key, "must be a URL such as %s://%s.example.com, without credentials", schemes[0], schemes[0])
}

// Validate returns what is wrong with the values; each error begins with its key, below
// "pubsub".
func (c Config) Validate() []error {
	var out checks
	for key, address := range map[string]string{"google.endpoint": c.Google.Endpoint, "amazon.endpoint": c.Amazon.Endpoint} {
		if address != "" {
			out.url(key, address, "https", "http")
		}
	}
	for i, address := range c.NATS.Servers {
		out.url(fmt.Sprintf("nats.servers[%d]", i), address, "nats", "tls", "ws", "wss")
	}
	if c.AMQP.URL != "" {
		out.url("amqp.url", c.AMQP.URL, "amqp", "amqps")
	}
	out.secret("azure.connectionString", c.Azure.ConnectionString)
	out.secret("kafka.password", c.Kafka.Password)
	out.secret("nats.password", c.NATS.Password)
	out.secret("nats.token", c.NATS.Token)
	out.secret("amqp.password", c.AMQP.Password)
	for key, missing := range map[string]bool{
		"azure.connectionString": c.Azure.Enabled && c.Azure.ConnectionString.IsZero() && c.Azure.Namespace == "",
		"kafka.brokers":          c.Kafka.Enabled && len(c.Kafka.Brokers) == 0,
		"nats.servers":           c.NATS.Enabled && len(c.NATS.Servers) == 0,
		"amqp.url":               c.AMQP.Enabled && c.AMQP.URL == "",
	} {
		if missing {
			out.wrongf(key, "is required")
		}
	}
	c.checkSources(&out)
	c.checkPublishers(&out)
	return out.errs
}

func (c Config) checkSources(out *checks) {
	names := map[string]bool{}
	for _, s := range c.sources() {
		key := s.System + ".subscriptions[" + s.Name + "]"
		name := strings.ToLower(s.System + "/" + s.Name)
		switch {
		case s.Name == "":
			out.wrongf(s.System+".subscriptions", "each needs a name")
		case names[name]:
			out.wrongf(key, "the name is taken")
		case s.missing != "":
			out.wrongf(key, "needs %s", s.missing)
		}
		names[name] = true
	}
}

func (c Config) checkPublishers(out *checks) {
	names := map[string]bool{}
	for _, p := range c.publishers() {
		key := p.System + ".publishers[" + p.Name + "]"
		switch {
		case p.Name == "":
			out.wrongf(p.System+".publishers", "each needs a name")
		case names[strings.ToLower(p.Name)]:
			out.wrongf(key, "the name is taken")
		case p.missing != "":
			out.wrongf(key, "needs %s", p.missing)
		}
		names[strings.ToLower(p.Name)] = true
	}
}
