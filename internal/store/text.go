package store

import (
	"strings"
	"unicode/utf8"

	"github.com/gennaker/gennaker/internal/fault"
)

// storable refuses texts that PostgreSQL can't hold, whatever the database:
// what can be stored doesn't depend on where. A NUL within a JSON document is
// escaped there, and no problem.
func storable(args []any) error {
	for _, arg := range args {
		switch arg := arg.(type) {
		case string:
			if err := storableText(arg); err != nil {
				return err
			}
		case []string:
			for _, text := range arg {
				if err := storableText(text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func storableText(text string) error {
	if strings.IndexByte(text, 0) >= 0 {
		return fault.New(fault.Invalid, "%.100q contains a NUL character, which is not allowed", text)
	}
	if !utf8.ValidString(text) {
		return fault.New(fault.Invalid, "%.100q is not valid UTF-8", text)
	}
	return nil
}
