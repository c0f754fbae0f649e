// Package limit holds the bounds on what the program decodes, and the code that
// enforces them before anything is built: a small input must never become a
// large value. All bounds are in one place so that the decoders agree.
//
// JSON is scanned ([Bounds.JSON]) before a decoder sees the text, and package yamldoc does
// the same to YAML; what is compressed or in base64 is read through [Gunzip], [Read] and
// [Base64]. A [Budget] bounds what several requests and tasks hold at the same time.
//
// Errors are faults that name the bound.
package limit

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	// Aliases is how many bytes the aliases of a YAML text may add to it.
	Aliases = 16 << 20
	// Documents is how many documents a YAML text may hold.
	Documents = 10_000
	// Stages is how many stages a pipeline may have before it is planned.
	Stages = 10_000
	// Manifests is how many Kubernetes objects one stage or request may name.
	Manifests = 10_000
	// Inflated is how many bytes a compressed text may inflate to.
	Inflated = 64 << 20
	// Files is how many entries an archive may have.
	Files = 20_000
	// Archive is how many bytes of an archive are inflated in search of the
	// files that are wanted.
	Archive = 256 << 20
	// Execution is how many bytes the contexts and outputs of an execution's
	// stages may have together, with its trigger.
	Execution = 64 << 20
	// Message is how many bytes the payload of a message in the outbox may have.
	Message = 1 << 20
	// Name is how many bytes the name of a type, a key or an account may have
	// where names are looked up or compared.
	Name = 1000
)

// Bounds are how large one document may be.
type Bounds struct {
	// Depth is how deep values may be nested.
	Depth int
	// Nodes is how many values (objects, lists, texts, numbers) it may hold.
	Nodes int64
	// Memory is how many bytes it may take once it is decoded, as [Cost]
	// estimates them.
	Memory int64
}

var (
	// Document bounds what users send: bodies, manifests, answers of webhooks,
	// texts that expressions read. The depth is that of Jackson's
	// StreamReadConstraints.
	Document = Bounds{Depth: 1000, Nodes: 500_000, Memory: 96 << 20}
	// Text bounds what is a part of something larger, or read often: credentials,
	// files of secrets, what templates render to.
	Text = Bounds{Depth: 200, Nodes: 100_000, Memory: 32 << 20}
	// Index bounds lists that servers publish of all that they have: index.yaml
	// of large chart repositories has a million values.
	Index = Bounds{Depth: 1000, Nodes: 3_000_000, Memory: 512 << 20}
	// File bounds files on the command line of whoever runs the program.
	File = Bounds{Depth: 1000, Nodes: 20_000_000, Memory: 4 << 30}
)

// Cost is what a document takes once it is decoded.
type Cost struct {
	// Nodes counts its values.
	Nodes int64
	// Bytes estimates the memory of the decoded value: maps, lists, and texts
	// with their headers.
	Bytes int64
	// Depth is how deep it is nested.
	Depth int
}

// Add adds the cost of a further document, and refuses all of them together if
// they are over the bounds of a [Document]. A value that holds many small texts
// is bounded so.
func (c *Cost) Add(other Cost) error {
	*c = c.Plus(other)
	return Document.Check(*c)
}

// Check refuses a cost over the bounds.
func (b Bounds) Check(c Cost) error {
	switch {
	case c.Depth > b.Depth:
		return fault.New(fault.Invalid, "the text is nested more than %d levels deep", b.Depth)
	case c.Nodes > b.Nodes:
		return fault.New(fault.Invalid, "the text contains more than %s values; split it up", thousands(b.Nodes))
	case c.Bytes > b.Memory:
		return fault.New(fault.Invalid, "the text would need more than %d MiB of memory; split it up", b.Memory>>20)
	}
	return nil
}

// Count refuses more than so many of something that the name says in the
// plural.
func Count(n, most int, what string) error {
	if n > most {
		return fault.New(fault.Invalid, "there are more than %s %s; split them up", thousands(int64(most)), what)
	}
	return nil
}

// thousands writes a number with commas.
func thousands(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// TooLong says that a name has more bytes than [Name]; "" if it hasn't.
func TooLong(field, name string) string {
	if len(name) <= Name {
		return ""
	}
	return fmt.Sprintf("%s has %d bytes, and %d is the limit", field, len(name), Name)
}
