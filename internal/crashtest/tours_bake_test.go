package crashtest

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// bake renders a chart, and deploys what it renders to.
func bake(ctx context.Context, u *tour) error {
	e, err := u.run(ctx, "bake",
		step("bakeManifest", "bake", map[string]any{
			"templateRenderer": "HELM3", "outputName": u.name, "namespace": u.namespace, "overrides": map[string]any{},
			"inputArtifacts":    []any{map[string]any{"account": "embedded-artifact", "artifact": chart("3.0.0")}},
			"expectedArtifacts": []any{map[string]any{"id": "baked", "matchArtifact": map[string]any{"type": "embedded/base64", "name": "baked"}}},
		}),
		step("deployManifest", "deploy", map[string]any{
			"account": account, "cloudProvider": "kubernetes", "source": "artifact", "manifestArtifactId": "baked",
			"namespaceOverride": u.namespace, "moniker": map[string]any{"app": "crash"},
		}, "bake"),
	)
	if err != nil {
		return err
	}
	u.after(func() error {
		var got []byte
		for _, artifact := range model.Objects(stageOf(e, "bake").Outputs, "artifacts") {
			if got, err = base64.StdEncoding.DecodeString(model.String(artifact, "reference")); err != nil {
				return fmt.Errorf("decode what was baked: %w", err)
			}
		}
		if want := "name: '" + u.name + "-helm'"; !strings.Contains(string(got), want) {
			return fmt.Errorf("it was baked:\n%s\nwithout %q", got, want)
		}
		return nil
	})
	return nil
}
