package kubernetes

import (
	"bytes"
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/structured-merge-diff/v6/fieldpath"
)

// Applied is a live object and what of it was applied.
type Applied struct {
	// Manifest is what pipelines, or kubectl, have written of the object, by
	// its managedFields: neither what the cluster has added nor what other
	// controllers have changed since. It is nil where nobody has applied it.
	Manifest map[string]any `json:"manifest"`
	// Live is the object without what the cluster writes to every object.
	Live map[string]any `json:"live"`
	// Diff is from what was applied to what is live, as a unified diff of YAML:
	// what the cluster and others have added or changed.
	Diff string `json:"diff"`
	// Managers are who has written to the object, in the order of its
	// managedFields.
	Managers []string `json:"managers"`
}

// Applied tells what of a live object was applied.
func (p *Provider) Applied(ctx context.Context, accountName, location, name string) (*Applied, error) {
	t, err := p.target(ctx, accountName, location, name)
	if err != nil {
		return nil, err
	}
	object, err := t.get(ctx)
	if err != nil {
		return nil, err
	}
	set, managers, err := appliedFields(object)
	if err != nil {
		return nil, err
	}
	out := &Applied{Managers: managers, Live: t.account.presentable(t.kind, withoutNoise(object.Object))}
	if set.Empty() {
		return out, nil
	}
	part, _ := extract(object.Object, set).(map[string]any)
	if part == nil {
		part = map[string]any{}
	}
	part["apiVersion"], part["kind"] = object.GetAPIVersion(), object.GetKind()
	md := child(part, "metadata")
	md["name"] = object.GetName()
	if object.GetNamespace() != "" {
		md["namespace"] = object.GetNamespace()
	}
	part = withoutNoise(part)
	if out.Diff, err = t.diffOf("applied", "live", part, object.Object); err != nil {
		return nil, err
	}
	out.Manifest = t.account.presentable(t.kind, part)
	return out, nil
}

// appliedFields are the fields that were applied by us or kubectl.
func appliedFields(o *unstructured.Unstructured) (*fieldpath.Set, []string, error) {
	out, managers := fieldpath.NewSet(), []string{}
	appliers := appliersOf(o)
	for _, entry := range o.GetManagedFields() {
		managers = append(managers, entry.Manager)
		if entry.FieldsV1 == nil || entry.Subresource != "" || entry.Manager != FieldManager && !appliers.Has(entry.Manager) {
			continue
		}
		set := fieldpath.NewSet()
		if err := set.FromJSON(bytes.NewReader(entry.FieldsV1.GetRawBytes())); err != nil {
			return nil, nil, fmt.Errorf("read managedFields of %s: %w", o.GetName(), err)
		}
		out = out.Union(set)
	}
	return out, managers, nil
}

// extract is the part of a value that a set of fields names; nil where it names
// none of it. The fields by which an entry of a list is known are kept.
func extract(in any, set *fieldpath.Set) any {
	switch v := in.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			if part, ok := extractElement(value, set, fieldpath.PathElement{FieldName: &key}); ok {
				out[key] = part
			}
		}
		return out
	case []any:
		var out []any
		for i, item := range v {
			element, ok := elementOf(item, i, set)
			if !ok {
				continue
			}
			part, ok := extractElement(item, set, element)
			if !ok {
				continue
			}
			if object, isObject := part.(map[string]any); isObject && element.Key != nil {
				for _, field := range *element.Key {
					object[field.Name] = field.Value.Unstructured()
				}
			}
			out = append(out, part)
		}
		return out
	}
	return in
}

// extractElement is the part of a member that a set names: all of it where it
// names the member and nothing below.
func extractElement(value any, set *fieldpath.Set, element fieldpath.PathElement) (any, bool) {
	if below, ok := set.Children.Get(element); ok {
		part := extract(value, below)
		return part, part != nil
	}
	return value, set.Members.Has(element)
}

// elementOf finds what a set calls an entry of a list.
func elementOf(item any, at int, set *fieldpath.Set) (fieldpath.PathElement, bool) {
	var (
		found fieldpath.PathElement
		ok    bool
	)
	look := func(element fieldpath.PathElement) {
		if !ok && isElement(item, at, element) {
			found, ok = element, true
		}
	}
	set.Members.Iterate(look)
	set.Children.Iterate(look)
	return found, ok
}
