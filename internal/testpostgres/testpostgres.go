// Package testpostgres gives tests a PostgreSQL server of their own: one per
// test process, in a temporary folder, reached by a Unix socket, with an empty
// database for each test. It needs PostgreSQL's server programs, as Debian's
// package "postgresql" installs them; a test that asks for a database where
// they are missing is skipped, or fails if GENNAKER_REQUIRE_POSTGRES=1.
package testpostgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// requireEnv has tests fail rather than be skipped without PostgreSQL.
const requireEnv = "GENNAKER_REQUIRE_POSTGRES"

// shared is the server of this test process.
var shared = &server{}

var (
	databases atomic.Int64
	hasMain   atomic.Bool
)

// Main runs a package's tests and stops the server afterwards. A package that
// calls New has it as its TestMain. The tests are a *testing.M, or what runs one.
func Main(m interface{ Run() int }) {
	hasMain.Store(true)
	code := m.Run()
	if err := shared.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "stop PostgreSQL:", err)
		code = max(code, 1)
	}
	os.Exit(code) //nolint:revive // it is what TestMain is for
}

// New returns the URL of a new, empty database.
func New(tb testing.TB) string {
	tb.Helper()
	if !hasMain.Load() {
		tb.Fatal("the package's TestMain must call testpostgres.Main")
	}
	err := shared.start()
	if errors.Is(err, errMissing) && os.Getenv(requireEnv) != "1" {
		tb.Skipf("%v: install the package postgresql to run this test (%s=1 makes this a failure)", err, requireEnv)
	}
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	return shared.url(shared.create(tb))
}

// create makes an empty database and gives its name.
func (s *server) create(tb testing.TB) string {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	name := fmt.Sprintf("test%d", databases.Add(1))
	conn, err := pgx.Connect(ctx, s.url("postgres"))
	if err != nil {
		tb.Fatalf("connect to PostgreSQL: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		tb.Fatalf("create database: %v", err)
	}
	return name
}

// Socket is where the server that a URL of New names listens, for a proxy, and
// the URL by which a client reaches it through one.
func Socket(tb testing.TB, rawURL string) (path string, through func(address string) string) {
	tb.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		tb.Fatal(err)
	}
	path = filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432")
	return path, func(address string) string {
		proxied := *u
		proxied.Host = address
		proxied.RawQuery = url.Values{"sslmode": {"disable"}}.Encode()
		return proxied.String()
	}
}

// Server is a server of one test alone, which can be started again.
type Server struct {
	s   *server
	url string
}

// NewServer starts a server with an empty database; the test's end ends it.
func NewServer(tb testing.TB) *Server {
	tb.Helper()
	s := &server{durable: true}
	err := s.start()
	tb.Cleanup(func() {
		if err := s.stop(); err != nil {
			tb.Errorf("stop PostgreSQL: %v", err)
		}
	})
	if errors.Is(err, errMissing) && os.Getenv(requireEnv) != "1" {
		tb.Skipf("%v: install the package postgresql to run this test (%s=1 makes this a failure)", err, requireEnv)
	}
	if err != nil {
		tb.Fatalf("start PostgreSQL: %v", err)
	}
	return &Server{s: s, url: s.url(s.create(tb))}
}

// URL is where the database is.
func (s *Server) URL() string { return s.url }

// Restart ends the server, as by a kill or as for maintenance, and starts it
// again.
func (s *Server) Restart(tb testing.TB, kill bool) {
	tb.Helper()
	if err := s.s.restart(kill); err != nil {
		tb.Fatalf("restart PostgreSQL: %v", err)
	}
}

func (s *server) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database,
		RawQuery: url.Values{"host": {s.dir}}.Encode()}
	return u.String()
}
