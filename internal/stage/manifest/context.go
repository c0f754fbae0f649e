package manifest

import (
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/stage"
)

// Keys of a stage's context, which are Orca's.
const (
	keyTaskID     = "kato.last.task.id"
	keyTasks      = "kato.tasks"
	keyLastStatus = "kato.task.lastStatus"
	keyLogs       = "jobLogs" // the ends of a Job's logs, kept when it has ended
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

// failure turns a provider's error into the stage's.
func failure(err error) error { return stage.Failure("", err) }

// invalid is the failure of a stage whose field can't be taken as it is.
func invalid(format string, args ...any) error {
	return failure(fault.New(fault.Invalid, format, args...))
}
