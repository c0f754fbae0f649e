package registry_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/resource"
	"github.com/gennaker/gennaker/internal/store/storetest"
)

// fromService tells whether it is the service that asks a registry, and not the test that pushes.
func fromService(r *http.Request) bool {
	return strings.Contains(strings.ToLower(r.UserAgent()), "gennaker")
}

// A tag that the registry refuses to tell of, because a scanner holds it back or it is
// damaged, doesn't keep the other new ones of its repository from starting pipelines. It
// does so itself once it may be pulled.
func TestATagThatIsHeldBackHoldsBackNoOther(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"forbidden": http.StatusForbidden, "failing": http.StatusInternalServerError} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHub(t)
			h.push("acme/cart", "1.0")
			k := newKit(t, storetest.SQLite(t), often, h.docker(""))
			every := k.save("any", docker(nil))
			k.looked("docker/hub", 1)

			h.breaks(func(w http.ResponseWriter, r *http.Request) bool {
				held := fromService(r) && strings.HasSuffix(r.URL.Path, "/manifests/2.0-held")
				if held {
					w.WriteHeader(status)
				}
				return held
			})
			held := h.push("acme/cart", "2.0-held")
			two := h.push("acme/cart", "2.1")
			k.becomes(every, "tag", "2.1 "+two)
			require.Eventually(t, func() bool {
				_, ready := k.status("docker/hub")
				return ready.Status == resource.False && strings.Contains(ready.Message, "acme/cart: tag 2.0-held: ")
			}, patience, patience/1000)

			h.breaks(nil)
			k.becomes(every, "tag", "2.0-held "+held, "2.1 "+two)
		})
	}
}

// A tag that is listed a moment before it can be pulled starts pipelines all the same.
func TestATagThatIsListedTooEarly(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.push("acme/cart", "1.0")
	k := newKit(t, storetest.SQLite(t), often, h.docker(""))
	every := k.save("any", docker(nil))
	k.looked("docker/hub", 1)

	var asked atomic.Bool
	h.breaks(func(w http.ResponseWriter, r *http.Request) bool {
		early := fromService(r) && strings.HasSuffix(r.URL.Path, "/manifests/2.0") && !asked.Swap(true)
		if early {
			w.WriteHeader(http.StatusNotFound)
		}
		return early
	})
	two := h.push("acme/cart", "2.0")
	k.becomes(every, "tag", "2.0 "+two)
}

// What a registry lists that can't be a tag is left out.
func TestWhatIsNoTagIsLeftOut(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.push("acme/cart", "1.0")
	k := newKit(t, storetest.SQLite(t), often, h.docker(""))
	every := k.save("any", docker(nil))
	k.looked("docker/hub", 1)

	two := h.push("acme/cart", "2.0")
	h.breaks(func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/tags/list") {
			return false
		}
		_, _ = io.WriteString(w, `{"name": "acme/cart", "tags": ["1.0", "0+weird", "", "`+strings.Repeat("x", 200)+`", "2.0"]}`)
		return true
	})
	k.becomes(every, "tag", "2.0 "+two)
	k.again("docker/hub")
}

// Tags that are held back don't keep others waiting that the registry tells of.
func TestNotificationsOfHeldTags(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.push("acme/cart", "1.0")
	k := newKit(t, storetest.SQLite(t), never, h.docker("s3cret-of-hub"))
	every := k.save("any", docker(nil))
	k.looked("docker/hub", 1)
	h.breaks(func(w http.ResponseWriter, r *http.Request) bool {
		held := fromService(r) && strings.Contains(r.URL.Path, "/manifests/a-held")
		if held {
			w.WriteHeader(http.StatusForbidden)
		}
		return held
	})
	for _, tag := range []string{"a-held1", "a-held2", "a-held3"} {
		h.push("acme/cart", tag)
		require.NoError(t, k.tell("acme/cart", tag, "Authorization", "Bearer s3cret-of-hub"))
	}
	two := h.push("acme/cart", "2.0")
	require.NoError(t, k.tell("acme/cart", "2.0", "Authorization", "Bearer s3cret-of-hub"))
	k.becomes(every, "tag", "2.0 "+two)
}
