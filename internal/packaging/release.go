package packaging

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// checksumsFile is the name of a release's file of checksums.
const checksumsFile = "SHA256SUMS"

// Release says what a release is made of, and from what.
type Release struct {
	// Version and Revision are git's. Revision may be empty.
	Version, Revision string
	// At is the time of every file, of the commit, most likely.
	At time.Time
	// Source is the directory of the sources.
	Source string
	// Platforms are those to release for, as linux/amd64. Their programs are in
	// Programs, as linux/amd64/gennaker.
	Platforms []string
	Programs  string
	// Repository is the image's name without a tag.
	Repository string
	// Configuration is the JSON Schema of the configuration.
	Configuration []byte
}

// Write writes the archives, the chart and the images of a release to a directory, and
// the checksums of everything there.
func (r Release) Write(dir string) error {
	for _, platform := range r.Platforms {
		if err := r.writePlatform(dir, platform); err != nil {
			return fmt.Errorf("release for %s: %w", platform, err)
		}
	}
	chart, err := Chart(os.DirFS(filepath.Join(r.Source, "deploy", "chart")), r.Version, r.At, r.Configuration)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "gennaker-chart_"+r.fileVersion()+".tgz"), chart, 0o644); err != nil { //nolint:gosec // it is public
		return fmt.Errorf("write the chart: %w", err)
	}
	sums, err := checksums(os.DirFS(dir), checksumsFile)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, checksumsFile), []byte(sums), 0o644); err != nil { //nolint:gosec // it is public
		return fmt.Errorf("write the checksums: %w", err)
	}
	return nil
}

// fileVersion is the version as names of files have it.
func (r Release) fileVersion() string {
	return strings.NewReplacer("/", "-", "+", "-").Replace(strings.TrimPrefix(r.Version, "v"))
}

func (r Release) writePlatform(dir, platform string) error {
	binary, err := r.program(platform)
	if err != nil {
		return err
	}
	name := "gennaker_" + r.fileVersion() + "_" + strings.ReplaceAll(platform, "/", "_")
	files := []File{
		{Name: name + "/", Mode: 0o755},
		{Name: name + "/gennaker", Mode: 0o755, Data: binary},
	}
	sources := []string{"LICENSE", "README.md"}
	os, architecture, _ := strings.Cut(platform, "/")
	if os == "linux" {
		sources = append(sources, "deploy/systemd/gennaker.service", "deploy/systemd/gennaker.env")
	}
	for _, path := range sources {
		data, err := readFile(filepath.Join(r.Source, path))
		if err != nil {
			return err
		}
		files = append(files, File{Name: name + "/" + filepath.Base(path), Mode: 0o644, Data: data})
	}
	var archive bytes.Buffer
	if err := writeTarGz(&archive, r.At, files); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, name+".tar.gz"), archive.Bytes()); err != nil || os != "linux" {
		return err
	}
	image, err := r.image(binary, architecture)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := writeImage(&out, image, r.Reference(), r.At); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, name+"_image.tar"), out.Bytes())
}

// Reference is the image's name with its tag.
func (r Release) Reference() string {
	return r.Repository + ":" + strings.ReplaceAll(r.Version, "+", "-")
}

// Images are the images of the platforms that have some.
func (r Release) Images() ([]v1.Image, error) {
	var out []v1.Image
	for _, platform := range r.Platforms {
		system, architecture, _ := strings.Cut(platform, "/")
		if system != "linux" {
			continue
		}
		binary, err := r.program(platform)
		if err != nil {
			return nil, err
		}
		image, err := r.image(binary, architecture)
		if err != nil {
			return nil, err
		}
		out = append(out, image)
	}
	return out, nil
}

func (r Release) program(platform string) ([]byte, error) {
	return readFile(filepath.Join(r.Programs, filepath.FromSlash(platform), "gennaker"))
}

func (r Release) image(binary []byte, architecture string) (v1.Image, error) {
	return Image(Program{Binary: binary, Architecture: architecture, Version: r.Version, Revision: r.Revision, At: r.At})
}

func readFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read what is released: %w", err)
	}
	return data, nil
}

func writeFile(path string, data []byte) error {
	if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // it is public
		return fmt.Errorf("write the release: %w", err)
	}
	return nil
}
