package installation_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
)

func TestCron(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Cron = fewFields })
	if got := k.Get("/cron/validate?expression=0+0+10+%3F+*+*").Is(http.StatusOK).Object(); got["valid"] != true || got["description"] != "at 10:00 AM" {
		t.Errorf("good: %v", got)
	}
	if got := k.Get("/cron/validate?expression=0").Is(http.StatusOK).Object(); got["valid"] != false || got["message"] != "want six or seven fields, not 1" {
		t.Errorf("bad: %v", got)
	}
	k.Get("/cron/validate").Refused(http.StatusBadRequest, "expression")
	if got := apitest.New(t).Get("/cron/validate?expression=0").Object(); got["valid"] != false {
		t.Errorf("without cron triggers: %v", got)
	}
}

// fewFields knows cron expressions by how many fields they have.
func fewFields(expression string) (string, error) {
	if n := len(strings.Fields(expression)); n < 6 {
		return "", fmt.Errorf("want six or seven fields, not %d", n)
	}
	return "at 10:00 AM", nil
}
