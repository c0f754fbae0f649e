package manifest

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Keys of a stage's context: Orca's, and our own with "gennaker." before them.
const (
	keyTaskID     = "kato.last.task.id"
	keyTasks      = "kato.tasks"
	keyLastStatus = "kato.task.lastStatus"

	keyPlan     = "gennaker.plan"     // the operation's plan, packed
	keyProgress = "gennaker.progress" // how many of its steps are done
	keyFailing  = "gennaker.failing"  // since when the cluster does not answer
	keyTroubles = "gennaker.troubles" // since when each trouble lasts
	keyOld      = "gennaker.old"      // what a rollout strategy is to do away with
	keyLeaving  = "gennaker.leaving"  // what a deployment's inventory has and its manifests have not, packed
	keyLogs     = "jobLogs"           // the ends of a Job's logs, kept when it has ended
	keyChanges  = "gennaker.changes"  // what a plan would do, as far as it is known, packed
)

// accountOf is the account of a stage, by the keys that Orca's
// CloudProviderAware looks at.
func accountOf(in stage.Input) string { return accountIn(in.Stage.Context) }

func accountIn(context map[string]any) string {
	for _, key := range []string{"account.name", "account", "credentials"} {
		if account := model.String(context, key); account != "" {
			return account
		}
	}
	return ""
}

// pack encodes a plan so that nothing that reads the context takes it for
// something to evaluate, and nothing in it is lost.
func pack(plan Plan) (string, error) { return zipped(plan) }

// zipped encodes a value as text.
func zipped(value any) (string, error) {
	data, err := model.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("encode the plan: %w", err)
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if _, err := zip.Write(data); err != nil {
		return "", fmt.Errorf("encode the plan: %w", err)
	}
	if err := zip.Close(); err != nil {
		return "", fmt.Errorf("encode the plan: %w", err)
	}
	return base64.StdEncoding.EncodeToString(out.Bytes()), nil
}

// unzip decodes what [zipped] has encoded.
func unzip(text string, into any) error {
	data, err := limit.Base64(text, limit.Inflated, "the stored plan")
	if err == nil {
		data, err = limit.Gunzip(data, limit.Inflated, "the stored plan")
	}
	if err == nil {
		err = limit.Unmarshal(data, into)
	}
	if err != nil {
		return fmt.Errorf("decode the plan: %w", err)
	}
	return nil
}

// unpack decodes a plan.
func unpack(text string) (Plan, error) {
	var plan Plan
	if err := unzip(text, &plan); err != nil {
		return plan, err
	}
	for i := range plan.Steps {
		if err := plan.Steps[i].restore(); err != nil {
			return plan, err
		}
	}
	return plan, nil
}

// restore gives the free-form parts the types that Kubernetes' JSON has.
func (s *Step) restore() error {
	var err error
	if s.Manifest != nil {
		if s.Manifest, err = PlainObject(s.Manifest); err != nil {
			return err
		}
	}
	if s.Body != nil {
		s.Body, err = Plain(s.Body)
	}
	return err
}

// failure turns a provider's error into the stage's.
func failure(err error) error { return stage.Failure("", err) }

// invalid is the failure of a stage whose field can't be taken as it is.
func invalid(format string, args ...any) error {
	return failure(fault.New(fault.Invalid, format, args...))
}
