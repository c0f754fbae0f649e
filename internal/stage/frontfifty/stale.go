package frontfifty

import (
	"bytes"
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// switches are the fields of a pipeline that Deck sets by actions of their own,
// after which it doesn't read the pipeline again.
var switches = []string{"disabled", "locked"}

// freshness is the time by which the store knows that what it has is what the
// one who saves has seen. A pipeline that was saved since it was read, by its
// updateTs, is stale. It isn't where only switches were set since, and what is
// saved sets switches only, or leaves them as they are by now: so someone who
// disables a pipeline in Deck can enable it again, or go on editing it, but
// doesn't enable it unawares when someone else has disabled it.
func (t savePipeline) freshness(ctx context.Context, existing, submitted model.Pipeline) (int64, error) {
	was, ok := model.Int(submitted, "updateTs")
	if !ok {
		if was, ok = model.Int(submitted, "lastModified"); !ok { // Front50's name for it
			return 0, nil // nothing to compare
		}
	}
	is, _ := model.Int(existing, "updateTs")
	if was == is {
		return is, nil
	}
	read, err := t.store.PipelineAsOf(ctx, submitted.ID(), was)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return 0, stage.Failure(stage.HTTPException, err)
	}
	if read != nil && same(contentOf(read), contentOf(existing)) &&
		(same(contentOf(read), contentOf(submitted)) || same(switchesOf(existing), switchesOf(submitted))) {
		return is, nil
	}
	return 0, &stage.Error{Type: "ValidationException", Message: fmt.Sprintf(
		"The submitted pipeline is stale.  submitted updateTs %d does not match stored updateTs %d", was, is)}
}

// contentOf is what a pipeline does: without switches, stamps, its place in the
// list, and what is empty, which Deck's editor adds to what it has read.
func contentOf(p model.Pipeline) map[string]any {
	out := model.Without(model.Without(p, switches...), append([]string{regenerateKey, "index"}, stamps...)...)
	for field, value := range out {
		if value == false || model.IsEmpty(value) {
			delete(out, field)
		}
	}
	return out
}

// switchesOf are the switches that are on.
func switchesOf(p model.Pipeline) map[string]any {
	out := map[string]any{}
	for _, field := range switches {
		if value := p[field]; value != false && !model.IsEmpty(value) {
			out[field] = value
		}
	}
	return out
}

// same compares JSON, in which a number has as many types as there are ways to
// make it.
func same(a, b map[string]any) bool {
	left, errA := model.Marshal(a)
	right, errB := model.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(left, right)
}
