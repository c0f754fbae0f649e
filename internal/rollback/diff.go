package rollback

import (
	"fmt"
	"maps"

	"github.com/aymanbagabas/go-udiff"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// contextLines is how many unchanged lines stand around a change.
const contextLines = 3

// Diff is the unified diff of two revisions' pod templates as YAML; "" if they are
// equal.
func Diff(from, to Revision) (string, error) {
	before, err := yamldoc.Marshal(Clean(from.Template))
	if err != nil {
		return "", fmt.Errorf("write revision %d as YAML: %w", from.Number, err)
	}
	after, err := yamldoc.Marshal(Clean(to.Template))
	if err != nil {
		return "", fmt.Errorf("write revision %d as YAML: %w", to.Number, err)
	}
	edits := udiff.Lines(string(before), string(after))
	text, err := udiff.ToUnified(fmt.Sprintf("revision %d", from.Number), fmt.Sprintf("revision %d", to.Number), string(before), edits, contextLines)
	if err != nil {
		return "", fmt.Errorf("compare revisions %d and %d: %w", from.Number, to.Number, err)
	}
	return text, nil
}

// Clean is a pod template without what controllers write into it.
func Clean(template map[string]any) map[string]any {
	out := maps.Clone(template)
	delete(out, "$patch")
	metadata := maps.Clone(model.Object(template, "metadata"))
	if metadata == nil {
		return out
	}
	delete(metadata, "creationTimestamp")
	if labels := maps.Clone(model.Object(metadata, "labels")); labels != nil {
		delete(labels, "pod-template-hash")
		metadata["labels"] = labels
	}
	out["metadata"] = metadata
	return out
}
