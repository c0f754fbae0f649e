// Package echo holds Gennaker's triggers, cron expressions and notifications to what
// was recorded from Echo.
package echo

import (
	"context"

	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// Suite is Echo's.
type Suite struct{}

// player runs the cases of one part of Echo.
type player struct {
	// plays tells whether a case is this part's.
	plays func(c *Case) bool
	// play runs it, and gives a line for each mismatch.
	play func(ctx context.Context, c *Case) []string
}

// players are the parts, in the order in which they are asked.
func players() []player {
	return []player{
		notifications,
		forwarded,
		dryRuns,
		{plays: isTrigger, play: playTriggers},
		{plays: isCronFire, play: playCronFire},
		{plays: isCronActions, play: playCronActions},
		{plays: isCronNext, play: playCronNext},
		{plays: isCronValidate, play: playCronValidate},
	}
}

// Run implements [recorded.Suite].
func (Suite) Run(ctx context.Context, dir string) (recorded.Report, error) {
	cases, err := load(dir)
	if err != nil {
		return recorded.Report{}, err
	}
	report := recorded.Report{}
	for _, c := range cases {
		if err := ctx.Err(); err != nil {
			return report, err
		}
		report.Results = append(report.Results, recorded.Result{Case: c.ID, Mismatches: play(ctx, c), Declared: declared(c)})
	}
	return report, nil
}

func play(ctx context.Context, c *Case) []string {
	for _, p := range players() {
		if p.plays(c) {
			return p.play(ctx, c)
		}
	}
	return []string{"Gennaker has no part that does this"}
}
