// Package cluster brings a sandbox up, keeps watch over it, and takes it down.
package cluster

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gennaker/gennaker/sandbox/internal/simulator"
)

// Options say what sandbox to run, and where.
type Options struct {
	Dir        string    // runtime files; a temporary directory when empty
	Kubeconfig string    // where to write the administrator's; Dir/kubeconfig when empty
	Nodes      int       // simulated nodes
	RealNode   bool      // a real node too
	Keep       bool      // leave the runtime files for the next run
	Verbose    bool      // log every step
	Log        io.Writer // progress, for people
}

// ReadOnlySuffix is added to the administrator's kubeconfig's path to name the
// one of a user who may look but not touch.
const ReadOnlySuffix = ".readonly"

func (o *Options) validate() error {
	if o.Nodes < 0 || o.Nodes > simulator.MaxNodes {
		return fmt.Errorf("the number of nodes must be between 0 and %d", simulator.MaxNodes)
	}
	return nil
}

// layout is where a sandbox keeps its files.
type layout struct {
	dir        string
	kubeconfig string
	keep       bool
	created    bool     // dir was made by this run
	lock       *os.File // held while the sandbox runs
}

// The entries of a sandbox's directory.
const (
	etcdDir  = "etcd"
	pkiDir   = "pki"
	logDir   = "log"
	workDir  = "work"
	lockFile = "lock"
	keepFile = "kept" // says that the files are to be used again
)

func (l *layout) path(elements ...string) string {
	return filepath.Join(append([]string{l.dir}, elements...)...)
}

// pki is the path of one of the files made by writeCredentials.
func (l *layout) pki(file string) string { return l.path(pkiDir, file) }

// prepare makes the directory ready for a run: locked, and free of what an
// earlier run left behind without meaning to.
func prepare(o Options) (_ *layout, err error) {
	l := &layout{dir: o.Dir, keep: o.Keep}
	if err := l.makeRoot(); err != nil {
		return nil, err
	}
	if l.lock, err = lockExclusively(l.path(lockFile)); err != nil {
		return nil, fmt.Errorf("%s is in use by another sandbox: %w", l.dir, err)
	}
	defer func() {
		if err != nil {
			l.discard()
		}
	}()
	l.kubeconfig = l.path("kubeconfig")
	if o.Kubeconfig != "" {
		if l.kubeconfig, err = filepath.Abs(o.Kubeconfig); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(l.path(keepFile)); err != nil {
		l.removeRuntimeFiles()
	}
	if err := l.makeDirs(); err != nil {
		return nil, err
	}
	if o.Keep {
		if err := os.WriteFile(l.path(keepFile), nil, 0o644); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(filepath.Dir(l.kubeconfig), 0o755); err != nil {
		return nil, err
	}
	return l, nil
}

// makeRoot makes the directory itself, if need be.
func (l *layout) makeRoot() (err error) {
	if l.dir == "" {
		l.created = true
		l.dir, err = os.MkdirTemp("", tempPrefix)
		return err
	}
	if l.dir, err = filepath.Abs(l.dir); err != nil {
		return err
	}
	if _, err := os.Stat(l.dir); errors.Is(err, os.ErrNotExist) {
		l.created = true
	}
	return os.MkdirAll(l.dir, 0o755)
}

// discard removes what the run made, unless it is to be kept.
func (l *layout) discard() {
	defer l.lock.Close()
	if l.keep {
		return
	}
	_ = os.Remove(l.kubeconfig)
	_ = os.Remove(l.kubeconfig + ReadOnlySuffix)
	l.removeRuntimeFiles()
	_ = os.Remove(l.path(keepFile))
	_ = os.Remove(l.path(lockFile))
	if l.created {
		_ = os.Remove(l.dir) // only when empty: others may have put files here
	}
}

// runtimeDirs hold what a run makes.
var runtimeDirs = []string{etcdDir, pkiDir, logDir, workDir}

func (l *layout) makeDirs() error {
	for _, dir := range runtimeDirs {
		if err := os.MkdirAll(l.path(dir), 0o700); err != nil {
			return err
		}
	}
	return nil
}

func (l *layout) removeRuntimeFiles() {
	for _, dir := range runtimeDirs {
		_ = os.RemoveAll(l.path(dir))
	}
}

// reused reports whether the data of an earlier run are here.
func (l *layout) reused() bool {
	_, err := os.Stat(l.path(etcdDir, "member"))
	return err == nil
}
