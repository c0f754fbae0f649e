package process

import "syscall"

// attributes puts a child into its own process group, so that an interrupt
// typed at the terminal reaches only the sandbox, which then ends the children
// in order; and has the kernel kill it when the sandbox dies.
func attributes(namespaces uintptr) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL, Cloneflags: namespaces}
}
