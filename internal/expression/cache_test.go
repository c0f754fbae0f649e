package expression

import (
	"fmt"
	"strings"
	"testing"
)

func TestCache(t *testing.T) {
	t.Parallel()
	made := map[string]int{}
	c := newCache(4, 640, func(key string) (int, error) {
		made[key]++
		return len(key), nil
	})
	for i := range 100 {
		if v, _ := c.get("often"); v != 5 {
			t.Fatalf("got %d", v)
		}
		if _, err := c.get(fmt.Sprint("once", i)); err != nil {
			t.Fatal(err)
		}
		if len(c.ring) > 4 || len(c.byKey) != len(c.ring) {
			t.Fatalf("%d entries, %d keys", len(c.ring), len(c.byKey))
		}
	}
	if made["often"] > 2 {
		t.Errorf("what is used was dropped: made %d times", made["often"])
	}
	if _, err := c.get(strings.Repeat("x", 100)); err != nil {
		t.Fatal(err)
	}
	if c.byKey[strings.Repeat("x", 100)] != nil {
		t.Errorf("a long text was kept")
	}
	total := 0
	for _, e := range c.ring {
		total += len(e.key)
	}
	if total != c.held {
		t.Errorf("held %d, really %d", c.held, total)
	}
}
