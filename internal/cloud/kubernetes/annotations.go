package kubernetes

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// The annotations and labels of Spinnaker, and Gennaker's own.
const (
	annotationCluster     = "moniker.spinnaker.io/cluster"
	annotationApplication = "moniker.spinnaker.io/application"
	annotationStack       = "moniker.spinnaker.io/stack"
	annotationDetail      = "moniker.spinnaker.io/detail"
	annotationSequence    = "moniker.spinnaker.io/sequence"

	annotationArtifactType     = "artifact.spinnaker.io/type"
	annotationArtifactName     = "artifact.spinnaker.io/name"
	annotationArtifactLocation = "artifact.spinnaker.io/location"
	annotationArtifactVersion  = "artifact.spinnaker.io/version"

	annotationVersioned         = "strategy.spinnaker.io/versioned"
	annotationMaxVersionHistory = "strategy.spinnaker.io/max-version-history"
	annotationSourceCapacity    = "strategy.spinnaker.io/use-source-capacity"
	annotationRecreate          = "strategy.spinnaker.io/recreate"
	annotationReplace           = "strategy.spinnaker.io/replace"
	annotationServerSideApply   = "strategy.spinnaker.io/server-side-apply"

	annotationLoadBalancers = "traffic.spinnaker.io/load-balancers"

	annotationRevision    = "deployment.kubernetes.io/revision"
	annotationLastApplied = "kubectl.kubernetes.io/last-applied-configuration"
	annotationRestartedAt = "kubectl.kubernetes.io/restartedAt"
	annotationChangeCause = "kubernetes.io/change-cause"

	// annotationContent is the digest of a versioned object's content.
	annotationContent = "gennaker.io/content"
	// annotationOperation is the operation that made an object anew, or patched
	// it, so that it is not done twice.
	annotationOperation = "gennaker.io/operation"

	labelName      = "app.kubernetes.io/name"
	labelManagedBy = "app.kubernetes.io/managed-by"
	labelSequence  = "moniker.spinnaker.io/sequence"
)

// meta is a manifest's metadata, made where it is missing.
func meta(m map[string]any) map[string]any { return child(m, "metadata") }

// child is an object within an object, made where it is missing.
func child(m map[string]any, key string) map[string]any {
	if c, ok := m[key].(map[string]any); ok {
		return c
	}
	c := map[string]any{}
	m[key] = c
	return c
}

// templateMeta is the metadata of spec.template; false where there is none, in
// which case Spinnaker writes nothing to the template either.
func templateMeta(m map[string]any) (map[string]any, bool) {
	template := model.Object(model.Object(m, "spec"), "template")
	metadata, ok := template["metadata"].(map[string]any)
	return metadata, ok
}

func annotation(m map[string]any, key string) string {
	return model.String(model.Object(model.Object(m, "metadata"), "annotations"), key)
}

// put writes a text where there is none yet.
func put(into map[string]any, key, value string) {
	if _, ok := into[key]; !ok && value != "" {
		into[key] = value
	}
}

// copiedAnnotations are annotations that no manifest may bring along: we write
// them to live objects, and kubectl writes its own, so that they come with a manifest
// that was copied from a cluster and describe another object.
var copiedAnnotations = []string{annotationContent, annotationOperation, annotationInventory, annotationLastApplied}

// versionAnnotations say which version an object is.
var versionAnnotations = []string{
	annotationArtifactType, annotationArtifactName, annotationArtifactLocation, annotationArtifactVersion, annotationSequence,
}

// dropAnnotations removes annotations from a manifest and its pod template.
func dropAnnotations(m map[string]any, keys []string) {
	dropKeys(model.Object(m, "metadata"), "annotations", keys)
	if t, ok := templateMeta(m); ok {
		dropKeys(t, "annotations", keys)
	}
}

// annotate writes the moniker and the artifact to the manifest and to its pod
// template. What is there already stays.
func annotate(m map[string]any, moniker manifest.Moniker, artifact model.Artifact) {
	annotateMeta(meta(m), moniker, artifact)
	if t, ok := templateMeta(m); ok {
		annotateMeta(t, moniker, artifact)
	}
}

func annotateMeta(metadata map[string]any, moniker manifest.Moniker, artifact model.Artifact) {
	a := child(metadata, "annotations")
	put(a, annotationArtifactType, artifact.Type)
	put(a, annotationArtifactName, artifact.Name)
	put(a, annotationArtifactLocation, artifact.Location)
	// An unversioned artifact has an empty version, which Spinnaker writes.
	if _, ok := a[annotationArtifactVersion]; !ok {
		a[annotationArtifactVersion] = artifact.Version
	}
	put(a, annotationCluster, moniker.Cluster)
	put(a, annotationApplication, moniker.App)
	put(a, annotationStack, moniker.Stack)
	put(a, annotationDetail, moniker.Detail)
	if moniker.Sequence != nil {
		put(a, annotationSequence, strconv.Itoa(*moniker.Sequence))
	}
}

// label writes Spinnaker's labels to the manifest, and to its pod template
// unless that is to be skipped.
func (o Options) label(m map[string]any, moniker manifest.Moniker, skipTemplate bool) {
	if o.OmitAppLabels {
		return
	}
	o.labelMeta(meta(m), moniker)
	if t, ok := templateMeta(m); ok && !skipTemplate {
		o.labelMeta(t, moniker)
	}
}

func (o Options) labelMeta(metadata map[string]any, moniker manifest.Moniker) {
	l := child(metadata, "labels")
	put(l, labelName, moniker.App)
	managedBy := "spinnaker"
	if o.ManagedBySuffix != "" {
		managedBy += "-" + o.ManagedBySuffix
	}
	l[labelManagedBy] = managedBy
	if moniker.Sequence != nil {
		l[labelSequence] = strconv.Itoa(*moniker.Sequence)
	}
}

// monikerOf reads where an object belongs: from its annotations, else from its
// name by the rules of Frigga (app-stack-detail-v001).
func monikerOf(m map[string]any) manifest.Moniker {
	parsed := parseFrigga(model.String(model.Object(m, "metadata"), "name"))
	out := manifest.Moniker{
		App: annotation(m, annotationApplication), Cluster: annotation(m, annotationCluster),
		Stack: annotation(m, annotationStack), Detail: annotation(m, annotationDetail),
		Sequence: parsed.Sequence,
	}
	if out.App == "" {
		out.App = parsed.App
	}
	if out.Cluster == "" {
		out.Cluster = parsed.Cluster
	}
	for _, key := range []string{annotationSequence, annotationRevision} {
		if key == annotationRevision && !strings.EqualFold(model.String(m, "kind"), "ReplicaSet") {
			continue
		}
		if n, err := strconv.Atoi(strings.Trim(annotation(m, key), `"`)); err == nil {
			out.Sequence = &n
			break
		}
	}
	return out
}

// parseFrigga reads a name as Netflix's Frigga does.
func parseFrigga(name string) manifest.Moniker {
	var out manifest.Moniker
	out.Cluster = name
	if base, number, ok := cutVersion(name); ok {
		out.Cluster, out.Sequence = base, &number
	}
	if strings.HasPrefix(name, "system:") {
		out.App = "system"
		return out
	}
	out.App, _, _ = strings.Cut(out.Cluster, "-")
	return out
}

// cutVersion cuts the version off a name: "web-v012" is "web" and 12.
func cutVersion(name string) (string, int, bool) {
	at := strings.LastIndex(name, "-v")
	if at <= 0 {
		return name, 0, false
	}
	digits := name[at+2:]
	if len(digits) < 3 {
		return name, 0, false
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 {
		return name, 0, false
	}
	return name[:at], n, true
}

// trafficOf reads the load balancers that a workload is annotated with.
func trafficOf(m map[string]any) []string {
	var out []string
	if text := annotation(m, annotationLoadBalancers); text != "" {
		_ = json.Unmarshal([]byte(text), &out) // what is no list names none, as in clouddriver
	}
	return out
}
