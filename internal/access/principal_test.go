package access_test

import (
	"testing"

	"github.com/gennaker/gennaker/internal/access"
)

func TestRolesCompareWhateverTheCase(t *testing.T) {
	t.Parallel()
	p := access.Principal{Roles: []string{"Dev", "ops"}}
	for role, want := range map[string]bool{"dev": true, "OPS": true, "admin": false, "": false} {
		if got := p.Has(role); got != want {
			t.Errorf("%q: %v", role, got)
		}
	}
}
