package template

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"

	"github.com/gennaker/gennaker/internal/model"
)

// accounting are the fields that the store adds to a template; they don't
// count for its digest.
var accounting = []string{"digest", "updateTs", "lastModifiedBy"}

var spaces = regexp.MustCompile(`[ \t\n\v\f\r]+`)

// Digest is the SHA-256 of a template in hexadecimal, over its JSON with sorted
// keys and without any space, as Front50's V2PipelineTemplateController
// computes it. The tag counts.
func Digest(template map[string]any) (string, error) {
	text, err := model.Marshal(model.Without(template, accounting...))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(spaces.ReplaceAll(text, nil))
	return hex.EncodeToString(sum[:]), nil
}
