package artifact

import (
	"context"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// mavenFile fetches maven/file: the reference is
// group:artifact[:extension[:classifier]]:version, where the version may be a
// range, RELEASE, LATEST, SNAPSHOT, latest.release or latest.integration.
type mavenFile struct {
	identity
	*web
	base string
}

func (b *builder) maven(config MavenAccount) (account, error) {
	guard, err := b.guard("maven", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(config.RepositoryURL)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the repositoryUrl of the artifact account %s is no URL", config.Name)
	}
	return &mavenFile{
		identity: identity{config.Name, []string{"maven/file"}},
		base:     strings.TrimSuffix(config.RepositoryURL, "/"),
		web:      b.newWeb(guard, base.Host, basicHeaders(config.BasicAuth, b.options.Secrets)),
	}, nil
}

// coordinates say which file of a repository is meant.
type coordinates struct{ group, artifact, extension, classifier, version string }

// parseCoordinates reads coordinates as Maven writes them.
func parseCoordinates(text string) (coordinates, error) {
	parts := strings.Split(text, ":")
	c := coordinates{extension: "jar"}
	ok := len(parts) >= 3 && len(parts) <= 5 && !slices.Contains(parts, "")
	for _, part := range parts {
		ok = ok && !strings.ContainsAny(part, "/\\?#%") && part != ".." && part != "."
	}
	if !ok {
		return c, fault.New(fault.Invalid, "the reference must be of the form group:artifact[:extension[:classifier]]:version")
	}
	c.group, c.artifact, c.version = parts[0], parts[1], parts[len(parts)-1]
	if len(parts) > 3 {
		c.extension = parts[2]
	}
	if len(parts) > 4 {
		c.classifier = parts[3]
	}
	return c, nil
}

// dir is the artifact's directory in the repository.
func (c coordinates) dir() string { return strings.ReplaceAll(c.group, ".", "/") + "/" + c.artifact }

// file is the file's path; in a snapshot's directory files have versions of
// their own.
func (c coordinates) file(fileVersion string) string {
	name := c.artifact + "-" + fileVersion
	if c.classifier != "" {
		name += "-" + c.classifier
	}
	return c.dir() + "/" + c.version + "/" + name + "." + c.extension
}

// maxMetadata is how many bytes a maven-metadata.xml may have.
const maxMetadata = 8 << 20

// mavenMetadata is what we read of a maven-metadata.xml.
type mavenMetadata struct {
	Versioning struct {
		Latest   string   `xml:"latest"`
		Release  string   `xml:"release"`
		Versions []string `xml:"versions>version"`
		Snapshot struct {
			Timestamp   string `xml:"timestamp"`
			BuildNumber string `xml:"buildNumber"`
		} `xml:"snapshot"`
		SnapshotVersions []struct {
			Classifier string `xml:"classifier"`
			Extension  string `xml:"extension"`
			Value      string `xml:"value"`
		} `xml:"snapshotVersions>snapshotVersion"`
	} `xml:"versioning"`
}

func (a *mavenFile) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	c, err := parseCoordinates(artifact.Reference)
	if err != nil {
		return nil, err
	}
	if c.version, err = a.resolve(ctx, c); err != nil {
		return nil, err
	}
	fileVersion := c.version
	if strings.HasSuffix(c.version, "-SNAPSHOT") {
		if fileVersion, err = a.snapshot(ctx, c); err != nil {
			return nil, err
		}
	}
	return a.web.get(ctx, a.base+"/"+c.file(fileVersion), nil, true)
}

// resolve gives the version that is meant now.
func (a *mavenFile) resolve(ctx context.Context, c coordinates) (string, error) {
	choose := func(m *mavenMetadata) string { return m.Versioning.Release }
	switch c.version {
	case "RELEASE", "latest.release":
	case "SNAPSHOT", "latest.integration", "LATEST":
		choose = func(m *mavenMetadata) string { return m.Versioning.Latest }
	default:
		if !strings.HasPrefix(c.version, "[") && !strings.HasPrefix(c.version, "(") {
			return c.version, nil
		}
		ranges, err := parseMavenRange(c.version)
		if err != nil {
			return "", err
		}
		choose = func(m *mavenMetadata) string { return ranges.newest(m.Versioning.Versions) }
	}
	metadata, err := a.metadata(ctx, c.dir())
	if err != nil {
		return "", err
	}
	version := choose(metadata)
	if version == "" {
		return "", fault.New(fault.NotFound, "%s:%s has no version %s; check the version", c.group, c.artifact, c.version)
	}
	return version, nil
}

// snapshot gives the version that the files of a snapshot have now.
func (a *mavenFile) snapshot(ctx context.Context, c coordinates) (string, error) {
	metadata, err := a.metadata(ctx, c.dir()+"/"+c.version)
	if err != nil {
		return "", err
	}
	for _, one := range metadata.Versioning.SnapshotVersions {
		if one.Classifier == c.classifier && (one.Extension == "" || one.Extension == c.extension) {
			return one.Value, nil
		}
	}
	if s := metadata.Versioning.Snapshot; s.Timestamp != "" {
		return strings.TrimSuffix(c.version, "SNAPSHOT") + s.Timestamp + "-" + s.BuildNumber, nil
	}
	return c.version, nil
}

func (a *mavenFile) metadata(ctx context.Context, dir string) (*mavenMetadata, error) {
	text, err := a.web.get(ctx, a.base+"/"+dir+"/maven-metadata.xml", nil, true)
	if err != nil {
		return nil, fault.New(kindOf(err), "get maven-metadata.xml of %s: %w", dir, unURL(err))
	}
	if len(text) > maxMetadata {
		return nil, fault.New(fault.TooLarge, "the maven-metadata.xml of %s is larger than %d MiB", dir, maxMetadata>>20)
	}
	var metadata mavenMetadata
	if err := xml.Unmarshal(text, &metadata); err != nil {
		return nil, fault.New(fault.Invalid, "the maven-metadata.xml of %s can't be read", dir)
	}
	return &metadata, nil
}

// versions lists the versions of group:artifact, newest first.
func (a *mavenFile) versions(ctx context.Context, name string) ([]string, error) {
	c, err := parseCoordinates(name + ":x")
	if err != nil {
		return nil, fault.New(fault.Invalid, "the name must be of the form group:artifact")
	}
	metadata, err := a.metadata(ctx, c.dir())
	if err != nil {
		return nil, err
	}
	versions := metadata.Versioning.Versions
	slices.SortFunc(versions, func(x, y string) int { return compareMaven(y, x) })
	return versions, nil
}
