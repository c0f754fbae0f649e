package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/config"
)

const unitFile = "systemd/gennaker.service"

// unit are the settings of the unit's sections; a setting may be there several times.
func unit(t *testing.T) map[string]map[string][]string {
	t.Helper()
	data, err := os.ReadFile(unitFile)
	require.NoError(t, err)
	out, section := map[string]map[string][]string{}, ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = strings.Trim(line, "[]")
			out[section] = map[string][]string{}
		default:
			key, value, found := strings.Cut(line, "=")
			require.True(t, found && section != "", line)
			out[section][key] = append(out[section][key], value)
		}
	}
	return out
}

func TestUnit(t *testing.T) {
	t.Parallel()
	service := unit(t)["Service"]
	for key, want := range map[string]string{
		"ExecStart": "/usr/local/bin/gennaker serve", "DynamicUser": "yes", "StateDirectory": "gennaker",
		"Environment": "GENNAKER_DATA_DIR=%S/gennaker", "EnvironmentFile": "-/etc/gennaker/gennaker.env",
		"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "CapabilityBoundingSet": "",
		"RestartPreventExitStatus": "2",
	} {
		require.Equal(t, []string{want}, service[key], key)
	}
	stop, err := time.ParseDuration(service["TimeoutStopSec"][0])
	require.NoError(t, err)
	defaults := config.Default()
	require.Greater(t, stop, defaults.Server.ShutdownDelay+defaults.Server.ShutdownTimeout+defaults.Engine.DrainTimeout)
	require.Equal(t, []string{"multi-user.target"}, unit(t)["Install"]["WantedBy"])
}

// TestUnitEnvironment makes sure that what the file of settings suggests is understood.
func TestUnitEnvironment(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("systemd/gennaker.env")
	require.NoError(t, err)
	var env []string
	for _, line := range regexp.MustCompile(`(?m)^#?([A-Z_]+=.*)$`).FindAllStringSubmatch(string(data), -1) {
		// The key is the user's own variable, and the file isn't there.
		if name, _, _ := strings.Cut(line[1], "="); name != "ENCRYPTION_KEY" && name != "GENNAKER_CONFIG" {
			env = append(env, line[1])
		}
	}
	require.Len(t, env, 5)
	require.Empty(t, config.UnknownVariables(env))
	cfg, err := config.Load(config.Sources{Env: env})
	require.NoError(t, err)
	require.Equal(t, []string{"env:ENCRYPTION_KEY"}, keysOf(cfg))
}

// TestUnitAnalyzed has systemd itself check the unit.
func TestUnitAnalyzed(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("there is no systemd-analyze")
	}
	data, err := os.ReadFile(unitFile)
	require.NoError(t, err)
	// It wants the program to be there.
	text := strings.ReplaceAll(string(data), "/usr/local/bin/gennaker", "/bin/true")
	path := filepath.Join(t.TempDir(), "gennaker.service")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	out, err := exec.CommandContext(t.Context(), program, "verify", "--man=no", path).CombinedOutput()
	require.NoError(t, err, "%s", out)
	for line := range strings.Lines(string(out)) {
		require.NotContains(t, line, "gennaker.service", "systemd-analyze verify")
	}

	version, err := exec.CommandContext(t.Context(), program, "--version").Output()
	require.NoError(t, err)
	if number, _ := strconv.Atoi(regexp.MustCompile(`\d+`).FindString(string(version))); number < 250 {
		t.Skip("this systemd can't judge a unit's security offline")
	}
	// The exposure, from 0 to 10 in tenths: below 2 counts as well protected.
	out, err = exec.CommandContext(t.Context(), program, "security", "--offline=yes", "--threshold=20", "--no-pager", path).CombinedOutput()
	require.NoError(t, err, "%s", out)
}
