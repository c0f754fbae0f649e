package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Size is a number of bytes. It is written as 10MB, 512KB, 1GB or as a plain
// number of bytes; the units are powers of 1024, as in Spring.
type Size int64

// The units.
const (
	KB Size = 1 << 10
	MB Size = 1 << 20
	GB Size = 1 << 30
)

var sizeUnits = []struct {
	suffix string
	size   Size
}{
	// The longer suffixes stand first, so that "B" is tried last.
	{"KIB", KB}, {"MIB", MB}, {"GIB", GB},
	{"KB", KB}, {"MB", MB}, {"GB", GB},
	{"K", KB}, {"M", MB}, {"G", GB},
	{"B", 1},
}

// parseSize reads a size.
func parseSize(text string) (Size, error) {
	number, unit := strings.ToUpper(strings.TrimSpace(text)), Size(1)
	for _, u := range sizeUnits {
		if rest, ok := strings.CutSuffix(number, u.suffix); ok {
			number, unit = strings.TrimSpace(rest), u.size
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not a size such as 10MB", text)
	}
	if n > math.MaxInt64/int64(unit) {
		return 0, fmt.Errorf("%q is too large", text)
	}
	return Size(n) * unit, nil
}

// String writes the size with the largest unit that divides it.
func (s Size) String() string {
	switch {
	case s == 0:
		return "0"
	case s%GB == 0:
		return fmt.Sprintf("%dGB", s/GB)
	case s%MB == 0:
		return fmt.Sprintf("%dMB", s/MB)
	case s%KB == 0:
		return fmt.Sprintf("%dKB", s/KB)
	}
	return fmt.Sprintf("%d", int64(s))
}

// UnmarshalText reads a size.
func (s *Size) UnmarshalText(text []byte) error {
	size, err := parseSize(string(text))
	*s = size
	return err
}

// MarshalText writes the size.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
