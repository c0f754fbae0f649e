package registry_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/registry/notification"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// Tags that aren't there, which anybody may tell of, aren't asked for again after the look
// at each repository.
func TestForgedTagsAreAskedForSparingly(t *testing.T) {
	t.Parallel()
	const repositories, forged = 12, 3
	h := newHub(t)
	gate := make(chan struct{})
	h.breaks(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/tags/list") {
			<-gate
		}
		return false
	})
	k := newKit(t, storetest.SQLite(t), never, h.docker(""))
	for n := range repositories {
		repository := fmt.Sprintf("acme/r%d", n)
		h.push(repository, "1.0")
		k.save(repository, docker(object{"repository": repository}))
	}
	for n := range forged {
		require.NoError(t, k.tell("acme/r0", fmt.Sprintf("forged%d", n)))
	}
	close(gate)
	k.looked("docker/hub", repositories)
	require.Less(t, h.times("HEAD /v2/acme/r0/manifests/forged"), forged*repositories/2)
}

// TestForgedNotificationsDontHaveTheIndexReadAgainAndAgain: one look is made at once, and one
// after a pause for all that came meanwhile, so that nothing is missed.
func TestForgedNotificationsDontHaveTheIndexReadAgainAndAgain(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	s.add("cart", "1.0.0", "first")
	k := newKit(t, storetest.SQLite(t), never, s.account(""))
	cart := k.save("cart", onChart(nil))
	k.looked("helm/charts", 1)
	tell := func() {
		_, err := k.Hear(t.Context(), "helm", "charts", notification.Request{Header: http.Header{}, Body: []byte(`{"name":"cart"}`)})
		require.NoError(t, err)
	}
	reads := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.read
	}
	before := reads()
	tell()
	require.Eventually(t, func() bool { return reads() == before+1 }, patience, 5*time.Millisecond, "the first notification is not acted on")
	for range 200 {
		tell()
	}
	two := s.add("cart", "2.0.0", "second")
	tell()
	k.becomes(cart, "version", "2.0.0 "+two)
	require.LessOrEqual(t, reads(), before+2)
}
