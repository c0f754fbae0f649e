package model

import (
	"time"

	"github.com/oklog/ulid/v2"
)

// NewID returns a ULID: ids made later sort after ids made earlier, to the
// millisecond.
func NewID(at time.Time) string {
	return ulid.MustNew(ulid.Timestamp(at), ulid.DefaultEntropy()).String()
}

// Millis is a time as Spinnaker writes it: milliseconds since the epoch.
func Millis(at time.Time) int64 { return at.UnixMilli() }
