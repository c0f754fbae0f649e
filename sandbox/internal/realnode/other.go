//go:build !linux

package realnode

import (
	"context"
	"errors"

	"github.com/gennaker/gennaker/sandbox/internal/images"
	"github.com/gennaker/gennaker/sandbox/internal/process"
)

var errLinux = errors.New("a real node needs Linux")

// Node is a real node, seen from the machine.
type Node struct {
	*Plan
	Registry *images.Registry
}

// Check says why this machine can't run a real node.
func Check() error { return errLinux }

// New says why this machine can't run a real node.
func New(_, _, _ string) (*Node, error) { return nil, errLinux }

// Start is never called.
func (n *Node) Start(context.Context, *process.Supervisor, string) error { return errLinux }

// Clean is never called.
func (n *Node) Clean() error { return errLinux }

// Main is never called.
func Main([]string) int { return 2 }
