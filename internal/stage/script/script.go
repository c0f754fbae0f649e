// Package script is the script stage: it runs a command, where wanted in a
// checkout of a Git repository, and waits until it has ended.
//
// The fields are those of Orca's ScriptStage, which hands them to a Jenkins job
// that an administrator has set up. Here the command runs in a Kubernetes Job,
// so no Jenkins is needed: the stage's tasks are those of runJobManifest, and
// the command finds the stage's fields in its environment by the names the
// Jenkins job has them: SCRIPT_PATH, COMMAND, IMAGE_ID, REGION_PARAM,
// ENV_PARAM, CLUSTER_PARAM, CMC, REPO_URL and REPO_BRANCH.
//
// The Job runs in the configured account and namespace, with the configured
// rights: a stage's account, region and image tell the script what to work on,
// as in Orca, not where to run. A stage may say where by kubernetesAccount,
// namespace and scriptImage, as far as the configuration allows it.
package script

import (
	_ "embed"
	"errors"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/preconfigured"
)

//go:embed schema.json
var schema []byte

// Config is the script.* settings.
type Config struct {
	// Account is the Kubernetes account to run scripts in; without one there
	// are no script stages.
	Account   string `json:"account" yaml:"account" doc:"The Kubernetes account to run scripts in. If empty, script stages fail."`
	Namespace string `json:"namespace" yaml:"namespace" doc:"The namespace to run scripts in."`
	// Image has the shell and whatever scripts need, GitImage the git binary.
	Image          string `json:"image" yaml:"image" doc:"The container image to run scripts in. It must contain sh and sed."`
	GitImage       string `json:"gitImage" yaml:"gitImage" doc:"The container image that checks out repositories. Its entrypoint must be git."`
	ServiceAccount string `json:"serviceAccount" yaml:"serviceAccount" doc:"The Kubernetes service account of scripts."`
	// GitSecret is a Secret of type kubernetes.io/ssh-auth; its key is used to
	// check repositories out.
	GitSecret string `json:"gitSecret" yaml:"gitSecret" doc:"The Kubernetes Secret (ssh-auth) with the key for private repositories."`
	// DeadlineSeconds is how long a script may run, TTLSeconds how long its Job
	// is kept after it has ended.
	DeadlineSeconds int64 `json:"deadlineSeconds" yaml:"deadlineSeconds" doc:"Time limit of a script in seconds. 0: the stage's own."`
	TTLSeconds      int64 `json:"ttlSeconds" yaml:"ttlSeconds" doc:"How long to keep a script's Job, in seconds."`
	// AllowPlacement lets stages say where to run, and in which image.
	AllowPlacement bool `json:"allowPlacement" yaml:"allowPlacement" doc:"If true, a stage can choose the account, the namespace, and the image to run in."`
}

// DefaultConfig has public images, and no account.
func DefaultConfig() Config {
	return Config{Namespace: "default", Image: "alpine:3.22", GitImage: "alpine/git:2.49.1", TTLSeconds: 3600}
}

// Type is the script stage. base is the stage that runs a Kubernetes Job.
func Type(base *stage.Type, config Config) *stage.Type {
	t := preconfigured.Wrap(base, config.settings, nil, preconfigured.RunJobClass)
	t.Name, t.Aliases = "script", nil
	t.Label, t.Description, t.Schema = "Script", "Runs a script in a container.", schema
	if config.Account == "" && !config.AllowPlacement {
		t.Definition = unavailable{}
	}
	return t
}

// unavailable is the plan where no scripts can be run.
type unavailable struct{}

// Tasks fails, so that the stage does.
func (unavailable) Tasks(engine.View) ([]engine.TaskSpec, error) {
	return nil, &stage.Error{
		Type: "UnsupportedOperationException", Message: errNoAccount.Error(),
	}
}

var errNoAccount = errors.New("scripts can't be run here: no Kubernetes account is configured for them (script.account)")
