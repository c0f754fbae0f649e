package imagebakery

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

// bake is a row.
type bake struct {
	ID, Key, ImageName string
	Request            recipe.Request
	Image              *recipe.Image
	State, Failure     string
	Attempt            int
	LogBytes           int64
	Created            time.Time
}

const columns = `id, bake_key, request, image, image_name, state, failure, attempt, log_bytes, created_at`

var (
	insertBake = store.NewStatement(`
		INSERT INTO image_bakes (id, bake_key, provider, region, request, image_name, state, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, 'RUNNING', ?, ?)
		ON CONFLICT (bake_key) WHERE state = 'RUNNING' DO NOTHING`, "")
	findRunning   = store.NewStatement(`SELECT `+columns+` FROM image_bakes WHERE bake_key = ? AND state = 'RUNNING'`, "")
	findSucceeded = store.NewStatement(`
		SELECT `+columns+` FROM image_bakes WHERE bake_key = ? AND state = 'COMPLETED' AND failure = '' AND reusable = 1
		ORDER BY created_at DESC, id LIMIT 1`, "")
	retireBakes  = store.NewStatement(`UPDATE image_bakes SET reusable = 0 WHERE bake_key = ? AND state <> 'RUNNING' AND reusable = 1`, "")
	findBake     = store.NewStatement(`SELECT `+columns+` FROM image_bakes WHERE id = ?`, "")
	insertWaiter = store.NewStatement(`INSERT INTO image_bake_waiters (bake_id, waiter) VALUES (?, ?) ON CONFLICT DO NOTHING`, "")
	deleteWaiter = store.NewStatement(`DELETE FROM image_bake_waiters WHERE bake_id = ? AND waiter = ?`, "")
	anyWaiter    = store.NewStatement(`SELECT waiter FROM image_bake_waiters WHERE bake_id = ? LIMIT 1`, "")
	// lockBake keeps others from joining meanwhile, on PostgreSQL.
	lockBake   = store.NewStatement(`UPDATE image_bakes SET updated_at = ? WHERE id = ? AND state = 'RUNNING'`, "")
	cancelBake = store.NewStatement(`
		UPDATE image_bakes SET state = 'CANCELED', failure = ?, reusable = 0, updated_at = ? WHERE id = ? AND state = 'RUNNING'`, "")
	readParts = store.NewStatement(`SELECT content FROM image_bake_logs WHERE bake_id = ? ORDER BY attempt, at_byte`, "")
)

func (b *bake) status() Status {
	out := Status{ID: b.ID, State: b.State, Failure: b.Failure}
	if b.State == StateCompleted {
		out.Result = ResultSuccess
		if b.Failure != "" {
			out.Result = ResultFailure
		}
	}
	return out
}

func (b *bake) scan(row store.Row) error {
	var (
		request, image string
		created        int64
	)
	if err := row.Scan(&b.ID, &b.Key, &request, &image, &b.ImageName, &b.State, &b.Failure, &b.Attempt, &b.LogBytes, &created); err != nil {
		return err
	}
	b.Created = time.UnixMilli(created)
	if err := model.Unmarshal([]byte(request), &b.Request); err != nil {
		return fmt.Errorf("read the request of the bake %s: %w", b.ID, err)
	}
	if image == "" {
		return nil
	}
	b.Image = &recipe.Image{}
	if err := model.Unmarshal([]byte(image), b.Image); err != nil {
		return fmt.Errorf("read the image of the bake %s: %w", b.ID, err)
	}
	return nil
}

// errRaced says that another transaction was quicker.
var errRaced = errors.New("another bake of this image has just begun")

// join has one wait for a bake that is there, or for the new one.
func (s *Service) join(ctx context.Context, b *bake, rebake bool, waiter string) (Status, error) {
	for {
		found, err := s.joinOnce(ctx, b, rebake, waiter)
		if !errors.Is(err, errRaced) || ctx.Err() != nil {
			return found, err
		}
	}
}

func (s *Service) joinOnce(ctx context.Context, b *bake, rebake bool, waiter string) (out Status, err error) {
	request, err := model.Marshal(b.Request)
	if err != nil {
		return Status{}, err
	}
	now := b.Created.UnixMilli()
	err = s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		there, err := one(ctx, tx, findRunning, b.Key)
		if err == nil && there == nil && !rebake {
			there, err = one(ctx, tx, findSucceeded, b.Key)
		}
		if err != nil {
			return err
		}
		if there != nil {
			out = there.status()
			if there.State != StateRunning {
				return nil
			}
			n, err := tx.Exec(ctx, lockBake, now, there.ID)
			if err != nil {
				return err
			}
			if n == 0 {
				return errRaced // it has ended meanwhile
			}
			_, err = tx.Exec(ctx, insertWaiter, there.ID, waiter)
			return err
		}
		if _, err := tx.Exec(ctx, retireBakes, b.Key); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, insertBake, b.ID, b.Key, b.Request.CloudProvider, b.Request.Region, string(request), b.ImageName, now, now)
		if err != nil {
			return err
		}
		if n == 0 {
			return errRaced
		}
		out = b.status()
		out.Began = true
		_, err = tx.Exec(ctx, insertWaiter, b.ID, waiter)
		return err
	})
	return out, err
}

// queryer is a transaction, or the store.
type queryer interface {
	Query(ctx context.Context, st *store.Statement, args []any, each func(row store.Row) error) error
}

// one reads a bake; nil if there is none.
func one(ctx context.Context, from queryer, st *store.Statement, args ...any) (found *bake, err error) {
	err = from.Query(ctx, st, args, func(row store.Row) error {
		found = &bake{}
		return found.scan(row)
	})
	return found, err
}

func (s *Service) find(ctx context.Context, id string) (*bake, error) {
	found, err := one(ctx, s.Store, findBake, id)
	if err != nil {
		return nil, fmt.Errorf("read the bake %s: %w", fault.Short(id), err)
	}
	if found == nil {
		return nil, fault.New(fault.NotFound, "There is no bake %s", fault.Short(id))
	}
	return found, nil
}

func (s *Service) leave(ctx context.Context, id, waiter string) error {
	now := s.Now().UnixMilli()
	return s.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		if n, err := tx.Exec(ctx, lockBake, now, id); err != nil || n == 0 {
			return err
		}
		if n, err := tx.Exec(ctx, deleteWaiter, id, waiter); err != nil || n == 0 {
			return err
		}
		waits := false
		err := tx.Query(ctx, anyWaiter, []any{id}, func(store.Row) error {
			waits = true
			return nil
		})
		if err != nil || waits {
			return err
		}
		_, err = tx.Exec(ctx, cancelBake, "The bake was canceled.", now, id)
		return err
	})
}

func (s *Service) readLog(ctx context.Context, id string) (string, error) {
	var out strings.Builder
	err := s.Store.Query(ctx, readParts, []any{id}, func(row store.Row) error {
		var part string
		if err := row.Scan(&part); err != nil {
			return err
		}
		out.WriteString(part)
		return nil
	})
	if err != nil {
		return "", fmt.Errorf("read the log of the bake %s: %w", fault.Short(id), err)
	}
	return out.String(), nil
}

// whole is a text without a character that isn't complete at its end.
func whole(data []byte) []byte {
	for i := 1; i <= utf8.UTFMax && i <= len(data); i++ {
		if at := len(data) - i; utf8.RuneStart(data[at]) {
			if !utf8.FullRune(data[at:]) {
				return data[:at]
			}
			break
		}
	}
	return data
}

// shownLines is how many lines of a log failures show.
const shownLines = 8

// lastLines are a log's last lines that aren't empty.
func lastLines(log string, n int) string {
	var out []string
	lines := strings.Split(log, "\n")
	for i := len(lines) - 1; i >= 0 && len(out) < n; i-- {
		if line := strings.TrimSpace(lines[i]); line != "" {
			out = append([]string{fault.Short(line)}, out...)
		}
	}
	return strings.Join(out, "\n")
}
