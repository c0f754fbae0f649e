package rest

import (
	"context"
	"encoding/json"
)

// PerShownByte is how many bytes of memory reading a stored document takes for each
// byte of it: it is decoded, masked and encoded.
const PerShownByte = 5

// Listing is a list whose items are read while it is sent, so that a long one takes
// little memory.
type Listing struct {
	IDs []string
	// Sizes tells how many bytes the items take in the store; nil if they are small.
	Sizes func(ctx context.Context, ids []string) (map[string]int64, error)
	// Read gives the items of these ids, in their order; one that is gone by
	// now is left out.
	Read func(ctx context.Context, ids []string) ([]json.RawMessage, error)
}

// MostRead is how many items of a list are read at a time at most.
const MostRead = 500
