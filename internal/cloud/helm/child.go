package helm

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	// childVariable makes a process that has it in its environment a child.
	childVariable = "GENNAKER_RENDER_CHART"
	// exitMemory is the exit code of a child that takes too much memory.
	exitMemory = 3
	// watchMemory is how often a child looks at its memory.
	watchMemory = 5 * time.Millisecond
)

// order is what a child is to do.
type order struct {
	Request Request
	// Memory is how many bytes the child may take.
	Memory    int64
	CanLookUp bool
}

// answer is what a child says: what it wants to look up, or how it ended.
type answer struct {
	LookUp  *wanted         `json:",omitempty"`
	Release json.RawMessage `json:",omitempty"`
	CRDs    []file          `json:",omitempty"`
	Kind    fault.Kind      `json:",omitempty"`
	Fault   string          `json:",omitempty"`
}

type wanted struct{ APIVersion, Kind, Namespace, Name string }

type found struct {
	Object map[string]any
	Fault  string
}

type file struct {
	Name string
	Data []byte
}

// A child is this program, or a test's: whatever it is, it serves before it does
// anything else.
func init() { //nolint:gochecknoinits // so that the programs of tests can be children as well
	if os.Getenv(childVariable) == "" {
		return
	}
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serve is a child's life: it reads its order, renders and answers.
func serve(in io.Reader, out io.Writer) error {
	var o order
	if err := receive(in, &o, 2*limit.Archive); err != nil {
		return fmt.Errorf("read what to do: %w", err)
	}
	bind(o.Memory)
	debug.SetMemoryLimit(o.Memory * 3 / 4)
	go watch(o.Memory)
	replies := make(chan found)
	go func() {
		for {
			var f found
			if receive(in, &f, limit.Archive) != nil {
				os.Exit(1) //nolint:revive // nobody wants the answer any more
			}
			f.Object, _ = model.Plain(f.Object).(map[string]any)
			replies <- f
		}
	}()
	var find lookup
	if o.CanLookUp {
		var one sync.Mutex
		find = func(apiVersion, kind, namespace, name string) (map[string]any, error) {
			one.Lock()
			defer one.Unlock()
			if err := send(out, answer{LookUp: &wanted{apiVersion, kind, namespace, name}}); err != nil {
				return nil, err
			}
			f := <-replies
			if f.Fault != "" {
				return f.Object, errors.New(f.Fault)
			}
			return f.Object, nil
		}
	}
	return send(out, work(o.Request, find))
}

// work renders a chart.
func work(r Request, find lookup) answer {
	if r.Values != nil {
		r.Values, _ = model.Plain(r.Values).(map[string]any)
	}
	made, err := build(r, find)
	if err != nil {
		return answer{Kind: fault.KindOf(err), Fault: err.Error()}
	}
	var out answer
	if out.Release, err = json.Marshal(made); err != nil {
		return answer{Kind: fault.Invalid, Fault: "chart: it can't be recorded: " + err.Error()}
	}
	for _, inner := range made.Chart.Dependencies() {
		for _, crd := range inner.CRDObjects() {
			out.CRDs = append(out.CRDs, file{path.Join("crds", crd.Filename), crd.File.Data})
		}
	}
	return out
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
		return fault.New(fault.TooLarge, "chart: it renders to more than %d MiB", most>>20)
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(in, data); err != nil {
		return err
	}
	return model.Unmarshal(data, message)
}
