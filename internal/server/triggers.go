package server

import (
	"github.com/gennaker/gennaker/internal/catalog"
	"github.com/gennaker/gennaker/internal/trigger/schedule"
)

// buildScheduler makes what fires cron triggers.
func (p *process) buildScheduler() (err error) {
	p.starter = &schedule.Starter{Pipelines: p.platform.store}
	p.scheduler, err = schedule.New(schedule.Options{
		Store: p.platform.store, Ticks: p.starter, Config: p.config.Scheduler, Now: p.clock.Now, Logger: p.log,
	})
	return err
}

// catalog keeps pipelines, and tells those that follow them.
func (p *process) catalog() *catalog.Catalog {
	if p.scheduler == nil { // what is only asked about stage types stores nothing
		return catalog.New(p.platform.store)
	}
	return catalog.New(p.platform.store, p.scheduler)
}
