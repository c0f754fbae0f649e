package trigger

import "testing"

func TestInRange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text, version string
		want          bool
	}{
		{"1.2.3", "1.2.3", true}, {"1.2.3", "1.2.3+5", true}, {"1.2", "1.2.9", true}, {"1", "2.0.0", false},
		{"~1.2.0", "1.2.9", true}, {"~1.2.0", "1.3.0", false}, {"~1", "1.9.0", true}, {"^0.2.3", "0.2.9", true}, {"^0.2.3", "0.3.0", false},
		{"^0.0.3", "0.0.4", false}, {"^1.0.0", "1.9.9", true}, {">=1.0.0 <2.0.0", "1.5.0", true}, {">= 1.0.0 < 2.0.0", "2.0.0", false},
		{"1.0.0 - 2.0.0", "2.0.0", true}, {"1.0.0 - 2.0", "2.0.7", true}, {"1.2.3 || 2.0.0", "2.0.0", true}, {"latest", "9.0.0-rc.1", true},
		{"*", "0.0.1", true}, {">1.2", "1.2.9", false}, {">1.2", "1.3.0", true}, {"<=1.2", "1.2.9", true}, {"v1.2.3", "v1.2.3", true},
		// A suffix is in a range of one bound, and in one of several only beside its like.
		{">=1.0.0", "1.3.0-rc.1", true}, {">=1.0.0 <2.0.0", "1.3.0-rc.1", false}, {">=1.3.0-alpha <2.0.0", "1.3.0-rc.1", true},
	} {
		if got, err := inRange(c.text, c.version); err != nil || got != c.want {
			t.Errorf("%s in %s: %v, %v", c.version, c.text, got, err)
		}
	}
	for _, bad := range []string{"x", "not a version", "1.2.3.4", "=>1.0", ">>1"} {
		if _, err := inRange(bad, "1.2.3"); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if _, err := inRange("1", "one"); err == nil {
		t.Error("a version that is none is taken")
	}
}
