package account

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/provider"
)

func TestConditionsOfAReport(t *testing.T) {
	t.Parallel()
	ok := func(name string) provider.Step {
		return provider.Step{Name: name, Status: provider.StepOK, Detail: name + " is well"}
	}
	failed := func(name string) provider.Step {
		return provider.Step{Name: name, Status: provider.StepFailed, Detail: name + " is not"}
	}
	skipped := func(name string) provider.Step {
		return provider.Step{Name: name, Status: provider.StepSkipped, Detail: "skipped"}
	}
	for name, test := range map[string]struct {
		report provider.Report
		want   string
	}{
		"all is well": {
			provider.Report{OK: true, Steps: []provider.Step{ok("credentials"), ok("connection"), ok("authentication"), ok("kinds"), ok("permissions")}},
			"Ready True CheckPassed | Reachable True CheckPassed connection is well | " +
				"Authorized True CheckPassed credentials is well; authentication is well; kinds is well; permissions is well",
		},
		"the credentials can't be used": {
			provider.Report{Steps: []provider.Step{failed("credentials"), skipped("connection"), skipped("permissions")}},
			"Ready False CredentialsFailed credentials is not | Reachable Unknown NotChecked skipped | Authorized False CredentialsFailed credentials is not",
		},
		"nothing answers": {
			provider.Report{Steps: []provider.Step{ok("credentials"), failed("connection"), skipped("authentication")}},
			"Ready False ConnectionFailed connection is not | Reachable False ConnectionFailed connection is not | Authorized Unknown NotChecked skipped",
		},
		"somebody else": {
			provider.Report{Steps: []provider.Step{ok("credentials"), ok("connection"), failed("authentication"), skipped("permissions")}},
			"Ready False AuthenticationFailed authentication is not | Reachable True CheckPassed connection is well | Authorized False AuthenticationFailed authentication is not",
		},
		"not all is granted": {
			provider.Report{Limited: true, Steps: []provider.Step{ok("connection"), failed("permissions")}},
			"Ready True PermissionsMissing permissions is not | Reachable True CheckPassed connection is well | Authorized False PermissionsMissing permissions is not",
		},
		"a step of its own": {
			provider.Report{Steps: []provider.Step{failed("bulb 7")}},
			"Ready False BulbFailed bulb is not | Reachable True CheckPassed | Authorized True CheckPassed",
		},
		"no reason": {provider.Report{}, "Ready False CheckFailed | Reachable True CheckPassed | Authorized True CheckPassed"},
		"nothing to test: the server": {
			provider.Report{OK: true, Steps: []provider.Step{skipped("connection")}},
			"Ready True CheckPassed | Reachable Unknown NotChecked skipped | Authorized True CheckPassed",
		},
	} {
		var got []string
		for _, c := range conditionsOf(test.report) {
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", c.Type, c.Status, c.Reason, c.Message)))
		}
		require.Equal(t, strings.ReplaceAll(test.want, "bulb is", "bulb 7 is"), strings.Join(got, " | "), name)
	}
	require.Equal(t, "CheckFailed", reasonOf("7"))
}
