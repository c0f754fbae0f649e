package importer_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/importer"
	"github.com/gennaker/gennaker/internal/importer/gatetest"
)

// platform runs a few stage types.
type platform struct{}

func (platform) Unavailable(kind string) string {
	if kind == "wait" || kind == "manualJudgment" {
		return ""
	}
	return "no " + kind
}
func (platform) TriggerTypes() []string { return []string{"jenkins"} }
func (platform) Templates() bool        { return false }

func connect(t *testing.T, g *gatetest.Gate) *client.Client {
	t.Helper()
	c, err := client.New(client.Options{Endpoint: g.URL, Poll: time.Millisecond})
	require.NoError(t, err)
	return c
}

func run(t *testing.T, from, to *gatetest.Gate, change func(*importer.Options)) ([]string, *importer.Report) {
	t.Helper()
	o := importer.Options{From: connect(t, from), To: connect(t, to), Platform: platform{}}
	if change != nil {
		change(&o)
	}
	report, err := importer.Run(t.Context(), o)
	require.NoError(t, err)
	var lines []string
	for _, i := range report.Items {
		line := fmt.Sprintf("%s %s %s", i.Action, i.Kind, i.Name)
		for _, text := range slices.Concat(i.CannotRun, i.Notes, []string{i.Error}) {
			if text != "" {
				line += " | " + text
			}
		}
		lines = append(lines, line)
	}
	return lines, report
}

var everything = []string{
	"skip template A template | pipeline templates are not supported here yet",
	"create application cart",
	"create pipeline From template | it uses a template, which is not supported here yet",
	"create application demo",
	"create strategy Careful",
	"create pipeline Demo Pipeline | its cron trigger is not supported here",
	"create pipeline Bake & Deploy | no titusRunJob | no acmeDance",
	"create notifications demo",
	"skip application kube-system | it isn't saved there; its name only appears on workloads in the clouds",
	"create project everything",
}

func TestDryRunWritesNothing(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	lines, _ := run(t, from, to, func(o *importer.Options) { o.DryRun = true })
	require.Equal(t, everything, lines)
	require.Empty(t, to.Writes())
	require.Empty(t, from.Writes())
}

func TestImportIsIdempotent(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	lines, _ := run(t, from, to, nil)
	require.Equal(t, everything, lines)
	written := len(to.Writes())

	_, again := run(t, from, to, nil)
	require.Equal(t, 8, again.Count(importer.Unchanged))
	require.Equal(t, 2, again.Count(importer.Skip))
	require.Len(t, to.Writes(), written)

	from.Change("p1", func(p map[string]any) { p["description"] = "changed" })
	_, changed := run(t, from, to, nil)
	require.Equal(t, 1, changed.Count(importer.Update))
	require.Equal(t, 7, changed.Count(importer.Unchanged))
	require.Empty(t, from.Writes())
}

func TestOnlyWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	from := gatetest.New(t, false)
	lines, _ := run(t, from, gatetest.New(t, true), func(o *importer.Options) { o.Applications = []string{"cart"} })
	require.Equal(t, []string{everything[1], everything[2]}, lines)
	lines, _ = run(t, from, gatetest.New(t, true), func(o *importer.Options) {
		o.Only = []importer.Kind{importer.Notifications, importer.Projects}
	})
	require.Equal(t, []string{everything[7], everything[9]}, lines)
}

func TestSingleFailuresDontEndIt(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	from.Broken["/applications/demo/pipelineConfigs"] = true
	lines, report := run(t, from, to, func(o *importer.Options) { o.Applications = []string{"demo", "nope", "cart"} })
	require.Equal(t, 2, report.Count(importer.Failed))
	require.Contains(t, lines, "failed pipeline (all) | read it from "+from.URL+": Failed to connect to orca")
	require.Contains(t, lines, "failed application nope | "+from.URL+" has no application nope")
	require.Contains(t, lines, everything[1])
	require.Contains(t, lines, everything[4])
}

func TestAnotherPipelineOfTheNameIsLeftAlone(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, false)
	to.Change("p1", func(p map[string]any) { p["id"] = "other" })
	lines, report := run(t, from, to, nil)
	require.Equal(t, 1, report.Count(importer.Failed))
	require.Contains(t, lines, "failed pipeline Demo Pipeline | its cron trigger is not supported here | "+
		"a pipeline of this name is there already, under another id (other); rename or delete one of them")
	require.Empty(t, to.Writes())
}

func TestAnUnreachableSpinnakerIsAnError(t *testing.T) {
	t.Parallel()
	from, to := gatetest.New(t, false), gatetest.New(t, true)
	c, err := client.New(client.Options{Endpoint: "http://127.0.0.1:1"})
	require.NoError(t, err)
	_, err = importer.Run(t.Context(), importer.Options{From: c, To: connect(t, to), Platform: platform{}})
	require.ErrorContains(t, err, "can't reach http://127.0.0.1:1")
	from.Broken["/applications"] = true
	_, err = importer.Run(t.Context(), importer.Options{From: connect(t, from), To: connect(t, to), Platform: platform{}})
	require.ErrorContains(t, err, "list the applications: Failed to connect to orca")
}
