package config

import (
	"os"
	"path/filepath"
	"time"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/bakery"
	"github.com/gennaker/gennaker/internal/cloud/kubernetes"
	"github.com/gennaker/gennaker/internal/forward"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/registry"
	"github.com/gennaker/gennaker/internal/registry/search"
	"github.com/gennaker/gennaker/internal/retention"
	"github.com/gennaker/gennaker/internal/stage/script"
	"github.com/gennaker/gennaker/internal/stage/waitcondition"
	"github.com/gennaker/gennaker/internal/stage/webhook"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

// Default is the configuration of a process that is told nothing.
func Default() *Config {
	return &Config{
		Server: Server{
			Listen:            "127.0.0.1:8084",
			CORS:              CORS{AllowedOrigins: []string{"http://localhost:9000", "http://127.0.0.1:9000"}},
			BodyLimit:         10 * MB,
			ReadHeaderTimeout: 10 * time.Second,
			ReadTimeout:       time.Minute,
			IdleTimeout:       2 * time.Minute,
			ShutdownTimeout:   10 * time.Second,
		},
		Database: Database{Synchronous: "full"},
		DataDir:  defaultDataDir(os.Getenv),
		Roles:    Roles(),
		Logging:  Logging{Level: "info", Format: "text"},
		Metrics:  Metrics{Enabled: true},
		Tracing:  Tracing{SampleRatio: 1},
		Engine: Engine{
			Workers:             64,
			CallsPerDestination: 64,
			PoisonAfter:         3,
			DrainTimeout:        20 * time.Second,
			MaxPipelineDepth:    10,
			Timezone:            "America/Los_Angeles",
		},
		Kubernetes:      Kubernetes{StoredAccounts: kubernetes.StoredAccounts{Enabled: true}},
		Registries:      registry.DefaultConfig(),
		Artifactory:     search.DefaultArtifactory(),
		Nexus:           search.DefaultNexus(),
		ArtifactStore:   artifactstore.DefaultConfig(),
		Bakery:          Bakery{Manifests: bakery.DefaultConfig(), Images: recipe.DefaultBakery()},
		Artifacts:       artifact.DefaultConfig(),
		Tasks:           StageTasks{EvaluateCondition: waitcondition.DefaultConfig()},
		Script:          script.DefaultConfig(),
		Webhook:         webhook.DefaultConfig(),
		Pollers:         retention.DefaultConfig(),
		Echo:            Echo{Events: forward.DefaultEvents()},
		Scheduler:       schedule.DefaultConfig(),
		URLRestrictions: httpguard.DefaultConfig(),
		Images:          recipe.DefaultConfig(),
	}
}

// defaultDataDir follows the XDG base directory specification, and takes the
// working directory where there is no home: there "" and "/" are what
// containers have.
func defaultDataDir(getenv func(string) string) string {
	if dir := getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "gennaker")
	}
	if home := getenv("HOME"); filepath.IsAbs(home) && filepath.Clean(home) != "/" {
		return filepath.Join(home, ".local", "share", "gennaker")
	}
	return "data"
}
