package serviceaccount_test

import (
	"context"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/engine"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
	"github.com/gennaker/gennaker/internal/stage/frontfifty"
	"github.com/gennaker/gennaker/internal/stage/serviceaccount"
)

type (
	object = map[string]any
	list   = []any
)

type accounts struct {
	known map[string]serviceaccount.Permission
	saved []string
	err   error
}

func (a *accounts) Permission(_ context.Context, user string) (serviceaccount.Permission, error) {
	if p, ok := a.known[user]; ok || a.err != nil {
		return p, a.err
	}
	return serviceaccount.Permission{}, fault.New(fault.NotFound, "no user %s", user)
}

func (a *accounts) SaveServiceAccount(_ context.Context, name string, roles []string) error {
	a.saved = append(a.saved, name+": "+strings.Join(roles, " "))
	return nil
}

func newAccounts() *accounts {
	return &accounts{known: map[string]serviceaccount.Permission{
		"me": {Roles: []string{"a", "b"}}, "root": {Admin: true}, "x@managed-service-account": {Roles: []string{"b", "a"}},
	}}
}

// run runs the task on a pipeline and gives back what is to be saved.
func run(t *testing.T, a *accounts, shared bool, user string, c object) (object, error) {
	t.Helper()
	types := stage.NewRegistry(serviceaccount.Wrap(frontfifty.Types(nil, nil), serviceaccount.Options{Accounts: a, Shared: shared})...)
	s := &model.Stage{ID: "S", Type: "savePipeline", Context: c}
	view := engine.View{Stage: s, Execution: &model.Execution{ID: "E", Authentication: &model.Authentication{User: user}}}
	definition, ok := types.Definition(s)
	if !ok {
		t.Fatal("no type savePipeline")
	}
	specs, err := definition.Tasks(view)
	if err != nil || len(specs) != 3 || specs[0].Name != "updatePipelinePermissions" || specs[1].Name != "savePipeline" {
		t.Fatalf("got %v, %v", specs, err)
	}
	task, _ := types.Task(s, specs[0].Class)
	result, err := task.Run(t.Context(), stage.Input{View: view})
	return result.Context, err
}

func unpack(t *testing.T, c object, key string, into any) {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString(model.String(c, key))
	if err != nil {
		t.Fatal(err)
	}
	if err := model.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

func TestServiceAccounts(t *testing.T) {
	t.Parallel()
	ab := list{"b", "a"}
	const sharedAB = "0123@shared-managed-service-account"
	tests := []struct {
		name     string
		shared   bool
		user     string
		pipeline object
		account  string
		saved    []string
		message  string
	}{
		{"no roles field", false, "me", object{"id": "P"}, "", nil, ""},
		{"new roles", false, "me", object{"id": "P", "roles": ab}, "p@managed-service-account", []string{"p@managed-service-account: b a"}, ""},
		{"the same roles", false, "other", object{"id": "X", "roles": list{"a", "b"}}, "x@managed-service-account", nil, ""},
		{"roles of someone else", false, "me", object{"id": "P", "roles": list{"c"}}, "", nil, "User 'me' is not authorized with all roles for pipeline"},
		{"nobody", false, "", object{"id": "P", "roles": list{"c"}}, "", nil, "User '' is not authorized with all roles for pipeline"},
		{"an administrator", false, "root", object{"id": "P", "roles": list{"c"}}, "p@managed-service-account", []string{"p@managed-service-account: c"}, ""},
		{"empty roles", false, "other", object{"id": "P", "roles": list{}}, "p@managed-service-account", []string{"p@managed-service-account: "}, ""},
		{
			"its own account", false, "me", object{"id": "P", "roles": ab, "serviceAccount": "x@managed-service-account"},
			"x@managed-service-account", nil, "",
		},
		{
			"an account that isn't managed", false, "me", object{"id": "P", "roles": ab, "serviceAccount": "root"},
			"p@managed-service-account", []string{"p@managed-service-account: b a"}, "",
		},
		{
			"a shared one no more", false, "me", object{"id": "P", "roles": ab, "serviceAccount": sharedAB},
			"p@managed-service-account", []string{"p@managed-service-account: b a"}, "",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAccounts()
			got, err := run(t, a, test.shared, test.user, object{"pipeline": test.pipeline})
			if (err != nil) != (test.message != "") || err != nil && err.Error() != test.message {
				t.Fatalf("got %v", err)
			}
			if model.String(got, "pipeline.serviceAccount") != test.account || !slices.Equal(a.saved, test.saved) {
				t.Errorf("got %v, saved %v", got, a.saved)
			}
		})
	}
}

func TestSharedAccounts(t *testing.T) {
	t.Parallel()
	a := newAccounts()
	names := map[string]bool{}
	for _, roles := range []list{{"a", "b"}, {"B", "a", "A"}} {
		got, err := run(t, a, true, "root", object{"pipeline": object{"id": "P", "roles": roles}})
		if err != nil {
			t.Fatal(err)
		}
		names[model.String(got, "pipeline.serviceAccount")] = true
	}
	for name := range names {
		if len(names) != 1 || len(name) != 64+len("@shared-managed-service-account") {
			t.Errorf("got %v", names)
		}
	}
}

func TestTriggers(t *testing.T) {
	t.Parallel()
	pipeline := object{"roles": list{"a"}, "triggers": list{
		object{"type": "cron"}, object{"runAsUser": "old@managed-service-account"}, object{"runAsUser": "robot"},
	}}
	got, err := run(t, newAccounts(), false, "me", object{"pipeline": pipeline})
	if err != nil {
		t.Fatal(err)
	}
	var saved model.Pipeline
	unpack(t, got, "pipeline", &saved)
	account := saved.ID() + "@managed-service-account"
	triggers := model.Objects(saved, "triggers")
	if saved.ID() == "" || saved.ID() != got["pipeline.id"] || triggers[0]["runAsUser"] != account || triggers[1]["runAsUser"] != account || triggers[2]["runAsUser"] != "robot" {
		t.Errorf("got %v", saved)
	}
	again, err := run(t, newAccounts(), false, "me", object{"pipeline": pipeline})
	if err != nil || again["pipeline.id"] != got["pipeline.id"] {
		t.Errorf("the id has become %v, %v", again["pipeline.id"], err)
	}
	got, err = run(t, newAccounts(), false, "me", object{"pipeline": object{"id": "q", "roles": list{}, "triggers": list{object{"runAsUser": "q@managed-service-account"}}}})
	if err != nil {
		t.Fatal(err)
	}
	unpack(t, got, "pipeline", &saved)
	if trigger := model.Objects(saved, "triggers")[0]; trigger["runAsUser"] != nil {
		t.Errorf("got %v", trigger)
	}
}

func TestSeveralPipelines(t *testing.T) {
	t.Parallel()
	a := newAccounts()
	got, err := run(t, a, false, "me", object{"isBulkSavingPipelines": true, "pipelines": list{
		object{"id": "P", "roles": list{"a"}, "triggers": list{object{}}}, object{"name": "new"},
	}})
	if err != nil || len(a.saved) != 1 {
		t.Fatalf("got %v, saved %v", err, a.saved)
	}
	var saved []object
	unpack(t, got, "pipelines", &saved)
	if model.Objects(saved[0], "triggers")[0]["runAsUser"] != "p@managed-service-account" || saved[1]["id"] == nil {
		t.Errorf("got %v", saved)
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	if _, err := run(t, &accounts{err: fault.New(fault.Unavailable, "away")}, false, "me", object{"pipeline": object{"id": "P", "roles": list{"a"}}}); !stage.IsRetryable(err) {
		t.Errorf("got %v", err)
	}
	for want, c := range map[string]object{
		"pipeline is missing": {}, "pipelines is missing": {"isBulkSavingPipelines": true},
		"pipeline must be encoded as base64": {"pipeline": "{}"},
	} {
		if _, err := run(t, newAccounts(), false, "me", c); err == nil || !strings.HasPrefix(err.Error(), want) || stage.IsRetryable(err) {
			t.Errorf("got %v", err)
		}
	}
}
