package kubernetes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"

	"github.com/aymanbagabas/go-udiff"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
	"sigs.k8s.io/structured-merge-diff/v6/value"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// contextLines is how many unchanged lines stand around a change.
const contextLines = 3

// diff is the unified diff of two states of an object as YAML, without what
// the cluster writes by itself; "" where they are equal. Either may be nil.
func (t target) diff(before, after map[string]any) (string, error) {
	return t.diffOf("live", "planned", before, after)
}

// diffOf is diff of states that have names of their own.
func (t target) diffOf(was, is string, before, after map[string]any) (string, error) {
	before, after = withoutNoise(before), withoutNoise(after)
	for _, field := range t.account.properties(t.kind).sensitive {
		hide(before, after, field)
	}
	old, err := yamlText(before)
	if err != nil {
		return "", fmt.Errorf("write %s as YAML: %w", t, err)
	}
	now, err := yamlText(after)
	if err != nil {
		return "", fmt.Errorf("write %s as YAML: %w", t, err)
	}
	if old == now {
		return "", nil
	}
	edits := udiff.Lines(old, now)
	text, err := udiff.ToUnified(was+" "+t.fullName(), is+" "+t.fullName(), old, edits, contextLines)
	if err != nil {
		return "", fmt.Errorf("compare %s: %w", t, err)
	}
	return text, nil
}

func yamlText(object map[string]any) (string, error) {
	if object == nil {
		return "", nil
	}
	data, err := yamldoc.Marshal(object)
	return string(data), err
}

// What the cluster or we ourselves write to every object, and what it makes of
// Jobs: nobody's change.
var (
	ownMetadata = []string{
		"managedFields", "resourceVersion", "uid", "creationTimestamp", "generation", "selfLink", "generateName",
		"deletionTimestamp", "deletionGracePeriodSeconds",
	}
	ownAnnotations = []string{annotationLastApplied, annotationContent, annotationOperation, annotationRevision, annotationInventory}
	jobLabels      = []string{"controller-uid", "job-name", "batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name"}
)

// withoutNoise is a copy of an object without what is nobody's change.
func withoutNoise(object map[string]any) map[string]any {
	if object == nil {
		return nil
	}
	out := runtime.DeepCopyJSON(model.Without(object, "status"))
	md := model.Object(out, "metadata")
	for _, key := range ownMetadata {
		delete(md, key)
	}
	dropKeys(md, "annotations", ownAnnotations)
	spec := model.Object(out, "spec")
	switch model.String(out, "kind") {
	case "Job":
		template := model.Object(model.Object(spec, "template"), "metadata")
		dropKeys(md, "labels", jobLabels)
		dropKeys(template, "labels", jobLabels)
		delete(template, "creationTimestamp")
		if !model.Bool(spec, "manualSelector", false) {
			delete(spec, "selector")
		}
	case "Service":
		if model.String(spec, "clusterIP") != "None" {
			delete(spec, "clusterIP")
			delete(spec, "clusterIPs")
		}
	}
	return out
}

// dropKeys takes keys out of an object's field, and the field where none is
// left.
func dropKeys(in map[string]any, field string, keys []string) {
	of := model.Object(in, field)
	for _, key := range keys {
		delete(of, key)
	}
	if of != nil && len(of) == 0 {
		delete(in, field)
	}
}

// hide puts signs in the place of secret values, which tell no more than
// whether a value changes.
func hide(before, after map[string]any, field string) {
	old, now := model.Object(before, field), model.Object(after, field)
	hiddenOld, hiddenNow := maps.Clone(old), maps.Clone(now)
	for key := range old {
		hiddenOld[key] = "***"
		if _, kept := now[key]; kept && !reflect.DeepEqual(old[key], now[key]) {
			hiddenOld[key], hiddenNow[key] = "*** (before)", "*** (after)"
		} else if kept {
			hiddenNow[key] = "***"
		}
	}
	for key := range now {
		if _, had := old[key]; !had {
			hiddenNow[key] = "***"
		}
	}
	if old != nil {
		before[field] = hiddenOld
	}
	if now != nil {
		after[field] = hiddenNow
	}
}

// dropAdopted takes out of a dry run's result what taking the object over from
// kubectl would remove: the fields that only kubectl manages. See [target.adopt].
func dropAdopted(merged *unstructured.Unstructured) error {
	theirs, others := fieldpath.NewSet(), fieldpath.NewSet()
	appliers := appliersOf(merged)
	for _, entry := range merged.GetManagedFields() {
		if entry.FieldsV1 == nil || entry.Subresource != "" {
			continue
		}
		set := fieldpath.NewSet()
		if err := set.FromJSON(bytes.NewReader(entry.FieldsV1.GetRawBytes())); err != nil {
			return fmt.Errorf("read managedFields of %s: %w", merged.GetName(), err)
		}
		if appliers.Has(entry.Manager) && entry.Operation == "Update" {
			theirs = theirs.Union(set)
		} else {
			others = others.Union(set)
		}
	}
	theirs.Difference(others).Iterate(func(path fieldpath.Path) {
		if !hasBelow(others, path) {
			removePath(merged.Object, path)
		}
	})
	return nil
}

// hasBelow tells whether a set has anything below a path.
func hasBelow(set *fieldpath.Set, path fieldpath.Path) bool {
	for _, element := range path {
		child, ok := set.Children.Get(element)
		if !ok {
			return false
		}
		set = child
	}
	return !set.Empty()
}

// removePath removes what is at a path of an object, if anything is.
func removePath(in any, path fieldpath.Path) any {
	if len(path) == 0 {
		return in
	}
	element, last := path[0], len(path) == 1
	switch v := in.(type) {
	case map[string]any:
		if element.FieldName == nil {
			return in
		}
		key := *element.FieldName
		child, there := v[key]
		switch {
		case !there:
		case last:
			delete(v, key)
		default:
			v[key] = removePath(child, path[1:])
		}
		return v
	case []any:
		for i, item := range v {
			if !isElement(item, i, element) {
				continue
			}
			if last {
				return append(v[:i:i], v[i+1:]...)
			}
			v[i] = removePath(item, path[1:])
			return v
		}
	}
	return in
}

// isElement tells whether an entry of a list is the one that a path names: by
// its key, its value or its place.
func isElement(item any, at int, element fieldpath.PathElement) bool {
	switch {
	case element.Key != nil:
		object, ok := item.(map[string]any)
		if !ok {
			return false
		}
		for _, field := range *element.Key {
			if !sameValue(field.Value, object[field.Name]) {
				return false
			}
		}
		return true
	case element.Value != nil:
		return sameValue(*element.Value, item)
	}
	return element.Index != nil && *element.Index == at
}

func sameValue(want value.Value, have any) bool {
	x, err := json.Marshal(want.Unstructured())
	if err != nil {
		return false
	}
	y, err := json.Marshal(have)
	return err == nil && bytes.Equal(x, y)
}
