package registry

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// hurryPause is how long it is between looks at a repository that are made because of
	// notifications. One that is asked for sooner is made then, one for all of them.
	hurryPause = 10 * time.Second
	// unprovenBurst is how many tags are asked for at once because somebody who has proven
	// nothing has told of them, and unprovenEvery after how long there may be one more.
	unprovenBurst = 20
	unprovenEvery = time.Second
	// mostPaced bounds how many repositories and sources are kept in mind.
	mostPaced = 10_000
)

// pace bounds what notifications can have a registry asked for: whoever sends many must not
// make us ask as often. It is kept by each process; the zero value is ready. It is safe for
// concurrent use.
type pace struct {
	mu     sync.Mutex
	looked map[int64]time.Time      // by the repositories' ids
	asks   map[string]*rate.Limiter // by the sources' names
}

// noteLook notes that a repository was looked at because somebody has asked for it.
func (p *pace) noteLook(repository int64, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.looked == nil || len(p.looked) >= mostPaced {
		p.looked = map[int64]time.Time{}
	}
	p.looked[repository] = now
}

// lookIn is how long a look at a repository that somebody asks for has to wait.
func (p *pace) lookIn(repository int64, now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	last, known := p.looked[repository]
	if !known {
		return 0
	}
	return max(hurryPause-now.Sub(last), 0)
}

// ask tells whether a source may be asked for a tag that nobody has proven to be there.
func (p *pace) ask(source string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asks == nil || len(p.asks) >= mostPaced {
		p.asks = map[string]*rate.Limiter{}
	}
	limiter := p.asks[source]
	if limiter == nil {
		limiter = rate.NewLimiter(rate.Every(unprovenEvery), unprovenBurst)
		p.asks[source] = limiter
	}
	return limiter.AllowN(now, 1)
}
