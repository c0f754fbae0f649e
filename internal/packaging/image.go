package packaging

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// imageUser is the user and the group that the image runs as.
const imageUser = 65532

// programPath is where the image has the program.
const programPath = "/usr/local/bin/gennaker"

// Program is a built program that becomes an image.
type Program struct {
	// Binary is the static program for Linux.
	Binary []byte
	// Architecture is Go's name of the processor, such as amd64.
	Architecture string
	// Version and Revision say which it is; Revision may be empty.
	Version, Revision string
	// At is the time of everything in the image.
	At time.Time
}

// Image makes the image of a program. There is nothing in it but the program, the
// certificates of public authorities, a user, and empty directories for data and
// temporary files. deploy/Dockerfile makes the same with a container engine.
func Image(p Program) (v1.Image, error) {
	system, err := layer(p.At, systemFiles())
	if err != nil {
		return nil, err
	}
	program, err := layer(p.At, []File{{Name: strings.TrimPrefix(programPath, "/"), Mode: 0o755, Data: p.Binary}})
	if err != nil {
		return nil, err
	}
	image, err := mutate.Append(mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON),
		mutate.Addendum{Layer: system, History: p.history("the user, certificates, directories")},
		mutate.Addendum{Layer: program, History: p.history("the program")})
	if err != nil {
		return nil, fmt.Errorf("make the image: %w", err)
	}
	file, err := image.ConfigFile()
	if err != nil {
		return nil, fmt.Errorf("make the image: %w", err)
	}
	file = file.DeepCopy()
	file.OS, file.Architecture, file.Created = "linux", p.Architecture, v1.Time{Time: p.At.UTC()}
	file.Config = v1.Config{
		User:       fmt.Sprintf("%d:%d", imageUser, imageUser),
		Entrypoint: []string{programPath},
		Cmd:        []string{"serve"},
		Env: []string{
			"PATH=/usr/local/bin", "GENNAKER_DATA_DIR=/data", "GENNAKER_SERVER_LISTEN=:8084",
		},
		ExposedPorts: map[string]struct{}{"8084/tcp": {}},
		Volumes:      map[string]struct{}{"/data": {}},
		WorkingDir:   "/",
		StopSignal:   "SIGTERM",
		Labels:       p.labels(),
	}
	if image, err = mutate.ConfigFile(image, file); err != nil {
		return nil, fmt.Errorf("make the image: %w", err)
	}
	return image, nil
}

func (p Program) history(what string) v1.History {
	return v1.History{Created: v1.Time{Time: p.At.UTC()}, CreatedBy: "make image: " + what}
}

func (p Program) labels() map[string]string {
	out := map[string]string{
		"org.opencontainers.image.title":       "Gennaker",
		"org.opencontainers.image.description": "A software delivery platform that speaks Spinnaker, in one program.",
		"org.opencontainers.image.url":         "https://github.com/gennaker/gennaker",
		"org.opencontainers.image.source":      "https://github.com/gennaker/gennaker",
		"org.opencontainers.image.licenses":    "Apache-2.0",
		"org.opencontainers.image.version":     p.Version,
		"org.opencontainers.image.created":     p.At.UTC().Format(time.RFC3339),
	}
	if p.Revision != "" {
		out["org.opencontainers.image.revision"] = p.Revision
	}
	return out
}

// systemFiles are what the program finds around it.
func systemFiles() []File {
	return []File{
		{Name: "data/", Mode: 0o750, Owner: imageUser},
		{Name: "tmp/", Mode: 0o1777},
		{Name: "etc/", Mode: 0o755},
		{Name: "etc/passwd", Mode: 0o644, Data: fmt.Appendf(nil, "root:x:0:0:root:/:/none\ngennaker:x:%d:%d:Gennaker:/data:/none\n", imageUser, imageUser)},
		{Name: "etc/group", Mode: 0o644, Data: fmt.Appendf(nil, "root:x:0:\ngennaker:x:%d:\n", imageUser)},
		{Name: "etc/ssl/", Mode: 0o755},
		{Name: "etc/ssl/certs/", Mode: 0o755},
		{Name: "etc/ssl/certs/ca-certificates.crt", Mode: 0o644, Data: certificates()},
	}
}

// certificates are those of the public authorities that Mozilla trusts, as PEM. An
// authority that is trusted with conditions only is left out, as PEM can't say them.
func certificates() []byte {
	var out bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			// It fails only for headers with colons.
			_ = pem.Encode(&out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate})
		}
	}
	return out.Bytes()
}

func layer(at time.Time, files []File) (v1.Layer, error) {
	var out bytes.Buffer
	if err := writeTarGz(&out, at, files); err != nil {
		return nil, fmt.Errorf("make a layer: %w", err)
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(out.Bytes())), nil }
	made, err := tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, fmt.Errorf("make a layer: %w", err)
	}
	return made, nil
}

// Index makes one image of those for several architectures.
func Index(images ...v1.Image) (v1.ImageIndex, error) {
	out := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, image := range images {
		file, err := image.ConfigFile()
		if err != nil {
			return nil, fmt.Errorf("make the image's index: %w", err)
		}
		out = mutate.AppendManifests(out, mutate.IndexAddendum{
			Add:        image,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: file.OS, Architecture: file.Architecture}},
		})
	}
	return out, nil
}

// writeImage writes an image as a file that everything can load: docker load, podman
// load, ctr image import. It is an OCI layout with the manifest that Docker expects.
func writeImage(w io.Writer, image v1.Image, name string, at time.Time) error {
	files := []File{{Name: "oci-layout", Mode: 0o644, Data: []byte(`{"imageLayoutVersion":"1.0.0"}`)}}
	blob := func(hash v1.Hash, data []byte) string {
		path := "blobs/" + hash.Algorithm + "/" + hash.Hex
		if !slices.ContainsFunc(files, func(f File) bool { return f.Name == path }) {
			files = append(files, File{Name: path, Mode: 0o644, Data: data})
		}
		return path
	}
	manifest, err := image.RawManifest()
	if err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	digest, err := image.Digest()
	if err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	blob(digest, manifest)
	config, err := image.RawConfigFile()
	if err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	configName, err := image.ConfigName()
	if err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	docker := dockerManifest{Config: blob(configName, config), RepoTags: []string{name}}
	layers, err := image.Layers()
	if err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	for _, l := range layers {
		hash, data, err := readLayer(l)
		if err != nil {
			return fmt.Errorf("write the image: %w", err)
		}
		docker.Layers = append(docker.Layers, blob(hash, data))
	}
	_, tag, _ := strings.Cut(name[strings.LastIndex(name, "/")+1:], ":")
	for path, value := range map[string]any{
		"manifest.json": []dockerManifest{docker},
		"index.json": v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: []v1.Descriptor{{
			MediaType: types.OCIManifestSchema1, Digest: digest, Size: int64(len(manifest)),
			Annotations: map[string]string{"io.containerd.image.name": name, "org.opencontainers.image.ref.name": tag},
		}}},
	} {
		data, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("write the image: %w", err)
		}
		files = append(files, File{Name: path, Mode: 0o644, Data: data})
	}
	return writeTar(w, at, files)
}

// dockerManifest is an entry of the file manifest.json of docker save.
type dockerManifest struct {
	Config   string
	RepoTags []string
	Layers   []string
}

func readLayer(l v1.Layer) (v1.Hash, []byte, error) {
	hash, err := l.Digest()
	if err != nil {
		return hash, nil, err
	}
	reader, err := l.Compressed()
	if err != nil {
		return hash, nil, err
	}
	defer func() { _ = reader.Close() }()
	data, err := io.ReadAll(reader)
	return hash, data, err
}
