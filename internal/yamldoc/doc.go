// Package yamldoc is the door through which the program reads and writes YAML: no
// other package uses a YAML library.
//
// Reading begins with [Check], which refuses what would take too much memory before
// anything is built, and gives a [Text]. Its methods are the ways to read, of which a
// caller takes the one whose rules its input was written for:
//
//   - [Text.Values] and [Text.Value], by the rules of YAML 1.2 for what people write
//     for this program: only true and false are booleans, no key may stand twice,
//     and errors name the line.
//   - [Text.Manifests], [Text.JSON], [Text.Decode] and [Text.DecodeStrict], as kubectl
//     and everything else of Kubernetes does, which is YAML 1.1 by way of JSON: yes and
//     no are booleans, and of a key that stands twice one counts.
//   - [Text.Fill], into structs with tags named yaml, for the formats of others.
//   - [Text.Nodes], the tree with the place of each value, for those who have rules of
//     their own: expressions, which read as SnakeYAML does; the configuration, which
//     tells all mistakes at once; masking, which changes a text and leaves the rest as
//     it is.
//
// [Encode] and [Write] write by the rules of YAML 1.2, but quote what YAML 1.1 would
// take for something else; [Marshal] and [FromJSON] write as kubectl does.
package yamldoc

import "go.yaml.in/yaml/v3"

// Node is a value of a document, with its place, style and comments.
type Node = yaml.Node

// Kinds of nodes.
const (
	Document = yaml.DocumentNode
	Mapping  = yaml.MappingNode
	Sequence = yaml.SequenceNode
	Scalar   = yaml.ScalarNode
	Alias    = yaml.AliasNode
)

// Styles of nodes.
const (
	Tagged       = yaml.TaggedStyle
	DoubleQuoted = yaml.DoubleQuotedStyle
	// Quoted are the styles of texts that are texts whatever is in them.
	Quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
)

// IsMerge tells whether a key is <<, which merges other maps into its own.
func IsMerge(key *Node) bool { return key.Kind == Scalar && key.Tag == "!!merge" }
