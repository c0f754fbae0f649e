package realnode

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/gennaker/gennaker/sandbox/internal/images"
)

// namespaces are the kinds of namespaces that a node has of its own.
const namespaces = syscall.CLONE_NEWNS | syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWUTS | syscall.CLONE_NEWIPC

// Check says why this machine can't run a real node, if so.
func Check() error {
	_, err := check()
	return err
}

func check() (Tools, error) {
	if os.Geteuid() != 0 {
		return Tools{}, errors.New("a real node needs root")
	}
	if err := images.Check(); err != nil {
		return Tools{}, err
	}
	tools, err := findTools()
	if err != nil {
		return Tools{}, err
	}
	probe := exec.Command("/bin/true")
	probe.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces}
	if err := probe.Run(); err != nil {
		return Tools{}, fmt.Errorf("a real node needs namespaces of its own: %w", err)
	}
	if err := checkCgroups(); err != nil {
		return Tools{}, err
	}
	return tools, nil
}

func checkCgroups() error {
	roots, err := cgroupRoots()
	if err != nil {
		return err
	}
	for _, root := range roots {
		probe := filepath.Join(root, fmt.Sprintf("%sprobe-%d", cgroupPrefix, os.Getpid()))
		if err := os.Mkdir(probe, 0o755); err != nil {
			return fmt.Errorf("a real node needs control groups of its own: %w", err)
		}
		if err := os.Remove(probe); err != nil {
			return err
		}
	}
	return nil
}
