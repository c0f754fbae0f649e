package inbox

import (
	"context"

	"github.com/gennaker/gennaker/internal/resource"
)

// accounts are the accounts that are known not to work.
func (a *area) accounts(ctx context.Context, out *answer) error {
	if a.States == nil {
		return nil
	}
	states, err := a.States.States(ctx)
	if err != nil {
		return err
	}
	var found []item
	for _, state := range states {
		for _, c := range state.Conditions {
			if c.Type != resource.Ready || c.Status != resource.False {
				continue
			}
			at := c.LastTransitionTime.UnixMilli()
			found = append(found, item{
				// One that breaks again is a new item.
				ID: kindAccount + ":" + state.Type + ":" + state.Name + ":" + c.LastTransitionTime.UTC().Format("20060102T150405"), Kind: kindAccount,
				Time: at, Account: state.Name, AccountType: state.Type, Reason: c.Reason, Message: c.Message,
			})
		}
	}
	out.take(found, mostOfOthers)
	return nil
}
