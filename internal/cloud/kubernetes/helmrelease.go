package kubernetes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"

	"github.com/gennaker/gennaker/internal/fault"
	helmchart "github.com/gennaker/gennaker/internal/helm"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/helm"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

var _ helm.Provider = (*Provider)(nil)

const (
	// helmManager is the field manager of a release's objects: Helm's own, so
	// that its commands and ours don't take each other for strangers.
	helmManager = "helm"

	annotationRelease          = "meta.helm.sh/release-name"
	annotationReleaseNamespace = "meta.helm.sh/release-namespace"
	annotationResourcePolicy   = "helm.sh/resource-policy"

	// labelStage, on the record of a revision, is the stage that makes it.
	labelStage = "gennaker.io/stage"
	// labelSource is the digest of the chart and the values it was asked for
	// with.
	labelSource = "gennaker.io/source"
)

// release is a release in a cluster.
type release struct {
	account   *account
	target    helm.Target
	revisions []revisionRecord // oldest first
}

// revisionRecord is one recorded revision and who has made it.
type revisionRecord struct {
	*helmchart.Release
	by, source string
}

// release reads the records of a release.
func (p *Provider) release(ctx context.Context, of helm.Target) (*release, error) {
	a, err := p.account(of.Account)
	if err != nil {
		return nil, err
	}
	if of.Namespace == "" {
		return nil, fault.New(fault.Invalid, "namespace: is missing; name the namespace of the release")
	}
	if of.Name == "" || len(of.Name) > 53 {
		return nil, fault.New(fault.Invalid, "releaseName: must have 1 to 53 characters, but is %q", of.Name)
	}
	if err := a.allowNamespace(of.Namespace); err != nil {
		return nil, err
	}
	if err := a.allowKind(makeKind("secret", "")); err != nil {
		return nil, err
	}
	r, err := a.served(ctx, gvkOf("v1", "Secret"))
	if err != nil {
		return nil, err
	}
	out := &release{account: a, target: of}
	var broken error
	err = a.list(ctx, r, of.Namespace, "owner=helm,name="+of.Name, func(o *unstructured.Unstructured) {
		record, err := helmchart.ReadRecord(model.String(model.Object(o.Object, "data"), "release"))
		if err != nil {
			broken = fault.New(fault.Conflict, "release %s: secret %s: %w", of.Name, o.GetName(), err)
			return
		}
		out.revisions = append(out.revisions, revisionRecord{record, o.GetLabels()[labelStage], o.GetLabels()[labelSource]})
	})
	if err == nil {
		err = broken
	}
	slices.SortFunc(out.revisions, func(x, y revisionRecord) int { return x.Version - y.Version })
	return out, err
}

// latest is the newest revision, nil where there is none.
func (r *release) latest() *revisionRecord {
	if len(r.revisions) == 0 {
		return nil
	}
	return &r.revisions[len(r.revisions)-1]
}

// deployed is the newest revision that is deployed, nil where none is.
func (r *release) deployed() *revisionRecord {
	for i := range slices.Backward(r.revisions) {
		if string(r.revisions[i].Info.Status) == helmchart.Deployed {
			return &r.revisions[i]
		}
	}
	return nil
}

func (r *release) revision(number int) *revisionRecord {
	for i := range r.revisions {
		if r.revisions[i].Version == number {
			return &r.revisions[i]
		}
	}
	return nil
}

// next is the number of the revision that a stage makes: the one it has begun,
// or a new one. An operation of somebody else's must have ended.
func (r *release) next(by string) (int, error) {
	last := r.latest()
	if last == nil {
		return 1, nil
	}
	status := string(last.Info.Status)
	switch {
	case last.by == by && status != helmchart.Deployed && status != helmchart.Superseded:
		return last.Version, nil
	case helmchart.Pending(status):
		return 0, fault.New(fault.Conflict,
			"releaseName: another operation on release %s is under way (revision %d is %s); wait for it, or if it was killed, run helmRollback with the last revision that was deployed", r.target.Name, last.Version, status)
	}
	return last.Version + 1, nil
}

// ReleaseHistory lists a release's revisions.
func (p *Provider) ReleaseHistory(ctx context.Context, of helm.Target) ([]helm.Revision, error) {
	r, err := p.release(ctx, of)
	if err != nil {
		return nil, err
	}
	out := make([]helm.Revision, len(r.revisions))
	for i, v := range r.revisions {
		out[i] = helm.Revision{
			Revision: v.Version, Status: string(v.Info.Status), Chart: chartName(v.Release), AppVersion: v.Chart.AppVersion(),
			Description: v.Info.Description, Updated: v.Info.LastDeployed.UnixMilli(),
		}
	}
	return out, nil
}

func chartName(r *helmchart.Release) string {
	if r.Chart == nil || r.Chart.Metadata == nil {
		return ""
	}
	return r.Chart.Metadata.Name + "-" + r.Chart.Metadata.Version
}

// PlanUpgradeRelease installs or upgrades a release.
func (p *Provider) PlanUpgradeRelease(ctx context.Context, request helm.UpgradeRequest) (manifest.Plan, helm.Planned, error) {
	var none helm.Planned
	r, err := p.release(ctx, request.Target)
	if err != nil {
		return manifest.Plan{}, none, err
	}
	number, err := r.next(request.By)
	if err != nil {
		return manifest.Plan{}, none, err
	}
	base := r.deployed()
	source, err := sourceOf(request)
	if err != nil {
		return manifest.Plan{}, none, err
	}
	if last := r.latest(); last != nil && last == base && base.by == request.By && base.source == source {
		// A stage that is run again.
		return manifest.Plan{}, helm.Planned{
			Revision: last.Version, Event: "upgrade", Notes: last.Info.Notes, Chart: chartName(last.Release), Unchanged: true,
		}, nil
	}
	made, err := r.render(ctx, request, number, base, p)
	if err != nil {
		return manifest.Plan{}, none, err
	}
	planned := helm.Planned{Revision: number, Event: "upgrade", Notes: made.Info.Notes, Chart: chartName(made)}
	status := helmchart.PendingUpgrade
	if base == nil {
		planned.Event, status = "install", helmchart.PendingInstall
	} else {
		made.Info.FirstDeployed = base.Info.FirstDeployed
	}
	helmchart.SetStatus(made, status, "Preparing "+planned.Event, p.options.Now())
	work := releasing{release: r, made: made, source: source, by: request.Made, takeOwnership: request.TakeOwnership}
	if request.CreateNamespace {
		work.namespace()
	}
	if !request.SkipCRDs && base == nil {
		if err := work.crds(ctx); err != nil {
			return manifest.Plan{}, none, err
		}
	}
	return work.plan, planned, work.apply(ctx, planned.Event)
}

// sourceOf is a digest of what an upgrade is asked for with.
func sourceOf(request helm.UpgradeRequest) (string, error) {
	values, err := json.Marshal([]any{request.Values, request.ReuseValues, request.ResetValues, request.SkipCRDs, request.DisableHooks})
	if err != nil {
		return "", fmt.Errorf("encode the values: %w", err)
	}
	sum := sha256.New()
	sum.Write(request.Chart)
	sum.Write(values)
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// render makes the revision.
func (r *release) render(ctx context.Context, request helm.UpgradeRequest, number int, base *revisionRecord, p *Provider) (*helmchart.Release, error) {
	values := request.Values
	if base != nil && (request.ReuseValues || !request.ResetValues && len(values) == 0) {
		values = helmchart.MergeValues(values, base.Config)
	}
	version, apis, err := r.account.capabilities(ctx)
	if err != nil {
		return nil, err
	}
	return helmchart.Render(ctx, helmchart.Request{
		Name: r.target.Name, Namespace: r.target.Namespace, Revision: number, Install: base == nil,
		Chart: request.Chart, Values: values, KubeVersion: version, APIVersions: apis,
		Lookup: lookup{ctx, r.account}, Now: p.options.Now(),
	})
}

// capabilities are the cluster's version and what it serves, as
// "apps/v1" and "apps/v1/Deployment".
func (a *account) capabilities(ctx context.Context) (version string, apis []string, err error) {
	if _, err := a.served(ctx, gvkOf("v1", "Secret")); err != nil { // has the list read
		return "", nil, err
	}
	conn, err := a.connect()
	if err != nil {
		return "", nil, err
	}
	info, err := conn.resources.client.ServerVersion()
	if err != nil {
		return "", nil, a.explain(err, "ask the cluster for its version")
	}
	list, _ := conn.resources.current()
	seen := map[string]bool{}
	for _, served := range list {
		group := served.gvk.GroupVersion().String()
		for _, api := range []string{group, group + "/" + served.gvk.Kind} {
			if !seen[api] {
				seen[api] = true
				apis = append(apis, api)
			}
		}
	}
	return info.GitVersion, apis, nil
}

// lookup gives templates access to what the account may read.
type lookup struct {
	ctx     context.Context
	account *account
}

// GetClientFor finds the client for a kind.
func (l lookup) GetClientFor(apiVersion, kindName string) (dynamic.NamespaceableResourceInterface, bool, error) {
	gvk := gvkOf(apiVersion, kindName)
	if err := l.account.allowKind(kindOf(gvk)); err != nil {
		return nil, false, err
	}
	r, err := l.account.served(l.ctx, gvk)
	if err != nil {
		return nil, false, err
	}
	conn, err := l.account.connect()
	if err != nil {
		return nil, false, err
	}
	return conn.dynamic.Resource(r.gvr), r.namespaced, nil
}

// PlanRollbackRelease makes a new revision that is as an earlier one.
func (p *Provider) PlanRollbackRelease(ctx context.Context, request helm.RollbackRequest) (manifest.Plan, helm.Planned, error) {
	planned := helm.Planned{Event: "rollback"}
	r, err := p.release(ctx, request.Target)
	if err != nil {
		return manifest.Plan{}, planned, err
	}
	last := r.latest()
	if last == nil {
		return manifest.Plan{}, planned, fault.New(fault.NotFound, "releaseName: there is no release %s in namespace %s", request.Name, request.Namespace)
	}
	work := releasing{release: r, by: request.Made, takeOwnership: true}
	if failed := r.revision(request.Failed); failed != nil && string(failed.Info.Status) != helmchart.Deployed {
		work.mark(failed.Version, helmchart.Failed, request.Reason)
	}
	if request.MarkOnly {
		planned.Revision = request.Failed
		return work.plan, planned, nil
	}
	back := r.revision(request.Revision)
	if request.Revision == 0 {
		back = r.before(last, request)
	}
	if back == nil {
		return manifest.Plan{}, planned, fault.New(fault.NotFound, "revision: release %s has no revision to go back to; it has %s", request.Name, r.numbers())
	}
	number := last.Version + 1
	if last.by == request.By && helmchart.Pending(string(last.Info.Status)) {
		number = last.Version
	}
	made := *back.Release
	info := *back.Info
	made.Info, made.Version = &info, number
	info.LastDeployed = p.options.Now()
	helmchart.SetStatus(&made, helmchart.PendingRollback, fmt.Sprintf("Rollback to %d", back.Version), p.options.Now())
	work.made = &made
	planned.Revision, planned.Chart, planned.Notes = number, chartName(&made), info.Notes
	return work.plan, planned, work.apply(ctx, planned.Event)
}

// before is the revision before the last one, of those that were deployed.
func (r *release) before(last *revisionRecord, request helm.RollbackRequest) *revisionRecord {
	for i := range slices.Backward(r.revisions) {
		v := &r.revisions[i]
		status := string(v.Info.Status)
		if v.Version != last.Version && v.Version != request.Failed && v.by != request.By &&
			(status == helmchart.Deployed || status == helmchart.Superseded) {
			return v
		}
	}
	return nil
}

func (r *release) numbers() string {
	out := make([]string, len(r.revisions))
	for i, v := range r.revisions {
		out[i] = fmt.Sprintf("%d (%s)", v.Version, v.Info.Status)
	}
	return list(out)
}

// PlanFinishRelease runs the hooks that come after, and records the revision
// as deployed.
func (p *Provider) PlanFinishRelease(ctx context.Context, request helm.FinishRequest) (manifest.Plan, error) {
	r, err := p.release(ctx, request.Target)
	if err != nil {
		return manifest.Plan{}, err
	}
	made := r.revision(request.Revision)
	if made == nil {
		return manifest.Plan{}, fault.New(fault.Conflict, "release %s: the record of revision %d doesn't exist anymore", request.Name, request.Revision)
	}
	if string(made.Info.Status) == helmchart.Deployed {
		return manifest.Plan{}, nil // by an earlier run
	}
	work := releasing{release: r, made: made.Release, by: request.Made}
	if err := work.hooks("post-" + request.Event); err != nil {
		return manifest.Plan{}, err
	}
	for _, v := range r.revisions {
		if string(v.Info.Status) == helmchart.Deployed && v.Version != made.Version {
			work.mark(v.Version, helmchart.Superseded, v.Info.Description)
		}
	}
	done := map[string]string{"install": "Install complete", "upgrade": "Upgrade complete", "rollback": made.Info.Description}[request.Event]
	work.mark(made.Version, helmchart.Deployed, done)
	if most := request.HistoryMax; most > 0 && len(r.revisions) > most {
		for _, v := range r.revisions[:len(r.revisions)-most] {
			work.forget(v.Version)
		}
	}
	return work.plan, nil
}

// PlanUninstallRelease deletes a release.
func (p *Provider) PlanUninstallRelease(ctx context.Context, request helm.UninstallRequest) (manifest.Plan, error) {
	r, err := p.release(ctx, request.Target)
	if err != nil {
		return manifest.Plan{}, err
	}
	last := r.latest()
	if last == nil {
		return manifest.Plan{Warnings: []string{fmt.Sprintf("there is no release %s in namespace %s", request.Name, request.Namespace)}}, nil
	}
	work := releasing{release: r, made: last.Release, by: request.Made}
	if err := work.hooks("pre-delete"); err != nil {
		return manifest.Plan{}, err
	}
	objects, err := r.objects()
	if err != nil {
		return manifest.Plan{}, err
	}
	slices.Reverse(objects)
	for _, o := range objects {
		if err := work.remove(ctx, o); err != nil {
			return manifest.Plan{}, err
		}
	}
	if err := work.hooks("post-delete"); err != nil {
		return manifest.Plan{}, err
	}
	if request.KeepHistory {
		work.mark(last.Version, helmchart.Uninstalled, "Uninstallation complete")
		return work.plan, nil
	}
	for _, v := range r.revisions {
		work.forget(v.Version)
	}
	return work.plan, nil
}

// objects are those of the revision that is deployed, and of the newest where
// that is another one.
func (r *release) objects() ([]map[string]any, error) {
	var out []map[string]any
	seen := map[string]bool{}
	for _, of := range []*revisionRecord{r.deployed(), r.latest()} {
		if of == nil {
			continue
		}
		list, err := helmchart.Objects(of.Manifest)
		if err != nil {
			return nil, err
		}
		for _, o := range list {
			if key := objectKey(o, r.target.Namespace); !seen[key] {
				seen[key] = true
				out = append(out, o)
			}
		}
	}
	return out, nil
}

// objectKey is the same for all versions of the same object.
func objectKey(o map[string]any, namespace string) string {
	md := model.Object(o, "metadata")
	if own := model.String(md, "namespace"); own != "" {
		namespace = own
	}
	gvk := gvkOf(model.String(o, "apiVersion"), model.String(o, "kind"))
	return strings.Join([]string{gvk.Group, gvk.Kind, namespace, model.String(md, "name")}, "/")
}
