package store

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// A document refers to the content of an artifact with ref://<application>/<hash>, see
// package artifactstore. Whatever stores executions and pipelines goes through here, so
// that a content stays as long as something refers to it.
var contentReference = regexp.MustCompile(`ref://([A-Za-z0-9._~-]{1,255})/([0-9a-f]{64})`)

const (
	// A content that is being deleted can't be referred to any more. On PostgreSQL the row
	// is locked, so that it isn't deleted from now on.
	useSQL  = ` SELECT ?, application, hash FROM artifact_contents WHERE application = ? AND hash = ? AND dropped_by = ''`
	onceSQL = ` ON CONFLICT DO NOTHING`
)

var (
	useInExecution = NewStatement(`INSERT INTO artifact_uses (execution_id, application, hash)`+useSQL+onceSQL,
		`INSERT INTO artifact_uses (execution_id, application, hash)`+useSQL+` FOR KEY SHARE`+onceSQL)
	useInPipeline = NewStatement(`INSERT INTO artifact_pipeline_uses (pipeline_id, application, hash)`+useSQL+onceSQL,
		`INSERT INTO artifact_pipeline_uses (pipeline_id, application, hash)`+useSQL+` FOR KEY SHARE`+onceSQL)
	forgetUsesOfPipeline = statement(`DELETE FROM artifact_pipeline_uses WHERE pipeline_id = ?`)
)

// uses are the contents that documents refer to, each once.
type uses map[[2]string]bool

// in adds those of a document.
func (u *uses) in(document string) {
	if !strings.Contains(document, "ref://") {
		return
	}
	for _, found := range contentReference.FindAllStringSubmatch(document, -1) {
		if *u == nil {
			*u = uses{}
		}
		(*u)[[2]string{strings.ToLower(found[1]), found[2]}] = true
	}
}

// steps note that something refers to them.
func (u uses) steps(st *Statement, id string) []step {
	steps := make([]step, 0, len(u))
	for content := range u {
		steps = append(steps, step{st: st, args: []any{id, content[0], content[1]}})
	}
	return steps
}

// usedByPipeline notes what a pipeline that was saved refers to.
func (tx *Tx) usedByPipeline(ctx context.Context, id, body string) error {
	var found uses
	found.in(body)
	steps := append([]step{{st: forgetUsesOfPipeline, args: []any{id}}}, found.steps(useInPipeline, id)...)
	if err := tx.batch(ctx, steps); err != nil {
		return fmt.Errorf("note which artifacts pipeline %s refers to: %w", id, err)
	}
	return nil
}
