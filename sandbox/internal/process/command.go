package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// command is the command of a child. A child that is this very program must be
// so even when its file has been replaced by another version in the meantime.
func command(spec Spec) (*exec.Cmd, error) {
	if spec.Path != "" {
		return exec.Command(spec.Path, spec.Args...), nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("process: %w", err)
	}
	name := filepath.Base(self)
	if runtime.GOOS == "linux" {
		self = "/proc/self/exe"
	}
	cmd := exec.Command(self, spec.Args...)
	cmd.Args[0] = name
	return cmd, nil
}
