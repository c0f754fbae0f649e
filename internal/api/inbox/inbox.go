// Package inbox is the area of the API about what waits for the caller: approvals,
// applications with trouble, accounts that don't work, failures of what they started. Spinnaker has nothing like it.
//
// What a person has done with an item is not known here: an item is there as long as its
// cause is.
package inbox

import (
	"context"
	_ "embed"
	"net/http"
	"time"

	"github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// The bounds of an answer, so that it costs little however much there is.
const (
	// mostActive is how many active runs are looked at for approvals.
	mostActive = 500
	// mostFailures is how many failed runs are listed, and failureAge how old they may be.
	mostFailures = 50
	failureAge   = 7 * 24 * time.Hour
	// mostApplications is how many applications are looked at for trouble, atOnce how many
	// in one question.
	mostApplications, atOnce = 2000, 500
	// mostOfOthers is how many items of each other kind are listed.
	mostOfOthers = 200
)

// Runs reads runs; what Secrets hold is hidden.
type Runs interface {
	ExecutionRefs(ctx context.Context, f store.ExecutionFilter) ([]store.ExecutionRef, error)
	Executions(ctx context.Context, f store.ExecutionFilter) ([]*model.Execution, error)
	RunNumbers(ctx context.Context, ids []string) (map[string]int64, error)
}

// States tell how accounts are, as was found last.
type States interface {
	States(ctx context.Context) ([]account.State, error)
}

// Clouds tell what runs, and how it is doing.
type Clouds interface {
	// ApplicationAccounts gives the accounts that each application has something in, by
	// the application's name in lower case.
	ApplicationAccounts(ctx context.Context) (map[string][]string, error)
	// ApplicationHealth is how applications are doing, in the order of the names.
	ApplicationHealth(ctx context.Context, names []string) ([]view.ApplicationHealth, error)
}

// Deps are what the area uses.
type Deps struct {
	Runs Runs
	// Clouds is nil if there are none.
	Clouds Clouds
	// States is nil if nobody knows.
	States States
	Now    func() time.Time
}

//go:embed schemas.json
var schemasJSON []byte

type area struct{ Deps }

// New returns the area.
func New(d Deps) rest.Area {
	if d.Now == nil {
		d.Now = time.Now
	}
	a := &area{d}
	return rest.Area{Schemas: schemasJSON, Routes: []rest.Route{{
		Method: http.MethodGet, Path: "/inbox", Name: "getInbox", Needs: rest.Anyone, Tag: "Inbox",
		Summary: "What waits for you: approvals, applications with trouble, accounts that don't work, failures of what you started",
		Result:  rest.Ref("Inbox"), Serve: a.inbox,
	}}}
}

// The kinds of items.
const (
	kindApproval = "approval"
	kindRollout  = "rollout"
	kindAccount  = "account"
	kindFailure  = "failure"
)

// item is one thing that waits for a person. Which fields it has depends on its kind.
type item struct {
	// ID is the same as long as the cause is: a run that fails again is another item.
	ID   string `json:"id"`
	Kind string `json:"kind"`
	// Time is when it came up, in milliseconds since the epoch; 0 if that isn't known.
	Time        int64  `json:"time,omitempty"`
	Application string `json:"application,omitempty"`
	// The run, and the stage that waits or has failed.
	ExecutionID string `json:"executionId,omitempty"`
	Pipeline    string `json:"pipeline,omitempty"`
	Number      int64  `json:"number,omitempty"`
	StageID     string `json:"stageId,omitempty"`
	StageName   string `json:"stageName,omitempty"`
	// The account.
	Account     string `json:"account,omitempty"`
	AccountType string `json:"accountType,omitempty"`
	// Reason is why in one word, Message in a sentence.
	Reason  string `json:"reason,omitempty"`
	Message string `json:"message,omitempty"`
}

// answer is the whole inbox.
type answer struct {
	Items []item `json:"items"`
	// Truncated says that there is more than is listed.
	Truncated bool `json:"truncated"`
}

// inbox lists what others wait for first; of a kind the newest first.
func (a *area) inbox(r *http.Request) (any, error) {
	out := answer{Items: []item{}}
	for _, add := range []func(context.Context, *answer) error{
		a.approvals, a.rollouts, a.accounts,
		func(ctx context.Context, out *answer) error { return a.failures(ctx, out, rest.User(r).Name) },
	} {
		if err := add(r.Context(), &out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// take adds the items of a kind, as many as may be.
func (out *answer) take(items []item, most int) {
	if len(items) > most {
		items, out.Truncated = items[:most], true
	}
	out.Items = append(out.Items, items...)
}
