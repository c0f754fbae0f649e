package stage_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/gennaker/gennaker/internal/stage"
)

func TestEach(t *testing.T) {
	t.Parallel()
	var running, most atomic.Int32
	errs := stage.Each(20, 3, func(i int) error {
		now := running.Add(1)
		defer running.Add(-1)
		for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
		}
		switch i {
		case 7:
			panic("seven")
		case 8:
			return errors.New("eight")
		}
		return nil
	})
	if most.Load() > 3 {
		t.Errorf("%d ran at a time", most.Load())
	}
	for i, err := range errs {
		if (err != nil) != (i == 7 || i == 8) {
			t.Errorf("%d: %v", i, err)
		}
	}
	var panicked *stage.PanicError
	if !errors.As(errs[7], &panicked) || panicked.Error() != "seven" || len(panicked.Stack) == 0 {
		t.Errorf("a panic is %v", errs[7])
	}
	if got := stage.Each(0, 0, nil); len(got) != 0 {
		t.Errorf("nothing to do gives %v", got)
	}
}
