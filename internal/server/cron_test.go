package server_test

import (
	"net/http"
	"testing"
)

// TestCronExpressionsAreChecked: as editors of triggers ask.
func TestCronExpressionsAreChecked(t *testing.T) {
	t.Parallel()
	i := start(t, nil)
	good := i.object(http.MethodGet, "/cron/validate?expression=0+0+10+%3F+*+*", nil)
	if good["valid"] != true || good["description"] != "At 10:00 AM" {
		t.Errorf("good: %v", good)
	}
	bad := i.object(http.MethodGet, "/cron/validate?expression=0+0+25+%3F+*+*", nil)
	if bad["valid"] != false || bad["message"] != `hour "25": it must be between 0 and 23` {
		t.Errorf("bad: %v", bad)
	}
}
