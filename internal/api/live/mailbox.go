package live

import "sync"

// maxWaiting is how many executions' changes may wait for a slow client. One
// with more gets everything anew.
const maxWaiting = 1024

// message is a server-sent event for many clients, which share its data.
type message struct {
	name, id string
	about    string // the execution's id
	data     []byte
}

// mailbox holds what a client is to be told: of each execution the latest.
type mailbox struct {
	feed *feed
	wake chan struct{}

	mu      sync.Mutex
	order   []string
	waiting map[string]message
	anew    bool // too much has waited
	closed  bool
}

func newMailbox(f *feed) *mailbox {
	return &mailbox{feed: f, wake: make(chan struct{}, 1), waiting: map[string]message{}}
}

func (b *mailbox) push(m message) {
	b.mu.Lock()
	if _, waits := b.waiting[m.about]; !waits && !b.anew {
		b.order = append(b.order, m.about)
	}
	if len(b.order) > maxWaiting {
		b.anew, b.order = true, nil
		clear(b.waiting)
	}
	if !b.anew {
		b.waiting[m.about] = m
	}
	b.mu.Unlock()
	b.signal()
}

func (b *mailbox) close() {
	b.mu.Lock()
	b.closed = true
	b.mu.Unlock()
	b.signal()
}

func (b *mailbox) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// take empties the mailbox. With anew the client is to get all there is, which
// all gives; it is consistent with what waits from then on.
func (b *mailbox) take() (messages []message, all [][]byte, anew, closed bool) {
	b.feed.mu.Lock() // before the mailbox's own, as in tell
	defer b.feed.mu.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.anew {
		all = b.feed.all()
	}
	for _, id := range b.order {
		messages = append(messages, b.waiting[id])
	}
	anew, closed = b.anew, b.closed
	b.anew, b.order = false, nil
	clear(b.waiting)
	return messages, all, anew, closed
}
