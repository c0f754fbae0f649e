package bakes

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/artifactstore"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

const (
	// mostShown is how many bytes of a manifest are shown.
	mostShown = 1 << 20
	// mostRuns is how many runs are searched for the last bake.
	mostRuns = 10
	// ofBake is the key of a stage's context that tells about its bake.
	ofBake = "bake"
	// bakes is the stage's type.
	bakes = "bakeManifest"
)

// shownManifest is a manifest, or its beginning.
type shownManifest struct {
	Manifest string `json:"manifest"`
	// Cut says that the manifest is longer than what is shown.
	Cut bool `json:"cut,omitempty"`
	// Bake tells how it was rendered.
	Bake map[string]any `json:"bake,omitempty"`
}

// lastBake is what a stage of an earlier run has rendered.
type lastBake struct {
	ExecutionID string `json:"executionId"`
	StageID     string `json:"stageId"`
	// BuildTime is when the run was started, in milliseconds since the epoch.
	BuildTime int64 `json:"buildTime"`
	shownManifest
}

// stageBake is what a stage has rendered.
type stageBake struct {
	shownManifest
	Last *lastBake `json:"last,omitempty"`
}

func (a *area) stage(r *http.Request) (any, error) {
	id := r.PathValue("id")
	e, err := a.Shown.ExecutionOutline(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, fault.New(fault.NotFound, "there is no execution %s", id)
	}
	if err != nil {
		return nil, err
	}
	s := e.StageByID(r.PathValue("stageId"))
	if s == nil || s.Type != bakes {
		return nil, fault.New(fault.NotFound, "execution %s has no such bakeManifest stage", id)
	}
	manifest, err := a.bakedBy(r.Context(), id, s.ID)
	if err != nil {
		return nil, err
	}
	if manifest == nil {
		return nil, fault.New(fault.NotFound, "the stage %s has baked no manifest", s.Name)
	}
	out := stageBake{shownManifest: *manifest}
	out.Last, err = a.last(r.Context(), e.Execution, s.RefID, true)
	return out, err
}

// bakedBy is what a stage has rendered; nil if that is nothing.
func (a *area) bakedBy(ctx context.Context, executionID, stageID string) (*shownManifest, error) {
	found, err := a.Shown.StageWithParts(ctx, executionID, stageID)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	for _, artifact := range model.Objects(found[0].Outputs, "artifacts") {
		encoded := model.String(artifact, "reference")
		switch model.String(artifact, "type") {
		case "embedded/base64":
		case "remote/base64":
			if encoded, err = a.stored(ctx, encoded); err != nil {
				return nil, err
			}
		default:
			continue
		}
		text, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			continue
		}
		held, _ := rest.ReservationOf(ctx)
		if err := held.Take(ctx, int64(len(text))); err != nil {
			return nil, err
		}
		out := showing(string(text), model.Object(found[0].Context, ofBake))
		return &out, nil
	}
	return nil, nil
}

// stored is a content that is kept apart from executions, in base64.
func (a *area) stored(ctx context.Context, uri string) (string, error) {
	reference, err := artifactstore.Parse(uri)
	if err != nil {
		return "", err
	}
	if a.Contents == nil {
		return "", fault.New(fault.Unavailable, "contents of artifacts are not kept by this process")
	}
	return a.Contents.Shown(ctx, reference.Application, reference.Hash)
}

// showing shows a text whose Secrets are hidden.
func showing(text string, bake map[string]any) shownManifest {
	out := shownManifest{Manifest: text, Bake: bake}
	if len(text) > mostShown {
		cut := strings.LastIndexByte(text[:mostShown], '\n') + 1
		out.Manifest, out.Cut = text[:cut], true
	}
	return out
}

// last finds what a stage of the same pipeline has rendered in the newest run that did:
// of those before an execution, or of all, that execution included.
func (a *area) last(ctx context.Context, e *model.Execution, refID string, before bool) (*lastBake, error) {
	if e.PipelineConfigID == "" || refID == "" {
		return nil, nil
	}
	filter := store.ExecutionFilter{Type: model.PipelineExecution, Application: e.Application, ConfigIDs: []string{e.PipelineConfigID}, Limit: mostRuns}
	if before {
		filter.BuildTimeTo, filter.Limit = e.BuildTime, mostRuns+1
	}
	found, err := a.Shown.ExecutionRefs(ctx, filter)
	if err != nil {
		return nil, err
	}
	for _, ref := range found {
		if before && ref.ID == e.ID {
			continue
		}
		out, err := a.bakedIn(ctx, ref, refID)
		if out != nil || err != nil {
			return out, err
		}
	}
	return nil, nil
}

// bakedIn is what a stage has rendered in a run; nil if that is nothing.
func (a *area) bakedIn(ctx context.Context, ref store.ExecutionRef, refID string) (*lastBake, error) {
	run, err := a.Shown.ExecutionOutline(ctx, ref.ID)
	if errors.Is(err, store.ErrNotFound) { // it was deleted just now
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, s := range run.Stages {
		if s.Type != bakes || s.RefID != refID || s.Status != model.Succeeded {
			continue
		}
		manifest, err := a.bakedBy(ctx, ref.ID, s.ID)
		if err != nil || manifest == nil {
			return nil, err
		}
		return &lastBake{ExecutionID: ref.ID, StageID: s.ID, BuildTime: ref.Place.BuildTime, shownManifest: *manifest}, nil
	}
	return nil, nil
}
