package recipe

import (
	"regexp"
	"strings"
)

// pack is a kind of packages.
type pack struct {
	name string
	// Delimiter stands between a package's name and its version in the names of files
	// (Orca's PackageType).
	delimiter string
	// between are what stands between name and version for the package manager, and in an
	// appversion between name and version, before the build number, and before the commit.
	manager, version, build, commit string
	parse                           func(text string) osPackage
}

// osPackage is a package: name, and version and release if they are known.
type osPackage struct{ name, version, release, arch string }

var packs = map[string]pack{
	"deb":   {"deb", "_", "=", "-", "-h", ".", parseDeb},
	"rpm":   {"rpm", "-", "-", "-", "-h", ".", parseRPM},
	"nupkg": {"nupkg", ".", ".", ".", "-", "+", parseNuPkg},
}

// packaging finds a kind of packages by its name in any case.
func packaging(name string) (pack, bool) {
	p, ok := packs[strings.ToLower(name)]
	return p, ok
}

// Delimiter is what stands between a package's name and version in the names of files of a
// type (deb, rpm, nupkg), as Orca's PackageType has it; "" if there is no such type.
func Delimiter(packageType string) string { return packs[strings.ToLower(packageType)].delimiter }

// parseDeb reads name_version-release_arch.
func parseDeb(text string) osPackage {
	parts := strings.Split(text, "_")
	if len(parts) < 2 {
		return osPackage{name: text}
	}
	p := osPackage{name: parts[0]}
	version := strings.Split(parts[1], "-")
	p.version = version[0]
	if len(version) > 1 {
		p.release = version[1]
	}
	if len(parts) > 2 {
		p.arch = parts[2]
	}
	return p
}

// parseRPM reads name-version-release.arch.
func parseRPM(text string) osPackage {
	p := osPackage{name: text}
	if at := strings.LastIndex(text, "."); at >= 0 {
		text, p.arch = text[:at], text[at+1:]
	}
	if parts := strings.Split(text, "-"); len(parts) >= 3 {
		n := len(parts)
		p.name, p.version, p.release = strings.Join(parts[:n-2], "-"), parts[n-2], parts[n-1]
	}
	return p
}

var (
	number     = regexp.MustCompile(`^\d+$`)
	preRelease = regexp.MustCompile(`^\d[^.]*-`)
)

// parseNuPkg reads name.version[-release][+metadata]: the version begins at the first part
// that is a number.
func parseNuPkg(text string) osPackage {
	text = strings.TrimSuffix(text, ".nupkg")
	parts := strings.Split(text, ".")
	begin := 0
	for _, like := range []*regexp.Regexp{number, preRelease} {
		for i := 1; i < len(parts) && begin == 0; i++ {
			if like.MatchString(parts[i]) {
				begin = i
			}
		}
	}
	if begin == 0 {
		if name, metadata, found := strings.Cut(text, "+"); found {
			return osPackage{name: name, release: "+" + metadata}
		}
		return osPackage{name: text}
	}
	p := osPackage{name: strings.Join(parts[:begin], "."), version: strings.Join(parts[begin:], ".")}
	if version, release, found := strings.Cut(p.version, "-"); found {
		p.version, p.release = version, release
	} else if version, metadata, found := strings.Cut(p.version, "+"); found {
		p.version, p.release = version, "+"+metadata
	}
	return p
}

// qualified is the package as its manager installs it.
func (p osPackage) qualified(kind pack) string {
	if p.version == "" {
		return p.name
	}
	out := p.name + kind.manager + p.version
	if p.release != "" {
		out += "-" + p.release
	}
	return out
}

// appVersion matches what Frigga's AppVersion reads; others aren't put on images.
var appVersion = regexp.MustCompile(`^[-A-Za-z0-9_.+]+-[0-9][-A-Za-z0-9_.~+]*(/[-A-Za-z0-9_.+ ]+/[0-9]+)?$`)

// versionTag is the image's tag appversion: package, version, and the build it is from.
func versionTag(r Request, first osPackage, kind pack) string {
	out := first.name
	if first.version != "" {
		out += kind.version + first.version
		if r.BuildNumber != "" {
			out += kind.build + r.BuildNumber
			if r.CommitHash != "" {
				out += kind.commit + r.CommitHash
			}
			if r.Job != "" {
				out += "/" + strings.ReplaceAll(r.Job, "/", "-") + "/" + r.BuildNumber
			}
		}
	}
	if !appVersion.MatchString(out) {
		return ""
	}
	return out
}

// imageName is name-arch-suffix-os.
func imageName(r Request, packages []osPackage, suffix string) string {
	name, arch := r.AMIName, "all"
	if len(packages) > 0 {
		if name == "" {
			name = packages[0].name
		}
		if packages[0].arch != "" {
			arch = packages[0].arch
		}
	}
	return join("-", name, arch, suffix, r.BaseOS)
}

// dockerName is organization/name.
func dockerName(r Request, packages []osPackage) string {
	name := r.AMIName
	if name == "" && len(packages) > 0 {
		name = packages[0].name
	}
	return join("/", r.Organization, name)
}

func join(between string, parts ...string) string {
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, between)
}
