package telemetry

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Gauge is something that is counted when the metrics are asked for, such as
// the jobs in the queue by state.
type Gauge struct {
	// Name and Help describe the metric.
	Name, Help string
	// Label is the name of its one label.
	Label string
	// Read returns the values by the label's value. It is given a few seconds.
	Read func(ctx context.Context) (map[string]int64, error)
}

// The gauges of the whole installation; each process reads them from the
// database, so in queries take the maximum over processes, not the sum.
const (
	queueJobsName        = "gennaker_queue_jobs"
	activeExecutionsName = "gennaker_executions_active"
)

// QueueJobs counts the jobs in the queue by state.
func QueueJobs(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: queueJobsName, Help: "Jobs of the whole installation in the queue, by state.", Label: "state", Read: read}
}

// ActiveExecutions counts the executions that have not ended, by status.
func ActiveExecutions(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: activeExecutionsName, Help: "Executions of the whole installation that have not ended, by status.", Label: "status", Read: read}
}

// The gauges of what is sent to other systems because of changes.
const (
	outboxMessagesName   = "gennaker_outbox_messages"
	outboxAgeName        = "gennaker_outbox_oldest_seconds"
	outboxDeliveriesName = "gennaker_outbox_deliveries"
)

// OutboxMessages counts the messages that are not delivered, by state.
func OutboxMessages(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: outboxMessagesName, Help: "Messages to other systems of the whole installation that are not delivered: waiting (also for another attempt) and dead (given up).", Label: "state", Read: read}
}

// OutboxAge is the age of the oldest message that waits.
func OutboxAge(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: outboxAgeName, Help: "How long the oldest message of the whole installation that waits to be delivered has waited, in seconds.", Label: "state", Read: read}
}

// OutboxDeliveries counts the deliveries of a process by outcome.
func OutboxDeliveries(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: outboxDeliveriesName, Help: "Deliveries of messages to other systems by this process since it started: delivered, failed (most are tried again), and dead (messages given up).", Label: "outcome", Read: read}
}

// The gauges of how a process runs stages.
const (
	stageCallsName       = "gennaker_stage_calls"
	poisonExecutionsName = "gennaker_poison_executions"
)

// StageCalls counts the calls that stages make to clouds and other services, by
// state.
func StageCalls(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: stageCallsName, Help: "Calls that stages make outside in this process: running, waiting for others to the same destination, and abandoned (running on, though they were told to end and their stage has gone on).", Label: "state", Read: read}
}

// PoisonExecutions counts the executions whose processing brings down processes,
// by state.
func PoisonExecutions(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: poisonExecutionsName, Help: "Executions that crash processes: suspect (of the whole installation; tried alone, one at a time) and ended (by this process, since it started).", Label: "state", Read: read}
}

// The gauges of what a process watches; each account is watched by one process
// at a time.
const (
	watchedObjectsName = "gennaker_watch_objects"
	watchUpName        = "gennaker_watch_up"
)

// WatchedObjects counts the objects that the views of a process hold, by account.
func WatchedObjects(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: watchedObjectsName, Help: "Objects in the view of a cluster that this process watches, by account.", Label: "account", Read: read}
}

// WatchUp tells whether a cluster's view is complete and current, by account.
func WatchUp(read func(ctx context.Context) (map[string]int64, error)) Gauge {
	return Gauge{Name: watchUpName, Help: "Whether the view of a cluster that this process watches is complete and current (1) or not (0), by account.", Label: "account", Read: read}
}

// Add has the metrics tell a gauge too. Adding one name twice is a mistake of
// the program and panics.
func (m *Metrics) Add(g Gauge) {
	if m == nil {
		return
	}
	m.registry.MustRegister(gaugeCollector{Gauge: g, desc: prometheus.NewDesc(g.Name, g.Help, []string{g.Label}, nil)})
}

// gaugeCollector reads a gauge at each scrape.
type gaugeCollector struct {
	Gauge
	desc *prometheus.Desc
}

// scrapeTimeout bounds what one gauge may add to a scrape.
const scrapeTimeout = 3 * time.Second

func (c gaugeCollector) Describe(out chan<- *prometheus.Desc) { out <- c.desc }

func (c gaugeCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	values, err := c.Read(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(c.desc, err)
		return
	}
	for label, value := range values {
		out <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, float64(value), label)
	}
}
