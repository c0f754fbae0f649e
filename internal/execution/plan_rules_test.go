package execution

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/expression"
	"github.com/gennaker/gennaker/internal/model"
)

type object = map[string]any

// Only what is in the database is looked up while an execution starts; what needs
// another server is asked later, by the stage.
func TestLookup(t *testing.T) {
	t.Parallel()
	for kind, want := range map[expression.QuestionKind]bool{
		expression.QuestionPipeline: true, expression.QuestionApplication: true, expression.QuestionExecution: true, expression.QuestionArtifact: true,
		expression.QuestionURL: false, expression.QuestionCanaryConfig: false,
	} {
		require.Equal(t, want, Lookup(expression.Question{Kind: kind}), "%s", kind)
	}
}

// Questions that came up early belong to the stages whose texts asked them; what asks
// outside of the stages has to be evaluated when the answer is there.
func TestDeferredQuestions(t *testing.T) {
	t.Parallel()
	e := &model.Execution{Stages: []*model.Stage{{ID: "a"}, {ID: "b"}}}
	one := expression.Question{Kind: expression.QuestionURL, Of: "http://one"}
	two := expression.Question{Kind: expression.QuestionURL, Of: "http://two"}
	for name, c := range map[string]struct {
		asked []expression.Asked
		want  *Deferred
	}{
		"nothing":            {nil, nil},
		"a stage's":          {[]expression.Asked{{Question: one, Place: "stages[1].url?0"}}, &Deferred{Early: []EarlyQuestion{{"b", one}}}},
		"the same twice":     {[]expression.Asked{{Question: one, Place: "stages[0].url?0"}, {Question: one, Place: "stages[0].other?0"}}, &Deferred{Early: []EarlyQuestion{{"a", one}}}},
		"of two stages":      {[]expression.Asked{{Question: one, Place: "stages[0].x?0"}, {Question: two, Place: "stages[1].x?0"}}, &Deferred{Early: []EarlyQuestion{{"a", one}, {"b", two}}}},
		"the pipeline's own": {[]expression.Asked{{Question: one, Place: "expectedArtifacts[0].name?0"}}, &Deferred{Opening: true}},
		"no such stage":      {[]expression.Asked{{Question: one, Place: "stages[7].x?0"}, {Question: one, Place: "stages[x].y?0"}, {Question: one, Place: "stages[-1].y?0"}}, &Deferred{Opening: true}},
	} {
		require.Equal(t, c.want, deferred(e, c.asked), name)
	}
}

// A child has its parent's whole history in short, and what its parent had; the root
// of a chain stays the same all the way down.
func TestChildrenOfParents(t *testing.T) {
	t.Parallel()
	require.Equal(t, "root", rootOf(&model.Execution{ID: "e", RootID: "root"}))
	require.Equal(t, "e", rootOf(&model.Execution{ID: "e"}))
	require.Nil(t, allowed(&model.Execution{}))
	require.Equal(t, []string{"prod"}, allowed(&model.Execution{Authentication: &model.Authentication{AllowedAccounts: []string{"prod"}}}))
	for name, c := range map[string]struct {
		restarts []object
		want     string
	}{
		"nobody":   {nil, ""},
		"one":      {[]object{{"restartedBy": "ann", "restartTime": 1}}, "ann"},
		"the last": {[]object{{"restartedBy": "ann", "restartTime": 1}, {"restartedBy": "bob", "restartTime": 9}, {"restartedBy": "eve", "restartTime": 5}}, "bob"},
		"no time":  {[]object{{"restartedBy": "ann"}}, ""},
	} {
		e := &model.Execution{}
		for _, details := range c.restarts {
			e.Stages = append(e.Stages, &model.Stage{Context: object{"restartDetails": details}})
		}
		require.Equal(t, c.want, restartedBy(e), name)
	}
}

// The artifacts that a child may match are those that the parent's stage can see: of
// its outputs before it, and of its trigger, each once.
func TestArtifactsOfParents(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil)
	artifact := func(name string) object { return object{"type": "docker/image", "name": name} }
	parent := &model.Execution{
		ID: "parent", Trigger: model.Trigger{"type": "manual", "artifacts": []any{artifact("given"), artifact("made")}},
		Stages: []*model.Stage{
			{ID: "1", RefID: "1", Outputs: object{"artifacts": []any{artifact("made")}, "resolvedExpectedArtifacts": []any{object{"boundArtifact": artifact("bound")}, object{"id": "unbound"}}}, Context: object{}},
			{ID: "2", RefID: "2", RequisiteStageRefIDs: []string{"1"}, Context: object{}},
			{ID: "3", RefID: "3", Outputs: object{"artifacts": []any{artifact("beside")}}, Context: object{}},
		},
	}
	named := func(c Child) []string {
		var out []string
		for _, a := range l.parentArtifacts(c) {
			out = append(out, model.String(a.(object), "name"))
		}
		return out
	}
	require.ElementsMatch(t, []string{"given", "made", "bound"}, named(Child{Parent: parent, Stage: parent.Stages[1]}))
	require.ElementsMatch(t, []string{"given", "made"}, named(Child{Parent: parent}))
	for name, want := range map[string]bool{"made": true, "bound": true, "given": true, "beside": false, "ma.*": true} {
		require.Equal(t, want, l.parentHas(Child{Parent: parent, Stage: parent.Stages[1]}, artifact(name)), name)
	}
}

// What an execution's trigger may say is refused before anything is stored.
func TestTriggersThatAreNone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config object
		want   string
	}{
		"none":   {object{}, ""},
		"null":   {object{"trigger": nil}, ""},
		"object": {object{"trigger": object{"type": "manual"}}, ""},
		"text":   {object{"trigger": "manual"}, "trigger must be an object"},
		"list":   {object{"trigger": []any{}}, "trigger must be an object"},
	} {
		err := checkTrigger(c.config)
		if c.want == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, c.want, name)
		}
	}
}

// A plan shows what an execution would be, and starts nothing.
func TestPlansStartNothing(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil)
	plan, err := l.Plan(t.Context(), object{
		"application": "shop", "name": "Deploy", "trigger": object{"type": "manual", "parameters": object{"a": "2"}},
		"parameterConfig": []any{object{"name": "a", "default": "1"}, object{"name": "b", "default": "B"}},
		"stages":          []any{object{"refId": "1", "type": "wait"}},
	}, access.Principal{Name: "ann"})
	require.NoError(t, err)
	parameters := model.Object(model.Object(plan, "trigger"), "parameters")
	require.Equal(t, object{"a": "2", "b": "B"}, parameters)
	require.Empty(t, l.woken)
}
