package apitest

import (
	"context"

	"github.com/gennaker/gennaker/internal/cloud/view"
)

// TwoAccounts are accounts: one that everyone may use and one that needs a role.
type TwoAccounts struct{}

// CloudAccounts lists them.
func (TwoAccounts) CloudAccounts(context.Context) ([]view.Account, error) {
	return []view.Account{
		{
			Name: "open", Type: "kubernetes",
			Ask:     func(context.Context) map[string]any { return map[string]any{"namespaces": List{"default"}} },
			Details: map[string]any{"spinnakerKindMap": Object{"deployment": "serverGroupManagers"}},
		},
		{Name: "closed", Type: "kubernetes", Permissions: map[string][]string{"WRITE": {"Ops"}}, RequiredGroups: []string{"ops"}, Primary: true},
	}, nil
}
