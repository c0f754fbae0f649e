package store_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func TestOrderStages(t *testing.T) {
	t.Parallel()
	// Each stage is "id", "parent<id" for a before-child or "parent>id" for an
	// after-child.
	for name, tt := range map[string]struct{ in, want string }{
		"none":                        {"", ""},
		"top level":                   {"b a c", "b a c"},
		"before in order":             {"a b b<x b<y", "a x y b"},
		"after reversed":              {"a a>x a>y b", "a y x b"},
		"both sides":                  {"a b a>z a<x a<y", "x y a z b"},
		"nested":                      {"a a<x x<p x>q a>y y<r y>s", "p x q a r y s"},
		"children before parents":     {"b<x b a", "x b a"},
		"parent missing":              {"a gone<x b", "a x b"},
		"own parent":                  {"a a<a b", "a b"},
		"each other's parents":        {"a y<x x<y", "a y x"},
		"no owner counts as before":   {"a a?x", "x a"},
		"grandchildren stay together": {"a a>x a>y x>p y>q", "a y q x p"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var stages []*model.Stage
			for field := range strings.FieldsSeq(tt.in) {
				s := &model.Stage{ID: field}
				if i := strings.IndexAny(field, "<>?"); i >= 0 {
					s.ParentStageID, s.ID = field[:i], field[i+1:]
					s.SyntheticStageOwner = map[byte]model.SyntheticOwner{
						'<': model.StageBefore, '>': model.StageAfter}[field[i]]
				}
				stages = append(stages, s)
			}
			if name == "own parent" { // one stage, not two of the same id
				stages = slices.Delete(stages, 0, 1)
			}
			var got []string
			for _, s := range store.OrderStages(stages) {
				got = append(got, s.ID)
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
