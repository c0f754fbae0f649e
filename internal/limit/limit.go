// Package limit holds the bounds on what the program decodes, and the code that
// enforces them before anything is built: a small input must never become a
// large value. All bounds are in one place so that the decoders agree.
//
// JSON is scanned ([JSON]) and YAML is scanned and its aliases are followed
// ([YAML]) before a decoder sees the text; what is compressed or in base64 is
// read through [Gunzip], [Read] and [Base64]. A [Budget] bounds what several
// requests and tasks hold at the same time.
//
// Errors are faults that name the bound.
package limit

import (
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	// Depth is how deep values may be nested, as Jackson's StreamReadConstraints
	// has it.
	Depth = 1000
	// Nodes is how many values (objects, lists, texts, numbers) one document may
	// hold.
	Nodes = 500_000
	// Memory is how many bytes one decoded document may take, as [Cost]
	// estimates them.
	Memory = 96 << 20
	// Aliases is how many bytes the aliases of a YAML text may add to it.
	Aliases = 16 << 20
	// Documents is how many documents a YAML text may hold.
	Documents = 10_000
	// Stages is how many stages a pipeline may have before it is planned.
	Stages = 10_000
	// Manifests is how many Kubernetes objects one stage or request may name.
	Manifests = 10_000
	// Inflated is how many bytes a compressed text may inflate to.
	Inflated = 32 << 20
	// Files is how many entries an archive may have.
	Files = 20_000
	// Archive is how many bytes of an archive are inflated in search of the
	// files that are wanted.
	Archive = 256 << 20
	// Name is how many bytes the name of a type, a key or an account may have
	// where names are looked up or compared.
	Name = 1000
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

// check refuses a cost over the bounds.
func (c Cost) check() error {
	switch {
	case c.Depth > Depth:
		return fault.New(fault.Invalid, "the text is nested more than %d deep", Depth)
	case c.Nodes > Nodes:
		return fault.New(fault.Invalid, "the text holds more than %s values; split it up", thousands(Nodes))
	case c.Bytes > Memory:
		return fault.New(fault.Invalid, "the text would take more than %d MiB of memory once it is read; split it up", Memory>>20)
	}
	return nil
}

// Count refuses more than so many of something that the name says in the
// plural.
func Count(n, most int, what string) error {
	if n > most {
		return fault.New(fault.Invalid, "there are more than %s %s; split them up", thousands(most), what)
	}
	return nil
}

// thousands writes a number with commas.
func thousands(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
