package server

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestDroppable: pages that were written to before they became read-only are kept, such as
// those in which a linker notes where functions are.
func TestDroppable(t *testing.T) {
	t.Parallel()
	smaps := func(mappings ...string) string {
		var out strings.Builder
		for _, m := range mappings {
			head, anonymous, _ := strings.Cut(m, "|")
			out.WriteString(head + "\nSize:                4 kB\nAnonymous:      " + anonymous + " kB\nVmFlags: rd mr mw me \n")
		}
		return out.String()
	}
	got := droppable(strings.NewReader(smaps(
		"00400000-00500000 r-xp 00000000 fd:00 42 /bin/gennaker|0",
		"00500000-00600000 r--p 00100000 fd:00 42 /bin/gennaker|0",
		"00600000-00601000 r--p 00200000 fd:00 42 /bin/gennaker|4", // RELRO
		"00601000-00700000 rw-p 00201000 fd:00 42 /bin/gennaker|0",
		"00700000-00800000 rw-p 00000000 00:00 0 |256",
		"7f0000000000-7f0000100000 r--s 00000000 fd:00 43 /data/gennaker.db|0",
		"7f0000100000-7f0000200000 r--p 00000000 fd:00 44 /lib/libc.so.6|0",
		"7f0000200000-7f0000300000 r--s 00000000 00:01 45 anon_inode:[perf]|0",
	)), "/bin/gennaker")
	require.Equal(t, []mapping{
		{0x400000, 0x500000, unix.MADV_DONTNEED}, {0x500000, 0x600000, unix.MADV_DONTNEED}, {0x7f0000000000, 0x7f0000100000, unix.MADV_PAGEOUT},
	}, got)
}
