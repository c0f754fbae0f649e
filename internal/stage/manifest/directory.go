package manifest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// gitRepo is the type of the artifacts that are directories.
const gitRepo = "git/repo"

// unbuilt are files that say that a directory's manifests are made of it by
// another program, and what helps.
var unbuilt = map[string]string{
	"kustomization.yaml": "is for Kustomize, which is not supported here; use the path of plain manifests",
	"kustomization.yml":  "is for Kustomize, which is not supported here; use the path of plain manifests",
	"Kustomization":      "is for Kustomize, which is not supported here; use the path of plain manifests",
	"Chart.yaml":         "belongs to a Helm chart; deploy it with a helmUpgrade stage",
}

// mostManifests is how many bytes of manifests a directory may hold.
const mostManifests = 32 << 20

// DecodeDirectory reads the manifests of a directory that comes as a tar.gz:
// those of all files that end in .yaml, .yml or .json, in the order of their
// paths, as `kubectl apply --recursive` does. What begins with a dot is left
// out. Errors name the file.
func DecodeDirectory(archive []byte) ([]map[string]any, error) {
	files, err := manifestFiles(archive)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return nil, fault.New(fault.NotFound, "no .yaml, .yml, or .json files found; check the path")
	}
	var out []map[string]any
	var d decoder // the bounds are for all files together
	for _, name := range names {
		found, err := d.text(files[name])
		if err != nil {
			return nil, fault.New(fault.KindOf(err), "%s: %w", name, err)
		}
		for _, m := range found {
			if model.String(m, "kind") == "" || model.String(m, "apiVersion") == "" {
				return nil, fault.New(fault.Invalid, "%s: contains something other than Kubernetes objects (kind or apiVersion is missing); use a path that contains only manifests", name)
			}
		}
		if out, err = add(out, found); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// manifestFiles are the files of the archive that may hold manifests.
func manifestFiles(archive []byte) (map[string][]byte, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, fault.New(fault.Invalid, "the content is not a tar.gz archive: %w", err)
	}
	defer func() { _ = unzipped.Close() }()
	files, left := map[string][]byte{}, int64(mostManifests)
	reader := tar.NewReader(limit.Bounded(unzipped, limit.Archive, "the archive"))
	for entries := 1; ; entries++ {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, fault.New(fault.Invalid, "the archive can't be read: %w", err)
		}
		if err := limit.Count(entries, limit.Files, "files in the archive"); err != nil {
			return nil, err
		}
		name := path.Clean(header.Name)
		if header.Typeflag != tar.TypeReg || isHidden(name) {
			continue
		}
		if why, ok := unbuilt[path.Base(name)]; ok {
			return nil, fault.New(fault.Invalid, "%s %s", name, why)
		}
		if !slices.Contains([]string{".yaml", ".yml", ".json"}, path.Ext(name)) {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(reader, left+1))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		if left -= int64(len(text)); left < 0 {
			return nil, fault.New(fault.TooLarge, "the manifests are larger than %d MiB; use a path with fewer manifests", mostManifests>>20)
		}
		files[name] = text
	}
}

// isHidden tells whether a file or a directory above it begins with a dot.
func isHidden(name string) bool {
	return slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool {
		return strings.HasPrefix(part, ".") && part != "." && part != ".."
	})
}
