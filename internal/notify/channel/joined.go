package channel

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// joined sends to everyone, whatever becomes of the others, and gives one error for
// all that failed.
func joined(to []string, send func(to string) error) error {
	var errs []error
	for _, one := range to {
		if err := send(one); err != nil {
			errs = append(errs, err)
		}
	}
	switch {
	case len(errs) == 0:
		return nil
	case len(errs) == 1 && len(to) == 1:
		return errs[0]
	}
	texts := make([]string, len(errs))
	for i, err := range errs {
		texts[i] = err.Error()
	}
	err := fmt.Errorf("%d of %d failed: %s", len(errs), len(to), strings.Join(texts, "; "))
	if fault.KindOf(errs[0]) == fault.Invalid {
		return fault.New(fault.Invalid, "%s", err)
	}
	if busy, ok := errors.AsType[*BusyError](errs[0]); ok {
		return &BusyError{busy.After, err}
	}
	return err
}
