// Package confine does work on input that isn't trusted, such as rendering the
// templates of a chart, in a child process that runs this same program. The kernel
// bounds the child's memory, and the child ends when its time is up. It sees neither
// the environment nor the memory of its parent, and finds no programs to run.
package confine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// Bounds are what a child may take.
type Bounds struct {
	// Memory is in bytes, on top of what the program takes when it starts.
	Memory int64
	Time   time.Duration
}

// DefaultBounds are those of renderers: 256 MiB, and two minutes.
var DefaultBounds = Bounds{Memory: 256 << 20, Time: 2 * time.Minute}

// AtOnce is how many children of one kind work at the same time; others wait.
const AtOnce = 2

// Kind is a kind of work. Its owner makes one with [New] and calls [Kind.Serve] in its
// init function.
type Kind struct {
	// Name tells the kinds of a program apart, and Subject what errors are about, such
	// as "chart".
	Name, Subject string
	// Advice says what to look for if the work takes too much memory.
	Advice string
	Work   Work
	// Warm, if set, is called before a child reads its input: it does what the first work
	// does once, such as to compile expressions, while the child waits.
	Warm func()

	places chan struct{}
	spare  *spares
}

// New makes a kind of work.
func New(k Kind) *Kind {
	k.places, k.spare = make(chan struct{}, AtOnce), &spares{}
	return &k
}

// Answerer answers what a child asks.
type Answerer func(ctx context.Context, question json.RawMessage) (answer any, err error)

// Do has a child do the work, and decodes its output. Faults of the input are Invalid.
// answers may be nil if the child asks nothing.
func (k *Kind) Do(ctx context.Context, b Bounds, input any, answers Answerer, output any) error {
	select {
	case k.places <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	leave, ended := func() { <-k.places }, true
	defer func() {
		if ended {
			leave()
		}
	}()
	encoded, err := json.Marshal(input)
	if err != nil {
		return fmt.Errorf("encode the %s: %w", k.Subject, err)
	}
	within, cancel := context.WithTimeout(ctx, b.Time)
	defer cancel()
	child, err := k.take(within)
	if err != nil {
		return fmt.Errorf("render the %s: %w", k.Subject, err)
	}
	said, err := child.ask(within, order{Input: encoded, Memory: b.Memory}, answers)
	var end error
	if err == nil {
		// It has nothing more to say, and takes its place until it has ended.
		ended = false
		go func() {
			defer leave()
			_ = child.end()
		}()
	} else {
		end = child.end()
	}
	k.refill() //nolint:contextcheck // the spare child is for others
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case within.Err() != nil:
		return fault.New(fault.Invalid, "%s: rendering took longer than %s", k.Subject, b.Time)
	case fault.KindOf(err) == fault.TooLarge:
		return fault.New(fault.TooLarge, "%s: it renders to more than %d MiB", k.Subject, limit.Inflated>>20)
	case err != nil && child.outOfMemory(end):
		return fault.New(fault.Invalid, "%s: rendering took more than %d MiB of memory; %s", k.Subject, b.Memory>>20, k.Advice)
	case err != nil:
		return fmt.Errorf("render the %s: %w", k.Subject, errors.Join(err, end, child.said()))
	case said.Fault != "":
		return fault.New(said.Kind, "%s", said.Fault)
	}
	if err := json.Unmarshal(said.Output, output); err != nil {
		return fmt.Errorf("read what rendering the %s gave: %w", k.Subject, err)
	}
	return nil
}
