package kubernetes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kjson "k8s.io/apimachinery/pkg/util/json"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// deployedVersion is one version of a versioned object that is in the cluster.
type deployedVersion struct {
	number      int
	name        string
	namespace   string
	content     string         // the digest, "" for objects of Spinnaker's
	lastApplied map[string]any // kubectl's annotation, nil where there is none
	object      *unstructured.Unstructured
}

// versions lists what is deployed of the artifacts of a kind, by their names
// and oldest first: the objects whose annotations say they are one.
func (a *account) versions(ctx context.Context, r resource, k kind, namespace string) (map[string][]deployedVersion, error) {
	out := map[string][]deployedVersion{}
	err := a.list(ctx, r, namespace, "", func(o *unstructured.Unstructured) {
		annotations := o.GetAnnotations()
		name := annotations[annotationArtifactName]
		if name == "" || annotations[annotationArtifactType] != "kubernetes/"+k.String() {
			return
		}
		number, err := strconv.Atoi(strings.TrimPrefix(annotations[annotationArtifactVersion], "v"))
		if err != nil || number < 0 {
			return
		}
		v := deployedVersion{
			number: number, name: o.GetName(), namespace: o.GetNamespace(), content: annotations[annotationContent], object: o,
		}
		if text := annotations[annotationLastApplied]; text != "" {
			_ = kjson.Unmarshal([]byte(text), &v.lastApplied) // what can't be read is equal to nothing
		}
		out[name] = append(out[name], v)
	})
	for _, deployed := range out {
		slices.SortStableFunc(deployed, func(x, y deployedVersion) int {
			return x.object.GetCreationTimestamp().Compare(y.object.GetCreationTimestamp().Time)
		})
	}
	return out, err
}

// pickVersion is the version of a manifest: that of the first one deployed
// with the same content, else one above the highest. A workload with a pod
// template always gets a new one: clouddriver compares what it annotated with
// what it has not annotated yet, so that redeploying makes new pods.
func pickVersion(deployed []deployedVersion, m map[string]any, digest string) int {
	next := 0
	_, workload := templateMeta(m)
	for _, v := range deployed {
		if !workload && (v.content == digest || v.content == "" && sameContent(v.lastApplied, m)) {
			return v.number
		}
		next = max(next, v.number+1)
	}
	return next
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

// latest is the newest version deployed, nil where there is none.
func latest(deployed []deployedVersion) *deployedVersion {
	var out *deployedVersion
	for i := range deployed {
		if out == nil || deployed[i].number > out.number {
			out = &deployed[i]
		}
	}
	return out
}

// tooLong refuses names that Kubernetes would refuse, before anything is
// applied.
func tooLong(name, fullName string) error {
	if len(name) > 253 {
		return fault.New(fault.Invalid, "%s: the name %q is longer than 253 characters", fullName, name)
	}
	return nil
}
