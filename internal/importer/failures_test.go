package importer_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/importer"
	"github.com/gennaker/gennaker/internal/importer/gatetest"
)

type object = map[string]any

// keeper is a platform that keeps templates.
type keeper struct{ platform }

func (keeper) Templates() bool { return true }

func keepsTemplates(o *importer.Options) { o.Platform = keeper{} }

func TestTemplatesAreKept(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	lines, _ := run(t, from, to, keepsTemplates)
	require.Equal(t, "create template A template", lines[0])
	require.Contains(t, to.Writes(), "POST /v2/pipelineTemplates/create")
	require.Equal(t, "tpl", to.Stored("templates")[0]["id"])

	lines, _ = run(t, from, to, keepsTemplates)
	require.Equal(t, "unchanged template A template", lines[0])

	from.Load("templates", object{"id": "tpl", "metadata": object{"name": "A template"}, "digest": "d", "tag": "t"}, object{"id": "unnamed"})
	lines, _ = run(t, from, to, keepsTemplates)
	require.Equal(t, []string{"update template A template", "create template unnamed"}, lines[:2])
	require.Contains(t, to.Writes(), "POST /v2/pipelineTemplates/update/tpl")
	require.NotContains(t, to.Stored("templates")[0], "digest", "it is worked out where the template is kept")
}

// Templates belong to no application: they come with all, or when they are asked for.
func TestTemplatesOfApplications(t *testing.T) {
	t.Parallel()
	only := func(kinds ...importer.Kind) func(*importer.Options) {
		return func(o *importer.Options) {
			o.Platform, o.Only, o.Applications = keeper{}, kinds, []string{"cart"}
		}
	}
	has := func(lines []string) bool { return slices.Contains(lines, "create template A template") }
	lines, _ := run(t, gatetest.New(t, false), gatetest.New(t, true), only())
	require.False(t, has(lines), "%v", lines)
	lines, _ = run(t, gatetest.New(t, false), gatetest.New(t, true), only(importer.Templates, importer.Applications))
	require.True(t, has(lines), "%v", lines)
}

// Projects are found by their names, as each server has ids of its own.
func TestProjectsKeepTheirIDs(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	to.Load("projects", object{"id": "own", "name": "EVERYTHING", "email": "old"}, object{"id": "other", "name": "mine"})
	lines, _ := run(t, from, to, nil)
	require.Contains(t, lines, "update project everything")
	stored := to.Stored("projects")
	require.Len(t, stored, 2)
	require.Equal(t, "own", stored[0]["id"])
	require.Equal(t, "all@example.com", stored[0]["email"])
	lines, _ = run(t, from, to, nil)
	require.Contains(t, lines, "unchanged project everything")
}

// What a server says of a pipeline that it takes is passed on, unless it is known.
func TestWarningsAreToldOnce(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	from.Load("pipelineConfigs",
		object{"id": "a", "application": "cart", "name": "Fine", "stages": []any{}},
		object{"id": "b", "application": "cart", "name": "Magic", "stages": []any{object{"type": "magic", "refId": "1"}}})
	to.Warning = "it has no stages"
	lines, _ := run(t, from, to, func(o *importer.Options) { o.Applications = []string{"cart"} })
	require.Contains(t, lines, "create pipeline Fine | it has no stages")
	require.Contains(t, lines, "create pipeline Magic | no magic")
}

// An older or a smaller Gate lacks some kinds: there is nothing to import of them.
func TestKindsThatAreMissingThere(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	for _, path := range []string{"/version", "/v2/pipelineTemplates", "/projects", "/notifications/application/demo", "/applications/demo/strategyConfigs"} {
		from.Missing[path] = true
	}
	lines, report := run(t, from, to, keepsTemplates)
	require.Zero(t, report.Count(importer.Failed), "%v", lines)
	require.Contains(t, lines, "create application demo")
	for _, line := range lines {
		require.NotRegexp(t, "template A|project|notifications|strategy", line)
	}
}

// What can't be read, there or here, fails alone, and says where.
func TestWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/v2/pipelineTemplates":              "failed template (all) | Failed to connect to orca",
		"/projects":                          "failed project (all) | Failed to connect to orca",
		"/applications/demo":                 "failed application demo | read it from <gate>: Failed to connect to orca",
		"/applications/demo/strategyConfigs": "failed strategy (all) | read it from <gate>: Failed to connect to orca",
		"/notifications/application/demo":    "failed notifications demo | read it from <gate>: Failed to connect to orca",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			for _, there := range []bool{true, false} {
				from, to := gatetest.New(t, false), gatetest.New(t, true)
				broken := to
				if there {
					broken = from
				}
				broken.Broken[path] = true
				lines, report := run(t, from, to, keepsTemplates)
				require.Equal(t, 1, report.Count(importer.Failed), "%v", lines)
				require.Contains(t, lines, strings.ReplaceAll(want, "<gate>", broken.URL))
				require.Contains(t, lines, "create application cart", "the rest goes on")
			}
		})
	}
}

// What can't be written fails alone, with the words of the server.
func TestWhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	from.Load("applications",
		object{"name": "cart", "email": "", "createTs": "1795253890000"},
		object{"name": "demo", "email": "demo@example.com", "createTs": "1"})
	to.Broken["/pipelines"] = true
	lines, _ := run(t, from, to, nil)
	require.Contains(t, lines, "failed application cart | createApplication: Application must have a non-empty email")
	require.Contains(t, lines, "create application demo")
	require.Contains(t, lines, "create strategy Careful")
	require.Contains(t, lines, "failed pipeline Demo Pipeline | its cron trigger is not supported here | Failed to connect to orca")
}

// A pipeline that was renamed there to the name of another one here can't be
// imported, whichever comes first in the list.
func TestNamesThatAreTaken(t *testing.T) {
	t.Parallel()
	mine, other := object{"id": "p", "application": "cart", "name": "Old"}, object{"id": "q", "application": "cart", "name": " deploy "}
	for _, order := range [][]map[string]any{{mine, other}, {other, mine}} {
		from, to := gatetest.New(t, false), gatetest.New(t, false)
		from.Load("pipelineConfigs", object{"id": "p", "application": "cart", "name": "Deploy"})
		to.Load("pipelineConfigs", order...)
		lines, _ := run(t, from, to, func(o *importer.Options) { o.Applications = []string{"cart"} })
		require.Contains(t, lines, "failed pipeline Deploy | a pipeline of this name is there already, under another id (q); rename or delete one of them")
		require.Empty(t, to.Writes())
	}
}

// The place of a pipeline in its list is each server's own.
func TestPlacesAreNotCompared(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, false)
	to.Change("p1", func(p map[string]any) { p["index"], p["updateTs"], p["lastModifiedBy"] = 7, "9", "bob" })
	lines, _ := run(t, from, to, nil)
	require.Contains(t, lines, "unchanged pipeline Demo Pipeline | its cron trigger is not supported here")
}

// Each item is told when it is done, and an import that is ended stops there.
func TestAnImportThatIsEnded(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var told []string
	report, err := importer.Run(ctx, importer.Options{
		From: connect(t, from), To: connect(t, to), Platform: platform{},
		Applications: []string{"cart", "demo"},
		Tell: func(i importer.Item) {
			told = append(told, i.Name)
			cancel()
		},
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "cart", told[0])
	require.Len(t, told, len(report.Items))
	require.Equal(t, []string{"POST /tasks"}, to.Writes())
}
