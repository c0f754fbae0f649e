package server

import (
	"bufio"
	"fmt"
	"io"
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
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer maps.Close()
	for _, m := range droppable(maps, self) {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.from, m.to-m.from, m.advice) // an advice
	}
}

// mapping is a part of the process's memory, with what the system is to do with it. The
// program's own stay where they are. A database's may be gone by now, and something else in
// their place: they are only reclaimed, which loses nothing whatever is there.
type mapping struct{ from, to, advice uintptr }

// droppable finds the mappings of files whose pages are all in the files too, in the text
// of /proc/self/smaps. self is the program's path.
func droppable(smaps io.Reader, self string) (out []mapping) {
	var m mapping
	wanted := false
	for lines := bufio.NewScanner(smaps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) >= 5 && !strings.HasSuffix(fields[0], ":"):
			// address permissions offset device inode path
			_, err := fmt.Sscanf(fields[0], "%x-%x", &m.from, &m.to)
			wanted = err == nil && len(fields) > 5 && !strings.Contains(fields[1], "w")
			switch {
			case wanted && fields[5] == self && strings.HasSuffix(fields[1], "p"):
				m.advice = unix.MADV_DONTNEED
			case wanted && strings.HasSuffix(fields[1], "s") && strings.HasPrefix(fields[5], "/"):
				m.advice = unix.MADV_PAGEOUT
			default:
				wanted = false
			}
		case wanted && len(fields) > 1 && fields[0] == "Anonymous:":
			// What was written to is nowhere else: a linker writes where functions are to the
			// program's pages before it makes them read-only.
			if fields[1] == "0" {
				out = append(out, m)
			}
			wanted = false
		}
	}
	return out
}
