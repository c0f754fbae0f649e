// Package images makes the container images that a sandbox's real node runs,
// and serves them from a registry of its own.
package images

import (
	"archive/tar"
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"runtime"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// bin holds the program that the images run, if build.sh has built it.
//
//go:embed all:bin
var bin embed.FS

// Host is the registry's name inside the cluster.
const Host = "registry.sandbox.local"

// Pause is the image of the first container of every pod.
const Pause = Host + "/pause:1"

// programPath is where the images have their program.
const programPath = "/program"

// ErrNoProgram says that this sandbox can't make images.
var ErrNoProgram = errors.New("this binary was built without the program for its container images: build it with build.sh")

// image is one that every registry has from the start.
type image struct {
	repository, tag string
	command         []string // the program's default arguments
	env             []string
}

var builtIn = []image{
	{repository: "pause", tag: "1", command: []string{"pause"}},
	{repository: "web", tag: "v1", command: []string{"web"}, env: []string{"IMAGE_VERSION=v1"}},
	{repository: "web", tag: "v2", command: []string{"web"}, env: []string{"IMAGE_VERSION=v2"}},
	{repository: "web", tag: "v3", command: []string{"web"}, env: []string{"IMAGE_VERSION=v3"}},
	{repository: "job", tag: "1", command: []string{"exit", "0"}},
}

// Check says whether images can be made.
func Check() error {
	_, err := program()
	return err
}

func program() ([]byte, error) {
	data, err := bin.ReadFile("bin/program")
	if err != nil {
		return nil, ErrNoProgram
	}
	return data, nil
}

// programLayer is the one layer that all images share.
func programLayer() (v1.Layer, error) {
	data, err := program()
	if err != nil {
		return nil, err
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := w.WriteHeader(&tar.Header{Name: programPath[1:], Mode: 0o755, Size: int64(len(data))}); err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(archive.Bytes())), nil
	})
}

// build makes one image.
func (i image) build(layer v1.Layer) (v1.Image, error) {
	img, err := mutate.AppendLayers(empty.Image, layer)
	if err != nil {
		return nil, fmt.Errorf("images: %s: %w", i.repository, err)
	}
	config, err := img.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("images: %s: %w", i.repository, err)
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = "linux", runtime.GOARCH
	config.Config.Entrypoint, config.Config.Cmd, config.Config.Env = []string{programPath}, i.command, i.env
	return mutate.ConfigFile(img, config)
}
