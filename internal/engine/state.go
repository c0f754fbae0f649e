package engine

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Bounds of a stage's private state.
const (
	// MaxState is how many bytes of state a stage may keep, as stored.
	MaxState = 1 << 20
	// maxStateValue is how many bytes the value in a state may have as JSON,
	// before it is compressed.
	maxStateValue = 32 << 20
)

// packFrom is the length of a value, as JSON, from which compressing it pays.
const packFrom = 1 << 10

// State is what a stage remembers between its tasks and no one else may see or
// change. It is stored beside the stage: it is in no context, output, API
// answer, stream, log or trace, and nothing that comes from outside can set it.
//
// A State is never changed in place once a task has returned it.
type State struct {
	// Version is the version of the value's schema. It is the stage type's own:
	// raise it when an older program could misread what a newer one has stored.
	Version int
	// Data is the encoded value; a state without data is empty.
	Data []byte
}

// NewState encodes a value as JSON, compressed if it is large. A value over
// the bounds is a [fault.TooLarge].
func NewState(version int, value any) (*State, error) {
	data, err := model.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("encode the stage's state: %w", err)
	}
	if len(data) > maxStateValue {
		return nil, fault.New(fault.TooLarge, "the stage has %d bytes to remember, and %d is the limit: split it into several stages", len(data), maxStateValue)
	}
	if len(data) >= packFrom {
		if data, err = pack(data); err != nil {
			return nil, fmt.Errorf("compress the stage's state: %w", err)
		}
	}
	s := &State{Version: version, Data: data}
	if err := s.Check(); err != nil {
		return nil, err
	}
	return s, nil
}

// Empty reports whether there is nothing in the state. A nil state is empty.
func (s *State) Empty() bool { return s == nil || len(s.Data) == 0 }

// Check answers a [fault.TooLarge] if the state is over [MaxState].
func (s *State) Check() error {
	if s != nil && len(s.Data) > MaxState {
		return fault.New(fault.TooLarge, "the stage has %d bytes to remember, compressed, and %d is the limit: split it into several stages", len(s.Data), MaxState)
	}
	return nil
}

// Decode fills a value from the state. It reports whether there was anything to
// decode: the value is left as it is if the state is empty. A state of another
// version is an error; a type that can read older ones looks at Version first.
func (s *State) Decode(version int, into any) (bool, error) {
	if s.Empty() {
		return false, nil
	}
	if s.Version != version {
		return false, fault.New(fault.Invalid, "another version of Gennaker has stored the stage's state (version %d; this one reads %d): restart the stage", s.Version, version)
	}
	data := s.Data
	if packed(data) {
		var err error
		if data, err = unpack(data); err != nil {
			return false, fmt.Errorf("decompress the stage's state: %w", err)
		}
	}
	if err := model.Unmarshal(data, into); err != nil {
		return false, fmt.Errorf("decode the stage's state: %w", err)
	}
	return true, nil
}

// packed tells compressed data from JSON by gzip's first bytes, with which no
// JSON text begins.
func packed(data []byte) bool { return len(data) > 2 && data[0] == 0x1f && data[1] == 0x8b }

func pack(data []byte) ([]byte, error) {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if _, err := zip.Write(data); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpack never inflates to more than a state may hold.
func unpack(data []byte) ([]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(zip, maxStateValue+1))
	if err != nil {
		return nil, err
	}
	if len(out) > maxStateValue {
		return nil, fault.New(fault.TooLarge, "it inflates to more than %d bytes", maxStateValue)
	}
	return out, nil
}

// SetStates gives the machine the stages' states, by stage id, as they were
// loaded.
func (m *Machine) SetStates(states map[string]*State) { m.states = states }

// State is what a stage remembers; nil if it remembers nothing.
func (m *Machine) State(stageID string) *State { return m.states[stageID] }

// remember takes in a new state of a stage: nil leaves the present one, an
// empty one clears it, also where none was loaded: those of stages that have
// succeeded are not.
func (m *Machine) remember(stageID string, s *State) {
	if s == nil {
		return
	}
	if s.Empty() {
		delete(m.states, stageID)
	} else {
		if m.states == nil {
			m.states = map[string]*State{}
		}
		m.states[stageID] = s
	}
	if m.changes.States == nil {
		m.changes.States = map[string]*State{}
	}
	m.changes.States[stageID] = s
}
