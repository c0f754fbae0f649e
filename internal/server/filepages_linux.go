package server

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// residentMemory is how much memory the process takes, in bytes; 0 if that can't
// be found out.
func residentMemory() int64 {
	text, err := os.ReadFile("/proc/self/statm") // in pages: size, resident, ...
	if err != nil {
		return 0
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(text), &size, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}

// dropFilePages lets go of the pages of files that work has touched and that are
// only read: of the program itself, as initialising a hundred packages reads most
// of it once, and of the database, which SQLite maps. Those that are needed come
// back from the page cache as they are used. If that can't be done, nothing is
// lost.
func dropFilePages() {
	self, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		// address permissions offset device inode path
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 || strings.Contains(fields[1], "w") {
			continue // what has been written to is nowhere else
		}
		// Private pages of libraries may have been written to, too.
		if shared := strings.HasSuffix(fields[1], "s") && strings.HasPrefix(fields[5], "/"); fields[5] != self && !shared {
			continue
		}
		var from, to uintptr
		if _, err := fmt.Sscanf(fields[0], "%x-%x", &from, &to); err == nil {
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED) // an advice
		}
	}
}
