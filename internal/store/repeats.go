package store

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"slices"
	"strconv"
)

// A stage that deploys has its manifests in its context, its outputs and its
// operations, word for word. Its document is stored with each of them once: what
// is there again is a reference to where it was before, an object
// {"\u0000r":[start,length]} with the place in the whole document in bytes. Such
// a document begins with a space, which no other does.
const (
	repeatMark  = ' '
	repeatBegin = `{"\u0000r":[`
	repeatEnd   = `]}`
	// repeatFrom is the length of an object or a list, in bytes, from which a
	// reference pays, and repeatsFrom that of a document.
	repeatFrom  = 256
	repeatsFrom = 4 << 10
)

// repeatFields are those of a stage whose values may be references: lists of
// executions leave out all three.
var repeatFields = []string{`"context":`, `"outputs":`, `"tasks":`}

var repeatSeed = maphash.MakeSeed()

// withoutRepeats is a stage's document as it is stored.
func withoutRepeats(document []byte) string {
	if len(document) < repeatsFrom || bytes.Contains(document, []byte(repeatBegin)) {
		return string(document)
	}
	type place struct {
		hash   uint64
		length int
	}
	var (
		found = containers(document)
		seen  = map[place]int{}
		out   []byte
		done  int // how much of the document is written
	)
	for i := 0; i < len(found); i++ {
		c := found[i]
		if !c.folds || c.end-c.start < repeatFrom {
			continue
		}
		text := document[c.start:c.end]
		key := place{maphash.Bytes(repeatSeed, text), len(text)}
		first, ok := seen[key]
		if !ok || !bytes.Equal(document[first:first+len(text)], text) {
			if !ok {
				seen[key] = c.start
			}
			continue
		}
		if out == nil {
			out = append(make([]byte, 0, len(document)/2), repeatMark)
		}
		out = append(out, document[done:c.start]...)
		out = append(out, repeatBegin...)
		out = strconv.AppendInt(out, int64(first), 10)
		out = append(out, ',')
		out = strconv.AppendInt(out, int64(len(text)), 10)
		out = append(out, repeatEnd...)
		done = c.end
		for i+1 < len(found) && found[i+1].start < c.end {
			i++ // what is in it goes with it
		}
	}
	if out == nil {
		return string(document)
	}
	return string(append(out, document[done:]...))
}

// container is an object or a list in a document.
type container struct {
	start, end int
	// folds says that it is within one of the fields that may have references.
	folds bool
}

// containers finds the objects and lists of a JSON document, each before those
// in it.
func containers(document []byte) []container {
	var (
		out  []container
		open []int
		key  []byte // the last text in the outermost object: a field's name
	)
	for i := 0; i < len(document); i++ {
		switch document[i] {
		case '"':
			start := i
			for i++; i < len(document) && document[i] != '"'; i++ {
				if document[i] == '\\' {
					i++
				}
			}
			if len(open) == 1 {
				key = document[start:min(i+2, len(document))]
			}
		case '{', '[':
			folds := false
			switch {
			case len(open) == 1:
				folds = slices.Contains(repeatFields, string(key))
			case len(open) > 1:
				folds = out[open[len(open)-1]].folds
			}
			open = append(open, len(out))
			out = append(out, container{start: i, folds: folds})
		case '}', ']':
			if len(open) > 0 {
				out[open[len(open)-1]].end = i + 1
				open = open[:len(open)-1]
			}
		}
	}
	return out
}

// repeat is a reference in a stored document: where it stands there, and what it
// stands for.
type repeat struct{ at, after, start, length int }

// repeats finds the references of a stored document, and the length of the whole
// one.
func repeats(stored []byte) (refs []repeat, whole int, err error) {
	if len(stored) == 0 || stored[0] != repeatMark {
		return nil, len(stored), nil
	}
	whole = len(stored) - 1
	for at := 1; ; {
		n := bytes.Index(stored[at:], []byte(repeatBegin))
		if n < 0 {
			return refs, whole, nil
		}
		r := repeat{at: at + n}
		numbers := stored[r.at+len(repeatBegin):]
		end := bytes.Index(numbers, []byte(repeatEnd))
		start, length, ok := bytes.Cut(numbers[:max(end, 0)], []byte{','})
		if ok {
			r.start, err = strconv.Atoi(string(start))
		}
		if ok && err == nil {
			r.length, err = strconv.Atoi(string(length))
		}
		if !ok || err != nil || r.start < 0 || r.length < 0 {
			return nil, 0, fmt.Errorf("a stored stage has a broken reference at %d", r.at)
		}
		r.after = r.at + len(repeatBegin) + end + len(repeatEnd)
		whole += r.length - (r.after - r.at)
		refs, at = append(refs, r), r.after
	}
}

// withRepeats is a stage's whole document.
func withRepeats(stored []byte) ([]byte, error) {
	refs, whole, err := repeats(stored)
	if err != nil || len(stored) == 0 || stored[0] != repeatMark {
		return stored, err
	}
	out := make([]byte, 0, whole)
	done := 1
	for _, r := range refs {
		out = append(out, stored[done:r.at]...)
		if r.start+r.length > len(out) {
			return nil, fmt.Errorf("a stored stage has a reference at %d to what comes after it", r.at)
		}
		out = append(out, out[r.start:r.start+r.length]...)
		done = r.after
	}
	return append(out, stored[done:]...), nil
}

// lengthWithRepeats is the length of a stage's whole document; that of what is
// stored if it can't be told.
func lengthWithRepeats(stored []byte) int {
	_, whole, err := repeats(stored)
	if err != nil {
		return len(stored)
	}
	return whole
}
