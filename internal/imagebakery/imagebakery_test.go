package imagebakery_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/imagebakery/packer"
	"github.com/gennaker/gennaker/internal/imagebakery/packertest"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/store"
	"github.com/gennaker/gennaker/internal/store/storetest"
	"github.com/gennaker/gennaker/internal/testlog"
	"github.com/gennaker/gennaker/internal/testpostgres"
)

func TestMain(m *testing.M) { testpostgres.Main(m) }

const patience = 60 * time.Second

// pretend is a builder that does what it is told.
type pretend struct {
	mu      sync.Mutex
	machine string
	builds  map[string]*imagebakery.Progress
	started map[string]int
	secrets map[string]string
	failing error
}

func newPretend(machine string) *pretend {
	return &pretend{machine: machine, builds: map[string]*imagebakery.Progress{}, started: map[string]int{}}
}

func (p *pretend) Prepare(context.Context, recipe.Plan) ([][]byte, error) {
	return [][]byte{[]byte("template")}, nil
}

func (p *pretend) Own(context.Context) (string, func(), error) { return p.machine, func() {}, nil }

func (p *pretend) Start(_ context.Context, b imagebakery.Build) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.started[b.ID]++
	p.secrets = b.Secrets
	if p.failing != nil {
		return p.failing
	}
	p.builds[b.ID] = &imagebakery.Progress{State: imagebakery.BuildRuns, Log: []byte("begins — ")}
	return nil
}

func (p *pretend) Look(id string, from int64) (imagebakery.Progress, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b := p.builds[id]
	if b == nil {
		return imagebakery.Progress{State: imagebakery.BuildGone}, nil
	}
	out := *b
	out.Log = nil
	if from < int64(len(b.Log)) { // it comes in pieces, which end within characters
		out.Log = b.Log[from:min(int64(len(b.Log)), from+8)]
	}
	return out, nil
}

func (p *pretend) Cancel(id string) error {
	p.end(id, "The bake was canceled.")
	return nil
}

func (p *pretend) Remove(id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.builds, id)
	return nil
}

func (p *pretend) Builds() (out []string, _ error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id := range p.builds {
		out = append(out, id)
	}
	return out, nil
}

// end has a build end.
func (p *pretend) end(id, failure string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if b := p.builds[id]; b != nil {
		b.State, b.Failure = imagebakery.BuildEnded, failure
		b.Log = append(b.Log, "\n==> Builds finished. The artifacts of successful builds are:\nus-east-1: ami-0aaaaaaaaa\n"...)
	}
}

func (p *pretend) starts(id string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.started[id]
}

func config() recipe.Config {
	c := recipe.DefaultConfig()
	c.AWS.Defaults.AccessKey, c.AWS.Defaults.SecretKey = "AKIA", secret.NewRef("very-secret")
	c.AWS.Defaults.BaseImages = []recipe.AWSImage{{
		Image:    recipe.BaseImage{ID: "bookworm", PackageType: "deb"},
		Settings: []recipe.AWSSettings{{Region: "us-east-1", VirtualizationType: "hvm", InstanceType: "t3.micro", SourceAMI: "ami-0123456789"}},
	}}
	return c
}

func request(name string) recipe.Request {
	return recipe.Request{Region: "us-east-1", BaseOS: "bookworm", Package: name}
}

// clock is one that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func service(t *testing.T, st *store.Store, b imagebakery.Builder, now func() time.Time) *imagebakery.Service {
	t.Helper()
	return imagebakery.New(imagebakery.Options{Store: st, Config: config(), Builder: b, Secrets: secret.NewResolver(secret.Options{}), Now: now, Logger: testlog.New(t, slog.LevelInfo)})
}

// run runs a service until the test ends, or what it returns is called.
func run(t *testing.T, s *imagebakery.Service) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return stop
}

func ask(t *testing.T, s *imagebakery.Service, name string, rebake bool, waiter string) imagebakery.Status {
	t.Helper()
	out, err := s.Bake(t.Context(), request(name), rebake, waiter)
	require.NoError(t, err)
	return out
}

func waitFor(t *testing.T, s *imagebakery.Service, id, state string) imagebakery.Status {
	t.Helper()
	var last imagebakery.Status
	require.Eventually(t, func() bool {
		var err error
		last, err = s.Status(t.Context(), id)
		require.NoError(t, err)
		return last.State == state
	}, patience, 10*time.Millisecond)
	return last
}

func TestBakesAreJoinedAndUsedAgain(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		builder := newPretend("one")
		s := service(t, st, builder, nil)
		run(t, s)
		var (
			mu  sync.Mutex
			ids = map[string]int{}
			all sync.WaitGroup
		)
		for i := range 20 { // two that ask anew
			all.Go(func() {
				found, err := s.Bake(t.Context(), request("shop"), i < 2, fmt.Sprint("waiter ", i))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				ids[found.ID]++
			})
		}
		all.Wait()
		require.Len(t, ids, 1, "those that ask at the same time join")
		first := ask(t, s, "shop", false, "late")
		require.False(t, first.Began)
		require.Equal(t, imagebakery.StateRunning, first.State)
		require.Eventually(t, func() bool { return builder.starts(first.ID) == 1 }, patience, 10*time.Millisecond)
		require.Equal(t, map[string]string{"aws_secret_key": "very-secret"}, builder.secrets)
		_, err := s.Image(t.Context(), first.ID, "us-east-1")
		require.Equal(t, fault.NotFound, fault.KindOf(err))

		builder.end(first.ID, "")
		require.Equal(t, imagebakery.ResultSuccess, waitFor(t, s, first.ID, imagebakery.StateCompleted).Result)
		image, err := s.Image(t.Context(), first.ID, "us-east-1")
		require.NoError(t, err)
		require.Equal(t, "ami-0aaaaaaaaa", image.AMI)
		require.Equal(t, "aws/image", image.Artifact["type"])
		log, ended, err := s.Log(t.Context(), first.ID, 0)
		require.NoError(t, err)
		require.True(t, ended)
		require.True(t, strings.HasPrefix(log, "begins — \n==> Builds"), log)
		rest, _, err := s.Log(t.Context(), first.ID, len("begins — \n"))
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(rest, "==> Builds"), rest)

		again := ask(t, s, "shop", false, "later")
		require.Equal(t, first.ID, again.ID)
		require.Equal(t, imagebakery.ResultSuccess, again.Result)
		other := ask(t, s, "cart", false, "later")
		require.NotEqual(t, first.ID, other.ID, "another package is another image")
		anew := ask(t, s, "shop", true, "later")
		require.NotEqual(t, first.ID, anew.ID)
		builder.end(anew.ID, "")
		require.Eventually(t, func() bool { builder.end(anew.ID, "Packer failed."); return builder.starts(anew.ID) > 0 }, patience, 10*time.Millisecond)
		waitFor(t, s, anew.ID, imagebakery.StateCompleted)
	})
}

// A bake that failed isn't used again, and says how its log ends.
func TestFailures(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		builder := newPretend("one")
		s := service(t, st, builder, nil)
		run(t, s)
		first := ask(t, s, "shop", false, "a")
		require.Eventually(t, func() bool { return builder.starts(first.ID) == 1 }, patience, 10*time.Millisecond)
		builder.end(first.ID, "Packer failed (exit code 1).")
		last := waitFor(t, s, first.ID, imagebakery.StateCompleted)
		require.Equal(t, imagebakery.ResultFailure, last.Result)
		require.Equal(t, "Packer failed (exit code 1). The log ends with:\nbegins —\n==> Builds finished. The artifacts of successful builds are:\nus-east-1: ami-0aaaaaaaaa", last.Failure)
		second := ask(t, s, "shop", false, "a")
		require.NotEqual(t, first.ID, second.ID)
		require.True(t, second.Began)

		builder.mu.Lock()
		builder.failing = errors.New("no space is left")
		builder.mu.Unlock()
		third := ask(t, s, "cart", false, "a")
		require.Equal(t, "no space is left", waitFor(t, s, third.ID, imagebakery.StateCompleted).Failure)
	})
	_, err := service(t, storetest.SQLite(t), newPretend("x"), nil).Status(t.Context(), "nope")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}

// A bake is canceled once nobody waits for it.
func TestReleases(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		builder := newPretend("one")
		s := service(t, st, builder, nil)
		run(t, s)
		first := ask(t, s, "shop", false, "a")
		ask(t, s, "shop", false, "b")
		ask(t, s, "shop", false, "b")
		require.Eventually(t, func() bool { return builder.starts(first.ID) == 1 }, patience, 10*time.Millisecond)
		for _, waiter := range []string{"a", "nobody", "a"} {
			require.NoError(t, s.Release(t.Context(), first.ID, waiter))
		}
		now, err := s.Status(t.Context(), first.ID)
		require.NoError(t, err)
		require.Equal(t, imagebakery.StateRunning, now.State)
		require.NoError(t, s.Release(t.Context(), first.ID, "b"))
		now, err = s.Status(t.Context(), first.ID)
		require.NoError(t, err)
		require.Equal(t, imagebakery.StateCanceled, now.State)
		require.Eventually(t, func() bool { ids, _ := builder.Builds(); return len(ids) == 0 }, patience, 10*time.Millisecond)
		log, _, err := s.Log(t.Context(), first.ID, 0)
		require.NoError(t, err)
		require.Contains(t, log, "Builds finished", "what it says while it cleans up is kept")
		require.NotEqual(t, first.ID, ask(t, s, "shop", false, "c").ID)
	})
}

// The next process on a machine finds its builds again; another machine starts them again
// once the lease is over, and gives up on those that never end.
func TestProcessesAndMachinesThatDie(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		t.Helper()
		at := &clock{now: time.Now()}
		one := newPretend("one")
		s := service(t, st, one, at.Now)
		stop := run(t, s)
		b := ask(t, s, "shop", false, "a")
		require.Eventually(t, func() bool { return one.starts(b.ID) == 1 }, patience, 10*time.Millisecond)
		stop()
		next := service(t, st, one, at.Now)
		stop = run(t, next)
		two := newPretend("two")
		other := service(t, st, two, at.Now)
		run(t, other)
		require.Eventually(t, func() bool { log, _, _ := next.Log(t.Context(), b.ID, 0); return strings.Contains(log, "begins") }, patience, 10*time.Millisecond)
		require.Equal(t, 1, one.starts(b.ID), "it was found again")
		require.Equal(t, 0, two.starts(b.ID))
		stop()

		at.add(3 * time.Minute)
		require.Eventually(t, func() bool { return two.starts(b.ID) == 1 }, patience, 10*time.Millisecond)
		require.Eventually(t, func() bool {
			log, _, _ := other.Log(t.Context(), b.ID, 0)
			return strings.Contains(log, "The bake is started again (2 of 3).")
		}, patience, 10*time.Millisecond)
		stop = run(t, service(t, st, one, at.Now)) // it is back, and has lost it
		require.Eventually(t, func() bool { ids, _ := one.Builds(); return len(ids) == 0 }, patience, 10*time.Millisecond)
		stop()

		for range 2 {
			require.Eventually(t, func() bool {
				_ = two.Remove(b.ID)
				now, _ := other.Status(t.Context(), b.ID)
				return now.State != imagebakery.StateRunning || two.starts(b.ID) > 1
			}, patience, 10*time.Millisecond)
		}
		require.Eventually(t, func() bool {
			_ = two.Remove(b.ID)
			now, _ := other.Status(t.Context(), b.ID)
			return now.State == imagebakery.StateCompleted
		}, patience, 10*time.Millisecond)
		now, err := other.Status(t.Context(), b.ID)
		require.NoError(t, err)
		require.Equal(t, "Packer was ended from outside 3 times, before it was done.", now.Failure)
	})
}

// With Packer's real supervisor: the process that began a bake ends, and the next one
// finds it again.
func TestPackerGoesOn(t *testing.T) {
	t.Parallel()
	st, dir := storetest.SQLite(t), filepath.Join(t.TempDir(), "bakes")
	o := packer.Options{Dir: dir, Packer: recipe.Packer{Path: packertest.Fake(t)}, Timeout: time.Minute}
	s := service(t, st, packer.New(o), nil)
	stop := run(t, s)
	r := request("shop")
	r.Attributes = map[string]string{"mode": "slow"}
	b, err := s.Bake(t.Context(), r, false, "a")
	require.NoError(t, err)
	said := func(s *imagebakery.Service, what string) func() bool {
		return func() bool { log, _, _ := s.Log(t.Context(), b.ID, 0); return strings.Contains(log, what) }
	}
	require.Eventually(t, said(s, "Creating AMI"), patience, 10*time.Millisecond)
	stop()
	next := service(t, st, packer.New(o), nil)
	run(t, next)
	packertest.LetGo(t, filepath.Join(dir, b.ID))
	last := waitFor(t, next, b.ID, imagebakery.StateCompleted)
	require.Empty(t, last.Failure)
	image, err := next.Image(t.Context(), b.ID, "us-east-1")
	require.NoError(t, err)
	require.Equal(t, "ami-0aaaaaaaaa", image.AMI)
	log, _, err := next.Log(t.Context(), b.ID, 0)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(log, "Creating AMI"))
	require.NotContains(t, log, "very-secret")
	require.Eventually(t, func() bool { ids, _ := packer.New(o).Builds(); return len(ids) == 0 }, patience, 10*time.Millisecond)
}
