package testkube

import "syscall"

// attributes have the sandbox end with this process, however that ends, and
// not by an interrupt at the terminal before it.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
