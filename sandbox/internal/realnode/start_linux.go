package realnode

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/gennaker/gennaker/sandbox/internal/component"
	"github.com/gennaker/gennaker/sandbox/internal/images"
	"github.com/gennaker/gennaker/sandbox/internal/process"
)

// Node is a real node, seen from the machine.
type Node struct {
	*Plan
	Registry *images.Registry
	child    *process.Child
}

// New plans a node and makes its link to this machine.
func New(dir, logs, keep string) (*Node, error) {
	tools, err := check()
	if err != nil {
		return nil, err
	}
	sweepCgroups()
	hash := fnv.New32a()
	_, _ = io.WriteString(hash, dir)
	plan := &Plan{Index: int(hash.Sum32() % maxNodes), Dir: dir, Logs: logs, Keep: keep, Tools: tools}
	if err := createLink(plan); err != nil {
		return nil, err
	}
	return &Node{Plan: plan}, nil
}

// Start starts the node, and whatever it needs from this machine: a registry,
// and a way to the API server, which listens on the loopback interface only.
func (n *Node) Start(ctx context.Context, s *process.Supervisor, apiServer string) error {
	var err error
	if n.Registry, err = images.NewRegistry(ctx, "127.0.0.1"); err != nil {
		return err
	}
	_, port, err := net.SplitHostPort(n.Registry.Address())
	if err != nil {
		return err
	}
	if n.RegistryPort, err = strconv.Atoi(port); err != nil {
		return err
	}
	if _, err := n.Registry.Serve(ctx, net.JoinHostPort(n.HostIP(), port)); err != nil {
		return err
	}
	_, port, err = net.SplitHostPort(apiServer)
	if err != nil {
		return err
	}
	if err := forward(ctx, net.JoinHostPort(n.HostIP(), port), apiServer); err != nil {
		return err
	}
	if err := writeConfigs(n.Plan); err != nil {
		return err
	}
	n.child, err = s.Start(process.Spec{
		Name:       Component,
		Args:       component.Args(Component, []string{n.Dir}),
		Namespaces: namespaces,
	})
	if err != nil {
		return err
	}
	return moveLink(n.Plan, n.child.PID())
}

// Clean removes what a node leaves behind when its processes have ended.
func (n *Node) Clean() error {
	removeLink(n.Plan)
	// The kernel takes a moment to forget the processes of a control group.
	if err := within(5*time.Second, 10*time.Millisecond, func() error { return removeCgroups(n.cgroup()) }); err != nil {
		return fmt.Errorf("real node: %w", err)
	}
	return nil
}

// within tries again and again, for things of the kernel that can't be waited
// for, and gives up with the last error.
func within(patience, every time.Duration, try func() error) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	deadline := time.Now().Add(patience)
	for {
		err := try()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		<-ticker.C
	}
}

// forward passes connections to one address on to another until ctx ends.
func forward(ctx context.Context, from, to string) error {
	listener, err := net.Listen("tcp", from)
	if err != nil {
		return fmt.Errorf("real node: %w", err)
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go pass(conn, to)
			}
		}
	}()
	return nil
}

// pass copies both ways until both sides have said all.
func pass(client net.Conn, to string) {
	defer client.Close()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	done := make(chan struct{}, 2)
	oneWay := func(dst, src net.Conn) {
		_, _ = io.Copy(dst, src)
		if c, ok := dst.(*net.TCPConn); ok {
			_ = c.CloseWrite()
		}
		done <- struct{}{}
	}
	go oneWay(server, client)
	go oneWay(client, server)
	<-done
	<-done
}
