package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

var (
	countRun = statement(`
		INSERT INTO pipeline_counters (pipeline_config_id, last) VALUES (?, 1)
		ON CONFLICT (pipeline_config_id) DO UPDATE SET last = pipeline_counters.last + 1`)
	insertLabel = statement(`
		INSERT INTO execution_labels (execution_seq, number, words)
		SELECT e.seq, COALESCE(c.last, 0), CAST(? AS TEXT)
		FROM executions e LEFT JOIN pipeline_counters c ON c.pipeline_config_id = e.pipeline_config_id
		WHERE e.id = ?`)
)

// LabelExecution stores the words that searches find a new run by, in lower case, and
// gives it its pipeline's next number. Whoever starts the same pipeline at the same
// time waits until the transaction ends.
func (tx *Tx) LabelExecution(ctx context.Context, e *model.Execution, words string) error {
	steps := make([]step, 0, 2)
	if id := column(e.PipelineConfigID); id != "" {
		steps = append(steps, step{st: countRun, args: []any{id}})
	}
	steps = append(steps, step{st: insertLabel, must: true, args: []any{column(words), e.ID}})
	if err := tx.batch(ctx, steps); err != nil {
		return fmt.Errorf("label execution %s: %w", e.ID, err)
	}
	return nil
}

// RunNumbers reads which run of its pipeline each execution is, from 1. What is no run
// of a stored pipeline, such as a task, is left out.
func (s *Store) RunNumbers(ctx context.Context, ids []string) (map[string]int64, error) {
	out, err := s.numbersByID(ctx, ids, func(marks string) string {
		return `SELECT e.id, l.number FROM executions e JOIN execution_labels l ON l.execution_seq = e.seq
			WHERE l.number > 0 AND e.id IN (` + marks + `)`
	})
	if err != nil {
		return nil, fmt.Errorf("read the numbers of runs: %w", err)
	}
	return out, nil
}

// maxSearchWords is how many words of a search count.
const maxSearchWords = 8

// search adds the condition that every word is somewhere in what a run is known by; #7
// is the number of a run. The longest words come first: they rule out most.
func (c *condition) search(text string) {
	words := strings.Fields(text)
	words = slices.Clone(words[:min(len(words), maxSearchWords)])
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, word := range words {
		if number, err := strconv.ParseInt(strings.TrimPrefix(word, "#"), 10, 64); err == nil && word[0] == '#' {
			c.add(`EXISTS (SELECT 1 FROM execution_labels l WHERE l.execution_seq = executions.seq AND l.number = ?)`, number)
			continue
		}
		like := LikeContains(word)
		c.add(`(lower(id) LIKE ? ESCAPE '\' OR lower(name) LIKE ? ESCAPE '\' OR lower(user_name) LIKE ? ESCAPE '\' OR EXISTS (
			SELECT 1 FROM execution_labels l WHERE l.execution_seq = executions.seq AND l.words LIKE ? ESCAPE '\'))`, like, like, like, like)
	}
}
