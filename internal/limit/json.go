package limit

import (
	"github.com/gennaker/gennaker/internal/model"
)

// Unmarshal is [model.Unmarshal] for JSON from outside: it decodes nothing that
// is over the bounds of a [Document].
func Unmarshal(data []byte, into any) error {
	if _, err := Document.JSON(data); err != nil {
		return err
	}
	return model.Unmarshal(data, into)
}

// JSON tells what a JSON text takes once it is decoded, without decoding it, and
// refuses what is over the bounds. Whether the text is valid is left to the
// decoder.
func (b Bounds) JSON(data []byte) (Cost, error) {
	s := scan{data: data, most: b}
	s.run()
	return s.cost, b.Check(s.cost)
}

// scan reads JSON by its structure alone.
type scan struct {
	data []byte
	most Bounds
	cost Cost
	// open are the containers around the place; members counts the commas of
	// each.
	open []container
}

type container struct {
	object  bool
	members int
}

// over tells that reading on can't change the answer.
func (s *scan) over() bool {
	return s.cost.Depth > s.most.Depth || s.cost.Nodes > s.most.Nodes || s.cost.Bytes > s.most.Memory
}

func (s *scan) run() {
	for i := 0; i < len(s.data) && !s.over(); {
		switch c := s.data[i]; c {
		case ' ', '\t', '\r', '\n', ':', ',':
			i++
		case '{', '[':
			s.value(costOf(c == '{'))
			s.open = append(s.open, container{object: c == '{'})
			s.cost.Depth = max(s.cost.Depth, len(s.open))
			i++
		case '}', ']':
			if len(s.open) > 0 {
				s.open = s.open[:len(s.open)-1]
			}
			i++
		case '"':
			end := i + textLength(s.data[i:])
			s.value(costText + int64(end-i))
			i = end
		default:
			end := i + wordLength(s.data[i:])
			if c == 't' || c == 'f' || c == 'n' {
				s.value(0)
			} else {
				s.value(costText + int64(end-i))
			}
			i = end
		}
	}
}

func costOf(object bool) int64 {
	if object {
		return costMap
	}
	return costList
}

// value counts a value, or a key, at its place in the container around it.
func (s *scan) value(bytes int64) {
	s.cost.Nodes++
	s.cost.Bytes += bytes
	if len(s.open) == 0 {
		return
	}
	in := &s.open[len(s.open)-1]
	in.members++
	switch {
	case !in.object:
		s.cost.Bytes += costItem
	case in.members == 1:
		s.cost.Bytes += costGroup
	case in.members > 2*groupLength: // a key and its value are two
		s.cost.Bytes += costSlot / 2
	}
}

// textLength is how long the text in quotes is that data begins with.
func textLength(data []byte) int {
	for i := 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

// wordLength is how long the number or literal is that data begins with.
func wordLength(data []byte) int {
	for i, c := range data {
		switch c {
		case ' ', '\t', '\r', '\n', ':', ',', '{', '}', '[', ']', '"':
			return max(i, 1)
		}
	}
	return len(data)
}
