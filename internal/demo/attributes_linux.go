package demo

import "syscall"

// childAttributes keep Ctrl-C at the terminal from reaching the child before
// its time, and have it end with this process however that ends.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
