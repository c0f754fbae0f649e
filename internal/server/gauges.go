package server

import (
	"context"
	"fmt"

	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/telemetry"
)

var (
	countActive = store.NewStatement(`
		SELECT status, COUNT(*) FROM executions
		WHERE status IN ('NOT_STARTED', 'RUNNING', 'PAUSED', 'SUSPENDED', 'BUFFERED')
		GROUP BY status`, "")

	// A job for a later time is "available" to River already.
	countJobs = store.NewStatement(`
		SELECT CASE WHEN state = 'available' AND scheduled_at > strftime('%Y-%m-%d %H:%M:%f', 'now')
			THEN 'scheduled' ELSE state END AS status, COUNT(*)
		FROM river_job GROUP BY 1`, `
		SELECT CASE WHEN state = 'available' AND scheduled_at > now()
			THEN 'scheduled' ELSE CAST(state AS text) END AS status, COUNT(*)
		FROM river_job GROUP BY 1`)
)

// addGauges has the metrics count what is in the database when they are asked.
func (p *process) addGauges() {
	p.metrics.Add(telemetry.ActiveExecutions(p.counter(countActive)))
	p.metrics.Add(telemetry.QueueJobs(p.counter(countJobs)))
}

// counter reads counts by a name.
func (p *process) counter(statement *store.Statement) func(ctx context.Context) (map[string]int64, error) {
	return func(ctx context.Context) (map[string]int64, error) {
		counts := map[string]int64{}
		err := p.platform.store.Query(ctx, statement, nil, func(row store.Row) error {
			var (
				name  string
				count int64
			)
			if err := row.Scan(&name, &count); err != nil {
				return err
			}
			counts[name] = count
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("count for the metrics: %w", err)
		}
		return counts, nil
	}
}
