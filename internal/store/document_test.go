package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

func TestApplications(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		clock := &testClock{time.UnixMilli(1000)}
		st := storetest.Open(t, url, store.Options{Now: clock.now})
		save := func(app model.Application, user string) (saved model.Application) {
			write(t, st, func(ctx context.Context, tx *store.Tx) (err error) {
				saved, err = tx.SaveApplication(ctx, app, user)
				return err
			})
			return saved
		}
		save(model.Application{"name": "Demo", "email": "Ann@Example.com", "custom": json.Number("1.0")}, "ann")
		clock.at = time.UnixMilli(2000)
		save(model.Application{"name": "demo", "email": "bob@example.com", "createTs": "77"}, "bob")
		save(model.Application{"name": "other", "email": "ann@example.com"}, "ann")

		got, err := st.Application(t.Context(), "DEMO")
		want := model.Application{"name": "demo", "email": "bob@example.com", "createTs": "1000", "updateTs": "2000",
			"lastModifiedBy": "bob"}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("application %v, %v; want %v", got, err, want)
		}
		for _, tt := range []struct {
			filter store.ApplicationFilter
			want   []string
		}{
			{store.ApplicationFilter{}, []string{"demo", "other"}},
			{store.ApplicationFilter{NameContains: "EM"}, []string{"demo"}},
			{store.ApplicationFilter{Email: "ANN@example.com"}, []string{"other"}},
			{store.ApplicationFilter{Limit: 1, Offset: 1}, []string{"other"}},
			{store.ApplicationFilter{NameContains: "%"}, nil},
		} {
			list, err := st.Applications(t.Context(), tt.filter)
			var names []string
			for _, app := range list {
				names = append(names, app.Name())
			}
			if err != nil || !reflect.DeepEqual(names, tt.want) {
				t.Errorf("%+v: %v, %v; want %v", tt.filter, names, err, tt.want)
			}
		}
		write(t, st, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteApplication(ctx, "Demo", "eve") })
		if _, err := st.Application(t.Context(), "demo"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a deleted application: %v", err)
		}
		history, err := st.ApplicationHistory(t.Context(), "DEMO", 0)
		if err != nil || len(history) != 3 || !history[0].Deleted || history[0].UpdatedBy != "eve" ||
			history[2].Body["custom"] != json.Number("1.0") || history[2].Version != 1 {
			t.Errorf("history %+v, %v", history, err)
		}
		err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			return tx.DeleteApplication(ctx, "demo", "eve")
		})
		wantKind(t, err, fault.NotFound)
		err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.SaveApplication(ctx, model.Application{"name": " "}, "eve")
			return err
		})
		wantKind(t, err, fault.Invalid)
		if again := save(model.Application{"name": "demo"}, "ann"); again["createTs"] != "2000" {
			t.Errorf("an application made anew: %v", again)
		}
	})
}

func TestPipelines(t *testing.T) {
	t.Parallel()
	storetest.EachURL(t, func(t *testing.T, url string) {
		clock := &testClock{time.UnixMilli(1000)}
		st := storetest.Open(t, url, store.Options{Now: clock.now})
		try := func(kind string, p model.Pipeline, expect int64) (saved model.Pipeline, err error) {
			err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				saved, err = tx.SavePipeline(ctx, kind, p, "ann", expect)
				return err
			})
			return saved, err
		}
		save := func(p model.Pipeline) model.Pipeline {
			t.Helper()
			saved, err := try(store.PipelineKind, p, 0)
			if err != nil {
				t.Fatal(err)
			}
			return saved
		}
		first := save(model.Pipeline{"name": " Deploy ", "application": "Demo", "index": json.Number("3"), "x": "kept"})
		if first.ID() == "" || first.Name() != "Deploy" || first["updateTs"] != "1000" || first["lastModifiedBy"] != "ann" {
			t.Errorf("saved %v", first)
		}
		got, err := st.Pipeline(t.Context(), first.ID())
		if err != nil || !reflect.DeepEqual(got, first) {
			t.Errorf("read %v, %v", got, err)
		}
		if got, err := st.PipelineByName(t.Context(), store.PipelineKind, "DEMO", "deploy"); err != nil || got.ID() != first.ID() {
			t.Errorf("by name: %v, %v", got, err)
		}

		// The clock stands still, yet each version has a time of its own.
		second := save(model.Pipeline{"id": first.ID(), "name": "Deploy", "application": "demo"})
		if second["updateTs"] != "1001" || second["index"] != json.Number("3") {
			t.Errorf("saved again: %v", second)
		}
		_, err = try(store.PipelineKind, second, 1000)
		wantKind(t, err, fault.Conflict)
		if _, err := try(store.PipelineKind, second, 1001); err != nil {
			t.Errorf("save of what was read: %v", err)
		}
		_, err = try(store.StrategyKind, second, 0)
		wantKind(t, err, fault.Conflict)
		_, err = try(store.PipelineKind, model.Pipeline{"id": "new", "name": "x", "application": "demo"}, 5)
		wantKind(t, err, fault.Conflict)

		_, err = try(store.PipelineKind, model.Pipeline{"name": "DEPLOY", "application": "demo"}, 0)
		wantKind(t, err, fault.Invalid)
		var invalid *fault.Error
		if !errors.As(err, &invalid) || len(invalid.Errors) != 1 {
			t.Errorf("name clash: %+v", err)
		}
		_, err = try(store.PipelineKind, model.Pipeline{}, 0)
		wantKind(t, err, fault.Invalid)
		if _, err := try(store.StrategyKind, model.Pipeline{"name": "Deploy", "application": "demo"}, 0); err != nil {
			t.Errorf("a strategy of a pipeline's name: %v", err)
		}

		save(model.Pipeline{"name": "b", "application": "demo", "index": json.Number("1")})
		save(model.Pipeline{"name": "A", "application": "demo", "index": json.Number("1")})
		save(model.Pipeline{"name": "no index", "application": "demo"})
		save(model.Pipeline{"name": "else", "application": "other"})
		list, err := st.Pipelines(t.Context(), store.PipelineFilter{Kind: store.PipelineKind, Application: "DEMO"})
		var names []string
		for _, p := range list {
			names = append(names, p.Name())
		}
		if want := []string{"A", "b", "Deploy", "no index"}; err != nil || !reflect.DeepEqual(names, want) {
			t.Errorf("list %v, %v; want %v", names, err, want)
		}
		texts, err := st.PipelinesJSON(t.Context(), store.PipelineFilter{Kind: store.PipelineKind, Application: "DEMO"})
		if err != nil || len(texts) != len(list) {
			t.Fatalf("as JSON: %v, %v", texts, err)
		}
		for i, p := range list {
			if text, err := model.Marshal(p); err != nil || string(text) != texts[i] {
				t.Errorf("as JSON: %s, %v; want %s", texts[i], err, text)
			}
		}
		if list, err := st.Pipelines(t.Context(), store.PipelineFilter{NameContains: "EL", Limit: 5}); err != nil || len(list) != 1 {
			t.Errorf("search: %v, %v", list, err)
		}

		remove := func() error {
			return st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.DeletePipeline(ctx, store.PipelineKind, "Demo", "deploy", "eve")
				return err
			})
		}
		if err := remove(); err != nil {
			t.Fatal(err)
		}
		wantKind(t, remove(), fault.NotFound)
		history, err := st.PipelineHistory(t.Context(), first.ID(), 2)
		if err != nil || len(history) != 2 || !history[0].Deleted || history[0].UpdatedBy != "eve" ||
			history[0].Version != 4 || history[1].Deleted || history[0].Body["name"] != "Deploy" {
			t.Errorf("history %+v, %v", history, err)
		}
		old, err := st.PipelineAsOf(t.Context(), first.ID(), history[1].UpdateTs)
		if err != nil || !reflect.DeepEqual(map[string]any(old), history[1].Body) {
			t.Errorf("as of %d: %v, %v; want %v", history[1].UpdateTs, old, err, history[1].Body)
		}
		_, err = st.PipelineAsOf(t.Context(), first.ID(), history[0].UpdateTs+1)
		wantKind(t, err, fault.NotFound)
		if back := save(model.Pipeline{"id": first.ID(), "name": "Deploy", "application": "demo"}); back.ID() != first.ID() {
			t.Errorf("saved after deletion: %v", back)
		}
		if history, err := st.PipelineHistory(t.Context(), first.ID(), 0); err != nil || len(history) != 5 {
			t.Errorf("%d revisions, %v", len(history), err)
		}
	})
}

func TestPipelineNamesClashAcrossTransactions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		const writers = 8
		results := make(chan error, writers)
		for range writers {
			go func() {
				results <- st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.SavePipeline(ctx, store.PipelineKind,
						model.Pipeline{"name": "one", "application": "demo"}, "ann", 0)
					return err
				})
			}()
		}
		saved := 0
		for range writers {
			if err := <-results; err == nil {
				saved++
			} else {
				wantKind(t, err, fault.Invalid)
			}
		}
		if saved != 1 {
			t.Errorf("%d pipelines of one name were saved", saved)
		}
	})
}

func TestPipelineSavedByManyAtOnceKeepsEveryRevision(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		const writers, saves = 6, 5
		results := make(chan error, writers)
		for w := range writers {
			go func() {
				for i := range saves {
					if err := st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
						_, err := tx.SavePipeline(ctx, store.PipelineKind, model.Pipeline{
							"id": "p1", "name": "one", "application": "demo", "n": strconv.Itoa(w*saves + i)}, "ann", 0)
						return err
					}); err != nil {
						results <- err
						return
					}
				}
				results <- nil
			}()
		}
		for range writers {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
		history, err := st.PipelineHistory(t.Context(), "p1", 0)
		if err != nil || len(history) != writers*saves || history[0].Version != writers*saves {
			t.Errorf("%d revisions, %v", len(history), err)
		}
	})
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		try := func(d store.Document) (saved *store.Document, err error) {
			err = st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
				saved, err = tx.SaveDocument(ctx, d, "ann")
				return err
			})
			return saved, err
		}
		body := map[string]any{"a": json.Number("1")}
		first, err := try(store.Document{Kind: "project", ID: "p1", Application: "Demo", Name: "one", Body: body})
		if err != nil || first.Version != 1 || first.UpdateTs == 0 || first.UpdatedBy != "ann" || first.Application != "demo" {
			t.Fatalf("saved %+v, %v", first, err)
		}
		if got, err := st.Document(t.Context(), "project", "p1"); err != nil || !reflect.DeepEqual(got, first) {
			t.Errorf("read %+v, %v", got, err)
		}
		if second, err := try(*first); err != nil || second.Version != 2 || second.UpdateTs <= first.UpdateTs {
			t.Errorf("saved again %+v, %v", second, err)
		}
		_, err = try(*first)
		wantKind(t, err, fault.Conflict)
		_, err = try(store.Document{Kind: "project"})
		wantKind(t, err, fault.Invalid)
		if _, err := try(store.Document{Kind: "project", ID: "p0", Application: "demo", Name: "a"}); err != nil {
			t.Error(err)
		}
		if _, err := try(store.Document{Kind: "notification", ID: "p1"}); err != nil {
			t.Error(err)
		}
		list, err := st.Documents(t.Context(), store.DocumentFilter{Kind: "project", Application: "DEMO"})
		if err != nil || len(list) != 2 || list[0].ID != "p0" {
			t.Errorf("list %+v, %v", list, err)
		}
		remove := func() error {
			return st.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				return tx.DeleteDocument(ctx, "project", "p1", "eve")
			})
		}
		if err := remove(); err != nil {
			t.Fatal(err)
		}
		wantKind(t, remove(), fault.NotFound)
		_, err = st.Document(t.Context(), "project", "p1")
		wantKind(t, err, fault.NotFound)
		history, err := st.DocumentHistory(t.Context(), "project", "p1", 0)
		if err != nil || len(history) != 3 || !history[0].Deleted || !reflect.DeepEqual(history[0].Body, body) {
			t.Errorf("history %+v, %v", history, err)
		}
	})
}
