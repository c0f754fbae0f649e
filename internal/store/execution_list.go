package store

import (
	"context"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/gennaker/gennaker/internal/model"
)

// ExecutionFilter says which executions are wanted; what is left out doesn't
// matter.
type ExecutionFilter struct {
	Type model.ExecutionType
	// Application is matched whatever its case.
	Application    string
	ConfigIDs, IDs []string
	Statuses       []model.Status
	// Name is the exact name, NameContains a part of it in any case.
	Name, NameContains               string
	TriggerTypes                     []string
	EventID, CorrelationID, ParentID string
	// User is who started it, in any case.
	User string
	// Search are words that must all be found in what an execution is known by: its id,
	// name, user and label. A part of a word counts, #7 is the number of a run.
	Search string
	// BuildTimeFrom and BuildTimeTo are in milliseconds since the epoch, both
	// inclusive; 0 is open.
	BuildTimeFrom, BuildTimeTo int64
	// After leaves out all up to this place of the order, the place too.
	After Place
	// Limit is how many are wanted, 0 for all; Offset how many are left out
	// before them.
	Limit, Offset int
	// PerConfigLimit is how many of each pipeline are wanted, 0 for all;
	// executions of no pipeline are then left out.
	PerConfigLimit int
	OldestFirst    bool
	// WithoutStages leaves the stages out; Bare leaves their contexts (all but
	// "group"), outputs and tasks out, which are most of what they are.
	WithoutStages, Bare bool
}

// Place is where an execution stands in lists; the zero value is before all.
type Place struct {
	// BuildTime is in milliseconds since the epoch.
	BuildTime int64
	Seq       int64
}

// activeStatuses is the condition of the index over executions that aren't
// complete, word for word.
const activeStatuses = `status IN ('NOT_STARTED', 'RUNNING', 'PAUSED', 'SUSPENDED', 'BUFFERED')`

// condition is a WHERE clause being put together.
type condition struct {
	terms []string
	args  []any
}

func (c *condition) add(term string, args ...any) {
	c.terms = append(c.terms, term)
	c.args = append(c.args, args...)
}

func (c *condition) in(column string, values []string) {
	if len(values) == 0 {
		return
	}
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	if len(values) == 1 {
		c.add(column+" = ?", args...)
		return
	}
	c.add(column+" IN ("+marks(len(values))+")", args...)
}

func (c *condition) equal(column, value string) {
	if value != "" {
		c.add(column+" = ?", value)
	}
}

func (c *condition) where() string {
	if len(c.terms) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.terms, " AND ")
}

// conditionOf is the filter as SQL, save for paging and, if so wanted, the
// pipelines.
func (f ExecutionFilter) condition(withConfigs bool) *condition {
	c := &condition{}
	if f.Application != "" {
		c.equal("application", applicationKey(f.Application))
	}
	c.equal("type", string(f.Type))
	if withConfigs {
		c.in("pipeline_config_id", f.ConfigIDs)
	}
	c.in("id", f.IDs)
	if len(f.Statuses) > 0 {
		names, active := make([]string, len(f.Statuses)), true
		for i, status := range f.Statuses {
			names[i] = string(status)
			active = active && !status.Complete() && status != model.Redirect
		}
		c.in("status", names)
		if active {
			c.add(activeStatuses)
		}
	}
	c.equal("name", f.Name)
	if f.NameContains != "" {
		c.add(`lower(name) LIKE ? ESCAPE '\'`, LikeContains(f.NameContains))
	}
	c.in("trigger_type", f.TriggerTypes)
	c.equal("event_id", f.EventID)
	c.equal("correlation_id", f.CorrelationID)
	c.equal("parent_execution_id", f.ParentID)
	if f.User != "" {
		// As it is written too: databases know small letters of ASCII only.
		c.add("(lower(user_name) = ? OR user_name = ?)", strings.ToLower(f.User), f.User)
	}
	c.search(f.Search)
	if f.After != (Place{}) {
		than := "<"
		if f.OldestFirst {
			than = ">"
		}
		c.add("(build_time, seq) "+than+" (?, ?)", f.After.BuildTime, f.After.Seq)
	}
	if f.BuildTimeFrom > 0 {
		c.add("build_time >= ?", f.BuildTimeFrom)
	}
	if f.BuildTimeTo > 0 {
		c.add("build_time <= ?", f.BuildTimeTo)
	}
	return c
}

// longestPattern is how many bytes of a text are looked for: nothing that is searched has
// more, and SQLite refuses patterns of more than 50,000.
const longestPattern = 10_000

// LikeContains is the pattern of a LIKE with the escape sign \ that finds a text in what is in
// lower case.
func LikeContains(text string) string {
	if len(text) > longestPattern {
		text = strings.ToValidUTF8(text[:longestPattern], "")
	}
	return "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(text)) + "%"
}

func (f ExecutionFilter) order() string { return f.orderOf("") }

// orderOf is the order by the columns of a table, such as "e.".
func (f ExecutionFilter) orderOf(table string) string {
	if f.OldestFirst {
		return " ORDER BY " + table + "build_time, " + table + "seq"
	}
	return " ORDER BY " + table + "build_time DESC, " + table + "seq DESC"
}

func (f ExecutionFilter) page() string {
	switch {
	case f.Limit > 0 && f.Offset > 0:
		return fmt.Sprintf(" LIMIT %d OFFSET %d", f.Limit, f.Offset)
	case f.Limit > 0:
		return fmt.Sprintf(" LIMIT %d", f.Limit)
	case f.Offset > 0:
		// SQLite knows no OFFSET without a LIMIT.
		return fmt.Sprintf(" LIMIT %d OFFSET %d", int64(1)<<62, f.Offset)
	}
	return ""
}

// Executions lists the executions that match, newest first unless OldestFirst
// says otherwise. Filtering, ordering and paging happen in the database.
func (s *Store) Executions(ctx context.Context, f ExecutionFilter) ([]*model.Execution, error) {
	rows, err := s.executionRows(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list executions: %w", err)
	}
	out := make([]*model.Execution, len(rows))
	for i, row := range rows {
		if out[i], err = decodeHeader(row.header); err != nil {
			return nil, fmt.Errorf("list executions: %s: %w", row.id, err)
		}
		out[i].Stages = []*model.Stage{}
	}
	if f.WithoutStages || len(rows) == 0 {
		return out, nil
	}
	places := make(map[string]int, len(rows))
	for i, row := range rows {
		places[row.id] = i
	}
	raw := make([][]stageRow, len(rows))
	if err := s.eachStageRow(ctx, rows, func(row stageRow) {
		if f.Bare {
			row.body = bareStage(row.body)
		}
		i := places[row.executionID]
		raw[i] = append(raw[i], row)
	}); err != nil {
		return nil, fmt.Errorf("list executions: %w", err)
	}
	// The stages are most of the work, and the rows are read by now.
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range out {
		group.Go(func() error {
			placed := make([]placedStage, len(raw[i]))
			for j, row := range raw[i] {
				stage, err := decodeStage(row.body)
				if err != nil {
					return fmt.Errorf("list executions: %s: %w", rows[i].id, err)
				}
				placed[j] = placedStage{row.seq, stage}
			}
			out[i].Stages = inOrder(placed)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return out, nil
}

// CountExecutions counts the executions that match, whatever the limits.
func (s *Store) CountExecutions(ctx context.Context, f ExecutionFilter) (n int, err error) {
	c := f.condition(true)
	st := statement("SELECT COUNT(*) FROM executions" + c.where())
	if err := queryRow(ctx, s.read, st, c.args, &n); err != nil {
		return 0, fmt.Errorf("count executions: %w", err)
	}
	return n, nil
}

// executionRow is an execution as it lies in the database.
type executionRow struct {
	id, configID string
	startTime    int64
	header       []byte
}

func (s *Store) executionRows(ctx context.Context, f ExecutionFilter) ([]executionRow, error) {
	const columns = `SELECT e.id, COALESCE(e.pipeline_config_id, ''), COALESCE(e.start_time, 0), h.body FROM (`
	const join = `) p JOIN executions e ON e.seq = p.seq JOIN execution_headers h ON h.execution_seq = p.seq`
	inner, args, err := s.executionKeys(ctx, f)
	if err != nil || inner == "" {
		return nil, err
	}
	var out []executionRow
	err = s.read.query(ctx, statement(columns+inner+join+f.orderOf("e.")), args, func(row Row) error {
		var r executionRow
		if err := row.Scan(&r.id, &r.configID, &r.startTime, &r.header); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	})
	return out, err
}

// stageRow is a stage as it lies in the database.
type stageRow struct {
	executionID, id, parentID, owner string
	seq                              int64
	body                             []byte
}

// eachStageRow reads the stages of the executions, in no particular order.
func (s *Store) eachStageRow(ctx context.Context, of []executionRow, each func(stageRow)) error {
	const chunk = 500
	for len(of) > 0 {
		part := of[:min(len(of), chunk)]
		of = of[len(part):]
		args := make([]any, len(part))
		for i, row := range part {
			args[i] = row.id
		}
		st := statement(`SELECT execution_id, id, parent_stage_id, owner, seq, body FROM execution_stages WHERE execution_id IN (` + marks(len(args)) + `)`)
		err := s.read.query(ctx, st, args, func(row Row) error {
			var r stageRow
			if err := row.Scan(&r.executionID, &r.id, &r.parentID, &r.owner, &r.seq, &r.body); err != nil {
				return err
			}
			each(r)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// ExecutionRef is an execution by what a list sorts by.
type ExecutionRef struct {
	ID, ConfigID string
	// StartTime is in milliseconds since the epoch, 0 before the start.
	StartTime int64
	Place     Place
}

// ExecutionRefs lists the executions that match, as [Store.Executions] does,
// and reads none of them.
func (s *Store) ExecutionRefs(ctx context.Context, f ExecutionFilter) ([]ExecutionRef, error) {
	const columns = `SELECT e.id, COALESCE(e.pipeline_config_id, ''), COALESCE(e.start_time, 0), e.build_time, e.seq FROM (`
	const join = `) p JOIN executions e ON e.seq = p.seq`
	inner, args, err := s.executionKeys(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("list executions: %w", err)
	}
	var out []ExecutionRef
	if inner == "" {
		return out, nil
	}
	err = s.read.query(ctx, statement(columns+inner+join+f.orderOf("e.")), args, func(row Row) error {
		var r ExecutionRef
		if err := row.Scan(&r.ID, &r.ConfigID, &r.StartTime, &r.Place.BuildTime, &r.Place.Seq); err != nil {
			return err
		}
		out = append(out, r)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list executions: %w", err)
	}
	return out, nil
}
