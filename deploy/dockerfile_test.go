package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/packaging"
)

// instruction is a line of a Dockerfile.
type instruction struct{ name, rest string }

// dockerfile reads the Dockerfile's instructions, those of each stage apart; the first
// stage is what comes before any.
func dockerfile(t *testing.T) [][]instruction {
	t.Helper()
	data, err := os.ReadFile("Dockerfile")
	require.NoError(t, err)
	text := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(string(data), "")
	text = regexp.MustCompile(`\\\n\s*`).ReplaceAllString(text, "")
	out := [][]instruction{nil}
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if name == "" {
			continue
		}
		if name == "FROM" {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], instruction{name, rest})
	}
	return out
}

func TestDockerfileBasesArePinned(t *testing.T) {
	t.Parallel()
	stages := dockerfile(t)
	args := map[string]string{}
	for _, one := range stages[0] {
		require.Equal(t, "ARG", one.name)
		name, value, _ := strings.Cut(one.rest, "=")
		args[name] = value
	}
	require.Regexp(t, `^docker\.io/library/golang:\d+\.\d+\.\d+-bookworm$`, args["GO_IMAGE"])
	require.Regexp(t, `^docker\.io/library/node:\d+\.\d+\.\d+-bookworm-slim$`, args["NODE_IMAGE"])
	for _, stage := range stages[1 : len(stages)-1] {
		require.Regexp(t, `^--platform=\$BUILDPLATFORM \$\{(GO|NODE)_IMAGE\} AS \w+$`, stage[0].rest)
	}
	require.Equal(t, "scratch", stages[len(stages)-1][0].rest)

	data, err := os.ReadFile(filepath.Join("..", "go.mod"))
	require.NoError(t, err)
	line := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(data)
	require.Contains(t, args["GO_IMAGE"], ":"+string(line[1])+".", "the image's Go is not the module's")
}

// TestDockerfileCopiesWhatIsThere makes sure that a clean clone has all that is copied,
// and that .dockerignore lets it through.
func TestDockerfileCopiesWhatIsThere(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", ".dockerignore"))
	require.NoError(t, err)
	rules := strings.Fields(regexp.MustCompile(`(?m)^#.*$`).ReplaceAllString(string(data), ""))
	require.Equal(t, "*", rules[0], "only what is named is sent")
	copied := 0
	for _, stage := range dockerfile(t)[1:] {
		for _, one := range stage {
			if one.name != "COPY" || strings.HasPrefix(one.rest, "--from") {
				continue
			}
			paths := strings.Fields(one.rest)
			for _, path := range paths[:len(paths)-1] {
				copied++
				_, err := os.Stat(filepath.Join("..", path))
				require.NoError(t, err)
				require.True(t, slices.ContainsFunc(rules, func(rule string) bool {
					name, allowed := strings.CutPrefix(rule, "!")
					return allowed && (name == strings.Trim(path, "/") || strings.HasPrefix(path, name+"/"))
				}), ".dockerignore keeps %s away", path)
			}
		}
	}
	require.Greater(t, copied, 5)
}

// TestDockerfileMakesTheReleasesImage compares the settings of the two ways to make an
// image.
func TestDockerfileMakesTheReleasesImage(t *testing.T) {
	t.Parallel()
	image, err := packaging.Image(packaging.Program{Architecture: "amd64", Version: "${VERSION}", At: time.Unix(0, 0)})
	require.NoError(t, err)
	file, err := image.ConfigFile()
	require.NoError(t, err)
	want := file.Config
	stages := dockerfile(t)
	have := map[string]string{}
	for _, one := range stages[len(stages)-1] {
		have[one.name] = one.rest
	}
	require.Equal(t, want.User, have["USER"])
	require.Equal(t, `["`+strings.Join(want.Entrypoint, `", "`)+`"]`, have["ENTRYPOINT"])
	require.Equal(t, `["`+strings.Join(want.Cmd, `", "`)+`"]`, have["CMD"])
	require.Equal(t, strings.Join(want.Env, " "), have["ENV"])
	require.Equal(t, want.StopSignal, have["STOPSIGNAL"])
	require.Equal(t, want.WorkingDir, have["WORKDIR"])
	require.Contains(t, want.Volumes, have["VOLUME"])
	require.Contains(t, want.ExposedPorts, have["EXPOSE"]+"/tcp")
	labels := map[string]string{"org.opencontainers.image.created": want.Labels["org.opencontainers.image.created"]}
	for _, one := range regexp.MustCompile(`(\S+)="([^"]*)"`).FindAllStringSubmatch(have["LABEL"], -1) {
		labels[one[1]] = one[2]
	}
	require.Equal(t, want.Labels, labels)
}
