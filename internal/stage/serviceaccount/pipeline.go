package serviceaccount

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Run gives the pipelines that are about to be saved their service accounts. A
// new pipeline gets its id here, as its service account is named for it; the
// id is the same when the task is run again after a crash.
func (t task) Run(ctx context.Context, in stage.Input) (stage.Result, error) {
	c := in.Stage.Context
	if model.Bool(c, "isBulkSavingPipelines", false) {
		return t.runMany(ctx, in)
	}
	var pipeline model.Pipeline
	if err := decode(c, "pipeline", &pipeline); err != nil {
		return stage.Result{}, err
	}
	if _, ok := pipeline["roles"]; !ok {
		return stage.Succeeded(), nil
	}
	prepared := identified(in, pipeline, 0)
	account, err := t.apply(ctx, in, prepared)
	if err != nil {
		return stage.Result{}, err
	}
	packed, err := encode(prepared)
	if err != nil {
		return stage.Result{}, err
	}
	changes := map[string]any{"pipeline": packed, "pipeline.serviceAccount": account}
	if pipeline.ID() == "" {
		changes["pipeline.id"] = prepared.ID()
	}
	return stage.Succeeded().With(changes), nil
}

func (t task) runMany(ctx context.Context, in stage.Input) (stage.Result, error) {
	var pipelines []map[string]any
	if err := decode(in.Stage.Context, "pipelines", &pipelines); err != nil {
		return stage.Result{}, err
	}
	for n, given := range pipelines {
		prepared := identified(in, given, n)
		if _, ok := prepared["roles"]; ok {
			if _, err := t.apply(ctx, in, prepared); err != nil {
				return stage.Result{}, err
			}
		}
		pipelines[n] = prepared
	}
	packed, err := encode(pipelines)
	if err != nil {
		return stage.Result{}, err
	}
	return stage.Succeeded().With(map[string]any{"pipelines": packed}), nil
}

// apply makes a pipeline's service account and sets it in the triggers.
func (t task) apply(ctx context.Context, in stage.Input, pipeline model.Pipeline) (string, error) {
	roles := model.Strings(pipeline, "roles")
	account := t.name(pipeline, roles)
	user := model.String(in.Execution.Trigger, "user")
	if authenticated := in.Principal().Name; authenticated != "" {
		user = authenticated
	}
	if err := t.ensure(ctx, user, account, roles); err != nil {
		return "", err
	}
	setTriggers(pipeline, account, len(roles) > 0)
	return account, nil
}

// name is the name of a pipeline's service account.
func (t task) name(pipeline model.Pipeline, roles []string) string {
	own := model.String(pipeline, "serviceAccount")
	if managed(own) && (t.options.Shared || !strings.HasSuffix(own, sharedSuffix)) {
		return own
	}
	if !t.options.Shared {
		return strings.ToLower(pipeline.ID()) + suffix
	}
	lower := make([]string, len(roles))
	for i, role := range roles {
		lower[i] = strings.ToLower(role)
	}
	slices.Sort(lower)
	sum := sha256.Sum256([]byte(strings.Join(slices.Compact(lower), "\x00")))
	return hex.EncodeToString(sum[:]) + sharedSuffix
}

func managed(account string) bool {
	return strings.HasSuffix(account, suffix) || strings.HasSuffix(account, sharedSuffix)
}

// setTriggers has the triggers run as the service account, but for those that
// run as someone of their own; a pipeline without roles needs none.
func setTriggers(pipeline model.Pipeline, account string, needed bool) {
	triggers := model.List(pipeline, "triggers")
	if triggers == nil {
		return
	}
	out := make([]any, len(triggers))
	for i, item := range triggers {
		out[i] = item
		trigger, ok := item.(map[string]any)
		if !ok {
			continue
		}
		runAs := model.String(trigger, "runAsUser")
		switch {
		case needed && (runAs == "" || managed(runAs)):
			out[i] = model.Merge(trigger, map[string]any{"runAsUser": account})
		case !needed && runAs == account:
			out[i] = model.Without(trigger, "runAsUser")
		}
	}
	pipeline["triggers"] = out
}

// identified is a copy of the nth pipeline with an id.
func identified(in stage.Input, given map[string]any, n int) model.Pipeline {
	pipeline := model.Pipeline(model.Merge(given, nil))
	if pipeline.ID() == "" {
		seed := fmt.Sprintf("%s/%s/pipeline/%d", in.Execution.ID, in.Stage.ID, n)
		pipeline["id"] = uuid.NewSHA1(uuid.NameSpaceOID, []byte(seed)).String()
		pipeline["regenerateCronTriggerIds"] = true
	}
	return pipeline
}

// decode reads a field that holds JSON in base64, or a value as it is.
func decode(context map[string]any, field string, into any) error {
	value := context[field]
	if value == nil {
		return invalid("%s is missing", field)
	}
	data, err := model.Marshal(value)
	if text, ok := value.(string); ok {
		data, err = limit.Base64(strings.TrimSpace(text), limit.Inflated, field)
	}
	if err == nil {
		err = limit.Unmarshal(data, into)
	}
	if err != nil {
		return invalid("%s must be encoded as base64: %v", field, err)
	}
	return nil
}

func encode(value any) (string, error) {
	data, err := model.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("encode what is to be saved: %w", err)
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

func invalid(format string, args ...any) error {
	return &stage.Error{Type: "IllegalArgumentException", Message: fmt.Sprintf(format, args...)}
}
