package kubernetes

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// replacement says where artifacts are put into manifests of a kind.
type replacement uint8

const (
	replacesNothing replacement = iota
	replacesInTemplate
	replacesInPod
	replacesImagesInPod
	replacesInAutoscaler
)

// slot is a place in a manifest that holds the name of an artifact.
type slot struct {
	artifactType string
	// name is the artifact's name that the value stands for; image slots cut
	// the tag or digest off, others take the value as it is.
	name  string
	value string
	// whole says that only the whole value counts as a name.
	whole bool
	set   func(value string)
}

// The types of artifact that are bound.
const (
	typeImage      = "docker/image"
	typeConfigMap  = "kubernetes/configMap"
	typeSecret     = "kubernetes/secret" //nolint:gosec // a type's name
	typeDeployment = "kubernetes/deployment"
	typeReplicaSet = "kubernetes/replicaSet"
)

// slots lists the places for artifacts in a manifest, in clouddriver's order
// of replacers.
func slots(m map[string]any, where replacement) []slot {
	var out []slot
	switch where {
	case replacesInTemplate:
		podSpecs(m, func(spec map[string]any) { out = append(out, podSlots(spec)...) })
	case replacesInPod, replacesImagesInPod:
		spec := model.Object(m, "spec")
		for _, c := range model.Objects(spec, "containers") {
			out = append(out, field(c, "image", typeImage, true)...)
		}
		if where == replacesImagesInPod {
			break
		}
		for _, s := range podSlots(spec) {
			if s.artifactType != typeImage {
				out = append(out, s)
			}
		}
	case replacesInAutoscaler:
		ref := model.Object(model.Object(m, "spec"), "scaleTargetRef")
		switch model.String(ref, "kind") {
		case "Deployment", "deployment":
			out = append(out, field(ref, "name", typeDeployment, true)...)
		case "ReplicaSet", "replicaSet":
			out = append(out, field(ref, "name", typeReplicaSet, true)...)
		}
	}
	return out
}

// podSpecs calls for each pod specification at spec.template.spec, at any
// depth: that of a CronJob is in its job template.
func podSpecs(value any, each func(map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		if spec := model.Object(model.Object(model.Object(v, "spec"), "template"), "spec"); spec != nil {
			each(spec)
		}
		for _, member := range v {
			podSpecs(member, each)
		}
	case []any:
		for _, member := range v {
			podSpecs(member, each)
		}
	}
}

// serviceAccountVolume begins the name of the volume that the cluster adds to each
// Pod, for its credentials.
const serviceAccountVolume = "kube-api-access-"

func podSlots(spec map[string]any) []slot {
	var out []slot
	for _, list := range []string{"containers", "initContainers"} {
		for _, c := range model.Objects(spec, list) {
			out = append(out, field(c, "image", typeImage, false)...)
			out = append(out, envSlots(c)...)
		}
	}
	for _, v := range model.Objects(spec, "volumes") {
		out = append(out, field(model.Object(v, "configMap"), "name", typeConfigMap, true)...)
		out = append(out, field(model.Object(v, "secret"), "secretName", typeSecret, true)...)
		if strings.HasPrefix(model.String(v, "name"), serviceAccountVolume) {
			continue
		}
		for _, s := range model.Objects(model.Object(v, "projected"), "sources") {
			out = append(out, field(model.Object(s, "configMap"), "name", typeConfigMap, true)...)
			out = append(out, field(model.Object(s, "secret"), "name", typeSecret, true)...)
		}
	}
	return out
}

func envSlots(container map[string]any) []slot {
	var out []slot
	for _, e := range model.Objects(container, "env") {
		from := model.Object(e, "valueFrom")
		out = append(out, field(model.Object(from, "configMapKeyRef"), "name", typeConfigMap, true)...)
		out = append(out, field(model.Object(from, "secretKeyRef"), "name", typeSecret, true)...)
	}
	for _, e := range model.Objects(container, "envFrom") {
		out = append(out, field(model.Object(e, "configMapRef"), "name", typeConfigMap, true)...)
		out = append(out, field(model.Object(e, "secretRef"), "name", typeSecret, true)...)
	}
	return out
}

// field is the slot of an object's field, none where it holds no text.
func field(in map[string]any, key, artifactType string, whole bool) []slot {
	value, ok := in[key].(string)
	if !ok || value == "" {
		return nil
	}
	name := value
	if !whole {
		name = imageName(value)
	}
	return []slot{{artifactType: artifactType, name: name, value: value, whole: whole, set: func(v string) { in[key] = v }}}
}

// imageName is an image without its tag and digest. A colon before the last
// slash is that of the registry's port. Clouddriver cuts at the last colon,
// whatever it is (spinnaker/spinnaker#6344, #6543, #5948), and keeps the tag of
// an image with a digest.
func imageName(image string) string {
	name, _, _ := strings.Cut(image, "@")
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		return name[:colon]
	}
	return name
}

// bind puts the artifacts into the manifest's slots, one after another, and
// returns those that had a place. Artifacts of Kubernetes are taken only for
// the namespace and account they are in.
func (o Options) bind(m map[string]any, where replacement, artifacts []model.Artifact, namespace, account string) []model.Artifact {
	if where == replacesInPod && o.ImagesOnlyInPods {
		where = replacesImagesInPod
	}
	var bound []model.Artifact
	for _, artifact := range artifacts {
		if !fits(artifact, namespace, account) {
			continue
		}
		placed := false
		for _, s := range slots(m, where) {
			name := s.name
			if o.MatchImageNameOnly {
				name = s.value
			}
			if s.artifactType == artifact.Type && name == artifact.Name && artifact.Reference != "" {
				s.set(artifact.Reference)
				placed = true
			}
		}
		if placed {
			bound = append(bound, artifact)
		}
	}
	return bound
}

func fits(artifact model.Artifact, namespace, account string) bool {
	if artifact.Type == "" {
		return false
	}
	if !strings.HasPrefix(artifact.Type, "kubernetes/") {
		return true
	}
	of := model.String(artifact.Metadata, "account")
	return artifact.Location == namespace && (of == "" || of == account)
}

// findArtifacts lists the artifacts that a manifest names, each once.
func findArtifacts(m map[string]any, where replacement) []model.Artifact {
	out := []model.Artifact{}
	seen := map[[2]string]bool{}
	for _, s := range slots(m, where) {
		key := [2]string{s.artifactType, s.value}
		if seen[key] {
			continue
		}
		seen[key] = true
		out = append(out, model.Artifact{Type: s.artifactType, Name: s.name, Reference: s.value, Metadata: map[string]any{}})
	}
	return out
}

// artifactKey is the same for artifacts that stand for the same thing, in any
// version.
func artifactKey(a model.Artifact) string {
	return a.Type + "\x00" + a.Name + "\x00" + a.Location
}

// artifactSet holds artifacts by key; what a deployment makes takes the place
// of what was given.
type artifactSet struct {
	order []string
	byKey map[string]model.Artifact
}

func newArtifactSet(given ...[]model.Artifact) *artifactSet {
	s := &artifactSet{byKey: map[string]model.Artifact{}}
	for _, list := range given {
		for _, a := range list {
			if _, ok := s.byKey[artifactKey(a)]; !ok {
				s.put(a)
			}
		}
	}
	return s
}

func (s *artifactSet) put(a model.Artifact) {
	key := artifactKey(a)
	if _, ok := s.byKey[key]; !ok {
		s.order = append(s.order, key)
	}
	s.byKey[key] = a
}

func (s *artifactSet) all() []model.Artifact {
	out := make([]model.Artifact, len(s.order))
	for i, key := range s.order {
		out[i] = s.byKey[key]
	}
	return out
}

// unbound are the required artifacts that have found no place.
func unbound(required, bound []model.Artifact) []string {
	placed := map[string]bool{}
	for _, a := range bound {
		placed[a.Type+"\x00"+a.Name+"\x00"+a.Version+"\x00"+a.Location+"\x00"+a.Reference] = true
	}
	var out []string
	for _, a := range required {
		if !placed[a.Type+"\x00"+a.Name+"\x00"+a.Version+"\x00"+a.Location+"\x00"+a.Reference] {
			name := a.Name
			if name == "" {
				name = a.Reference
			}
			out = append(out, a.Type+" "+name)
		}
	}
	return out
}
