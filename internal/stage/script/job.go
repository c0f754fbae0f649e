package script

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// container is the name of the Job's container, whose log is read for the
// script's properties.
const container = "script"

// workspace is where repositories are checked out.
const workspace = "/workspace"

// keyOwn is where the stage's own account and propertyFile are kept: for the
// stage that runs the Job these are the Kubernetes account, and the container
// to read.
const keyOwn = "scriptFields"

// run is what the container does: the command, and then, whatever has become of
// it, the lines of the property file in the form in which they are found in the
// log.
const run = `sh -c "$COMMAND"
code=$?
if [ -n "$PROPERTY_FILE" ] && [ -f "$PROPERTY_FILE" ]; then
  sed -n 's/^[[:space:]]*\([^#!=:[:space:]][^=[:space:]]*\)[[:space:]]*=[[:space:]]*\(.*\)$/SPINNAKER_PROPERTY_\1=\2/p' "$PROPERTY_FILE"
fi
exit $code
`

// fields are a stage's settings.
type fields struct {
	command, scriptPath, repoURL, repoBranch string
	image, region, account, cluster, cmc     string
	properties                               string
}

// read takes the settings from a stage; those of a deployment strategy have
// what the deployment is about from the trigger's parameters.
func read(view engine.View) (fields, error) {
	c := model.Merge(view.Stage.Context, model.Object(view.Stage.Context, keyOwn))
	f := fields{
		command: model.String(c, "command"), scriptPath: model.String(c, "scriptPath"),
		repoURL: model.String(c, "repoUrl"), repoBranch: model.String(c, "repoBranch"),
		image: model.String(c, "image"), region: model.String(c, "region"), account: model.String(c, "account"),
		cluster: model.String(c, "cluster"), cmc: model.String(c, "cmc"),
		properties: model.String(c, "propertyFile"),
	}
	if model.Bool(view.Execution.Trigger, "strategy", false) {
		p := view.Execution.Trigger.Parameters()
		f.image = firstOf(f.image, model.String(p, "amiName"), model.String(p, "imageId"))
		f.cluster = firstOf(f.cluster, model.String(p, "cluster"))
		f.account = firstOf(f.account, model.String(p, "credentials"))
		f.region = firstOf(f.region, model.String(p, "region"), model.String(p, "zone"))
	}
	if strings.TrimSpace(f.command) == "" {
		return f, invalid("command is missing")
	}
	if f.scriptPath != "" && f.repoURL == "" {
		return f, invalid("repoUrl is missing: scriptPath is a folder in a repository")
	}
	return f, nil
}

// settings are those of a stage that runs a Job.
func (c Config) settings(view engine.View) (map[string]any, error) {
	f, err := read(view)
	if err != nil {
		return nil, err
	}
	if c.AllowPlacement {
		own := view.Stage.Context
		c.Account = firstOf(model.String(own, "kubernetesAccount"), c.Account)
		c.Namespace = firstOf(model.String(own, "namespace"), c.Namespace)
		c.Image = firstOf(model.String(own, "scriptImage"), c.Image)
	}
	if c.Account == "" {
		return nil, invalid("kubernetesAccount is missing, and no account is configured for scripts")
	}
	out := map[string]any{
		"cloudProvider": "kubernetes", "source": "text", "manifest": c.job(view, f),
		"account": c.Account, "credentials": c.Account, "namespace": c.Namespace,
		keyOwn: map[string]any{"account": f.account, "propertyFile": f.properties},
	}
	if f.properties != "" {
		out["propertyFile"] = container
	}
	return out, nil
}

// job is the Job that runs a script.
func (c Config) job(view engine.View, f fields) map[string]any {
	main := map[string]any{
		"name": container, "image": c.Image, "command": []any{"sh", "-c", run}, "env": f.environment(),
	}
	pod := map[string]any{"restartPolicy": "Never", "containers": []any{main}}
	if c.ServiceAccount != "" {
		pod["serviceAccountName"] = c.ServiceAccount
	}
	if f.repoURL != "" {
		c.checkOut(pod, main, f)
	}
	spec := map[string]any{"backoffLimit": 0, "template": map[string]any{"spec": pod}}
	if c.DeadlineSeconds > 0 {
		spec["activeDeadlineSeconds"] = c.DeadlineSeconds
	}
	if c.TTLSeconds > 0 {
		spec["ttlSecondsAfterFinished"] = c.TTLSeconds
	}
	return map[string]any{
		"apiVersion": "batch/v1", "kind": "Job",
		"metadata": map[string]any{"name": name(view), "namespace": c.Namespace},
		"spec":     spec,
	}
}

// checkOut has the pod check out the repository before the script runs in it.
// No shell reads what the stage says here.
func (c Config) checkOut(pod, main map[string]any, f fields) {
	args := []any{"clone", "--depth=1"}
	if f.repoBranch != "" {
		args = append(args, "--branch="+f.repoBranch)
	}
	mounts := []any{map[string]any{"name": "workspace", "mountPath": workspace}}
	volumes := []any{map[string]any{"name": "workspace", "emptyDir": map[string]any{}}}
	git := map[string]any{"name": "checkout", "image": c.GitImage, "command": []any{"git"}, "args": append(args, "--", f.repoURL, workspace)}
	gitMounts := mounts
	if c.GitSecret != "" {
		volumes = append(volumes, map[string]any{"name": "git", "secret": map[string]any{"secretName": c.GitSecret, "defaultMode": 0o400}})
		gitMounts = append([]any{map[string]any{"name": "git", "mountPath": "/etc/git-secret", "readOnly": true}}, mounts...)
		git["env"] = []any{variable("GIT_SSH_COMMAND", "ssh -i /etc/git-secret/ssh-privatekey -o StrictHostKeyChecking=accept-new")}
	}
	git["volumeMounts"] = gitMounts
	main["volumeMounts"], main["workingDir"] = mounts, path.Join(workspace, path.Join("/", f.scriptPath))
	pod["initContainers"], pod["volumes"] = []any{git}, volumes
}

// environment is what the script is told.
func (f fields) environment() []any {
	return []any{
		variable("SCRIPT_PATH", f.scriptPath), variable("COMMAND", f.command), variable("IMAGE_ID", f.image),
		variable("REGION_PARAM", f.region), variable("ENV_PARAM", f.account), variable("CLUSTER_PARAM", f.cluster),
		variable("CMC", f.cmc), variable("REPO_URL", f.repoURL), variable("REPO_BRANCH", f.repoBranch),
		variable("PROPERTY_FILE", f.properties),
	}
}

// variable is a variable of a container. Kubernetes replaces $(NAME) in a
// value, which $$ keeps it from.
func variable(name, value string) map[string]any {
	return map[string]any{"name": name, "value": strings.ReplaceAll(value, "$(", "$$(")}
}

// name is the Job's name: the same for one run of one stage.
func name(view engine.View) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%d", view.Execution.ID, view.Stage.ID, view.Stage.StartTime))
	return "script-" + hex.EncodeToString(sum[:8])
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}
