package rollback_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/rollback"
)

// rev is a revision with a number; the current one ends with a star.
func rev(id string, number int64, more ...func(*rollback.Revision)) rollback.Revision {
	r := rollback.Revision{ID: id, Number: number, First: number, Images: []string{"web:" + id}}
	for _, change := range more {
		change(&r)
	}
	return r
}

func current(r *rollback.Revision) { r.Current = true }
func broken(r *rollback.Revision)  { r.Wanted, r.Available = 3, 0 }
func serving(r *rollback.Revision) { r.Wanted, r.Available = 3, 3 }

// first says that the revision was brought back: it had this number before.
func first(n int64) func(*rollback.Revision) {
	return func(r *rollback.Revision) { r.First = n }
}

func workload(revisions ...rollback.Revision) rollback.Workload {
	return rollback.Workload{Name: "deployment web", Revisions: revisions}
}

func undone(w rollback.Workload) rollback.Workload {
	w.Undone = true
	return w
}

func paused(w rollback.Workload) rollback.Workload {
	w.Paused = true
	return w
}

// deploy is a deployment; it began at a time that also names its execution.
func deploy(at int64, status model.Status, before, after string) rollback.Deployment {
	return rollback.Deployment{ExecutionID: string(rune('A' + at)), StageID: "s", Started: at, Status: status, Before: before, After: after}
}

func TestOf(t *testing.T) {
	t.Parallel()
	const ok, bad, runs = model.Succeeded, model.Terminal, model.Running
	one, two, three := deploy(1, ok, rollback.None, "a"), deploy(2, ok, "a", "b"), deploy(3, ok, "b", "c")
	badTwo, stuckTwo := deploy(2, bad, "a", "b"), deploy(2, runs, "a", "b")
	afterBad := deploy(3, ok, "b", "c")
	for name, test := range map[string]struct {
		w       rollback.Workload
		d       rollback.Deployment
		known   []rollback.Deployment
		verdict rollback.Verdict
		target  int64
		by      string
	}{
		"after a success":                        {workload(rev("a", 1), rev("b", 2, current, serving)), two, all(one, two), rollback.Ready, 1, ""},
		"after a failure":                        {workload(rev("a", 1, serving), rev("b", 2, current, broken)), badTwo, all(one, badTwo), rollback.Ready, 1, ""},
		"while it is stuck":                      {workload(rev("a", 1, serving), rev("b", 2, current, broken)), stuckTwo, all(one, stuckTwo), rollback.Ready, 1, ""},
		"never to one that failed":               {workload(rev("a", 1), rev("b", 2), rev("c", 3, current)), afterBad, all(one, badTwo, afterBad), rollback.Ready, 1, ""},
		"that failed once and worked later":      {workload(rev("a", 1), rev("b", 2), rev("c", 3, current)), deploy(5, ok, "b", "c"), all(one, badTwo, deploy(4, ok, "a", "b"), deploy(5, ok, "b", "c")), rollback.Ready, 2, ""},
		"past one of which nothing is known":     {workload(rev("a", 1), rev("b", 2), rev("c", 3, current)), deploy(5, ok, "b", "c"), nil, rollback.Ready, 2, ""},
		"past one that serves nothing":           {workload(rev("a", 1, serving), rev("b", 2, broken), rev("c", 3, current, broken)), afterBad, nil, rollback.Ready, 1, ""},
		"all before failed":                      {workload(rev("a", 1), rev("b", 2, current)), two, all(deploy(1, bad, rollback.None, "a"), two), rollback.NoneGood, 0, ""},
		"the first deployment":                   {workload(rev("a", 1, current)), one, all(one), rollback.Created, 0, ""},
		"the same again":                         {workload(rev("a", 1, current)), deploy(2, ok, "a", "a"), all(one), rollback.Unchanged, 0, ""},
		"superseded":                             {workload(rev("a", 1), rev("b", 2), rev("c", 3, current)), two, all(one, two, three), rollback.Superseded, 0, "D"},
		"superseded by the last of several":      {workload(rev("a", 1), rev("b", 2), rev("d", 4, current)), two, all(one, two, deploy(4, ok, "c", "d"), three), rollback.Superseded, 0, "E"},
		"a failure that was superseded":          {workload(rev("a", 1), rev("b", 2), rev("c", 3, current)), badTwo, all(one, badTwo, afterBad), rollback.Superseded, 0, "D"},
		"not by one that changed nothing":        {workload(rev("a", 1), rev("b", 2, current)), two, all(one, two, deploy(3, ok, "b", "b")), rollback.Ready, 1, ""},
		"not by an earlier one":                  {workload(rev("b", 2), rev("c", 3, current)), three, all(one, two, three), rollback.Ready, 2, ""},
		"rolled back, so it offers the way on":   {undone(workload(rev("b", 2), rev("a", 3, first(1), current))), two, all(one, two), rollback.RolledBack, 2, ""},
		"rolled back from a failure: no way on":  {undone(workload(rev("b", 2), rev("a", 3, first(1), current))), badTwo, all(one, badTwo), rollback.RolledBack, 0, ""},
		"rolled back further":                    {undone(workload(rev("b", 2), rev("c", 3), rev("a", 4, first(1), current))), three, all(one, two, three), rollback.RolledBack, 3, ""},
		"back again: one more run to take back":  {undone(workload(rev("a", 1), rev("c", 3), rev("b", 4, first(2), current))), two, all(one, two, three), rollback.Ready, 1, ""},
		"back and forth: it is as it was":        {undone(workload(rev("a", 3, first(1)), rev("b", 4, first(2), current))), two, all(one, two), rollback.Ready, 3, ""},
		"rolled back after a later failure was":  {undone(workload(rev("c", 3), rev("b", 4, first(2)), rev("a", 5, first(1), current))), two, all(one, two, deploy(3, bad, "b", "c")), rollback.RolledBack, 4, ""},
		"superseded by the same as before":       {workload(rev("b", 2), rev("a", 3, first(1), current)), two, all(one, two, deploy(3, ok, "b", "a")), rollback.Superseded, 0, "D"},
		"changed by hand since":                  {workload(rev("a", 1), rev("b", 2), rev("x", 3, current)), two, all(one, two), rollback.Ready, 1, ""},
		"paused":                                 {paused(workload(rev("a", 1), rev("b", 2, current))), two, all(one, two), rollback.Paused, 1, ""},
		"no longer kept":                         {workload(rev("b", 2, current)), two, all(one, two), rollback.Lost, 0, ""},
		"deleted":                                {workload(), two, all(one, two), rollback.Gone, 0, ""},
		"not known what was there":               {workload(rev("a", 1), rev("b", 2, current)), deploy(2, ok, "", "b"), nil, rollback.Unknown, 0, ""},
		"by a version that noted nothing":        {workload(rev("a", 1), rev("b", 2, current)), deploy(2, ok, "", ""), nil, rollback.Unknown, 0, ""},
		"over a failed one nobody knows further": {workload(rev("z", 1), rev("a", 2), rev("b", 3), rev("c", 4, current)), deploy(4, ok, "b", "c"), all(deploy(3, bad, "", "b"), deploy(4, ok, "b", "c")), rollback.Ready, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rollback.Of(test.w, test.d, test.known)
			if c.Verdict != test.verdict {
				t.Errorf("the verdict is %s, want %s", c.Verdict, test.verdict)
			}
			if got := number(c.Target); got != test.target {
				t.Errorf("the target is revision %d, want %d", got, test.target)
			}
			by := ""
			if c.By != nil {
				by = c.By.ExecutionID
			}
			if by != test.by {
				t.Errorf("superseded by %q, want %q", by, test.by)
			}
		})
	}
}

func TestLatest(t *testing.T) {
	t.Parallel()
	failed := deploy(2, model.Terminal, "a", "b")
	for name, test := range map[string]struct {
		w       rollback.Workload
		known   []rollback.Deployment
		verdict rollback.Verdict
		target  int64
	}{
		"the one before":                      {workload(rev("a", 1), rev("b", 2, current)), nil, rollback.Ready, 1},
		"not one that failed":                 {workload(rev("a", 1), rev("b", 2), rev("c", 3, current)), all(failed), rollback.Ready, 1},
		"rolled back once, and once more":     {undone(workload(rev("a", 1), rev("c", 3), rev("b", 4, first(2), current))), nil, rollback.Ready, 1},
		"by when they first were":             {undone(workload(rev("a", 3, first(1)), rev("c", 6), rev("b", 7, first(2), current))), nil, rollback.Ready, 3},
		"rolled back to the first: forth":     {undone(workload(rev("c", 3), rev("b", 4, first(2)), rev("a", 5, first(1), current))), nil, rollback.Ready, 4},
		"rolled back from a failure":          {undone(workload(rev("b", 2), rev("a", 3, first(1), current))), all(failed), rollback.NoneGood, 0},
		"an earlier one that was deployed":    {workload(rev("a", 1), rev("c", 3), rev("b", 4, first(2), current)), nil, rollback.Ready, 3},
		"a rolling restart is no deployment":  {workload(rev("a", 1), rev("b", 2), rev("b", 3, current)), nil, rollback.Ready, 1},
		"there is only one":                   {workload(rev("a", 1, current)), nil, rollback.Created, 0},
		"paused":                              {paused(workload(rev("a", 1), rev("b", 2, current))), nil, rollback.Paused, 1},
		"stuck, with the old one still there": {workload(rev("a", 1, serving), rev("b", 2, current, broken)), nil, rollback.Ready, 1},
		"gone":                                {workload(), nil, rollback.Gone, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rollback.Latest(test.w, test.known)
			if got := number(c.Target); c.Verdict != test.verdict || got != test.target {
				t.Errorf("%s to revision %d, want %s to %d", c.Verdict, got, test.verdict, test.target)
			}
		})
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	template := func(image string, labels map[string]any) map[string]any {
		return map[string]any{
			"metadata": map[string]any{"creationTimestamp": nil, "labels": labels},
			"spec":     map[string]any{"containers": []any{map[string]any{"name": "web", "image": image}}},
		}
	}
	from := rollback.Revision{Number: 2, Template: template("web:2", map[string]any{"app": "web", "pod-template-hash": "x"})}
	to := rollback.Revision{Number: 1, Template: template("web:1", map[string]any{"app": "web", "pod-template-hash": "y"})}
	got, err := rollback.Diff(from, to)
	const want = `--- revision 2
+++ revision 1
@@ -3,5 +3,5 @@
     app: web
 spec:
   containers:
-  - image: web:2
+  - image: web:1
     name: web
`
	if err != nil || got != want {
		t.Errorf("the diff is %v\n%s", err, got)
	}
	if got, err := rollback.Diff(from, from); got != "" || err != nil {
		t.Errorf("a revision differs from itself: %s %v", got, err)
	}
}

func all(list ...rollback.Deployment) []rollback.Deployment { return list }

func number(r *rollback.Revision) int64 {
	if r == nil {
		return 0
	}
	return r.Number
}
