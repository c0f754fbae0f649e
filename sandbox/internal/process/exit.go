package process

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
)

// tailBytes is how much of a log's end is read to find its last lines.
const tailBytes = 16 << 10

// ExitError says that a child ended on its own, and what it said last.
type ExitError struct {
	Name      string
	Cause     error // nil when it ended with exit code 0
	LogPath   string
	LastLines []string
}

func (e *ExitError) Error() string {
	how := "exit status 0"
	if e.Cause != nil {
		how = e.Cause.Error()
	}
	msg := fmt.Sprintf("%s ended unexpectedly (%s)", e.Name, how)
	if len(e.LastLines) == 0 {
		return msg + " and logged nothing"
	}
	return msg + "; its last lines:\n  " + strings.Join(e.LastLines, "\n  ")
}

func (e *ExitError) Unwrap() error { return e.Cause }

// AddressInUse reports whether the child ended because another program had
// taken one of its ports in the meantime.
func (e *ExitError) AddressInUse() bool {
	return bytes.Contains(tail(e.LogPath), []byte("address already in use"))
}

// Tail returns up to n last lines of a log file.
func Tail(path string, n int) []string {
	text := strings.TrimRight(string(tail(path)), "\n")
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	return lines[max(0, len(lines)-n):]
}

func tail(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size() > tailBytes {
		if _, err := f.Seek(-tailBytes, io.SeekEnd); err != nil {
			return nil
		}
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return nil
	}
	return data
}
