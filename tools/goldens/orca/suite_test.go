package orca_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/tools/goldens/orca"
	"github.com/gennaker/gennaker/tools/goldens/recordedtest"
)

// TestRecorded holds the engine to what was recorded from Orca.
func TestRecorded(t *testing.T) {
	t.Parallel()
	recordedtest.Run(t, orca.Suite{}, "testdata")
}

// A run that ends otherwise than the recorded one is found out.
func TestDifferencesAreTold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const name = "17-continue-pipeline"
	require.NoError(t, os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join("testdata", name))))
	path := filepath.Join(dir, name, "execution.json")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	changed := strings.Replace(string(text), `"FAILED_CONTINUE"`, `"SKIPPED"`, 1)
	require.NotEqual(t, string(text), changed)
	require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
	report, err := orca.Suite{}.Run(t.Context(), dir)
	require.NoError(t, err)
	require.False(t, report.OK())
	require.Len(t, report.Results, 1)
	require.Contains(t, strings.Join(report.Results[0].Mismatches, "\n"), "want \"SKIPPED\"")
}
