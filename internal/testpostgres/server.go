package testpostgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const superuser = "postgres"

// errMissing says that PostgreSQL's programs aren't installed.
var errMissing = errors.New("PostgreSQL's server programs (initdb, postgres) aren't installed")

// server is a PostgreSQL server in a temporary folder.
type server struct {
	once sync.Once
	err  error
	dir  string // also where its socket is
	// durable has a commit survive the server's death.
	durable bool
	cmd     *exec.Cmd
	exited  chan struct{}
}

// start starts the server, once.
func (s *server) start() error {
	s.once.Do(func() { s.err = s.launch() })
	return s.err
}

// binaries finds the folder of the newest server programs.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	sort.Slice(found, func(i, j int) bool { return major(found[i]) > major(found[j]) })
	if path, err := exec.LookPath("initdb"); err == nil {
		found = append(found, path)
	}
	for _, initdb := range found {
		dir := filepath.Dir(initdb)
		if _, err := os.Stat(filepath.Join(dir, "postgres")); err == nil {
			return dir, nil
		}
	}
	return "", errMissing
}

func major(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

func (s *server) launch() error {
	bin, err := binaries()
	if err != nil {
		return err
	}
	// Not the tests' own temporary folders: a socket's path may be 107 long.
	if s.dir, err = os.MkdirTemp("/tmp", "pg"); err != nil {
		return err
	}
	attributes, err := unprivileged(s.dir)
	if err != nil {
		return err
	}
	data := filepath.Join(s.dir, "data")
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	initdb := exec.CommandContext(ctx, filepath.Join(bin, "initdb"), "-D", data, "-U", superuser,
		"-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	initdb.SysProcAttr, initdb.Dir = attributes, s.dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s.run(ctx, bin, attributes)
}

// run starts the server's program on the data that there are.
func (s *server) run(ctx context.Context, bin string, attributes *syscall.SysProcAttr) error {
	data := filepath.Join(s.dir, "data")
	// It outlives this call; stop ends it.
	s.cmd = exec.CommandContext(context.WithoutCancel(ctx), filepath.Join(bin, "postgres"), "-D", data, "-k", s.dir,
		"-c", "listen_addresses=", "-c", "max_connections=300", "-c", "fsync=off",
		"-c", "full_page_writes=off", "-c", "synchronous_commit="+s.synchronousCommit(), "-c", "autovacuum_naptime=10s")
	s.cmd.SysProcAttr, s.cmd.Dir = attributes, s.dir
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.exited = make(chan struct{})
	started := make(chan error)
	go func() {
		// The server is told to end when the thread that started it does, so
		// that thread stays until then.
		runtime.LockOSThread()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			_ = s.cmd.Wait()
		}
		close(s.exited)
	}()
	if err := <-started; err != nil {
		return err
	}
	return s.ready(ctx)
}

func (s *server) synchronousCommit() string {
	if s.durable {
		return "on"
	}
	if value := os.Getenv("GENNAKER_TEST_SYNCHRONOUS_COMMIT"); value != "" {
		return value
	}
	return "off"
}

// ready waits until the server answers.
func (s *server) ready(ctx context.Context) error {
	for {
		conn, err := pgx.Connect(ctx, s.url("postgres"))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-s.exited:
			out, _ := os.ReadFile(filepath.Join(s.dir, "log"))
			return fmt.Errorf("the server has ended:\n%s", out)
		case <-ctx.Done():
			return err
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// restart ends the server and starts it again. What it had not written to disk
// is lost if it is killed: nothing of a commit that it has answered, as
// synchronous_commit is on then.
func (s *server) restart(kill bool) error {
	if kill {
		_ = s.cmd.Process.Signal(immediateShutdown)
	} else {
		_ = s.cmd.Process.Signal(os.Interrupt) // "fast": connections are closed
	}
	select {
	case <-s.exited:
	case <-time.After(time.Minute):
		return errors.New("the server doesn't end")
	}
	bin, err := binaries()
	if err != nil {
		return err
	}
	attributes, err := unprivileged(s.dir)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	return s.run(ctx, bin, attributes)
}

// stop ends the server and deletes what it has stored.
func (s *server) stop() error {
	if s.dir == "" {
		return nil
	}
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Signal(immediateShutdown)
		select {
		case <-s.exited:
		case <-time.After(10 * time.Second):
			_ = s.cmd.Process.Kill()
			<-s.exited
		}
	}
	return os.RemoveAll(s.dir)
}
