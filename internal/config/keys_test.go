package config

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the generated files")

func TestEveryKeyIsDescribed(t *testing.T) {
	t.Parallel()
	variables := map[string]string{}
	for _, key := range Keys() {
		require.NotEmpty(t, key.Doc, "%s has neither a doc tag nor an entry in notes", key.Path)
		require.Contains(t, ".?)", key.Doc[len(key.Doc)-1:], "%s: the description is no sentence", key.Path)
		if key.Env != "" {
			require.Empty(t, variables[key.Env], "%s and %s have one variable", key.Path, variables[key.Env])
			variables[key.Env] = key.Path
		}
	}
}

func TestEnvName(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"dataDir":                    "GENNAKER_DATA_DIR",
		"server.listen":              "GENNAKER_SERVER_LISTEN",
		"server.cors.allowedOrigins": "GENNAKER_SERVER_CORS_ALLOWED_ORIGINS",
		"database.url":               "GENNAKER_DATABASE_URL",
		"user-configured-url-restrictions.rejectVerbatimIps": "GENNAKER_USER_CONFIGURED_URL_RESTRICTIONS_REJECT_VERBATIM_IPS",
	} {
		require.Equal(t, want, envName(path))
	}
}

func TestUnknownVariables(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		`the environment variable GENNAKER_SERVER_LISTN sets nothing; did you mean "GENNAKER_SERVER_LISTEN"?`,
		`the environment variable GENNAKER_XYZZY sets nothing`,
	}, UnknownVariables([]string{
		"GENNAKER_SERVER_LISTN=:1", "GENNAKER_XYZZY=1", "GENNAKER_SERVER_LISTEN=:1", "HOME=/",
		"GENNAKER_PORT=tcp://10.0.0.1:80", "GENNAKER_SERVICE_HOST=10.0.0.1", "GENNAKER_PORT_80_TCP_ADDR=10.0.0.1",
		"GENNAKER_DB_SERVICE_PORT=5432", "GENNAKER_SANDBOX=bin/sandbox", "GENNAKER_CONFIG=x",
	}))
}

func TestSchemaKnowsWhatTheDecoderKnows(t *testing.T) {
	t.Parallel()
	var schema map[string]any
	require.NoError(t, json.Unmarshal(Schema(), &schema))
	require.Equal(t, false, schema["additionalProperties"])
	for _, key := range Keys() {
		at := schema
		for part := range strings.SplitSeq(key.Path, ".") {
			name, inList := strings.CutSuffix(part, "[]")
			if name == "<name>" {
				at = at["additionalProperties"].(map[string]any)
				continue
			}
			at = at["properties"].(map[string]any)[name].(map[string]any)
			if inList {
				at = at["items"].(map[string]any)
			}
		}
		require.Equal(t, key.Doc, at["description"], key.Path)
	}
}

// TestGenerated checks that the files made from the keys are up to date; with
// -update it writes them.
func TestGenerated(t *testing.T) {
	t.Parallel()
	docs := filepath.Join("..", "..", "docs")
	reference := filepath.Join(docs, "configuration.md")
	text, err := os.ReadFile(reference)
	require.NoError(t, err)
	const mark = "<!-- The rest of this file is made from the sources by `make generate`. -->\n"
	before, _, found := strings.Cut(string(text), mark)
	require.True(t, found, "%s lacks the line %q", reference, mark)

	for file, want := range map[string]string{
		reference: before + mark + markdown(),
		filepath.Join(docs, "configuration.schema.json"): string(Schema()),
	} {
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
			continue
		}
		have, err := os.ReadFile(file)
		require.NoError(t, err)
		if string(have) != want { // too long to be shown
			t.Errorf("%s is out of date: make generate", file)
		}
	}
}
