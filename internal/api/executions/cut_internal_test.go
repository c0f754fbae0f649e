package executions

import (
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/model"
)

func TestCutKeepsWhatIsSmall(t *testing.T) {
	t.Parallel()
	many := make([]any, 100_000)
	for i := range many {
		many[i] = "one of very many"
	}
	value := map[string]any{
		"exception": map[string]any{"details": map[string]any{"error": "why"}},
		"many":      many,
		"text":      strings.Repeat("€", cutText),
		"last":      true,
	}
	c := cutter{stage: "s", left: cutWhole}
	got := c.object("/context", value)
	text, err := model.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) > 2*cutWhole {
		t.Errorf("%d bytes are left", len(text))
	}
	if model.String(model.Object(model.Object(got, "exception"), "details"), "error") != "why" || got["last"] != true {
		t.Errorf("what is small is gone: %.200v", got["exception"])
	}
	if len(c.cuts) != 2 || c.cuts[0].Pointer != "/context/text" || c.cuts[1].Pointer != "/context/many" || c.cuts[1].Bytes < 1<<20 {
		t.Errorf("what is cut: %v", c.cuts)
	}
	if len(model.List(value, "many")) != len(many) || len(value["text"].(string)) != 3*cutText {
		t.Error("the value itself has changed")
	}
	for _, cut := range c.cuts {
		if _, err := atPointer(map[string]any{"context": value}, cut.Pointer); err != nil {
			t.Errorf("%s: %v", cut.Pointer, err)
		}
	}
}
