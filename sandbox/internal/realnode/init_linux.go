package realnode

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gennaker/gennaker/sandbox/internal/component"
	"github.com/gennaker/gennaker/sandbox/internal/process"
)

// Main is the node's init: process 1 of its namespaces. It returns the
// process's exit code; when it ends, the kernel ends everything in the node.
func Main(args []string) int {
	go component.EndWithInput(os.Stdin)
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "a real node is started by its sandbox only")
		return 2
	}
	if err := runInit(args[0]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func runInit(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, planFile))
	if err != nil {
		return err
	}
	var p Plan
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	if os.Getpid() != 1 {
		return errors.New("a real node needs namespaces of its own")
	}
	if err := arrangeMounts(&p); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(Name)); err != nil {
		return fmt.Errorf("host name: %w", err)
	}
	if err := configureNodeEnd(&p); err != nil {
		return err
	}
	if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
		return fmt.Errorf("forwarding: %w", err)
	}
	if err := createCgroups(p.cgroup()); err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)

	supervisor, err := process.NewSupervisor(p.Logs)
	if err != nil {
		return err
	}
	for _, spec := range []process.Spec{
		{Name: "containerd", Path: p.Tools.Containerd, Args: []string{"--config", p.path("containerd.toml")}},
		{Name: component.Kubelet, Args: component.Args(component.Kubelet, kubeletFlags(&p))},
		{Name: component.KubeProxy, Args: component.Args(component.KubeProxy, []string{"--config=" + p.path("kube-proxy.yaml")})},
	} {
		if spec.Name == component.Kubelet {
			if err := waitForSocket(supervisor, p.containerdSocket()); err != nil {
				return err
			}
		}
		if _, err := supervisor.Start(spec); err != nil {
			return err
		}
	}
	go reapOrphans(supervisor)
	select {
	case <-stop:
		return nil
	case exit := <-supervisor.Exits():
		return exit
	}
}

// waitForSocket: a kubelet that finds no runtime ends at once.
func waitForSocket(s *process.Supervisor, path string) error {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		select {
		case exit := <-s.Exits():
			return exit
		case <-time.After(10 * time.Millisecond):
		}
	}
	return errors.New("containerd did not start")
}

// reapOrphans buries the processes whose parents have ended, such as the
// shims of containers. It must not take the children of the supervisor, for
// which that waits itself.
func reapOrphans(s *process.Supervisor) {
	died := make(chan os.Signal, 1)
	signal.Notify(died, syscall.SIGCHLD)
	tick := time.NewTicker(time.Second) // for those it looked past
	for {
		select {
		case <-died:
		case <-tick.C:
		}
		for _, pid := range zombies() {
			if !s.Owns(pid) {
				_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
			}
		}
	}
}
