package config

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // zones must be there in an empty container too

	"github.com/gennaker/gennaker/internal/frontdoor"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/stage/webhook"
)

// Validate tells everything that is wrong with the values, as an [*Error].
func (c *Config) Validate() error {
	if problems := c.check(); len(problems) > 0 {
		return &Error{Problems: problems}
	}
	return nil
}

// checker collects what is wrong.
type checker struct{ problems []Problem }

// unlessf notes a problem where ok is false.
func (c *checker) unlessf(ok bool, path, format string, args ...any) {
	if !ok {
		c.problems = append(c.problems, Problem{Path: path, Message: fmt.Sprintf(format, args...)})
	}
}

func (c *checker) notNegative(d time.Duration, path string) {
	c.unlessf(d >= 0, path, "must not be negative")
}

func (c *checker) oneOf(value, path string, allowed ...string) {
	c.unlessf(slices.Contains(allowed, value), path, "is %q, must be one of %s%s", value, strings.Join(allowed, ", "), maybe(value, allowed))
}

// prefixed notes errors that begin with a key of the section at path.
func (c *checker) prefixed(path string, errs []error) {
	for _, err := range errs {
		key, message, found := strings.Cut(err.Error(), ": ")
		if !found {
			key, message = "", err.Error()
		}
		c.problems = append(c.problems, Problem{Path: strings.TrimSuffix(path+"."+key, "."), Message: message})
	}
}

func (c *Config) check() []Problem {
	var problems checker
	c.Server.check(&problems)
	c.Database.check(&problems)
	c.Engine.check(&problems)
	c.Tracing.check(&problems)
	c.Kubernetes.check(&problems)
	c.checkRequests(&problems)
	problems.prefixed("artifact-store", c.ArtifactStore.Validate())
	problems.prefixed("bakery", c.Bakery.Manifests.Validate())
	problems.prefixed("artifacts", c.Artifacts.Validate())
	problems.prefixed("registries", c.Registries.Validate())
	problems.prefixed("artifactory", c.Artifactory.Validate())
	problems.prefixed("nexus", c.Nexus.Validate())
	problems.prefixed("pollers", c.Pollers.Validate())
	problems.prefixed("rest", c.Rest.Validate())
	problems.prefixed("webhooks", c.Webhooks.Validate())
	for _, err := range append(c.Channels.Validate(), c.Images.Validate()...) {
		path, message, _ := strings.Cut(err.Error(), ": ")
		problems.unlessf(false, path, "%s", message)
	}
	if err := c.QuietPeriod.Validate(); err != nil {
		problems.prefixed("quiet-period", []error{err})
	}
	problems.prefixed("secrets.vault", c.Secrets.Vault.Validate())
	for i, key := range c.Secrets.Encryption.Keys {
		err := key.Validate()
		problems.unlessf(err == nil, fmt.Sprintf("secrets.encryption.keys[%d]", i), "%v", err)
	}
	problems.prefixed("tasks.evaluate-condition", c.Tasks.EvaluateCondition.Validate())
	problems.prefixed("secrets.s3", c.Secrets.S3.Validate())
	problems.unlessf(c.DataDir != "", "dataDir", "must name a directory")
	problems.unlessf(len(c.Roles) > 0, "roles", "must name at least one role")
	for i, role := range c.Roles {
		path := fmt.Sprintf("roles[%d]", i)
		problems.unlessf(slices.Contains(Roles(), role), path, "%q is not a role; roles are %s", role, roleNames(Roles()))
		problems.unlessf(!slices.Contains(c.Roles[:i], role), path, "%q is named twice", role)
	}
	problems.unlessf(c.Memory.Limit == 0 || c.Memory.Limit >= 128*MB, "memory.limit", "must be at least 128MB")
	problems.oneOf(c.Logging.Level, "logging.level", "debug", "info", "warn", "error")
	problems.oneOf(c.Logging.Format, "logging.format", "text", "json")
	return problems.problems
}

// checkRequests has the packages that send requests to users' URLs look at their
// own settings. Their errors begin with the key.
func (c *Config) checkRequests(problems *checker) {
	guard, err := httpguard.New(c.URLRestrictions)
	if err == nil {
		_, err = webhook.New(webhook.Options{Config: c.Webhook, Guard: guard})
	}
	if err != nil {
		path, message, _ := strings.Cut(err.Error(), ": ")
		problems.unlessf(false, path, "%s", message)
	}
}

func roleNames(roles []Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}

func (s Server) check(c *checker) {
	host, port, err := net.SplitHostPort(s.Listen)
	number, portErr := strconv.Atoi(port)
	c.unlessf(err == nil && portErr == nil && number >= 0 && number <= 65535, "server.listen",
		"%q is not an address as host:port, such as 127.0.0.1:8084 or :8084", s.Listen)
	c.unlessf(!strings.ContainsAny(host, "/ "), "server.listen", "%q is not a host", host)
	if s.Advertise != "" {
		u, err := url.Parse(s.Advertise)
		c.unlessf(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "", "server.advertise",
			"%q is not a URL such as http://10.0.0.7:8084", s.Advertise)
	}
	if s.BaseURL != "" {
		u, err := url.Parse(s.BaseURL)
		c.unlessf(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.User == nil, "server.baseUrl",
			"%q is not a URL such as https://gennaker.example.com", s.BaseURL)
	}
	for i, entry := range s.AllowedHosts {
		err := frontdoor.CheckHost(entry)
		c.unlessf(err == nil, fmt.Sprintf("server.allowedHosts[%d]", i), "%v", err)
	}
	c.unlessf(s.BodyLimit > 0, "server.bodyLimit", "must be more than 0")
	c.notNegative(s.ReadHeaderTimeout, "server.readHeaderTimeout")
	c.notNegative(s.ReadTimeout, "server.readTimeout")
	c.notNegative(s.IdleTimeout, "server.idleTimeout")
	c.notNegative(s.ShutdownDelay, "server.shutdownDelay")
	c.notNegative(s.ShutdownTimeout, "server.shutdownTimeout")
	for i, origin := range s.CORS.AllowedOrigins {
		u, err := url.Parse(origin)
		c.unlessf(err == nil && u.Scheme != "" && u.Host != "" && u.Path == "",
			fmt.Sprintf("server.cors.allowedOrigins[%d]", i), "%q is not an origin such as https://deck.example.com", origin)
	}
	_, err = regexp.Compile(s.CORS.AllowedOriginsPattern)
	c.unlessf(err == nil, "server.cors.allowedOriginsPattern", "is not a regular expression: %v", err)
}

func (d Database) check(c *checker) {
	c.oneOf(d.Synchronous, "database.synchronous", "full", "normal")
	if d.URL == "" {
		return
	}
	u, err := url.Parse(d.URL)
	if err != nil {
		// The error of url.Parse holds the URL, and with it the password.
		c.unlessf(false, "database.url", "is not a URL such as postgres://user:password@host:5432/name; special letters in the password must be written as %%XX")
		return
	}
	c.unlessf(slices.Contains([]string{"postgres", "postgresql", "sqlite"}, u.Scheme), "database.url",
		"begins with %q, must begin with postgres:// or sqlite://", u.Scheme+":")
}

func (e Engine) check(c *checker) {
	c.unlessf(e.Workers > 0, "engine.workers", "must be at least 1")
	c.unlessf(e.Workers <= 10000, "engine.workers", "must be at most 10000")
	c.unlessf(e.CallsPerDestination > 0, "engine.callsPerDestination", "must be at least 1")
	c.unlessf(e.CallsPerDestination <= 1000, "engine.callsPerDestination", "must be at most 1000")
	c.unlessf(e.PoisonAfter > 0, "engine.poisonAfter", "must be at least 1")
	c.unlessf(e.PoisonAfter <= 100, "engine.poisonAfter", "must be at most 100")
	c.unlessf(e.MaxPipelineDepth >= 1 && e.MaxPipelineDepth <= 100, "engine.maxPipelineDepth", "must be between 1 and 100")
	c.notNegative(e.DrainTimeout, "engine.drainTimeout")
	_, err := time.LoadLocation(e.Timezone)
	c.unlessf(err == nil && e.Timezone != "", "engine.timezone", "%q is not a time zone such as Europe/Berlin or UTC", e.Timezone)
	c.notNegative(e.Tasks.Global.BackOffPeriod, "engine.tasks.global.backOffPeriod")
	for provider, p := range e.Tasks.Providers {
		path := "engine.tasks.providers." + provider
		c.notNegative(p.BackOffPeriod, path+".backOffPeriod")
		for account, a := range p.Accounts {
			c.notNegative(a.BackOffPeriod, path+".accounts."+account+".backOffPeriod")
		}
	}
}

func (t Tracing) check(c *checker) {
	c.unlessf(t.SampleRatio >= 0 && t.SampleRatio <= 1, "tracing.sampleRatio", "must be between 0 and 1")
	if t.Protocol != "" {
		c.oneOf(t.Protocol, "tracing.protocol", "http/protobuf", "grpc")
	}
	if t.Endpoint != "" {
		u, err := url.Parse(t.Endpoint)
		c.unlessf(err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "", "tracing.endpoint",
			"%q is not a URL such as http://localhost:4318", t.Endpoint)
	}
}

func (k Kubernetes) check(c *checker) {
	names := map[string]int{}
	for i, account := range k.Accounts {
		path := fmt.Sprintf("kubernetes.accounts[%d]", i)
		if earlier, taken := names[account.Name]; taken && account.Name != "" {
			c.unlessf(false, path+".name", "%q is taken by kubernetes.accounts[%d]", account.Name, earlier)
		} else {
			names[account.Name] = i
		}
		for _, err := range account.Validate() {
			field, message, _ := strings.Cut(err.Error(), ": ")
			c.unlessf(false, path+"."+field, "%s", message)
		}
	}
}
