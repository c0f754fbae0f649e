package store

import (
	"context"
	"fmt"
	"strings"
)

// PipelinesJSON lists the same pipelines as [Store.Pipelines] as their JSON
// documents, without decoding them: for lists that are passed on.
func (s *Store) PipelinesJSON(ctx context.Context, f PipelineFilter) ([]string, error) {
	st, args := f.statement()
	out, err := listTexts(ctx, s.read, st, args)
	if err != nil {
		return nil, fmt.Errorf("list pipelines: %w", err)
	}
	return out, nil
}

// statement reads the documents of the pipelines that match, in the order of
// lists.
func (f PipelineFilter) statement() (*Statement, []any) {
	c := &condition{}
	c.equal("kind", f.Kind)
	c.equal("application", applicationKey(f.Application))
	if f.NameContains != "" {
		c.add(`name_key LIKE ? ESCAPE '\'`, LikeContains(f.NameContains))
	}
	page := ExecutionFilter{Limit: f.Limit, Offset: f.Offset}.page()
	return statement("SELECT body FROM pipelines" + c.where() + " ORDER BY application, idx, name_key" + page), c.args
}

// ApplicationsJSON lists the same applications as [Store.Applications] as their
// JSON documents, without decoding them.
func (s *Store) ApplicationsJSON(ctx context.Context, f ApplicationFilter) ([]string, error) {
	st, args := f.statement()
	out, err := listTexts(ctx, s.read, st, args)
	if err != nil {
		return nil, fmt.Errorf("list applications: %w", err)
	}
	return out, nil
}

// statement reads the documents of the applications that match, by name.
func (f ApplicationFilter) statement() (*Statement, []any) {
	c := &condition{}
	if f.NameContains != "" {
		c.add(`name LIKE ? ESCAPE '\'`, LikeContains(f.NameContains))
	}
	c.equal("email", strings.ToLower(f.Email))
	page := ExecutionFilter{Limit: f.Limit, Offset: f.Offset}.page()
	return statement("SELECT body FROM applications" + c.where() + " ORDER BY name" + page), c.args
}

// listTexts reads texts, the statement's only column.
func listTexts(ctx context.Context, s session, st *Statement, args []any) ([]string, error) {
	out := []string{}
	err := s.query(ctx, st, args, func(row Row) error {
		var text string
		if err := row.Scan(&text); err != nil {
			return err
		}
		out = append(out, text)
		return nil
	})
	return out, err
}
