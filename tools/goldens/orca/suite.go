// Package orca holds Gennaker's engine to runs that were recorded from Orca: each is played
// over HTTP on a whole server, with what was done to it on the way.
package orca

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"

	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/server"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// Suite is Orca's.
type Suite struct{}

// differs are the runs that differ from Orca's, by their folders, each with the reason, as
// in docs/compatibility.md.
var differs = map[string]string{}

// atOnce is how many runs are played at the same time: most of their time is waiting.
const atOnce = 8

// Run implements [recorded.Suite]: each folder of the directory is a run.
func (Suite) Run(ctx context.Context, dir string) (recorded.Report, error) {
	requests, err := filepath.Glob(filepath.Join(dir, "*", "request.json"))
	if err != nil {
		return recorded.Report{}, fmt.Errorf("list the runs in %s: %w", dir, err)
	}
	report := recorded.Report{Results: make([]recorded.Result, len(requests))}
	target := httptest.NewServer(Target())
	defer target.Close()
	err = serve(ctx, func(base string) error {
		if err := storePeers(ctx, base); err != nil {
			return err
		}
		places := make(chan struct{}, atOnce)
		var group sync.WaitGroup
		for n, request := range requests {
			group.Go(func() {
				places <- struct{}{}
				defer func() { <-places }()
				folder := filepath.Dir(request)
				name := filepath.Base(folder)
				report.Results[n] = recorded.Result{Case: name, Mismatches: play(ctx, base, target.URL, folder), Declared: differs[name]}
			})
		}
		group.Wait()
		return nil
	})
	return report, err
}

// serve runs a server with a database of its own while use runs.
func serve(ctx context.Context, use func(base string) error) (err error) {
	dir, err := os.MkdirTemp("", "goldens")
	if err != nil {
		return fmt.Errorf("make a directory for the server: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	cfg := config.Default()
	cfg.DataDir, cfg.Server.Listen, cfg.Logging.Level = dir, "127.0.0.1:0", "error"
	cfg.URLRestrictions.RejectLocalhost, cfg.URLRestrictions.RejectVerbatimIPs = false, false
	ctx, cancel := context.WithCancel(ctx)
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- server.Run(ctx, cfg, server.Options{Log: io.Discard, Ready: func(address string) { ready <- address }})
	}()
	select {
	case address := <-ready:
		err = use("http://" + address)
		cancel()
		return errors.Join(err, <-ended)
	case err := <-ended:
		cancel()
		return fmt.Errorf("start a server: %w", err)
	}
}
