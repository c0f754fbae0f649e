// Package config is Gennaker's configuration: one typed YAML file, overridden
// by environment variables, overridden by command line flags.
//
// Every key is a field of [Config]. Its yaml tag names it, and its doc tag says
// what it is for; from these come the checks, the environment variables, the
// JSON Schema and docs/configuration.md, so that none of them can be out of
// date.
package config

import (
	"time"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/forward"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/registry/search"
	"github.com/gennaker/gennaker/internal/retention"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/stage/deploymonitor"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
	"github.com/gennaker/gennaker/internal/stage/script"
	"github.com/gennaker/gennaker/internal/stage/waitcondition"
	"github.com/gennaker/gennaker/internal/stage/webhook"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/extract"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

// Config is everything that can be set.
type Config struct {
	Server     Server     `yaml:"server" doc:"The HTTP server: API, health and metrics."`
	Database   Database   `yaml:"database" doc:"Storage of applications, pipelines, and executions."`
	DataDir    string     `yaml:"dataDir" doc:"Directory for all data on disk: the SQLite database, unless database.url names another. Created if missing. Default: $XDG_DATA_HOME/gennaker, else ~/.local/share/gennaker, else (without a home directory, as in most containers) ./data."`
	Roles      []Role     `yaml:"roles" doc:"The parts of Gennaker that this process runs. Default: all. You can split them over several processes that share a PostgreSQL database."`
	Logging    Logging    `yaml:"logging" doc:"Logs, written to standard error."`
	Metrics    Metrics    `yaml:"metrics" doc:"Prometheus metrics."`
	Tracing    Tracing    `yaml:"tracing" doc:"OpenTelemetry traces: one per execution, with its stages and tasks as spans. Off unless an endpoint is set."`
	Memory     Memory     `yaml:"memory" doc:"Memory limits of this process."`
	Engine     Engine     `yaml:"engine" doc:"How executions are run."`
	Kubernetes Kubernetes `yaml:"kubernetes" doc:"The Kubernetes provider."`

	Registries      registry.Config      `yaml:"registries" doc:"How container registries and chart repositories are looked at, for triggers. The accounts are in artifacts.docker and artifacts.helm. See docs/triggers.md."`
	Artifactory     search.Artifactory   `yaml:"artifactory" doc:"What is published in JFrog Artifactory, for triggers of type artifactory. The names are Igor's. See docs/triggers.md."`
	Nexus           search.Nexus         `yaml:"nexus" doc:"What is published in Nexus Repository, for triggers of type nexus. The names are Igor's. See docs/triggers.md."`
	ArtifactStore   artifactstore.Config `yaml:"artifact-store" doc:"Where the large contents of embedded artifacts are kept. The names are Spinnaker's where it has them. See docs/artifacts.md."`
	Bakery          Bakery               `yaml:"bakery" doc:"Manifests that are baked of charts and other templates, and bake stages. See docs/baking.md and docs/images.md."`
	Artifacts       artifact.Config      `yaml:"artifacts" doc:"Accounts to fetch artifacts with. The names are Spinnaker's."`
	Secrets         Secrets              `yaml:"secrets" doc:"Stores of the secrets that settings refer to."`
	Tasks           StageTasks           `yaml:"tasks" doc:"Settings for tasks of stages. The names and the defaults are Spinnaker's."`
	Script          script.Config        `yaml:"script" doc:"Script stages, which run as Kubernetes Jobs."`
	Job             Job                  `yaml:"job" doc:"Stage types from configured jobs."`
	MonitoredDeploy deploymonitor.Config `yaml:"monitored-deploy" doc:"Deployment monitors. The names are Spinnaker's."`
	Webhook         webhook.Config       `yaml:"webhook" doc:"Webhook stages. The names and the defaults are Spinnaker's."`
	Pollers         retention.Config     `yaml:"pollers" doc:"Deletion of old data. By default, only messages that were sent to other systems, and events that came from them, are deleted."`
	Rest            forward.Config       `yaml:"rest" doc:"Other systems that receive execution events over HTTP (Echo's rest endpoints). See docs/operations.md."`
	Channels        channel.Config       `yaml:",inline"`
	Images          recipe.Config        `yaml:",inline"`
	Trigger         Trigger              `yaml:"trigger" doc:"What starts pipelines. The names are Spinnaker's."`
	Webhooks        extract.Webhooks     `yaml:"webhooks" doc:"What is made of webhooks that come in. The names are Echo's."`
	QuietPeriod     trigger.QuietPeriod  `yaml:"quiet-period" doc:"A time window in which triggers are held back, for pipelines with respectQuietPeriod. The names are Spinnaker's."`
	Echo            Echo                 `yaml:"echo" doc:"The events that the monitor receives."`
	Scheduler       schedule.Config      `yaml:"scheduler" doc:"Cron triggers of pipelines. The names are Echo's. See docs/triggers.md."`
	Compatibility   Compatibility        `yaml:"compatibility" doc:"Gennaker corrects some faults of Spinnaker that pipelines may rely on. Each of these settings restores Spinnaker's behavior. All are off by default."`
	URLRestrictions httpguard.Config     `yaml:"user-configured-url-restrictions" doc:"The URLs that Gennaker can call if a user specifies them, in webhook stages and elsewhere in pipelines. The names and the defaults are Spinnaker's."`
}

// Compatibility brings back what Spinnaker does where Gennaker differs on
// purpose and a pipeline might count on it. Each key is off by default, and its
// documentation says what happens without it.
type Compatibility struct {
	BindOnlyImagesInPods   bool `yaml:"bindOnlyImagesInPods" doc:"If true, the manifest of a bare Pod keeps the names of ConfigMaps and Secrets as written, as in Spinnaker. By default, they are replaced with the versions that the pipeline has deployed, as in all other workloads."`
	IgnorePausedExecutions bool `yaml:"ignorePausedExecutions" doc:"If true, a paused execution makes room for the next one of a pipeline that limits concurrent executions (limitConcurrent, maxConcurrentExecutions), as in Spinnaker. By default, it keeps its place, so that both don't run at the same time when it resumes."`
	KeepEvaluatedTexts     bool `yaml:"keepEvaluatedTexts" doc:"If true, a restarted stage keeps the values that its expressions had in the previous run, as in Spinnaker. By default, they are evaluated again."`
}

// Bakery is how manifests are baked, and how stages bake machine images.
type Bakery struct {
	Manifests bakery.Config `yaml:",inline"`
	Images    recipe.Bakery `yaml:",inline"`
}

// Echo is what Orca is told about Echo.
type Echo struct {
	Events forward.Events `yaml:"events" doc:"The events to send. The names and the defaults are Orca's."`
}

// Trigger is what holds for triggers of one type.
type Trigger struct {
	Git GitTriggers `yaml:"git" doc:"Git triggers."`
}

// GitTriggers is what holds for Git triggers.
type GitTriggers struct {
	SharedSecret secret.Ref `yaml:"shared-secret" secret:"true" doc:"The secret of Git webhooks whose trigger has none of its own, or its place: env:, file:, encrypted:. If it is set, unsigned webhooks start nothing."`
}

// StageTasks is what single tasks of stages do.
type StageTasks struct {
	EvaluateCondition waitcondition.Config `yaml:"evaluate-condition" doc:"Conditions that block deployments, for waitForCondition stages."`
}

// Secrets are the places that references to secrets point to.
type Secrets struct {
	Vault      secret.VaultConfig      `yaml:"vault" doc:"The Vault server for references of the form encrypted:vault!e:engine!p:path!k:key."`
	Kubernetes secret.KubernetesConfig `yaml:"kubernetes" doc:"The Secrets for references of the form encrypted:k8s!n:secret-name!k:key."`
	S3         secret.S3Config         `yaml:"s3" doc:"The server for references of the form encrypted:s3!r:region!b:bucket!f:path!k:key."`
	Encryption Encryption              `yaml:"encryption" doc:"Encryption of the secrets that Gennaker stores, such as the credentials of accounts that were added while it runs."`
}

// Encryption is how stored secrets are encrypted.
type Encryption struct {
	Keys []encryption.Ref `yaml:"keys" doc:"The keys: the first one encrypts, all decrypt. Each is a reference to 32 bytes in base64 or hex (file:/path, env:NAME, encrypted:vault!...), or a key in a key management service (awskms://, gcpkms://, azurekeyvault://). \"gennaker account new-key\" makes one. With SQLite a key is made beside the database where none is set; with PostgreSQL one must be."`
}

// Job is what is made of configured jobs.
type Job struct {
	Preconfigured PreconfiguredJobs `yaml:"preconfigured" doc:"The stage types."`
}

// PreconfiguredJobs are stage types made of jobs, by cloud.
type PreconfiguredJobs struct {
	Kubernetes []preconfigured.Job `yaml:"kubernetes" doc:"Stage types that run a Kubernetes Job (Orca's job.preconfigured.kubernetes)."`
}

// Server is the HTTP server.
type Server struct {
	Listen            string        `yaml:"listen" doc:"Address to listen on, as host:port. Port 0 chooses a free port."`
	BaseURL           string        `yaml:"baseUrl" doc:"URL at which people open Gennaker, such as https://gennaker.example.com. Requests for names that aren't this server's are rejected. Its names are localhost, IP addresses, the machine's name, the names in this URL and in advertise, and those in allowedHosts."`
	AllowedHosts      []string      `yaml:"allowedHosts" doc:"Additional names of this server: a host without a port, *.example.com for all its subdomains, or * for any name. With *, a web page whose own name resolves to this server can send it requests (DNS rebinding). In a Kubernetes cluster, the names of Services, such as gennaker.namespace.svc, are always allowed."`
	Advertise         string        `yaml:"advertise" doc:"URL at which the installation's other processes reach this one, such as http://10.0.0.7:8084. Default: the address in listen, or this machine's own address if that is a wildcard. Only used if several processes share a PostgreSQL database."`
	CORS              CORS          `yaml:"cors" doc:"Web pages of other origins that can call the API from a browser."`
	BodyLimit         Size          `yaml:"bodyLimit" doc:"Maximum size of a request body. Larger requests are rejected with status 413."`
	ReadHeaderTimeout time.Duration `yaml:"readHeaderTimeout" doc:"Time limit for a client to send a request's headers."`
	ReadTimeout       time.Duration `yaml:"readTimeout" doc:"Time limit for a client to send a whole request."`
	IdleTimeout       time.Duration `yaml:"idleTimeout" doc:"How long to keep an idle connection open."`
	ShutdownDelay     time.Duration `yaml:"shutdownDelay" doc:"How long a stopping process still accepts requests while it reports that it isn't ready, so that load balancers notice first. 5s is a good value in Kubernetes."`
	ShutdownTimeout   time.Duration `yaml:"shutdownTimeout" doc:"How long to wait for open requests when the process stops."`
}

// CORS is the set of origins whose pages may call the API.
type CORS struct {
	AllowedOrigins        []string `yaml:"allowedOrigins" doc:"Origins, such as https://deck.example.com."`
	AllowedOriginsPattern string   `yaml:"allowedOriginsPattern" doc:"Regular expression for additional allowed origins. It must match the whole origin (Gate's cors.allowed-origins-pattern)."`
}

// Database is where everything is kept.
type Database struct {
	URL         string `yaml:"url" secret:"url" doc:"A PostgreSQL database as postgres://user:password@host:5432/name, or a SQLite file as sqlite:///path/to/file.db. Default: gennaker.db in the data directory."`
	Synchronous string `yaml:"synchronous" enum:"full,normal" doc:"How durable SQLite's transactions are. full: each transaction waits for the disk and survives a power cut. normal: faster, but a power cut can lose the last moments; a crash of the process loses nothing."`
}

// Role is a part of Gennaker that a process can run.
type Role string

// The roles.
const (
	RoleAPI    Role = "api"
	RoleEngine Role = "engine"
	RoleCloud  Role = "cloud"
)

// Roles lists all roles.
func Roles() []Role { return []Role{RoleAPI, RoleEngine, RoleCloud} }

// Logging is what is written to standard error.
type Logging struct {
	Level  string `yaml:"level" enum:"debug,info,warn,error" doc:"The lowest level that is logged."`
	Format string `yaml:"format" enum:"text,json" doc:"text: one line per entry for people. json: one JSON object per line for machines."`
}

// Memory is how much memory the process uses.
type Memory struct {
	Limit Size `yaml:"limit" doc:"Memory that the process tries to stay below (Go's GOMEMLIMIT): large requests and executions share a part of it and wait for each other, and garbage is collected more often near it. It isn't a hard limit: set it to 90% of the container's limit. Default: GOMEMLIMIT, otherwise 560MB or 90% of the container's or machine's memory, whichever is less. It is raised automatically if the data in use needs more, such as the objects of large clusters."`
}

// Metrics is the metrics endpoint.
type Metrics struct {
	Enabled bool `yaml:"enabled" doc:"If true, collects metrics and serves them at GET /metrics."`
}

// Tracing is where traces are sent.
type Tracing struct {
	Endpoint    string            `yaml:"endpoint" doc:"URL of an OTLP collector, such as http://localhost:4318. Default: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, else OTEL_EXPORTER_OTLP_ENDPOINT, else no traces."`
	Protocol    string            `yaml:"protocol" enum:"http/protobuf,grpc" doc:"Protocol of the collector. Default: OTEL_EXPORTER_OTLP_TRACES_PROTOCOL, else OTEL_EXPORTER_OTLP_PROTOCOL, else http/protobuf."`
	Headers     map[string]string `yaml:"headers" secret:"true" doc:"Headers to send to the collector, for example for authentication."`
	SampleRatio float64           `yaml:"sampleRatio" doc:"The share of executions to trace, from 0 to 1. The choice depends on the execution id, so that all processes choose alike."`
}

// Engine is how executions are run.
type Engine struct {
	Workers             int           `yaml:"workers" doc:"How many executions this process advances at the same time. An execution that is only waiting needs no worker."`
	CallsPerDestination int           `yaml:"callsPerDestination" doc:"Maximum number of concurrent calls by stages from this process to one destination (an account, or a webhook's host). Additional calls wait, so that a destination that doesn't answer only delays its own calls."`
	PoisonAfter         int           `yaml:"poisonAfter" doc:"How many processes can crash while they work on an execution before the execution is ended as TERMINAL. Before that, it runs alone once, to find out whether it is the cause."`
	DrainTimeout        time.Duration `yaml:"drainTimeout" doc:"How long to wait for running tasks to reach a safe point when the process stops. Tasks that take longer are run again later, by this or another process."`
	MaxPipelineDepth    int           `yaml:"maxPipelineDepth" doc:"Maximum number of executions in a chain in which each starts the next with a stage that runs a pipeline. A start beyond it fails the stage, which stops pipelines that start themselves."`
	Timezone            string        `yaml:"timezone" doc:"Time zone of restricted execution windows (Orca's tasks.execution-window.timezone)."`
	Tasks               Tasks         `yaml:"tasks" doc:"Time between two attempts of a task that isn't done."`
}

// Tasks are the waiting times between two runs of a task, as in Orca: the
// longest of those that apply counts.
type Tasks struct {
	Global    TaskBackoff              `yaml:"global" doc:"For all tasks (Orca's tasks.global)."`
	Providers map[string]ProviderTasks `yaml:"providers" doc:"For the tasks of a cloud provider, by its name (Orca's tasks.<provider>)."`
}

// TaskBackoff is a waiting time between two runs of a task.
type TaskBackoff struct {
	BackOffPeriod time.Duration `yaml:"backOffPeriod" doc:"Minimum time between two runs of a task that asks to run again."`
}

// ProviderTasks are the waiting times of one cloud provider.
type ProviderTasks struct {
	BackOffPeriod time.Duration          `yaml:"backOffPeriod" doc:"Minimum time between two runs of a task of this provider."`
	Accounts      map[string]TaskBackoff `yaml:"accounts" doc:"For the tasks of one account, by its name."`
}

// BackOff is the shortest time between two runs of a task that works for an
// account of a provider; both may be empty.
func (t Tasks) BackOff(provider, account string) time.Duration {
	p := t.Providers[provider]
	return max(t.Global.BackOffPeriod, p.BackOffPeriod, p.Accounts[account].BackOffPeriod)
}

// Kubernetes is the Kubernetes provider.
type Kubernetes struct {
	Accounts       []kubernetes.AccountConfig `yaml:"accounts" doc:"The clusters, or parts of them, to deploy to. You can add more while Gennaker runs: see docs/accounts.md."`
	StoredAccounts kubernetes.StoredAccounts  `yaml:"storedAccounts" doc:"Accounts that are added while Gennaker runs, through the API or \"gennaker account add\"."`
}
