package server_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the OpenAPI document that the web interface is built with")

// The web interface's types are made from a document in the repository, so that
// building it needs no server: it must be what a server says of itself.
func TestGeneratedDocumentOfTheWebInterface(t *testing.T) {
	t.Parallel()
	const path = "../../web/openapi.json"
	document := start(t, nil).object(http.MethodGet, "/v3/api-docs", nil)
	document["info"].(map[string]any)["version"] = "0"
	var want bytes.Buffer
	encoder := json.NewEncoder(&want)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(document); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Error("web/openapi.json is not what the server says; run: make generate")
	}
}
