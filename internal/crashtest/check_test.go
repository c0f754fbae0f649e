package crashtest

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/model"
)

// waitComplete waits until every execution has ended.
func waitComplete(t *testing.T, p *process, ids []string) {
	t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for _, id := range ids {
		for !complete(t, p, id) {
			if time.Now().After(deadline) {
				t.Fatalf("execution %s does not end", id)
			}
			<-time.After(20 * time.Millisecond)
		}
	}
}

func complete(t *testing.T, p *process, id string) bool {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+p.address+"/pipelines/"+id, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	var e model.Execution
	if response.StatusCode != http.StatusOK || json.NewDecoder(response.Body).Decode(&e) != nil {
		return false
	}
	return e.Status.Complete()
}

// checkAll checks that the started executions are all there and each of their
// stages ended well.
func checkAll(t *testing.T, executions []*model.Execution, ids []string) {
	t.Helper()
	byID := map[string]*model.Execution{}
	for _, e := range executions {
		byID[e.ID] = e
	}
	for _, id := range ids {
		e := byID[id]
		if e == nil {
			t.Errorf("execution %s is lost", id)
			continue
		}
		if e.Status != model.Succeeded || len(e.Stages) != 8 {
			t.Errorf("execution %s ended %s with %d stages", id, e.Status, len(e.Stages))
		}
		for _, s := range e.Stages {
			if s.Status != model.Succeeded {
				t.Errorf("execution %s: stage %s is %s: %v", id, s.RefID, s.Status, s.Context["exception"])
			}
		}
	}
}
