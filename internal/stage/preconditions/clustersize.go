package preconditions

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Clusters lists the server groups of a cluster. It is called by any number
// of tasks at a time; a cluster that isn't there has none. An error marked
// [stage.Retryable] has the question asked again.
type Clusters interface {
	ServerGroups(ctx context.Context, cluster Cluster) ([]ServerGroup, error)
}

// Cluster names a cluster in an account.
type Cluster struct {
	Application, Account, Name string
	// Provider is the cloud provider, or "" where the account tells.
	Provider string
}

// ServerGroup is one server group of a cluster.
type ServerGroup struct {
	Name, Region string
	Disabled     bool
}

// clusterSizeTask compares the number of server groups in each region.
type clusterSizeTask struct{ clusters Clusters }

// Backoff and Timeout are those of Orca's ClusterSizePreconditionTask.
func (clusterSizeTask) Backoff(stage.Input) time.Duration { return 5 * time.Second }

func (clusterSizeTask) Timeout(stage.Input) (time.Duration, bool) { return 30 * time.Second, false }

// comparisons are the ways to compare a count with what is expected.
var comparisons = map[string]func(actual, expected int) bool{
	"<":  func(a, e int) bool { return a < e },
	"<=": func(a, e int) bool { return a <= e },
	"==": func(a, e int) bool { return a == e },
	">=": func(a, e int) bool { return a >= e },
	">":  func(a, e int) bool { return a > e },
}

// comparison is the context of a clusterSize precondition.
type comparison struct {
	Cluster     string         `json:"cluster"`
	Moniker     map[string]any `json:"moniker"`
	Comparison  string         `json:"comparison"`
	Expected    int            `json:"expected"`
	Credentials string         `json:"credentials"`
	Regions     []string       `json:"regions"`
	OnlyEnabled bool           `json:"onlyEnabledServerGroups"`
}

func (t clusterSizeTask) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	inner := model.Object(in.Stage.Context, "context")
	want := comparison{Comparison: "==", Expected: 1}
	if err := model.Decode(inner, &want); err != nil {
		return stage.Result{}, configuration("Invalid configuration of the clusterSize precondition: %v", err)
	}
	application := want.application(in.Execution.Application)
	if problems := want.problems(application); len(problems) > 0 {
		return stage.Result{}, configuration("Invalid configuration %s", strings.Join(problems, ", "))
	}
	if t.clusters == nil {
		return stage.Result{}, configuration("No cloud account is configured, so the size of cluster %s is unknown", want.Cluster)
	}
	groups, err := t.clusters.ServerGroups(ctx, Cluster{
		Application: application, Account: want.Credentials, Name: want.Cluster,
		Provider: model.String(in.Stage.Context, "cloudProvider"),
	})
	if err != nil {
		return stage.Result{}, fmt.Errorf("list the server groups of cluster %s in account %s: %w", want.Cluster, want.Credentials, err)
	}
	if failures := want.failures(groups); len(failures) > 0 {
		return stage.Result{}, failure(inner, "Precondition check failed: "+strings.Join(failures, ", "))
	}
	return stage.Succeeded(), nil
}

// appOf takes the application from a cluster's name by Frigga's convention:
// app-stack-detail.
var appOf = regexp.MustCompile(`^([\w.^]+)(?:-[\w.^-]*)?$`)

// application is the moniker's, else the cluster name's, else the execution's.
func (c comparison) application(fallback string) string {
	if app := model.String(c.Moniker, "app"); app != "" {
		return app
	}
	if match := appOf.FindStringSubmatch(c.Cluster); match != nil {
		return match[1]
	}
	return fallback
}

func (c comparison) problems(application string) []string {
	var out []string
	if c.Cluster == "" {
		out = append(out, "Missing cluster")
	}
	if application == "" {
		out = append(out, "Unable to determine application for cluster "+c.Cluster)
	}
	if comparisons[c.Comparison] == nil {
		out = append(out, "Unsupported comparison "+c.Comparison)
	}
	if c.Expected < 0 {
		out = append(out, fmt.Sprintf("Invalid value for expected %d", c.Expected))
	}
	if len(c.Regions) == 0 {
		out = append(out, "Missing regions")
	}
	return out
}

// failures has one sentence for each region whose count is not as expected.
func (c comparison) failures(groups []ServerGroup) []string {
	regions := slices.Clone(c.Regions)
	slices.Sort(regions)
	enabled := ""
	if c.OnlyEnabled {
		enabled = "enabled "
	}
	var out []string
	for _, region := range slices.Compact(regions) {
		names := []string{}
		for _, group := range groups {
			if group.Region == region && (!c.OnlyEnabled || !group.Disabled) {
				names = append(names, group.Name)
			}
		}
		if !comparisons[c.Comparison](len(names), c.Expected) {
			out = append(out, fmt.Sprintf("expected %s %d %sserver groups in %s but found %d: [%s]. "+
				"Please clean up the cluster to only have the specific number of server groups, "+
				"or opt out of this check in your deploy stage.",
				c.Comparison, c.Expected, enabled, region, len(names), strings.Join(names, ", ")))
		}
	}
	return out
}
