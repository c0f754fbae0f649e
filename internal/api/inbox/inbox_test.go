package inbox_test

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/api/applications"
	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store"
)

type object = apitest.Object

// broken is an account that doesn't work, beside others that do or that nobody knows of.
type broken struct{}

var brokenSince = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func (broken) States(context.Context) ([]account.State, error) {
	return []account.State{
		{Type: "kubernetes", Name: "fine", Conditions: []resource.Condition{{Type: resource.Ready, Status: resource.True}}},
		{Type: "kubernetes", Name: "prod", Conditions: []resource.Condition{
			{Type: "Reachable", Status: resource.False},
			{Type: resource.Ready, Status: resource.False, Reason: "AuthenticationFailed", Message: "the token has expired", LastTransitionTime: brokenSince},
		}},
		{Type: "artifacts.helm", Name: "new"},
	}, nil
}

// clouds run an application that is fine and one that isn't.
type clouds struct{ applications.Clouds }

func (clouds) ApplicationAccounts(context.Context) (map[string][]string, error) {
	return map[string][]string{"shop": {"prod"}, "fine": {"prod"}}, nil
}

func (clouds) ApplicationHealth(_ context.Context, names []string) ([]view.ApplicationHealth, error) {
	out := make([]view.ApplicationHealth, len(names))
	for i, name := range names {
		out[i] = view.ApplicationHealth{Application: name, HealthStatus: view.OK}
		if name == "shop" {
			worst := view.HealthStatus{State: view.StateFailed, Reason: "ImagePullBackOff", Message: "The image can't be pulled."}
			out[i].HealthStatus, out[i].Worst = view.HealthStatus{State: view.StateDegraded, Message: "1 of 2 workloads have trouble."}, worst
		}
	}
	return out, nil
}

func TestInboxOfRollouts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Running, d.Accounts.States = clouds{}, broken{} })
	found := items(k)
	require.Len(t, found, 2)
	require.Equal(t, object{
		"id": "rollout:shop:ImagePullBackOff", "kind": "rollout", "application": "shop",
		"reason": "ImagePullBackOff", "message": "1 of 2 workloads have trouble.",
	}, found[0])
	require.Equal(t, "account", found[1]["kind"])
}

func items(k *apitest.Kit, headers ...string) []object {
	k.T.Helper()
	answer := k.Call(http.MethodGet, "/inbox", nil, headers...).Is(http.StatusOK).Object()
	var out []object
	for _, entry := range answer["items"].([]any) {
		out = append(out, entry.(object))
	}
	return out
}

func ofKind(all []object, kind string) []object {
	return slices.DeleteFunc(slices.Clone(all), func(i object) bool { return i["kind"] != kind })
}

func TestInboxOfRuns(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	require.Empty(t, items(k))
	now := time.Now().UnixMilli()
	insert := func(id, user string, status model.Status, built int64, stages ...*model.Stage) {
		t.Helper()
		e := &model.Execution{
			Type: model.PipelineExecution, ID: id, Application: "shop", Name: "Ship " + id, PipelineConfigID: "config-" + id, Status: status,
			BuildTime: built, StartTime: built, EndTime: built + 5, Authentication: &model.Authentication{User: user}, Trigger: object{"type": "manual", "user": user}, Stages: stages,
		}
		require.NoError(t, k.Store.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.InsertExecution(ctx, e) }))
	}
	stage := func(kind, name string, status model.Status) *model.Stage {
		return &model.Stage{ID: name, RefID: name, Type: kind, Name: name, Status: status, StartTime: now - 100}
	}
	insert("waits", "bob", model.Running, now-1000, stage("wait", "before", model.Succeeded), stage("manualJudgment", "Release?", model.Running), stage("manualJudgment", "later", model.NotStarted))
	insert("mine", "ann", model.Terminal, now-2000, stage("wait", "fine", model.Succeeded), stage("webhook", "Notify", model.Terminal))
	insert("early", "ann", model.Terminal, now-3000)
	insert("theirs", "bob", model.Terminal, now-1500)
	insert("old", "ann", model.Terminal, now-8*24*3_600_000)
	insert("good", "ann", model.Succeeded, now-1200)

	all := items(k, "X-SPINNAKER-USER", "ann")
	approvals := ofKind(all, "approval")
	require.Len(t, approvals, 1)
	require.Equal(t, object{
		"id": "approval:waits:Release?", "kind": "approval", "time": approvals[0]["time"], "application": "shop", "executionId": "waits",
		"pipeline": "Ship waits", "stageId": "Release?", "stageName": "Release?",
	}, approvals[0])
	failures := ofKind(all, "failure")
	require.Len(t, failures, 2)
	require.Equal(t, "failure:mine:Notify", failures[0]["id"], "the newest first")
	require.Equal(t, "Notify", failures[0]["stageName"])
	require.Equal(t, "failure:early", failures[1]["id"])

	require.Empty(t, ofKind(items(k), "failure"), "another's failures are not the anonymous user's")
	require.Equal(t, "theirs", ofKind(items(k, "X-SPINNAKER-USER", "BOB"), "failure")[0]["executionId"])
}

func TestInboxNumbersRuns(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	stored := k.Pipeline("shop", "deploy", nil, apitest.WaitStage("1", 0))
	for range 2 {
		k.Post("/fail", object{"application": "shop", "name": "deploy", "id": stored["id"], "errorMessage": "no image"}).Is(http.StatusOK)
	}
	failures := ofKind(items(k), "failure")
	require.Len(t, failures, 2)
	require.Equal(t, json.Number("2"), failures[0]["number"])
	require.Equal(t, "deploy", failures[0]["pipeline"])
}

func TestInboxOfAccounts(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Accounts.States = broken{} })
	require.Equal(t, []object{{
		"id": "account:kubernetes:prod:20260102T030405", "kind": "account", "time": json.Number("1767323045000"), "account": "prod", "accountType": "kubernetes",
		"reason": "AuthenticationFailed", "message": "the token has expired",
	}}, items(k))
}
