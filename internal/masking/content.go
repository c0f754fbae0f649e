package masking

import (
	"strings"
	"unicode/utf8"
)

// Holds says what a text holds of Secrets.
type Holds int

const (
	// Nothing is for what can be shown as it is.
	Nothing Holds = iota
	// Secrets is for manifests, some of which are Secrets'.
	Secrets
	// Perhaps is for what would be a Secret's if a stage patched one with it: the text
	// itself doesn't say what it is for.
	Perhaps
)

// Content tells what the content of an artifact holds, for those that keep contents apart
// from the stages that say what they are for.
func Content(content []byte) Holds {
	if !utf8.Valid(content) {
		return Nothing
	}
	text := string(content)
	named := mayHoldSecret(text)
	if !named && !mayPatch(text) {
		return Nothing
	}
	documents, err := parse(text)
	if err != nil {
		if _, changed := maskLines(text, false); named && changed {
			return Secrets
		}
		return Nothing
	}
	for _, document := range documents {
		if saysKind(document) {
			continue
		}
		n := newNodes()
		n.patch(document)
		if n.changed {
			return Perhaps
		}
	}
	for _, document := range documents {
		n := newNodes()
		n.walk(document)
		if n.changed {
			return Secrets
		}
	}
	return Nothing
}

// ShownContent is an artifact's content with the values of all Secrets in it hidden.
func ShownContent(content []byte) []byte {
	if !utf8.Valid(content) {
		return content
	}
	text := string(content)
	if !mayHoldSecret(text) {
		return content
	}
	if masked, changed := maskText(text, manifests); changed {
		return []byte(masked.(string)) //nolint:forcetypeassert // it is always one
	}
	return content
}

// mayPatch is a quick look at a text: most can't be patches of a Secret.
func mayPatch(text string) bool {
	return strings.Contains(text, "data") || strings.Contains(text, "Data") || strings.Contains(text, "op")
}
