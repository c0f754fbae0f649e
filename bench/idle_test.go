package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkIdle reports what a server costs that has nothing to do: how long
// it takes to be ready (on an existing database), its memory, and the share of
// a core it uses.
func BenchmarkIdle(b *testing.B) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		b.Skip("needs Linux's /proc")
	}
	dir := b.TempDir()
	serve(b, dir, "").stop()
	for b.Loop() {
		s := serve(b, dir, "")
		<-time.After(3 * time.Second)
		before := ticks(b, s)
		const watch = 10 * time.Second
		<-time.After(watch)
		b.ReportMetric(float64(s.started.Milliseconds()), "ready-ms")
		b.ReportMetric(memory(b, s), "RSS-MB")
		b.ReportMetric(100*float64(ticks(b, s)-before)/100/watch.Seconds(), "cpu-%")
		s.stop()
	}
}

// memory is a process's resident memory in megabytes.
func memory(b *testing.B, s *server) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "VmRSS:" {
			kb, _ := strconv.ParseFloat(fields[1], 64)
			return kb / 1024
		}
	}
	b.Fatal("the process has no VmRSS")
	return 0
}

// ticks is the processor time a process has used, in hundredths of a second.
func ticks(b *testing.B, s *server) int64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return user + system
}
