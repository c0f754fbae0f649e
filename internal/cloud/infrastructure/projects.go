package infrastructure

import (
	"context"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// projectCluster is a row of the answer: Clouddriver's ClusterModel.
type projectCluster struct {
	Account        string               `json:"account"`
	Stack          *string              `json:"stack,omitempty"`
	Detail         *string              `json:"detail,omitempty"`
	Applications   []projectApplication `json:"applications"`
	InstanceCounts view.Counts          `json:"instanceCounts"`
	HealthCounts   view.HealthCounts    `json:"healthCounts"`
}

type projectApplication struct {
	Application string          `json:"application"`
	Clusters    []projectRegion `json:"clusters"`
	LastPush    int64           `json:"lastPush"`
}

type projectRegion struct {
	Region         string            `json:"region"`
	Builds         []projectPush     `json:"builds"`
	InstanceCounts view.Counts       `json:"instanceCounts"`
	HealthCounts   view.HealthCounts `json:"healthCounts"`
	LastPush       int64             `json:"lastPush"`
}

// projectPush is what is deployed; without a build system its number is 0.
type projectPush struct {
	BuildNumber string   `json:"buildNumber"`
	Deployed    int64    `json:"deployed"`
	Images      []string `json:"images"`
}

// ProjectClusters counts the instances that run in a project's clusters.
func (i *Infrastructure) ProjectClusters(ctx context.Context, clusters []view.ProjectCluster) ([]any, error) {
	groups := map[string][]view.ServerGroupSummary{} // by account and application
	out := make([]any, len(clusters))
	for n, c := range clusters {
		row := projectCluster{Account: c.Account, Stack: c.Stack, Detail: c.Detail, Applications: []projectApplication{}}
		for _, app := range c.Applications {
			key := c.Account + " " + app
			if _, asked := groups[key]; !asked {
				answer, err := i.askOne(ctx, c.Account, view.Question{Topic: view.AboutSummaries, Application: app})
				if err != nil {
					return nil, err
				}
				groups[key] = answer.Summaries
			}
			row.Applications = append(row.Applications, applicationOf(c, app, groups[key]))
		}
		for _, app := range row.Applications {
			for _, region := range app.Clusters {
				row.InstanceCounts.Add(region.InstanceCounts)
				row.HealthCounts.Add(region.HealthCounts)
			}
		}
		out[n] = row
	}
	return out, nil
}

func applicationOf(c view.ProjectCluster, app string, groups []view.ServerGroupSummary) projectApplication {
	regions := map[string]*projectRegion{}
	for _, g := range groups {
		stack, detail := stackAndDetail(g.Cluster)
		if g.IsDisabled || g.InstanceCounts.Total == 0 || !matches(c.Stack, stack) || !matches(c.Detail, detail) {
			continue
		}
		r := regions[g.Region]
		if r == nil {
			r = &projectRegion{Region: g.Region}
			regions[g.Region] = r
		}
		r.InstanceCounts.Add(g.InstanceCounts)
		r.HealthCounts.Add(g.HealthCounts)
		r.push(g)
	}
	out := projectApplication{Application: app, Clusters: []projectRegion{}}
	for _, name := range sortedKeys(regions) {
		out.Clusters = append(out.Clusters, *regions[name])
		out.LastPush = max(out.LastPush, regions[name].LastPush)
	}
	return out
}

func (r *projectRegion) push(g view.ServerGroupSummary) {
	if len(r.Builds) == 0 {
		r.Builds = []projectPush{{BuildNumber: "0", Images: []string{}}}
	}
	b := &r.Builds[0]
	b.Deployed = max(b.Deployed, g.CreatedTime)
	r.LastPush = b.Deployed
	for _, image := range g.BuildInfo.Images {
		if !slices.Contains(b.Images, image) {
			b.Images = append(b.Images, image)
		}
	}
}

// matches is Clouddriver's nameMatches.
func matches(wanted *string, have string) bool {
	if wanted == nil {
		return have == ""
	}
	return *wanted == "*" || *wanted == have
}

// stackAndDetail reads a cluster's name as Frigga does: app-stack-detail. A
// name with other characters, such as the blank of "deployment web", has
// neither.
func stackAndDetail(cluster string) (stack, detail string) {
	if strings.IndexFunc(cluster, foreign) >= 0 {
		return "", ""
	}
	parts := strings.SplitN(cluster, "-", 3)
	parts = append(parts, "", "")
	return parts[1], parts[2]
}

// foreign tells whether Frigga's names don't have the character.
func foreign(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("._-^", r):
		return false
	}
	return true
}
