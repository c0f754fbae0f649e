// Package bakery renders manifests of templates that artifacts hold, as Spinnaker's Rosco
// does: a [Renderer] for each kind of templates, and a cache that has the same inputs
// rendered once.
package bakery

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// Order is what a stage wants rendered. The fields are those of Spinnaker's
// bakeManifest stage.
type Order struct {
	// Renderer is the templateRenderer, such as HELM3.
	Renderer string
	// Artifacts are the templates first, and then files of values.
	Artifacts []map[string]any
	// OutputName is a chart's release name.
	OutputName, Namespace, KubeVersion string
	APIVersions                        []string
	// Path is where in the first artifact the templates are.
	Path string
	// Environment is a Helmfile's, and StateValues are files of values of its own.
	Environment string
	StateValues []map[string]any
	// PostRender is a kustomization that a rendered chart is passed through, and
	// PostRenderPath where it is in the artifact; nil if there is none.
	PostRender     map[string]any
	PostRenderPath string
	Overrides      map[string]any
	// RawOverrides has numbers and booleans in overrides keep their types.
	RawOverrides, IncludeCRDs bool
}

// File is a file that is rendered. Names have slashes.
type File struct {
	Name string
	Data []byte
}

// Fetcher fetches artifacts. Its errors are faults.
type Fetcher interface {
	Fetch(ctx context.Context, artifact map[string]any) ([]byte, error)
}

// ChartFetcher is a [Fetcher] that also finds charts by the addresses of repositories.
type ChartFetcher interface {
	// Chart fetches a chart's archive. The repository is a URL, or the name of an account
	// after "@" or "alias:". It is nil if no account is for that repository.
	Chart(ctx context.Context, repository, name, version string) ([]byte, error)
}

// Job is something to render, with all that its output depends on.
type Job struct {
	// Source tells people what is rendered.
	Source Source
	// Settings are encoded as JSON; Files are what was fetched.
	Settings any
	Files    []File
	// Values are the files of values: what they have under names such as password doesn't
	// appear in errors.
	Values []File
	Render func(ctx context.Context) (Output, error)
}

// Source is what is rendered: a chart with its version, or the path of something else.
type Source struct {
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

// Output is what templates render to.
type Output struct {
	Manifest []byte
	// Varying says that the next rendering may give something else, because the templates
	// use the time or random numbers.
	Varying bool
}

// Renderer renders one kind of templates. It runs no commands, and reads nothing but
// what it fetches.
type Renderer interface {
	// Names are the templateRenderers that it serves, in upper case.
	Names() []string
	// Version is the version of what renders, such as "Helm v4.2.4".
	Version() string
	// Prepare fetches what the order names. Faults of the order are Invalid.
	Prepare(ctx context.Context, from Fetcher, o Order) (Job, error)
}

// Baked is the result of an order.
type Baked struct {
	Manifest []byte
	// Version is the version of what rendered it, and Source what was rendered.
	Version string
	Source  Source
	// Key is the hash of all that the manifest depends on.
	Key string
	// Objects is how many documents the manifest has.
	Objects int
	// Cached says that it was rendered before.
	Cached bool
}

// Cache keeps what was rendered.
type Cache interface {
	// Get gives what is kept under a key; if nothing is, it has it made, by one process at
	// a time, and keeps it unless it is varying.
	Get(ctx context.Context, key string, render func(ctx context.Context) (Output, error)) (manifest []byte, cached bool, err error)
}

// Bakery renders manifests. Any number of goroutines may use it.
type Bakery struct {
	renderers map[string]Renderer
	from      Fetcher
	cache     Cache
	// most is how many bytes manifests may have.
	most int64
}

// New makes a bakery of renderers. It keeps nothing if cache is nil.
func New(from Fetcher, cache Cache, renderers ...Renderer) *Bakery {
	b := &Bakery{renderers: map[string]Renderer{}, from: from, cache: cache, most: DefaultConfig().MaxBytes}
	for _, r := range renderers {
		for _, name := range r.Names() {
			b.renderers[name] = r
		}
	}
	return b
}

// Within has the bakery keep the limits of a configuration, in place of the default.
func (b *Bakery) Within(c Config) *Bakery {
	b.most = c.MaxBytes
	return b
}

// Bake fetches the artifacts of an order and renders them. Faults of the order, the
// templates and the values are Invalid; others pass.
func (b *Bakery) Bake(ctx context.Context, o Order) (Baked, error) {
	o.Renderer = strings.ToUpper(strings.TrimSpace(o.Renderer))
	renderer, ok := b.renderers[o.Renderer]
	if !ok {
		return Baked{}, fault.New(fault.Invalid, "templateRenderer: %q is not supported; use one of %s", o.Renderer, strings.Join(b.names(), ", "))
	}
	if len(o.Artifacts) == 0 {
		return Baked{}, fault.New(fault.Invalid, "inputArtifacts: at least one artifact is required")
	}
	job, err := renderer.Prepare(ctx, b.from, o)
	if err != nil {
		return Baked{}, err
	}
	out := Baked{Version: renderer.Version(), Source: job.Source}
	if out.Key, err = keyOf(o.Renderer, out.Version, job); err != nil {
		return Baked{}, err
	}
	render := func(ctx context.Context) (Output, error) {
		made, err := job.Render(ctx)
		if err != nil {
			return made, Hide(err, o.Overrides, job.Values)
		}
		if int64(len(made.Manifest)) > b.most {
			err = fault.New(fault.TooLarge, "the manifest has %s; the most is %s (bakery.maxBytes)", limit.Size(int64(len(made.Manifest))), limit.Size(b.most))
		}
		return made, err
	}
	if b.cache == nil {
		made, err := render(ctx)
		out.Manifest, out.Objects = made.Manifest, documents(made.Manifest)
		return out, err
	}
	if out.Manifest, out.Cached, err = b.cache.Get(ctx, out.Key, render); err != nil {
		return Baked{}, err
	}
	out.Objects = documents(out.Manifest)
	return out, nil
}

func (b *Bakery) names() []string {
	var out []string
	for name := range b.renderers {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// keyOf is a hash of all that a job's output depends on.
func keyOf(renderer, version string, j Job) (string, error) {
	settings, err := json.Marshal(j.Settings)
	if err != nil {
		return "", fmt.Errorf("encode what to render: %w", err)
	}
	sum := sha256.New()
	add(sum, []byte(renderer), []byte(version), settings)
	for _, f := range j.Files {
		add(sum, []byte(f.Name), f.Data)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// add hashes parts with their lengths, so that they can't run into each other.
func add(to hash.Hash, parts ...[]byte) {
	for _, part := range parts {
		_, _ = to.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		_, _ = to.Write(part)
	}
}

// documents counts the YAML documents that hold more than comments.
func documents(text []byte) int {
	n, empty := 0, true
	for line := range strings.Lines(string(text)) {
		switch line := strings.TrimRight(line, " \t\r\n"); {
		case line == "---" || strings.HasPrefix(line, "--- "):
			empty = true
		case empty && line != "" && !strings.HasPrefix(strings.TrimLeft(line, " \t"), "#"):
			n++
			empty = false
		}
	}
	return n
}
