package inbox

import (
	"cmp"
	"context"
	"maps"
	"slices"
)

// rollouts are the applications of which something doesn't come up, or doesn't stay up.
func (a *area) rollouts(ctx context.Context, out *answer) error {
	if a.Clouds == nil {
		return nil
	}
	accounts, err := a.Clouds.ApplicationAccounts(ctx)
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(accounts))
	if len(names) > mostApplications {
		names, out.Truncated = names[:mostApplications], true
	}
	var found []item
	for some := range slices.Chunk(names, atOnce) {
		health, err := a.Clouds.ApplicationHealth(ctx, some)
		if err != nil {
			return err
		}
		for _, h := range health {
			if !h.HealthStatus.Troubled() {
				continue
			}
			reason := cmp.Or(h.Worst.Reason, h.HealthStatus.Reason)
			found = append(found, item{
				ID: kindRollout + ":" + h.Application + ":" + reason, Kind: kindRollout, Application: h.Application,
				Reason: reason, Message: cmp.Or(h.HealthStatus.Message, h.Worst.Message),
			})
		}
	}
	out.take(found, mostOfOthers)
	return nil
}
