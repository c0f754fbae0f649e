package server

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/gennaker/gennaker/internal/acting"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/evaluation"
	"github.com/gennaker/gennaker/internal/execution"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/pipelinecheck/registered"
	"github.com/gennaker/gennaker/internal/template/library"
)

// Catalogue is what is known of stage types without a running server: what a
// pipeline is checked with. It can't run any.
type Catalogue struct{ registered.Stages }

// NewCatalogue returns the stage types that every installation has, whatever
// its configuration adds. It does no I/O.
func NewCatalogue() (*Catalogue, error) {
	p := &process{config: config.Default(), log: slog.New(slog.DiscardHandler), memory: &memoryKeeper{}}
	if err := p.buildClouds(); err != nil {
		return nil, err
	}
	guard, err := httpguard.New(p.config.URLRestrictions)
	if err != nil {
		return nil, fmt.Errorf("URL restrictions: %w", err)
	}
	types, err := p.stageTypes(stageParts{zone: time.UTC, guard: guard, children: &execution.Launcher{}, templates: newTemplates(library.New(p.platform.store), nil, evaluation.Evaluator{})})
	if err != nil {
		return nil, err
	}
	checked, err := registered.New(types, actsOn(p.config))
	if err != nil {
		return nil, err
	}
	return &Catalogue{checked}, nil
}

// TriggerTypes lists the kinds of trigger that fire by themselves here, in the
// names that Spinnaker gives them.
func (*Catalogue) TriggerTypes() []string { return actsOn(config.Default()).All()[acting.Triggers] }

// Templates tells whether pipelines made from templates run here.
func (*Catalogue) Templates() bool { return true }
