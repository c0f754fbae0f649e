package telemetry

import "sync"

// labelLimit keeps the number of a label's values bounded: the first ones keep
// their names, later ones share "other".
type labelLimit struct {
	most int
	mu   sync.RWMutex
	seen map[string]bool
}

func newLabelLimit(most int) *labelLimit {
	return &labelLimit{most: most, seen: make(map[string]bool, most)}
}

// of is the label value to use for a value.
func (l *labelLimit) of(value string) string {
	if l.known(value) {
		return value
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.seen[value] && len(l.seen) >= l.most {
		return "other"
	}
	l.seen[value] = true
	return value
}

func (l *labelLimit) known(value string) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.seen[value]
}
