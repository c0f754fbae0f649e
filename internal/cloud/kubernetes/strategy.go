package kubernetes

import (
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// strategy is how a manifest wants to be deployed, by its annotations.
type strategy struct {
	action manifest.Action
	// force takes over what other managers hold.
	force bool
	// versioned is nil where the manifest does not say.
	versioned *bool
	// maxVersions is 0 where the manifest does not say.
	maxVersions    int
	sourceCapacity bool
}

// strategyOf reads the annotations: recreate before replace before
// server-side-apply before apply, as clouddriver does.
func strategyOf(m map[string]any) strategy {
	s := strategy{action: manifest.Apply, force: true, sourceCapacity: isTrue(annotation(m, annotationSourceCapacity))}
	switch {
	case isTrue(annotation(m, annotationRecreate)):
		s.action = manifest.Recreate
	case isTrue(annotation(m, annotationReplace)):
		s.action = manifest.Replace
	case isTrue(annotation(m, annotationServerSideApply)):
		s.force = false
	}
	if text := annotation(m, annotationVersioned); text != "" {
		versioned := isTrue(text)
		s.versioned = &versioned
	}
	if n, err := strconv.Atoi(annotation(m, annotationMaxVersionHistory)); err == nil {
		s.maxVersions = n
	}
	return s
}

// isTrue is Java's parseBoolean.
func isTrue(text string) bool { return strings.EqualFold(text, "true") }

// checkHistory refuses a history that holds not even the present version, or
// is too short for what a rollout strategy keeps: both the new and the old.
// Clouddriver, too, takes a history of 1 where there is no such strategy.
func (s strategy) checkHistory(m map[string]any, name string, rollout string) error {
	text := annotation(m, annotationMaxVersionHistory)
	if text == "" {
		return nil
	}
	if _, err := strconv.Atoi(text); err != nil {
		return fault.New(fault.Invalid, "%s: the annotation %s must be a number, not %q", name, annotationMaxVersionHistory, text)
	}
	if s.maxVersions < 1 {
		return fault.New(fault.Invalid, "%s: the annotation %s must be 1 or more, not %d", name, annotationMaxVersionHistory, s.maxVersions)
	}
	switch strings.ToUpper(strings.ReplaceAll(rollout, "_", "")) {
	case "REDBLACK", "BLUEGREEN", "ROLLINGREDBLACK":
		if s.maxVersions < 2 {
			return fault.New(fault.Invalid,
				"%s: the annotation %s must be 2 or more, not %d: the strategy keeps the old version beside the new one", name, annotationMaxVersionHistory, s.maxVersions)
		}
	}
	return nil
}
