package registry_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// crowd is a repository with any number of tags, which come in pages.
type crowd struct {
	mu      sync.Mutex
	digests map[string]string
	tags    []string
	heads   int
}

func newCrowd(n int) *crowd {
	c := &crowd{digests: map[string]string{}}
	for i := range n {
		c.put(fmt.Sprintf("build-%06d", i*10), i)
	}
	return c
}

func (c *crowd) put(tag string, n int) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	digest := fmt.Sprintf("sha256:%064x", n)
	if _, there := c.digests[tag]; !there {
		at, _ := slices.BinarySearch(c.tags, tag)
		c.tags = slices.Insert(c.tags, at, tag)
	}
	c.digests[tag] = digest
	return digest
}

// answer is what a registry answers that has nothing else.
func (c *crowd) answer(w http.ResponseWriter, r *http.Request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, tag, manifest := strings.Cut(r.URL.Path, "/manifests/")
	switch {
	case r.URL.Path == "/v2/":
	case manifest:
		c.heads++
		w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
		w.Header().Set("Content-Length", "10")
		w.Header().Set("Docker-Content-Digest", c.digests[tag])
	default:
		at := 0
		if last := r.URL.Query().Get("last"); last != "" {
			at, _ = slices.BinarySearch(c.tags, last+"\x00")
		}
		page := c.tags[at:min(at+1000, len(c.tags))]
		if at+1000 < len(c.tags) {
			w.Header().Set("Link", fmt.Sprintf(`<%s?n=1000&last=%s>; rel="next"`, r.URL.Path, page[len(page)-1]))
		}
		text, err := model.Marshal(object{"name": "acme/cart", "tags": page})
		if err != nil {
			return false
		}
		_, _ = w.Write(text)
	}
	return true
}

// A repository with 50,000 tags: none that is pushed is missed, and more at once than Igor
// would take. No registry is asked for all of the digests.
func TestFiftyThousandTags(t *testing.T) {
	t.Parallel()
	c := newCrowd(50_000)
	c.put("stable", 1)
	h := newHub(t)
	h.breaks(c.answer)
	k := newKit(t, storetest.SQLite(t), sometimes, h.docker(""))
	release := k.save("release", docker(object{"tag": "stable|release-.*"}))
	every := k.save("every", docker(object{"tag": "build-.*1"}))
	k.looked("docker/hub", 1)
	k.again("docker/hub")
	require.Empty(t, k.starts(release, "tag"))

	first, last, stable := c.put("build-000001", 7), c.put("build-499991", 8), c.put("release-1", 9)
	again := c.put("stable", 2)
	k.becomes(release, "tag", "release-1 "+stable, "stable "+again)
	k.becomes(every, "tag", "build-000001 "+first, "build-499991 "+last)

	for i := range 1500 {
		c.put(fmt.Sprintf("more-%d", i), 100_000+i)
	}
	require.Eventually(t, func() bool {
		status, ready := k.status("docker/hub")
		return status.Events == 1504 && ready.Status == resource.True
	}, 2*patience, 20*time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	require.Less(t, c.heads, 50_000)
}

// A registry that takes requests and never answers is told apart, and holds up nothing: it
// is asked again, and what others have is looked at.
func TestAHangingRegistry(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	released := make(chan struct{})
	h.breaks(func(_ http.ResponseWriter, r *http.Request) bool {
		select {
		case <-released:
		case <-r.Context().Done():
		}
		return true
	})
	t.Cleanup(func() { close(released) })
	well := newHub(t)
	accounts := h.docker("")
	accounts.Docker.Accounts = append(accounts.Docker.Accounts, accounts.Docker.Accounts[0])
	accounts.Docker.Accounts[1].Name, accounts.Docker.Accounts[1].Address = "well", well.URL
	k := newKit(t, storetest.SQLite(t), often, accounts)
	k.save("hangs", docker(nil))
	other := k.save("other", docker(object{"account": "well"}))
	k.looked("docker/well", 1)
	digest := well.push("acme/cart", "1.0")
	k.becomes(other, "tag", "1.0 "+digest)
	require.Eventually(t, func() bool { return h.times("GET /v2/") > 0 }, patience, 5*time.Millisecond)
	k.stop() // ends soon too
}
