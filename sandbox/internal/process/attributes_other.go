//go:build !linux

package process

import "syscall"

// attributes puts a child into its own process group. That it ends with the
// sandbox is left to its standard input, see Supervisor.
func attributes(uintptr) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
