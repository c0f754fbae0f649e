package registry_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

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
