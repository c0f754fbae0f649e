package packer

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// attributes give Packer a group of its own, and have the kernel tell it to stop if its
// supervisor is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}

// born is when a process was started, as the kernel counts; "" if there is none.
func born(pid int) string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The name in parentheses may have spaces; what follows begins with the third field.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	const start = 22 - 3
	if len(fields) <= start {
		return ""
	}
	return string(fields[start])
}
