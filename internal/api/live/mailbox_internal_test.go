package live

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// A client that is slow is told of the latest of each execution, and gets all
// anew once too many wait: what it costs has a bound.
func TestMailbox(t *testing.T) {
	t.Parallel()
	f := newFeed(&Hub{}, View{Name: "execution"}, func() {})
	box := newMailbox(f)
	items, ok := f.admit(box)
	require.True(t, ok)
	require.Empty(t, items)

	put := func(id, data string) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.put(id, []byte(data))
	}
	for n := range 10 {
		put("a", fmt.Sprint(n))
		put("b", fmt.Sprint(n))
		put("b", fmt.Sprint(n)) // no change
	}
	messages, _, anew, closed := box.take()
	require.False(t, anew)
	require.False(t, closed)
	require.Equal(t, []message{
		{name: "execution", id: "a:19", about: "a", data: []byte("9")}, {name: "execution", id: "b:20", about: "b", data: []byte("9")},
	}, messages)
	messages, all, _, _ := box.take()
	require.Nil(t, all)
	require.Empty(t, messages)

	for n := range maxWaiting + 500 {
		put(fmt.Sprint("x", n), "1")
	}
	box.mu.Lock()
	require.LessOrEqual(t, len(box.waiting), maxWaiting)
	box.mu.Unlock()
	messages, all, anew, _ = box.take()
	require.True(t, anew)
	require.Empty(t, messages)
	require.Len(t, all, maxWaiting+502)

	put("a", "10")
	messages, _, anew, _ = box.take()
	require.False(t, anew)
	require.Len(t, messages, 1)

	f.hub.feeds = map[string]*feed{}
	f.end()
	_, _, anew, closed = box.take()
	require.False(t, anew)
	require.True(t, closed)
	_, ok = f.admit(newMailbox(f))
	require.False(t, ok, "a feed that has ended takes nobody in")
	require.Zero(t, f.hub.bytes.Load())
}
