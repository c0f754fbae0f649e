package frontfifty

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// regenerateKey asks Front50 for new ids of cron triggers.
const regenerateKey = "regenerateCronTriggerIds"

// stamps are what the store says of a pipeline; they are not part of it.
var stamps = []string{"updateTs", "lastModified", "lastModifiedBy", "createTs"}

// checkPipeline tells whether a pipeline can be stored.
func checkPipeline(p model.Pipeline) error {
	if strings.TrimSpace(p.Application()) == "" || strings.TrimSpace(p.Name()) == "" {
		return invalid("A pipeline requires name and application fields")
	}
	return nil
}

// preparePipeline is a pipeline as it is stored: its name trimmed, ids for cron
// triggers that lack one (for all of them in a new pipeline, which may be a
// copy), and without what the store says of it.
func preparePipeline(p model.Pipeline, cronID func(n int) string) model.Pipeline {
	out := model.Pipeline(model.Without(p, append([]string{regenerateKey}, stamps...)...))
	out["name"] = strings.TrimSpace(p.Name())
	renew := p.ID() == "" || model.Bool(p, regenerateKey, false)
	triggers := model.List(p, "triggers")
	if triggers == nil {
		return out
	}
	fresh := make([]any, len(triggers))
	for i, item := range triggers {
		fresh[i] = item
		trigger, ok := item.(map[string]any)
		if ok && strings.EqualFold(model.String(trigger, "type"), "cron") && (renew || model.String(trigger, "id") == "") {
			fresh[i] = model.Merge(trigger, map[string]any{"id": cronID(i)})
		}
	}
	out["triggers"] = fresh
	return out
}

// sameContent tells whether a stored pipeline is what was submitted.
func sameContent(stored, submitted model.Pipeline) bool {
	return same(model.Without(stored, stamps...), model.Without(submitted, append([]string{regenerateKey}, stamps...)...))
}
