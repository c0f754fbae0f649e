package packer

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// mask stands where a secret would.
const mask = "******"

const (
	// mostLog is how many bytes of a log are kept as they come, and mostTail how many of
	// the end of one that is longer.
	mostLog  = 1 << 20
	mostTail = 64 << 10
	// longestLine is where a line is broken.
	longestLine = 16 << 10
)

// boundedLog is a log that is written as it comes: line by line, without secrets and
// control characters, up to a size. Of what is beyond, the end is written when it is closed.
type boundedLog struct {
	mu      sync.Mutex
	file    *os.File
	secrets [][]byte
	pending []byte
	written int
	tail    []byte
	omitted int
	err     error
}

func newLog(path string, secrets []string) (*boundedLog, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	l := &boundedLog{file: file}
	for _, s := range secrets {
		l.secrets = append(l.secrets, []byte(s))
	}
	return l, nil
}

// Write takes what Packer says.
func (l *boundedLog) Write(data []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rest := append(l.pending, data...) //nolint:gocritic // what isn't a line yet is pending again
	for {
		end := bytes.IndexByte(rest, '\n') + 1
		if end == 0 && len(rest) >= longestLine {
			// What might be the beginning of a secret stays with what follows.
			rest = l.hide(rest)
			end = max(0, len(rest)-l.longestSecret())
		}
		if end == 0 {
			l.pending = slices.Clone(rest)
			return len(data), nil
		}
		l.line(rest[:end])
		rest = rest[end:]
	}
}

func (l *boundedLog) longestSecret() (most int) {
	for _, s := range l.secrets {
		most = max(most, len(s))
	}
	return most
}

// note writes a sentence of our own.
func (l *boundedLog) note(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line([]byte("gennaker: " + text + "\n"))
}

// hide replaces the secrets.
func (l *boundedLog) hide(text []byte) []byte {
	for _, s := range l.secrets {
		text = bytes.ReplaceAll(text, s, []byte(mask))
	}
	return text
}

// line writes a line, or a part of one that is too long.
func (l *boundedLog) line(text []byte) {
	text = plain(l.hide(text))
	if l.written+len(text) <= mostLog && l.omitted == 0 && l.tail == nil {
		l.written += len(text)
		if _, err := l.file.Write(text); err != nil && l.err == nil {
			l.err = err
		}
		return
	}
	l.tail = append(l.tail, text...)
	if over := len(l.tail) - mostTail; over > mostTail { // not with each line
		l.omitted += over
		l.tail = slices.Clone(l.tail[over:])
	}
}

// plain is the text without what isn't UTF-8, and without control characters.
func plain(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		switch {
		case r == utf8.RuneError && size == 1:
			out = append(out, '?')
		case r == '\n', r == '\t', r >= ' ' && r != 0x7f && (r < 0x80 || r > 0x9f):
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// Close writes what is left.
func (l *boundedLog) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pending) > 0 {
		l.line(append(l.pending, '\n'))
	}
	if l.tail != nil {
		if over := len(l.tail) - mostTail; over > 0 {
			l.omitted += over
			l.tail = l.tail[over:]
		}
		if l.omitted > 0 {
			_, l.err = fmt.Fprintf(l.file, "gennaker: %d bytes of the log are left out here.\n", l.omitted)
		}
		// It may begin within a character.
		if _, err := l.file.Write(plain(l.tail)); err != nil {
			l.err = err
		}
	}
	if err := l.file.Close(); err != nil && l.err == nil {
		l.err = err
	}
	return l.err
}

// shortestSecret is how long a text must be to be looked for in logs: others would be
// found where they aren't meant.
const shortestSecret = 4

// hidden are the texts that logs don't show: the secrets, line by line, and what the
// environment has under the names of secrets; the longest first.
func hidden(secrets map[string]string, environment []string) []string {
	var out []string
	add := func(value string) {
		for part := range strings.SplitSeq(value, "\n") {
			if part = strings.TrimSpace(part); len(part) >= shortestSecret {
				out = append(out, part)
			}
		}
	}
	for _, value := range secrets {
		add(value)
	}
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		name = strings.ToUpper(name)
		for _, word := range []string{"SECRET", "TOKEN", "PASSWORD", "PASSPHRASE", "_KEY"} {
			if strings.Contains(name, word) {
				add(value)
				break
			}
		}
	}
	slices.SortFunc(out, func(a, b string) int { return len(b) - len(a) })
	return out
}
