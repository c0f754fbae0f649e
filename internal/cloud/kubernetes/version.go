package kubernetes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kjson "k8s.io/apimachinery/pkg/util/json"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// deployedVersion is one version of a versioned object that is in the cluster.
type deployedVersion struct {
	number      int
	name        string
	namespace   string
	content     string         // the digest, "" for objects of Spinnaker's
	lastApplied map[string]any // kubectl's annotation, nil if there is none
	object      *unstructured.Unstructured
	// foreign says that no deployment made the object: it only has a name that
	// a version would have.
	foreign bool
	// planned says that it is not in the cluster yet.
	planned bool
}

// versions are the versions of one artifact, oldest first.
type versions []deployedVersion

// versions lists what is deployed of the artifacts of a kind, by their names.
// What an object is a version of is told by its own name: its annotations may
// have been copied from another object.
func (a *account) versions(ctx context.Context, r resource, k kind, namespace string) (map[string]versions, error) {
	out := map[string]versions{}
	err := a.list(ctx, r, namespace, "", func(o *unstructured.Unstructured) {
		if name, v, ok := versionOf(o, k); ok {
			out[name] = append(out[name], v)
		}
	})
	for _, deployed := range out {
		slices.SortStableFunc(deployed, func(x, y deployedVersion) int {
			return x.object.GetCreationTimestamp().Compare(y.object.GetCreationTimestamp().Time)
		})
	}
	return out, err
}

// versionOf reads which version of what an object is.
func versionOf(o *unstructured.Unstructured, k kind) (string, deployedVersion, bool) {
	name, number, ok := cutVersion(o.GetName())
	if !ok || versionedName(name, number) != o.GetName() {
		return "", deployedVersion{}, false
	}
	annotations := o.GetAnnotations()
	v := deployedVersion{
		number: number, name: o.GetName(), namespace: o.GetNamespace(), content: annotations[annotationContent], object: o,
		foreign: annotations[annotationArtifactType] != "kubernetes/"+k.String() || annotations[annotationArtifactVersion] == "",
	}
	if text := annotations[annotationLastApplied]; text != "" {
		_ = kjson.Unmarshal([]byte(text), &v.lastApplied) // what can't be read is equal to nothing
	}
	return name, v, true
}

// pick chooses the version of a manifest: that of the first one deployed with
// the same content, else the one above the highest. A workload with a pod
// template always gets a new one: clouddriver compares what it annotated with
// what it has not annotated yet, so that redeploying makes new pods.
func (v versions) pick(name string, m map[string]any, digest string) manifest.Version {
	out := manifest.Version{Name: name, Content: digest}
	_, out.Fresh = templateMeta(m)
	taken := map[int]bool{}
	for _, have := range v {
		if have.holds(out, m) {
			out.Number = have.number
			return out
		}
		taken[have.number] = true
		if !have.foreign {
			out.Number = max(out.Number, have.number+1)
		}
	}
	for taken[out.Number] {
		out.Number++
	}
	return out
}

// holds tells whether this is a version that a deployment of the manifest may
// use too.
func (v deployedVersion) holds(want manifest.Version, m map[string]any) bool {
	if want.Fresh || v.foreign {
		return false
	}
	return v.content == want.Content || v.content == "" && sameContent(v.lastApplied, m)
}

// previous is the name of the newest version in the cluster, "" if that is the
// version itself.
func (v versions) previous(number int) string {
	if last := v.latest(); last != nil && last.number != number {
		return last.name
	}
	return ""
}

// latest is the newest version in the cluster, nil if there is none.
func (v versions) latest() *deployedVersion {
	var out *deployedVersion
	for i := range v {
		if !v[i].foreign && !v[i].planned && (out == nil || v[i].number > out.number) {
			out = &v[i]
		}
	}
	return out
}

// versionedName is a name with its version: at least three digits.
func versionedName(name string, version int) string { return name + "-" + versionText(version) }

func versionText(version int) string { return fmt.Sprintf("v%03d", version) }

// contentDigest is a digest of all of a manifest but its metadata.
func contentDigest(m map[string]any) (string, error) {
	data, err := json.Marshal(model.Without(m, "metadata", "status"))
	if err != nil {
		return "", fmt.Errorf("encode the manifest: %w", err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16]), nil
}

// sameContent tells whether two manifests are equal but for their metadata.
func sameContent(x, y map[string]any) bool {
	return x != nil && reflect.DeepEqual(model.Without(x, "metadata"), model.Without(y, "metadata"))
}

// artifactOf is the artifact that an object is: clouddriver's
// ArtifactConverter.
func artifactOf(k kind, namespace, name, account string, version *int) model.Artifact {
	a := model.Artifact{
		Type: "kubernetes/" + k.String(), Name: name, Location: namespace, Reference: name,
		Metadata: map[string]any{"account": account},
	}
	if version != nil {
		a.Version = versionText(*version)
		a.Reference = versionedName(name, *version)
	}
	return a
}

// tooLong refuses names that Kubernetes would refuse, before anything is
// applied.
func tooLong(name, fullName string) error {
	if len(name) > 253 {
		return fault.New(fault.Invalid, "%s: the name %q is longer than 253 characters", fullName, name)
	}
	return nil
}
