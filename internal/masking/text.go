package masking

import (
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// mostText is how many bytes of a text are parsed; a longer one is masked line
// by line.
const mostText = 4 << 20

// mostDepth is how deep the values of a Secret are looked at.
const mostDepth = 1000

// names tells whether a text has the kind of Secrets in it, or its list's. Most
// texts that have the word are about something else, such as secretKeyRef.
func names[T ~string | ~[]byte](text T) bool {
	const rest = "ecret"
	for i := 1; i+len(rest) <= len(text); i++ {
		if text[i] != 'e' && text[i] != 'E' || text[i-1] != 'S' && text[i-1] != 's' || !strings.EqualFold(string(text[i:i+len(rest)]), rest) {
			continue
		}
		after := i + len(rest)
		switch {
		case after == len(text):
			return true
		case strings.IndexByte(" \t\r\n\\'\",.}]#", text[after]) >= 0:
			if after+1 < len(text) && text[after] == '"' && text[after+1] == ':' {
				continue // a field of that name
			}
			return true
		case text[after] == 's' || text[after] == 'S':
			return true
		case after+4 <= len(text) && strings.EqualFold(string(text[after:after+4]), "list"):
			return true
		}
	}
	return false
}

// text masks the manifests in a text.
func (m masker) text(text string) (any, bool) {
	if encodesJSON(text) {
		return m.encoded(text)
	}
	if !mayHoldSecret(text) {
		return text, false
	}
	m.look(text, m.value)
	return maskText(text, manifests)
}

// look looks for what is hidden already in the documents of a text.
func (m masker) look(text string, each func(any) (any, bool)) {
	if m.found == nil || !strings.Contains(text, Hidden) {
		return
	}
	documents, err := decode(text)
	if err != nil {
		*m.found = true // it was masked line by line
		return
	}
	for _, document := range documents {
		each(document)
	}
}

// mayHoldSecret is a quick look at a text: most hold none.
func mayHoldSecret(text string) bool {
	return names(text) && (strings.Contains(text, "data") || strings.Contains(text, "Data"))
}

// reference masks an embedded artifact: a text in base64.
func (m masker) reference(text string) (any, bool) {
	if out, changed := m.encoded(text); changed || encodesJSON(text) {
		return out, changed
	}
	return m.text(text)
}

// encoded masks a text in base64.
func (m masker) encoded(text string) (any, bool) {
	data, err := decodeBase64(text)
	if err != nil || !m.bare && !mayHoldSecret(string(data)) {
		return text, false
	}
	m.look(string(data), m.value)
	how := manifests
	if m.bare {
		how = barePatches
	}
	masked, changed := maskText(string(data), how)
	if !changed {
		return text, false
	}
	return base64.StdEncoding.EncodeToString([]byte(masked.(string))), true //nolint:forcetypeassert // it is always one
}

// jsonBeginnings are what JSON objects and lists begin with in base64: {", { and a
// space or line break, [{, [" and [ with a space or line break.
var jsonBeginnings = []string{"eyJ", "eyA", "ewo", "ew0", "ewk", "W3s", "WyJ", "WyA", "Wwo", "Ww0", "Wwk"}

// encodesJSON tells whether a text may be JSON in base64, as the stages that save
// pipelines and templates have them.
func encodesJSON(text string) bool {
	const shortest = 40 // the least that says that something is a Secret with a value
	return len(text) >= shortest && slices.Contains(jsonBeginnings, text[:3])
}

func decodeBase64(text string) ([]byte, error) {
	return limit.Base64(text, limit.Inflated, "the artifact")
}

// contents says what the documents of a text are.
type contents int

const (
	// manifests are masked if they are Secrets.
	manifests contents = iota
	// patches are of a Secret.
	patches
	// barePatches are patches of a Secret unless they say what kind they are.
	barePatches
)

// maskText masks the documents of a text of YAML or JSON.
func maskText(text string, what contents) (any, bool) {
	documents, err := parse(text)
	if err != nil {
		return maskLines(text, what == patches)
	}
	changed := false
	for _, document := range documents {
		n := newNodes()
		if what == patches || what == barePatches && !saysKind(document) {
			n.patch(document)
		} else {
			n.walk(document)
		}
		changed = changed || n.changed
	}
	if !changed {
		return text, false
	}
	out, err := yamldoc.Write(documents...)
	if err != nil {
		return Hidden, true
	}
	return string(out), true
}

func parse(text string) ([]*yamldoc.Node, error) {
	if len(text) > mostText {
		return nil, errors.New("the text is too long to be parsed")
	}
	checked, err := yamldoc.Check([]byte(text), limit.Document)
	if err != nil {
		return nil, err
	}
	return checked.Nodes()
}

// nodes masks parsed YAML in its place.
type nodes struct {
	seen    map[*yamldoc.Node]bool
	changed bool
}

func newNodes() nodes { return nodes{seen: map[*yamldoc.Node]bool{}} }

func (n *nodes) walk(node *yamldoc.Node) {
	if node == nil || n.seen[node] {
		return
	}
	n.seen[node] = true
	if node.Kind == yamldoc.Mapping {
		if n.isSecret(node) {
			n.secret(node)
		}
		if kindOf(node) == "secretlist" {
			if items := field(node, "items"); items != nil {
				for _, item := range items.Content {
					n.secret(item)
				}
			}
		}
	}
	for _, child := range node.Content {
		n.walk(child)
	}
	if node.Kind == yamldoc.Alias {
		n.walk(node.Alias)
	}
}

// isSecret tells whether a mapping is a Secret, by its own kind or that of what
// it merges.
func (n *nodes) isSecret(node *yamldoc.Node) bool {
	if kindOf(node) == "secret" {
		return true
	}
	merged := yamldoc.Resolve(field(node, "<<"))
	if merged == nil {
		return false
	}
	for _, one := range append([]*yamldoc.Node{merged}, merged.Content...) {
		if kindOf(yamldoc.Resolve(one)) == "secret" {
			return true
		}
	}
	return false
}

// kindOf is a mapping's kind in lower case. Of two of them, one that is a
// Secret counts.
func kindOf(node *yamldoc.Node) string {
	found := ""
	if node == nil || node.Kind != yamldoc.Mapping {
		return found
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if value := yamldoc.Resolve(node.Content[i+1]); keyAt(node, i) == "kind" && found != "secret" && value != nil {
			found = strings.ToLower(value.Value)
		}
	}
	return found
}

// saysKind tells whether a document is a manifest, whatever its kind.
func saysKind(document *yamldoc.Node) bool {
	if document.Kind == yamldoc.Document && len(document.Content) == 1 {
		document = yamldoc.Resolve(document.Content[0])
	}
	return kindOf(document) != ""
}

func field(node *yamldoc.Node, name string) *yamldoc.Node {
	node = yamldoc.Resolve(node)
	if node == nil || node.Kind != yamldoc.Mapping {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if keyAt(node, i) == name {
			return yamldoc.Resolve(node.Content[i+1])
		}
	}
	return nil
}

// keyAt is the key at a place of a mapping's content.
func keyAt(node *yamldoc.Node, i int) string { return yamldoc.Resolve(node.Content[i]).Value }

// secret hides the values of all fields of a Secret that hold any.
func (n *nodes) secret(node *yamldoc.Node) {
	node = yamldoc.Resolve(node)
	if node == nil || node.Kind != yamldoc.Mapping {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		switch key := keyAt(node, i); {
		case holdsData(key):
			n.hide(node.Content[i+1], 0)
		case key == "<<":
			merged := yamldoc.Resolve(node.Content[i+1])
			n.secret(merged)
			if merged != nil && merged.Kind == yamldoc.Sequence {
				for _, one := range merged.Content {
					n.secret(one)
				}
			}
		}
	}
	if annotation := field(field(field(node, "metadata"), "annotations"), lastApplied); annotation != nil {
		n.hide(annotation, 0)
	}
}

// patch hides the values of a patch of a Secret.
func (n *nodes) patch(node *yamldoc.Node) {
	node = yamldoc.Resolve(node)
	if node == nil {
		return
	}
	switch node.Kind {
	case yamldoc.Document, yamldoc.Sequence:
		for _, child := range node.Content {
			n.patch(child)
		}
	case yamldoc.Mapping:
		if value := field(node, "value"); value != nil && field(node, "op") != nil {
			n.hide(value, 0)
			return
		}
		n.secret(node)
	}
}

// hide replaces all scalars below a node but null.
func (n *nodes) hide(node *yamldoc.Node, depth int) {
	node = yamldoc.Resolve(node)
	if node == nil || depth > mostDepth || (n.seen[node] && node.Kind != yamldoc.Scalar && depth > 0) {
		return
	}
	switch node.Kind {
	case yamldoc.Scalar:
		if node.Tag == "!!null" || node.Value == Hidden {
			return
		}
		node.Value, node.Tag, node.Style, n.changed = Hidden, "!!str", yamldoc.DoubleQuoted, true
	case yamldoc.Mapping:
		n.seen[node] = true
		for i := 0; i+1 < len(node.Content); i += 2 {
			n.hide(node.Content[i+1], depth+1)
		}
	case yamldoc.Sequence:
		n.seen[node] = true
		for _, child := range node.Content {
			n.hide(child, depth+1)
		}
	}
}

var (
	secretLine = regexp.MustCompile(`(?im)^[\s+-]*["']?kind["']?\s*:\s*["']?secret(list)?["']?\s*,?\s*\r?$`)
	secretJSON = regexp.MustCompile(`(?i)["']?kind["']?\s*:\s*["']?secret(list)?["']?\s*[,}]`)
	dataLine   = regexp.MustCompile(`^([\s+-]*)(["']?(?:data|stringData)["']?)\s*:(.*)$`)
)

// maskLines masks a text that can't be parsed, such as a template or a diff: in
// one that seems to hold a Secret, whatever stands below a line of data.
func maskLines(text string, patch bool) (any, bool) {
	block := secretLine.MatchString(text)
	if !patch && !block && !secretJSON.MatchString(text) {
		return text, false
	}
	if !block {
		return Hidden, true
	}
	lines := strings.Split(text, "\n")
	within, changed := -1, false
	for i, line := range lines {
		indent := len(line) - len(strings.TrimLeft(line, " \t+-"))
		if within >= 0 && strings.TrimSpace(line) != "" && indent > within {
			if masked := maskEntry(line); masked != line {
				lines[i], changed = masked, true
			}
			continue
		}
		within = -1
		if found := dataLine.FindStringSubmatch(line); found != nil {
			within = indent
			if rest := strings.TrimSpace(found[3]); rest != "" && !strings.HasPrefix(rest, Hidden) {
				lines[i], changed = found[1]+found[2]+": "+Hidden, true
			}
		}
	}
	return strings.Join(lines, "\n"), changed
}

// maskEntry masks a line below data: its value, or all of it where it is part of
// a longer one.
func maskEntry(line string) string {
	rest := strings.TrimLeft(line, " \t+-")
	indent := line[:len(line)-len(rest)]
	key, value, found := strings.Cut(rest, ":")
	if !found || key == "" {
		return indent + Hidden
	}
	if strings.HasPrefix(strings.Trim(strings.TrimSpace(value), `"'`), Hidden) {
		return line
	}
	return indent + key + ": " + Hidden
}
