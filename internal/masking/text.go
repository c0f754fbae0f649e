package masking

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/gennaker/gennaker/internal/limit"
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
	if !mayHoldSecret(text) {
		return text, false
	}
	m.look(text, m.value)
	return maskText(text, false)
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
	data, err := decodeBase64(text)
	if err != nil || !mayHoldSecret(string(data)) {
		return m.text(text)
	}
	m.look(string(data), m.value)
	masked, changed := maskText(string(data), false)
	if !changed {
		return text, false
	}
	return base64.StdEncoding.EncodeToString([]byte(masked.(string))), true //nolint:forcetypeassert // it is always one
}

func decodeBase64(text string) ([]byte, error) {
	return limit.Base64(text, limit.Inflated, "the artifact")
}

// maskText masks the documents of a text of YAML or JSON. Patch says that they
// are patches of a Secret.
func maskText(text string, patch bool) (any, bool) {
	documents, err := parse(text)
	if err != nil {
		return maskLines(text, patch)
	}
	changed := false
	for _, document := range documents {
		n := nodes{seen: map[*yaml.Node]bool{}}
		if patch {
			n.patch(document)
		} else {
			n.walk(document)
		}
		changed = changed || n.changed
	}
	if !changed {
		return text, false
	}
	out, err := write(documents)
	if err != nil {
		return Hidden, true
	}
	return out, true
}

func parse(text string) ([]*yaml.Node, error) {
	if len(text) > mostText {
		return nil, errors.New("the text is too long to be parsed")
	}
	if _, err := limit.Document.YAML([]byte(text)); err != nil {
		return nil, err
	}
	decoder := yaml.NewDecoder(strings.NewReader(text))
	var out []*yaml.Node
	for {
		document := new(yaml.Node)
		err := decoder.Decode(document)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, document)
	}
}

func write(documents []*yaml.Node) (string, error) {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	for _, document := range documents {
		if err := encoder.Encode(document); err != nil {
			return "", err
		}
	}
	if err := encoder.Close(); err != nil {
		return "", err
	}
	return out.String(), nil
}

// nodes masks parsed YAML in its place.
type nodes struct {
	seen    map[*yaml.Node]bool
	changed bool
}

func (n *nodes) walk(node *yaml.Node) {
	if node == nil || n.seen[node] {
		return
	}
	n.seen[node] = true
	if node.Kind == yaml.MappingNode {
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
	if node.Kind == yaml.AliasNode {
		n.walk(node.Alias)
	}
}

// isSecret tells whether a mapping is a Secret, by its own kind or that of what
// it merges.
func (n *nodes) isSecret(node *yaml.Node) bool {
	if kindOf(node) == "secret" {
		return true
	}
	merged := resolve(field(node, "<<"))
	if merged == nil {
		return false
	}
	for _, one := range append([]*yaml.Node{merged}, merged.Content...) {
		if kindOf(resolve(one)) == "secret" {
			return true
		}
	}
	return false
}

// kindOf is a mapping's kind in lower case. Of two of them, one that is a
// Secret counts.
func kindOf(node *yaml.Node) string {
	found := ""
	if node == nil || node.Kind != yaml.MappingNode {
		return found
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if value := resolve(node.Content[i+1]); keyAt(node, i) == "kind" && found != "secret" && value != nil {
			found = strings.ToLower(value.Value)
		}
	}
	return found
}

func field(node *yaml.Node, name string) *yaml.Node {
	node = resolve(node)
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if keyAt(node, i) == name {
			return resolve(node.Content[i+1])
		}
	}
	return nil
}

// keyAt is the key at a place of a mapping's content.
func keyAt(node *yaml.Node, i int) string { return resolve(node.Content[i]).Value }

func resolve(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}

// secret hides the values of all fields of a Secret that hold any.
func (n *nodes) secret(node *yaml.Node) {
	node = resolve(node)
	if node == nil || node.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		switch key := keyAt(node, i); {
		case holdsData(key):
			n.hide(node.Content[i+1], 0)
		case key == "<<":
			merged := resolve(node.Content[i+1])
			n.secret(merged)
			if merged != nil && merged.Kind == yaml.SequenceNode {
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
func (n *nodes) patch(node *yaml.Node) {
	node = resolve(node)
	if node == nil {
		return
	}
	switch node.Kind {
	case yaml.DocumentNode, yaml.SequenceNode:
		for _, child := range node.Content {
			n.patch(child)
		}
	case yaml.MappingNode:
		if value := field(node, "value"); value != nil && field(node, "op") != nil {
			n.hide(value, 0)
			return
		}
		n.secret(node)
	}
}

// hide replaces all scalars below a node but null.
func (n *nodes) hide(node *yaml.Node, depth int) {
	node = resolve(node)
	if node == nil || depth > mostDepth || (n.seen[node] && node.Kind != yaml.ScalarNode && depth > 0) {
		return
	}
	switch node.Kind {
	case yaml.ScalarNode:
		if node.Tag == "!!null" || node.Value == Hidden {
			return
		}
		node.Value, node.Tag, node.Style, n.changed = Hidden, "!!str", yaml.DoubleQuotedStyle, true
	case yaml.MappingNode:
		n.seen[node] = true
		for i := 0; i+1 < len(node.Content); i += 2 {
			n.hide(node.Content[i+1], depth+1)
		}
	case yaml.SequenceNode:
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
