package server

import (
	"context"
	"log/slog"
	"math"
	"runtime/debug"
	"runtime/metrics"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

const (
	// usualMemory is what a process keeps to unless it holds more than that: a
	// container of 1 GiB then has room for SQLite, which is not in this, and for
	// what is allocated while garbage is collected.
	usualMemory = 560 << 20
	// leastMemory is the least limit that makes sense: below it the process would
	// do little but collect garbage.
	leastMemory = 128 << 20
	// memoryShare is how much of a container's or machine's memory is used.
	memoryShare = 0.9
	// headroom is how many times what is in use the limit is at least, so that
	// collecting garbage never takes all the time.
	headroom = 1.6

	memoryTick = 2 * time.Second
	// quiet is how many bytes are allocated between two looks by a process that
	// does nothing worth mentioning, surplus how much memory above what it had
	// when it was last given back is worth giving back.
	quiet   = 8 << 20
	surplus = 64 << 20
)

// memoryKeeper keeps the process below its memory limit, and gives memory back
// when a burst of work has ended: the garbage collector on its own would keep it
// for minutes.
type memoryKeeper struct {
	log *slog.Logger
	// fixed is a limit that somebody has set, 0 where none is.
	fixed int64
	// most is how far the limit may be raised.
	most int64
	read func() memoryUse
	// limit and release act on the runtime.
	limit   func(int64)
	release func()

	set       int64  // the limit at the moment
	allocated uint64 // at the last look
	quietFor  int    // looks
	floor     int64  // what was held when memory was given back last
}

// memoryUse is what the runtime says of its memory, in bytes.
type memoryUse struct {
	// held is what the process has from the operating system, live what was in
	// use when garbage was collected last.
	held, live int64
	// allocated is all that was ever allocated.
	allocated uint64
}

// newMemoryKeeper takes the limit of the configuration, 0 where it has none.
// GOMEMLIMIT counts then, and else what the container or machine has.
func newMemoryKeeper(configured int64, log *slog.Logger) *memoryKeeper {
	k := &memoryKeeper{
		log: log, fixed: configured, read: readMemory,
		release: func() { debug.FreeOSMemory(); dropFilePages() },
		limit:   func(n int64) { debug.SetMemoryLimit(n) },
	}
	if set := debug.SetMemoryLimit(-1); k.fixed == 0 && set != math.MaxInt64 {
		k.fixed = set
	}
	k.most = available()
	k.adjust(k.read())
	return k
}

// available is how much memory the process may use in all.
func available() int64 {
	most := int64(math.MaxInt64)
	for _, source := range []func() (uint64, error){memlimit.FromCgroup, memlimit.FromSystem} {
		if n, err := source(); err == nil && n > 0 && n < math.MaxInt64 {
			most = min(most, int64(float64(n)*memoryShare))
		}
	}
	return max(most, leastMemory)
}

// share is a part of the memory that the process usually keeps to.
func (k *memoryKeeper) share(part int64) int64 {
	total := min(k.most, usualMemory)
	if k.fixed > 0 {
		total = k.fixed
	}
	return max(total, leastMemory) / part
}

// Run looks at the memory until ctx ends.
func (k *memoryKeeper) Run(ctx context.Context) error {
	ticker := time.NewTicker(memoryTick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			use := k.read()
			k.adjust(use)
			k.giveBack(use)
		}
	}
}

// adjust sets the limit: what was configured, else the usual one, raised where
// what is in use needs more.
func (k *memoryKeeper) adjust(use memoryUse) {
	wanted := k.fixed
	if wanted == 0 {
		wanted = min(max(usualMemory, int64(float64(use.live)*headroom)), k.most)
	}
	// Small steps aren't worth it.
	if k.set != 0 && wanted > k.set*9/10 && wanted < k.set*11/10 {
		return
	}
	k.log.Debug("memory limit", "bytes", wanted)
	k.set = wanted
	k.limit(wanted)
}

// giveBack returns memory to the operating system when work has ended.
func (k *memoryKeeper) giveBack(use memoryUse) {
	allocated := use.allocated - k.allocated
	k.allocated = use.allocated
	if allocated > quiet {
		k.quietFor = 0
		return
	}
	k.quietFor++
	if k.quietFor < 2 || use.held < k.floor+surplus {
		return
	}
	k.release()
	k.floor = k.read().held
	k.log.Debug("gave memory back", "before", use.held, "after", k.floor)
}

var memoryMetrics = []string{
	"/memory/classes/total:bytes", "/memory/classes/heap/released:bytes", "/gc/heap/live:bytes", "/gc/heap/allocs:bytes",
}

func readMemory() memoryUse {
	samples := make([]metrics.Sample, len(memoryMetrics))
	for i, name := range memoryMetrics {
		samples[i].Name = name
	}
	metrics.Read(samples)
	value := func(i int) uint64 { return samples[i].Value.Uint64() }
	use := memoryUse{held: int64(value(0) - value(1)), live: int64(value(2)), allocated: value(3)}
	if resident := residentMemory(); resident > 0 {
		use.held = resident // with what SQLite takes, and the files that are mapped
	}
	return use
}
