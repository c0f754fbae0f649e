package kubernetes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	smd "sigs.k8s.io/structured-merge-diff/v6/schema"
)

// Server-side apply refuses a list whose entries have keys if two entries have
// the same key. Kubectl's client-side apply, and so Spinnaker, takes such
// lists where the API server does: it stores both entries when it creates the
// object, and merges the later entry into the earlier one when it patches it.
// Here twins are merged in the latter way before the object is applied. Which
// lists have keys is told by the cluster's schema.

// hasTwins tells whether the API server refuses to apply a manifest because of
// twins.
func hasTwins(err error) bool {
	return err != nil && strings.Contains(err.Error(), "duplicate entries for key")
}

// withoutTwins is a manifest whose twins are merged, with a word about each.
// Twins that the API server does not take in any way are its error.
func (t target) withoutTwins(ctx context.Context, m map[string]any) (map[string]any, []string, error) {
	if err := t.refusesTwins(ctx, m); err != nil {
		return nil, nil, err
	}
	of, err := t.account.schemaOf(ctx, t.resource.gvk)
	if err != nil {
		return nil, nil, err
	}
	work := merging{types: of.types}
	merged, _ := work.walk(runtime.DeepCopyJSON(m), of.root, "").(map[string]any)
	slices.Sort(work.told)
	return merged, work.told, nil
}

// refusesTwins asks whether the API server would create the object with its
// twins. Many lists may not have any, such as a pod's containers: one of those
// must not vanish silently.
func (t target) refusesTwins(ctx context.Context, m map[string]any) error {
	client, err := t.client()
	if err != nil {
		return err
	}
	ctx = withWarnings(ctx, new([]string)) // what is said of the twins is said once, by us
	_, err = client.Create(ctx, &unstructured.Unstructured{Object: m}, metav1.CreateOptions{FieldManager: createManager, DryRun: dryRun})
	status, ok := errors.AsType[*apierrors.StatusError](err)
	if !ok || !apierrors.IsInvalid(err) || status.ErrStatus.Details == nil {
		return nil
	}
	for _, cause := range status.ErrStatus.Details.Causes {
		if cause.Type == metav1.CauseTypeFieldValueDuplicate || strings.Contains(cause.Message, "must be unique") {
			return t.account.explain(err, "apply "+t.String())
		}
	}
	return nil
}

// merging merges the twins in a manifest.
type merging struct {
	types *smd.Schema
	told  []string
}

// walk merges the twins in a value of a type; the path is where it is.
func (w *merging) walk(value any, of smd.TypeRef, path string) any {
	atom, ok := w.types.Resolve(of)
	if !ok {
		return value
	}
	switch v := value.(type) {
	case map[string]any:
		if atom.Map == nil {
			return value
		}
		for key, member := range v {
			v[key] = w.walk(member, memberType(atom.Map, key), path+"."+key)
		}
	case []any:
		if atom.List == nil {
			return value
		}
		for i, item := range v {
			v[i] = w.walk(item, atom.List.ElementType, path)
		}
		if atom.List.ElementRelationship == smd.Associative {
			return w.list(v, atom.List, path)
		}
	}
	return value
}

// memberType is the type of an object's member.
func memberType(of *smd.Map, key string) smd.TypeRef {
	if field, ok := of.FindField(key); ok {
		return field.Type
	}
	return of.ElementType
}

// list merges the twins of a list.
func (w *merging) list(items []any, of *smd.List, path string) []any {
	var out []any
	at := map[string]int{}
	for _, item := range items {
		key, ok := w.key(item, of)
		if !ok {
			out = append(out, item) // of another shape, for the API server to refuse
			continue
		}
		first, twin := at[key]
		if !twin {
			at[key] = len(out)
			out = append(out, item)
			continue
		}
		switch {
		case len(of.Keys) == 0: // a set, in which it is no matter which one stays
		case isEnvironment(path):
			w.tell(path, key, "the last one counts")
			out = append(slices.Delete(out, first, first+1), item)
			for k, n := range at {
				if n > first {
					at[k] = n - 1
				}
			}
			at[key] = len(out) - 1
		default:
			w.tell(path, key, "the later one is merged into the earlier one")
			out[first] = w.merge(out[first], item, of.ElementType, path)
		}
	}
	return out
}

// isEnvironment tells whether a list holds environment variables. Of these the
// last one counts, as in the container, and counts alone: the fields of two
// may exclude each other.
func isEnvironment(path string) bool { return strings.HasSuffix(path, "ontainers.env") }

func (w *merging) tell(path, key, what string) {
	w.told = append(w.told, fmt.Sprintf("%s has the entry %s more than once; %s", strings.TrimPrefix(path, "."), key, what))
}

// key is what an entry is known by.
func (w *merging) key(item any, of *smd.List) (string, bool) {
	if len(of.Keys) == 0 {
		data, err := json.Marshal(item)
		return string(data), err == nil
	}
	entry, ok := item.(map[string]any)
	if !ok {
		return "", false
	}
	atom, ok := w.types.Resolve(of.ElementType)
	if !ok || atom.Map == nil {
		return "", false
	}
	parts := make([]string, len(of.Keys))
	for i, name := range of.Keys {
		value, there := entry[name]
		if field, known := atom.Map.FindField(name); !there && known {
			value = field.Default
		}
		data, err := json.Marshal(value)
		if err != nil {
			return "", false
		}
		parts[i] = name + "=" + string(data)
	}
	return strings.Join(parts, ","), true
}

// merge merges a later value into an earlier one, as a strategic merge patch
// does. Names that several entries give to one address all count, as in the
// file that is made of them.
func (w *merging) merge(earlier, later any, of smd.TypeRef, path string) any {
	atom, _ := w.types.Resolve(of)
	switch v := later.(type) {
	case map[string]any:
		have, ok := earlier.(map[string]any)
		if !ok || atom.Map == nil || atom.Map.ElementRelationship == smd.Atomic {
			return later
		}
		out := maps.Clone(have)
		for key, value := range v {
			if old, there := out[key]; there {
				value = w.merge(old, value, memberType(atom.Map, key), path+"."+key)
			}
			out[key] = value
		}
		return out
	case []any:
		have, ok := earlier.([]any)
		switch {
		case !ok || atom.List == nil:
		case atom.List.ElementRelationship == smd.Associative:
			return w.list(append(slices.Clone(have), v...), atom.List, path)
		case strings.HasSuffix(path, ".hostAliases.hostnames"):
			out := slices.Clone(have)
			for _, name := range v {
				if !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
			return out
		}
	}
	return later
}
