package manifest

import (
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// The checks of this file say of a stage that has not run what its tasks would
// say; see [stage.Type].

func checkAccount(fields map[string]any) error {
	if accountIn(fields) == "" {
		return fault.New(fault.Invalid, "account: is missing")
	}
	return nil
}

func checkDeploy(fields map[string]any) error {
	if err := checkAccount(fields); err != nil {
		return err
	}
	_, err := deployRequest(stage.WithoutExpressions(fields), "")
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
	if _, err := selectorsOf(known); err != nil {
		return err
	}
	if fields["kinds"] != nil || fields["labelSelectors"] != nil {
		return nil // the objects are chosen by their labels
	}
	return checkTarget(true)(fields)
}

// checkTarget is for a type that changes one object, which it may find by
// criteria.
func checkTarget(byCriteria bool) func(map[string]any) error {
	return func(fields map[string]any) error {
		if err := checkAccount(fields); err != nil {
			return err
		}
		if byCriteria && model.String(fields, "criteria") != "" {
			for _, field := range []string{"kind", "cluster"} {
				if model.String(fields, field) == "" {
					return fault.New(fault.Invalid, "%s: is missing", field)
				}
			}
			return nil
		}
		if strings.TrimSpace(model.String(fields, "manifestName")) == "" {
			return fault.New(fault.Invalid, "manifestName: is missing")
		}
		return nil
	}
}

// checkNumbers adds to a check that fields are numbers, if they are there.
func checkNumbers(check func(map[string]any) error, required bool, names ...string) func(map[string]any) error {
	return func(fields map[string]any) error {
		if err := check(fields); err != nil {
			return err
		}
		known := stage.WithoutExpressions(fields)
		for _, name := range names {
			_, isNumber := model.Int(known, name)
			switch {
			case fields[name] == nil && required:
				return fault.New(fault.Invalid, "%s: is missing", name)
			case known[name] != nil && !isNumber:
				return fault.New(fault.Invalid, "%s: must be a number, but is %q", name, model.String(known, name))
			}
		}
		return nil
	}
}
