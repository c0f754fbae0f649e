package manifest

import (
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// The checks of this file say of a stage that has not run what its tasks would
// say; see [stage.Type].

func checkAccount(fields map[string]any) error {
	if strings.TrimSpace(accountIn(fields)) == "" {
		return fault.New(fault.Invalid, "account: is missing")
	}
	return nil
}

func checkDeploy(fields map[string]any) error {
	if err := checkAccount(fields); err != nil {
		return err
	}
	if err := checkSource(fields, Check, "manifests"); err != nil {
		return err
	}
	// The stage finds the manifests and artifacts by itself, and puts them here.
	known := model.Without(stage.WithoutExpressions(fields), "manifests", "requiredArtifacts", "optionalArtifacts")
	_, err := deployRequest(known, "")
	return err
}

// checkSource has the manifests checked that a stage is given in the first of the fields
// that is set. What an artifact holds is known when it is fetched.
func checkSource(fields map[string]any, check func([]map[string]any) error, names ...string) error {
	if isArtifact(fields) {
		if model.String(fields, "manifestArtifactId") == "" && model.Object(fields, "manifestArtifact") == nil && !isText(fields["manifestArtifact"]) {
			return fault.New(fault.Invalid, "manifestArtifact: is missing")
		}
		return nil
	}
	for _, name := range names {
		if fields[name] == nil {
			continue
		}
		given, known := stage.WithoutExpressions(fields)[name]
		if !known {
			return nil
		}
		manifests, err := flatten(given)
		if err != nil {
			return fault.New(fault.Invalid, "%s: %w", name, err)
		}
		return check(manifests)
	}
	return fault.New(fault.Invalid, "%s: is missing", names[0])
}

func isText(value any) bool {
	text, ok := value.(string)
	return ok && text != ""
}

func checkJob(fields map[string]any) error {
	if err := checkAccount(fields); err != nil {
		return err
	}
	return checkSource(fields, checkOneJob, "manifest", "manifests")
}

func checkPatch(fields map[string]any) error {
	if err := checkTarget(true)(fields); err != nil {
		return err
	}
	given, known := stage.WithoutExpressions(fields)["patchBody"]
	switch {
	case isArtifact(fields):
		return checkSource(fields, nil)
	case fields["patchBody"] == nil:
		return fault.New(fault.Invalid, "patchBody: is missing")
	case !known:
		return nil
	}
	_, err := patchMembers(given)
	return err
}

func checkDelete(fields map[string]any) error {
	if err := checkAccount(fields); err != nil {
		return err
	}
	known := stage.WithoutExpressions(fields)
	if err := model.Decode(model.Without(known, "labelSelectors"), &DeleteRequest{}); err != nil {
		return fault.New(fault.Invalid, "%w", err)
	}
	selectors, err := selectorsOf(known)
	if err != nil {
		return err
	}
	if fields["kinds"] == nil && fields["labelSelectors"] == nil || model.String(fields, "manifestName") != "" || model.String(fields, "criteria") != "" {
		return checkTarget(true)(fields)
	}
	// The objects are chosen by their labels.
	isKnown := func(field string) bool { return fields[field] == nil || known[field] != nil }
	if isKnown("kinds") && len(model.Strings(known, "kinds")) == 0 {
		return fault.New(fault.Invalid, "manifestName: is missing; name one object, or kinds and labelSelectors")
	}
	if isKnown("labelSelectors") && !selectors.choose() {
		return fault.New(fault.Invalid, "labelSelectors: no selector checks a label, so all objects of the kinds would be deleted; "+
			"select by a label, for example with kind EXISTS")
	}
	return nil
}

// criteria are those of targets, as Deck offers them.
var criteria = []string{"oldest", "newest", "second_newest", "largest", "smallest"}

// checkTarget is for a type that changes one object, which it may find by
// criteria.
func checkTarget(byCriteria bool) func(map[string]any) error {
	return func(fields map[string]any) error {
		if err := checkAccount(fields); err != nil {
			return err
		}
		if by := model.String(fields, "criteria"); byCriteria && by != "" {
			for _, field := range []string{"kind", "cluster"} {
				if model.String(fields, field) == "" {
					return fault.New(fault.Invalid, "%s: is missing", field)
				}
			}
			if !expression.HasExpression(by) && !slices.Contains(criteria, strings.ToLower(by)) {
				return fault.New(fault.Invalid, "criteria: must be one of %s, not %q", strings.Join(criteria, ", "), by)
			}
			return checkLocation(fields, model.String(fields, "kind"))
		}
		name := model.String(fields, "manifestName")
		parts := strings.Fields(name)
		switch {
		case len(parts) == 0:
			return fault.New(fault.Invalid, "manifestName: is missing")
		case expression.HasExpression(name):
			return nil
		case len(parts) != 2:
			return fault.New(fault.Invalid, "manifestName: must be a kind and a name, as in \"deployment web\", not %q", name)
		}
		return checkLocation(fields, parts[0])
	}
}

// inNamespaces are kinds whose objects are in a namespace in every cluster.
var inNamespaces = []string{
	"configmap", "cronjob", "daemonset", "deployment", "ingress", "job", "pod", "replicaset", "secret", "service", "statefulset",
}

// checkLocation refuses an object without the namespace that its kind has.
func checkLocation(fields map[string]any, kind string) error {
	location := model.String(fields, "location")
	if (location == "" || location == "_") && slices.Contains(inNamespaces, strings.ToLower(kind)) {
		return fault.New(fault.Invalid, "location: is missing; name the namespace of the %s", kind)
	}
	return nil
}

// checkNumbers adds to a check that fields are numbers, if they are there.
func checkNumbers(check func(map[string]any) error, required bool, names ...string) func(map[string]any) error {
	return func(fields map[string]any) error {
		if err := check(fields); err != nil {
			return err
		}
		known := stage.WithoutExpressions(fields)
		for _, name := range names {
			number, isNumber := model.Int(known, name)
			switch {
			case fields[name] == nil && required:
				return fault.New(fault.Invalid, "%s: is missing", name)
			case known[name] != nil && !isNumber:
				return fault.New(fault.Invalid, "%s: must be a number, but is %q", name, model.String(known, name))
			case number < 0 && name != "revision": // which isn't looked at if there is numRevisionsBack
				return fault.New(fault.Invalid, "%s: must not be negative, but is %d", name, number)
			}
		}
		return nil
	}
}

// checkUndo asks for the revision to go back to.
func checkUndo(fields map[string]any) error {
	if err := checkNumbers(checkTarget(false), false, "numRevisionsBack", "revision")(fields); err != nil {
		return err
	}
	if fields["numRevisionsBack"] == nil && fields["revision"] == nil {
		return fault.New(fault.Invalid, "numRevisionsBack: is missing; name it or a revision")
	}
	return nil
}
