package kubernetes

import (
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// labelSelector turns Spinnaker's selectors, which must all hold, into
// Kubernetes'. It never selects more than they say: what it can't express is an
// error.
func labelSelector(selectors manifest.Selectors) (labels.Selector, error) {
	if err := selectors.Check(); err != nil {
		return nil, err
	}
	out := labels.NewSelector()
	for i, s := range selectors.Selectors {
		operator, values := operators[strings.ToUpper(s.Kind)], s.Values
		switch operator {
		case "":
			continue
		case selection.Exists, selection.DoesNotExist:
			values = nil
		case selection.Equals:
			values = values[:1] // as Clouddriver does
		case selection.NotEquals:
			if len(values) > 1 {
				operator = selection.NotIn // the first alone would select objects with one of the others
			}
		}
		r, err := labels.NewRequirement(s.Key, operator, values)
		if err != nil {
			return nil, fault.New(fault.Invalid, "labelSelectors.selectors[%d]: %w", i, err)
		}
		out = out.Add(*r)
	}
	return out, nil
}

// operators are Kubernetes' operators by Spinnaker's names; ANY asks nothing.
var operators = map[string]selection.Operator{
	"ANY": "", "EQUALS": selection.Equals, "NOT_EQUALS": selection.NotEquals, "CONTAINS": selection.In,
	"NOT_CONTAINS": selection.NotIn, "EXISTS": selection.Exists, "NOT_EXISTS": selection.DoesNotExist,
}

// labelsOf are the labels of a manifest.
func labelsOf(m map[string]any) labels.Set {
	return textMap(model.Object(model.Object(m, "metadata"), "labels"))
}

// textMap keeps the texts of an object.
func textMap(m map[string]any) map[string]string {
	out := make(map[string]string, len(m))
	for k := range m {
		out[k] = model.String(m, k)
	}
	return out
}
