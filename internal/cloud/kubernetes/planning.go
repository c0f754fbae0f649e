package kubernetes

import (
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/rand"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// planner works out one deployment.
type planner struct {
	account  *account
	options  Options
	request  manifest.DeployRequest
	defined  map[schema.GroupKind]bool // kinds that the deployment itself defines, with whether they are namespaced
	items    []*planned
	set      *artifactSet
	bound    []model.Artifact
	deployed map[string]map[string]versions // by kind and namespace, then by name
	warnings []string
}

// planned is a manifest on its way to becoming a step.
type planned struct {
	manifest map[string]any
	source   int // its place among the request's manifests, from 1
	gvk      schema.GroupVersionKind
	props    properties
	resource resource
	// pending says that the kind is defined by the same deployment and not
	// served yet.
	pending   bool
	namespace string
	name      string
	strategy  strategy
	// previous is the newest version that is deployed, if it is another one.
	previous string
	version  *manifest.Version
}

func (p *planned) fullName() string { return p.props.kind.String() + " " + p.name }

// PlanDeploy works out what applying the manifests comes to: clouddriver's
// KubernetesDeployManifestOperation up to where it submits the first one.
func (p *Provider) PlanDeploy(ctx context.Context, request manifest.DeployRequest) (manifest.Plan, error) {
	a, err := p.account(request.Account)
	if err != nil {
		return manifest.Plan{}, err
	}
	if len(request.Manifests) == 0 {
		return nothingToDeploy(request), nil
	}
	if err := manifest.Check(request.Manifests); err != nil {
		return manifest.Plan{}, err
	}
	work := &planner{
		account: a, options: p.options, request: request,
		defined: map[schema.GroupKind]bool{}, deployed: map[string]map[string]versions{},
	}
	return work.plan(ctx)
}

// nothingToDeploy is the plan of a deployment without manifests, such as one of
// a chart whose parts are all switched off: it succeeds, as Clouddriver's does.
// It prunes nothing, since an empty deployment is more often a mistake than the
// wish to remove everything.
func nothingToDeploy(request manifest.DeployRequest) manifest.Plan {
	plan := manifest.Plan{}
	if request.Inventory != nil {
		plan.Warnings = []string{"there are no manifests, so nothing was deployed, and nothing that was deployed before is pruned"}
	}
	return plan
}

func (w *planner) plan(ctx context.Context) (manifest.Plan, error) {
	if err := w.read(ctx); err != nil {
		return manifest.Plan{}, err
	}
	slices.SortStableFunc(w.items, func(x, y *planned) int { return x.props.priority - y.props.priority })
	w.set = newArtifactSet()
	if w.binds() {
		w.set = newArtifactSet(w.request.RequiredArtifacts, w.request.OptionalArtifacts)
	}
	selects, err := labelSelector(w.request.LabelSelectors)
	if err != nil {
		return manifest.Plan{}, err
	}
	plan := manifest.Plan{}
	for _, item := range w.items {
		step, err := w.step(ctx, item)
		if err != nil {
			return manifest.Plan{}, err
		}
		if !selects.Empty() && step.Action == manifest.Replace {
			return manifest.Plan{}, fault.New(fault.Invalid,
				"labelSelectors: %s has the strategy replace, which doesn't support label selectors", item.fullName())
		}
		if selects.Empty() || selects.Matches(labelsOf(step.Manifest)) {
			plan.Steps = append(plan.Steps, step)
		}
	}
	if left := unbound(w.request.RequiredArtifacts, w.bound); w.binds() && len(left) > 0 {
		return manifest.Plan{}, fault.New(fault.Invalid,
			"requiredArtifacts: these have no place in the manifests: %s; check that an image field names the image as the artifact does",
			strings.Join(left, ", "))
	}
	if len(plan.Steps) == 0 && !w.request.AllowNothingSelected {
		return manifest.Plan{}, fault.New(fault.Invalid,
			"labelSelectors: nothing was deployed to account %s: no manifest fits %q", w.account.config.Name, selects.String())
	}
	w.rememberBefore(ctx, &plan)
	plan.BoundArtifacts, plan.Warnings = w.bound, w.warnings
	if w.request.Inventory != nil {
		if err := w.remember(ctx, &plan); err != nil {
			return manifest.Plan{}, err
		}
	}
	return plan, nil
}

func (w *planner) binds() bool {
	return w.request.EnableArtifactBinding == nil || *w.request.EnableArtifactBinding
}

// read resolves the kinds and namespaces of the manifests.
func (w *planner) read(ctx context.Context) error {
	var manifests []map[string]any
	for _, given := range w.request.Manifests {
		// Spinnaker's services drop nulls, and server-side apply would have us own
		// fields that are not there.
		m, err := manifest.PlainObject(model.DropNulls(given))
		if err != nil {
			return fault.New(fault.Invalid, "manifests: %w", err)
		}
		w.noteDefinition(m)
		manifests = append(manifests, m)
	}
	for i, m := range manifests {
		item, err := w.readOne(ctx, m)
		if err != nil {
			return fault.New(fault.KindOf(err), "manifests[%d] (%s %s): %w", i, model.String(m, "kind"), nameOf(m), err)
		}
		item.source = i + 1
		w.items = append(w.items, item)
	}
	return nil
}

// noteDefinition remembers the kind that a CustomResourceDefinition defines.
func (w *planner) noteDefinition(m map[string]any) {
	if defined, namespaced, ok := definitionOf(m); ok {
		w.defined[defined] = namespaced
	}
}

// definitionOf is the kind that a CustomResourceDefinition defines, and whether
// its objects have a namespace.
func definitionOf(m map[string]any) (defined schema.GroupKind, namespaced, ok bool) {
	if model.String(m, "kind") != "CustomResourceDefinition" {
		return defined, false, false
	}
	spec := model.Object(m, "spec")
	defined = schema.GroupKind{Group: model.String(spec, "group"), Kind: model.String(model.Object(spec, "names"), "kind")}
	return defined, model.String(spec, "scope") != "Cluster", true
}

func (w *planner) readOne(ctx context.Context, m map[string]any) (*planned, error) {
	gvk := gvkOf(model.String(m, "apiVersion"), model.String(m, "kind"))
	item := &planned{manifest: m, gvk: gvk, props: w.account.properties(kindOf(gvk)), name: nameOf(m), strategy: strategyOf(m)}
	if err := w.account.allowKind(item.props.kind); err != nil {
		return nil, err
	}
	namespaced, isDefined := w.defined[gvk.GroupKind()]
	r, err := w.account.served(ctx, gvk)
	switch {
	case err == nil:
		item.resource, namespaced = r, r.namespaced
	case isDefined && absent(err):
		item.pending = true
	default:
		return nil, err
	}
	md := meta(m)
	delete(m, "status")
	dropAnnotations(m, copiedAnnotations)
	for _, field := range []string{"resourceVersion", "uid", "creationTimestamp", "generation", "managedFields", "selfLink"} {
		delete(md, field)
	}
	if !namespaced {
		delete(md, "namespace")
		return item, w.checkStrategy(item)
	}
	if w.request.NamespaceOverride != "" {
		md["namespace"] = w.request.NamespaceOverride
	}
	if model.String(md, "namespace") == "" {
		md["namespace"] = "default"
	}
	item.namespace = model.String(md, "namespace")
	if err := w.account.allowNamespace(item.namespace); err != nil {
		return nil, err
	}
	return item, w.checkStrategy(item)
}

func (w *planner) checkStrategy(item *planned) error {
	return item.strategy.checkHistory(item.manifest, item.fullName(), w.request.Strategy)
}

// step binds, versions, annotates and labels a manifest.
func (w *planner) step(ctx context.Context, item *planned) (manifest.Step, error) {
	m := item.manifest
	bound := w.options.bind(m, item.replaces(), w.set.all(), item.namespace, w.request.Account)
	w.bound = addArtifacts(w.bound, bound)
	generated := model.String(meta(m), "name") == ""
	version, err := w.version(ctx, item, generated)
	if err != nil {
		return manifest.Step{}, err
	}
	moniker := w.request.Moniker
	if version != nil {
		moniker.Sequence = version
	}
	if moniker.Cluster == "" {
		moniker.Cluster = item.fullName()
	}
	artifact := artifactOf(item.props.kind, item.namespace, item.name, w.request.Account, version)
	if err := w.sourceCapacity(ctx, item); err != nil {
		return manifest.Step{}, err
	}
	w.growLater(item)
	if err := w.traffic(ctx, item); err != nil {
		return manifest.Step{}, err
	}
	if version != nil {
		// A manifest that was copied from a cluster says which version of what it
		// was there.
		dropAnnotations(m, versionAnnotations)
	}
	annotate(m, moniker, artifact)
	w.options.label(m, moniker, w.request.SkipSpecTemplateLabels)
	if generated {
		// The name is made here and not by the API server, so that the object
		// is not made twice after a crash.
		artifact.Name = model.String(meta(m), "generateName") + rand.String(5)
		artifact.Reference = artifact.Name
		delete(meta(m), "generateName")
	}
	w.set.put(artifact)
	meta(m)["name"] = artifact.Reference
	action := item.strategy.action
	if w.request.Recreate || generated {
		action = manifest.Recreate
	}
	if w.request.Inventory != nil {
		child(meta(m), "annotations")[annotationInventory] = w.request.Inventory.ID
	}
	if action == manifest.Recreate || version != nil {
		child(meta(m), "annotations")[annotationOperation] = w.request.ID
	}
	return manifest.Step{
		Version: item.version,
		Action:  action, Operation: w.request.ID, APIVersion: model.String(m, "apiVersion"), Kind: model.String(m, "kind"),
		Namespace: item.namespace, Name: artifact.Reference, FullName: item.props.kind.String() + " " + artifact.Reference,
		Previous: item.previous, Manifest: m, Source: item.source, Force: item.strategy.force, Artifact: &artifact, KeepWaiting: item.pending,
	}, tooLong(artifact.Reference, item.fullName())
}

// replaces says where artifacts go in the manifest: kinds that are nobody's
// special case may have a pod template too.
func (p *planned) replaces() replacement {
	if p.props.replaces == replacesNothing && p.props.kind.group != "" {
		return replacesInTemplate
	}
	return p.props.replaces
}

// version picks the manifest's version, nil where it has none.
func (w *planner) version(ctx context.Context, item *planned, generated bool) (*int, error) {
	versioned := item.props.versioned
	if w.request.Versioned != nil {
		versioned = *w.request.Versioned
	}
	if item.strategy.versioned != nil {
		versioned = *item.strategy.versioned
	}
	if !versioned || generated {
		return nil, nil
	}
	deployed, err := w.deployedVersions(ctx, item)
	if err != nil {
		return nil, err
	}
	digest, err := contentDigest(item.manifest)
	if err != nil {
		return nil, err
	}
	picked := deployed.pick(item.name, item.manifest, digest)
	child(meta(item.manifest), "annotations")[annotationContent] = digest
	picked.Bound = true // also where the artifacts of the stage are not: as clouddriver does
	item.version, item.previous = &picked, deployed.previous(picked.Number)
	// A second manifest of that name gets a version of its own.
	w.deployed[item.place()][item.name] = append(deployed, deployedVersion{
		number: picked.Number, name: versionedName(item.name, picked.Number), namespace: item.namespace, content: digest, planned: true,
	})
	return &picked.Number, nil
}

// place is where the planner keeps what is deployed of the item's kind.
func (p *planned) place() string { return p.namespace + "/" + p.props.kind.key() }

func (w *planner) deployedVersions(ctx context.Context, item *planned) (versions, error) {
	have, ok := w.deployed[item.place()]
	if !ok {
		have = map[string]versions{}
		if !item.pending {
			var err error
			if have, err = w.account.versions(ctx, item.resource, item.props.kind, item.namespace); err != nil {
				return nil, err
			}
		}
		w.deployed[item.place()] = have
	}
	return have[item.name], nil
}

func nameOf(m map[string]any) string {
	md := model.Object(m, "metadata")
	if name := model.String(md, "name"); name != "" {
		return name
	}
	return model.String(md, "generateName")
}

func addArtifacts(to, more []model.Artifact) []model.Artifact {
	for _, a := range more {
		if !slices.ContainsFunc(to, func(have model.Artifact) bool {
			return artifactKey(have) == artifactKey(a) && have.Reference == a.Reference
		}) {
			to = append(to, a)
		}
	}
	return to
}
