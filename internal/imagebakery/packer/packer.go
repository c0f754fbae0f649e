// Package packer builds images by HashiCorp's Packer, each in a process of its own that
// goes on if the server ends, and is found again.
//
// Beside each Packer there is a supervisor: this program, started again, which writes the
// log, ends Packer when its time is up, and notes how it ended. All that belongs to a build
// is in a directory of its own, below the server's data directory.
package packer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/model"
)

// Options are what builds are made with.
type Options struct {
	// Dir is where builds are, and ConfigDir where users' templates are; "" if nowhere.
	Dir, ConfigDir string
	Packer         recipe.Packer
	// Timeout is how long a build may take, and Grace how long it may clean up after it
	// was told to stop; two minutes by default.
	Timeout, Grace time.Duration
}

// Builder builds images on this machine.
type Builder struct {
	options   Options
	templates templates

	checking sync.Mutex
	program  string // once it was checked
}

var _ imagebakery.Builder = (*Builder)(nil)

// New makes a builder. It looks for Packer when it is needed first.
func New(o Options) *Builder {
	if o.Grace == 0 {
		o.Grace = 2 * time.Minute
	}
	return &Builder{options: o, templates: templates{o.ConfigDir}}
}

// Prepare implements [imagebakery.Builder].
func (b *Builder) Prepare(ctx context.Context, p recipe.Plan) ([][]byte, error) {
	if _, err := b.check(ctx); err != nil {
		return nil, err
	}
	template, err := b.templates.find(p.Template)
	if err != nil {
		return nil, err
	}
	contents := [][]byte{template.content}
	if p.VarFile != "" {
		file, err := b.templates.own(p.VarFile, "variable file")
		if err != nil {
			return nil, err
		}
		contents = append(contents, file.content)
	}
	if template.path == "" {
		contents = append(contents, scripts())
	}
	return contents, nil
}

// Files of a build.
const (
	fileJob      = "job.json"
	fileSecrets  = "secrets.pkrvars.json" //nolint:gosec // a name
	fileLog      = "log"
	fileLock     = "lock"
	fileCancel   = "cancel"
	fileExit     = "exit.json"
	fileGroup    = "group"
	fileManifest = "manifest.json"
	fileSaid     = "supervisor.log"
	dirWork      = "work"
	dirConfig    = "config"
)

// job is what a supervisor is told.
type job struct {
	Program string
	Args    []string
	Timeout time.Duration
	Grace   time.Duration
}

// exit is how a build ended.
type exit struct {
	// Failure is "" if it went well.
	Failure string
}

// buildID is what ids look like: they become names of directories.
var buildID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

func (b *Builder) dir(id string) (string, error) {
	if !buildID.MatchString(id) {
		return "", fault.New(fault.Invalid, "%q is not the id of a bake", fault.Short(id))
	}
	return filepath.Join(b.options.Dir, id), nil
}

// Start implements [imagebakery.Builder].
func (b *Builder) Start(ctx context.Context, build imagebakery.Build) error {
	dir, err := b.dir(build.ID)
	if err != nil {
		return err
	}
	if alive(dir) || young(dir) {
		return nil
	}
	program, err := b.check(ctx)
	if err != nil {
		return err
	}
	if err := b.Remove(build.ID); err != nil {
		return err
	}
	if err := b.write(dir, program, build); err != nil {
		return fmt.Errorf("prepare the build: %w", err)
	}
	if err := b.spawn(dir); err != nil {
		return fmt.Errorf("start the build: %w", err)
	}
	return nil
}

// write writes the files of a build. The job comes last: without it there is none.
func (b *Builder) write(dir, program string, build imagebakery.Build) error {
	for _, name := range []string{dirWork, filepath.Join(dirWork, "tmp"), dirConfig} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return err
		}
	}
	template, err := b.templates.find(build.Plan.Template)
	if err != nil {
		return err
	}
	variables := maps.Clone(build.Plan.Variables)
	variables["configDir"] = b.options.ConfigDir
	path := template.path
	if path == "" {
		variables["configDir"] = filepath.Join(dir, dirConfig)
		if path, err = unpack(filepath.Join(dir, dirConfig), build.Plan.Template); err != nil {
			return err
		}
	}
	if template.uses("manifestFile") {
		variables["manifestFile"] = filepath.Join(dir, fileManifest)
	}
	if template.uses("artifactFile") {
		artifacts, err := model.Marshal(orEmpty(build.Plan.Artifacts))
		if err != nil {
			return err
		}
		variables["artifactFile"] = filepath.Join(dir, dirConfig, "artifacts.json")
		if err := os.WriteFile(variables["artifactFile"], artifacts, 0o600); err != nil {
			return err
		}
	}
	args := []string{"build", "-color=false"}
	if b.options.Packer.Timestamp {
		args = append(args, "-timestamp-ui")
	}
	args = append(args, b.options.Packer.AdditionalParameters...)
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		args = append(args, "-var", name+"="+variables[name])
	}
	if build.Plan.VarFile != "" {
		file, err := b.templates.own(build.Plan.VarFile, "variable file")
		if err != nil {
			return err
		}
		args = append(args, "-var-file="+file.path)
	}
	if len(build.Secrets) > 0 {
		args = append(args, "-var-file="+filepath.Join(dir, fileSecrets))
	}
	if err := writeJSON(filepath.Join(dir, fileSecrets), build.Secrets); err != nil {
		return err
	}
	return writeJSON(filepath.Join(dir, fileJob), job{
		Program: program, Args: append(args, path), Timeout: b.options.Timeout, Grace: b.options.Grace,
	})
}

// orEmpty is a list that is never null.
func orEmpty(list []map[string]any) []map[string]any {
	if list == nil {
		return []map[string]any{}
	}
	return list
}

// writeJSON writes a file that only this user may read, at once.
func writeJSON(path string, value any) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// starting is how long a supervisor may take until it holds its lock.
const starting = 15 * time.Second

// mostAtOnce is how many bytes of a log are read at once, and mostManifest how many of a
// manifest.
const (
	mostAtOnce   = 64 << 10
	mostManifest = 1 << 20
)

// Look implements [imagebakery.Builder].
func (b *Builder) Look(id string, from int64) (imagebakery.Progress, error) {
	dir, err := b.dir(id)
	if err != nil {
		return imagebakery.Progress{}, err
	}
	// In this order: what ended has written all of its log.
	var end exit
	living := alive(dir)
	ended, err := readJSON(filepath.Join(dir, fileExit), &end)
	if err != nil {
		return imagebakery.Progress{}, err
	}
	p := imagebakery.Progress{State: imagebakery.BuildGone}
	switch {
	case ended:
		p.State, p.Failure = imagebakery.BuildEnded, end.Failure
	case living || young(dir):
		p.State = imagebakery.BuildRuns
	}
	if p.Log, err = readFrom(filepath.Join(dir, fileLog), from, mostAtOnce); err != nil {
		return imagebakery.Progress{}, err
	}
	if ended {
		p.Manifest, err = readFrom(filepath.Join(dir, fileManifest), 0, mostManifest)
	}
	return p, err
}

// young tells whether a build was begun so recently that its supervisor may not be there
// yet.
func young(dir string) bool {
	if _, err := os.Stat(filepath.Join(dir, fileExit)); err == nil {
		return false
	}
	info, err := os.Stat(filepath.Join(dir, fileJob))
	return err == nil && time.Since(info.ModTime()) < starting
}

// Cancel implements [imagebakery.Builder].
func (b *Builder) Cancel(id string) error {
	dir, err := b.dir(id)
	if err != nil {
		return err
	}
	err = os.WriteFile(filepath.Join(dir, fileCancel), nil, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Remove implements [imagebakery.Builder].
func (b *Builder) Remove(id string) error {
	dir, err := b.dir(id)
	if err != nil {
		return err
	}
	killGroup(dir)
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("remove the files of the bake %s: %w", id, err)
	}
	return nil
}

// Builds implements [imagebakery.Builder].
func (b *Builder) Builds() ([]string, error) {
	entries, err := os.ReadDir(b.options.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && buildID.MatchString(e.Name()) {
			out = append(out, e.Name())
		}
	}
	return out, err
}
