package crashtest

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/model"
)

// bakeImages bakes a machine image in two regions, and then the same once more, which is
// used again.
func bakeImages(ctx context.Context, u *tour) error {
	bake := map[string]any{
		"cloudProviderType": "aws", "baseOs": "bookworm", "package": u.name, "regions": []any{"us-east-1", "eu-west-1"}, "extendedAttributes": map[string]any{"mode": "brief"},
	}
	e, err := u.run(ctx, "images", step("bake", "first", bake), step("bake", "again", bake, "first"))
	if err != nil {
		return err
	}
	u.after(func() error {
		for _, ref := range []string{"first", "again"} {
			if made := model.Objects(stageOf(e, ref).Outputs, "deploymentDetails"); len(made) != 2 || model.String(made[0], "ami") == "" {
				return fmt.Errorf("%s has made %v", ref, made)
			}
		}
		return nil
	})
	return nil
}
