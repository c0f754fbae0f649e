package confine

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
)

// bind has the kernel refuse more memory than a process may take on top of what it
// has, and end this process before others if the machine or container runs out.
func bind(most int64) {
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0o600)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return // watch is left
	}
	_, rest, _ := bytes.Cut(status, []byte("VmData:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return
	}
	data, err := strconv.ParseUint(string(fields[0]), 10, 64)
	if err != nil {
		return
	}
	bound := data<<10 + uint64(most)
	_ = syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: bound, Max: bound})
}
