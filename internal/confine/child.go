package confine

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	// childVariable makes a process that has it in its environment a child of the kind
	// that it names.
	childVariable = "GENNAKER_CONFINED"
	// exitMemory is the exit code of a child that takes too much memory.
	exitMemory = 3
	// watchMemory is how often a child looks at its memory.
	watchMemory = 5 * time.Millisecond
	// mostInput is how many bytes a child reads at once: an archive, in Base64.
	mostInput = 2 * limit.Archive
)

// order is what a child is to do.
type order struct {
	Input json.RawMessage
	// Memory is how many bytes the child may take.
	Memory int64
}

// answer is what a child says: what it asks, or how it ended.
type answer struct {
	Question json.RawMessage `json:",omitempty"`
	Output   json.RawMessage `json:",omitempty"`
	Kind     fault.Kind      `json:",omitempty"`
	Fault    string          `json:",omitempty"`
}

// Work is what a child does with its input. It may ask its parent, if the parent
// answers; ask decodes the answer. Errors come to the parent as faults.
type Work func(input json.RawMessage, ask Ask) (output any, err error)

// Ask asks the parent a question. Any number of goroutines may ask.
type Ask func(question, answer any) error

// Serve does the work, answers and ends the process if it is a child of this kind, and
// does nothing otherwise. The init function of the package that owns the kind calls it:
// a child is this program, or a test's, and does nothing else.
func (k *Kind) Serve() {
	if os.Getenv(childVariable) != k.Name {
		return
	}
	if err := k.serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) //nolint:revive // the process does nothing else
	}
	os.Exit(0) //nolint:revive // the same
}

func (k *Kind) serve(in io.Reader, out io.Writer) error {
	if k.Warm != nil {
		k.Warm()
	}
	var o order
	if err := receive(in, &o, mostInput); err == io.EOF { //nolint:errorlint // the parent has nothing to do for it
		return nil
	} else if err != nil {
		return fmt.Errorf("read what to do: %w", err)
	}
	bind(o.Memory)
	debug.SetMemoryLimit(o.Memory * 3 / 4)
	go watch(o.Memory)
	replies := make(chan json.RawMessage)
	go func() {
		for {
			var reply json.RawMessage
			if receive(in, &reply, limit.Archive) != nil {
				os.Exit(1) //nolint:revive // nobody wants the answer any more
			}
			replies <- reply
		}
	}()
	var one sync.Mutex
	ask := func(question, into any) error {
		asked, err := json.Marshal(question)
		if err != nil {
			return err
		}
		one.Lock()
		defer one.Unlock()
		if err := send(out, answer{Question: asked}); err != nil {
			return err
		}
		return model.Unmarshal(<-replies, into)
	}
	made, err := k.Work(o.Input, ask)
	if err != nil {
		return send(out, answer{Kind: fault.KindOf(err), Fault: err.Error()})
	}
	output, err := json.Marshal(made)
	if err != nil {
		return send(out, answer{Kind: fault.Invalid, Fault: k.Subject + ": what it renders to can't be encoded: " + err.Error()})
	}
	return send(out, answer{Output: output})
}

// watch ends the process when it takes more memory than it may.
func watch(most int64) {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for range time.Tick(watchMemory) {
		metrics.Read(samples)
		if int64(samples[0].Value.Uint64()-samples[1].Value.Uint64()) > most {
			os.Exit(exitMemory) //nolint:revive // there is nothing to save
		}
	}
}

// send writes a message: its length, and JSON.
func send(out io.Writer, message any) error {
	data, err := json.Marshal(message)
	if err != nil {
		return err
	}
	_, err = out.Write(append(binary.BigEndian.AppendUint64(nil, uint64(len(data))), data...))
	return err
}

// receive reads a message of at most so many bytes.
func receive(in io.Reader, message any, most int64) error {
	var head [8]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return err
	}
	length := binary.BigEndian.Uint64(head[:])
	if length > uint64(most) {
		return fault.New(fault.TooLarge, "it has more than %d MiB", most>>20)
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(in, data); err != nil {
		return err
	}
	return json.Unmarshal(data, message)
}
