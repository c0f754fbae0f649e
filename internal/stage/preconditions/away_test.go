package preconditions

import (
	"context"
	"errors"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

type awayClusters struct{ err error }

func (c awayClusters) ServerGroups(context.Context, Cluster) ([]ServerGroup, error) {
	return nil, c.err
}

func TestClusterSizeAsksAgainWhileTheClusterIsAway(t *testing.T) {
	t.Parallel()
	s := &model.Stage{Context: map[string]any{"context": map[string]any{
		"cluster": "app-main", "credentials": "prod", "regions": []any{"eu"}, "comparison": "==", "expected": 1,
	}}}
	in := stage.Input{View: engine.View{Execution: &model.Execution{Application: "app"}, Stage: s}}
	for err, again := range map[error]bool{
		fault.New(fault.Unavailable, "account prod: the cluster can't be reached"): true,
		fault.New(fault.Forbidden, "account prod may not list"):                    false,
		errors.New("a mistake"): false,
	} {
		if _, got := (clusterSizeTask{awayClusters{err}}).Run(t.Context(), in); stage.IsRetryable(got) != again {
			t.Errorf("%v: asked again %v", err, !again)
		}
	}
}
