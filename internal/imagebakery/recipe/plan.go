package recipe

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/secret"
)

// Plan is how an image is baked.
type Plan struct {
	Provider string
	// ImageName is the name that the image gets, and Version its tag appversion.
	ImageName, Version string
	// Template and VarFile are names of files; VarFile may be "".
	Template, VarFile string
	// Variables are the template's, without those that name files of the bake. Secrets
	// are variables, too.
	Variables map[string]string
	Secrets   map[string]secret.Ref
	// Artifacts are to be installed.
	Artifacts []map[string]any
}

// reserved are the variables that the bakery sets itself, so that no stage has Packer read
// or write other files of the server.
var reserved = []string{"configDir", "manifestFile", "artifactFile"}

// generated matches the suffixes that bake stages make of the time.
var generated = regexp.MustCompile(`^\d{14}$`)

// packageName matches names, versions and URLs of packages. They reach a shell in the
// image's instance, as the arguments of a package manager.
var packageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+~:=@%/,-]*$`)

// Plan plans a bake that was asked for at a time. Its errors are faults of the request or
// the configuration.
func (c Config) Plan(r Request, at time.Time) (Plan, error) {
	return c.plan(r, strconv.FormatInt(at.UnixMilli(), 10))
}

// Key is a hash of everything that an image depends on: the request, the settings, and the
// contents of the files that Packer reads. Only names that come from the time, and secrets,
// aren't in it. Bakes with the same key make the same image.
func (c Config) Key(r Request, contents ...[]byte) (string, error) {
	if generated.MatchString(r.AMISuffix) {
		r.AMISuffix = ""
	}
	p, err := c.plan(r, "TIME")
	if err != nil {
		return "", err
	}
	hash := sha256.New()
	add := func(text string) { fmt.Fprintf(hash, "%d:%s", len(text), text) }
	for _, text := range append([]string{p.Provider, p.Template, p.VarFile, r.Package, r.BaseLabel}, c.Packer.AdditionalParameters...) {
		add(text)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Variables)) {
		add(name)
		add(p.Variables[name])
	}
	artifacts, err := model.Marshal(p.Artifacts)
	if err != nil {
		return "", fmt.Errorf("encode the artifacts to install: %w", err)
	}
	for _, content := range append([][]byte{artifacts}, contents...) {
		add(string(content))
	}
	return join(":", "bake", p.Provider, r.BaseOS, hex.EncodeToString(hash.Sum(nil))), nil
}

// plan is [Config.Plan]; now stands for the time in names.
func (c Config) plan(r Request, now string) (Plan, error) {
	p, ok := c.providers()[r.CloudProvider]
	if !ok {
		return Plan{}, c.unknown(r.CloudProvider)
	}
	b := bake{Request: r, at: -1, time: now}
	image, err := c.baseImage(p, &b)
	if err != nil {
		return Plan{}, err
	}
	kind, _ := packaging(image.PackageType)
	if err := check(r); err != nil {
		return Plan{}, err
	}
	var packages []osPackage
	for name := range strings.FieldsSeq(r.Package) {
		packages = append(packages, kind.parse(name))
	}
	qualified := make([]string, len(packages))
	for i, one := range packages {
		qualified[i] = one.qualified(kind)
	}
	for _, name := range r.artifactNames() {
		packages = append(packages, kind.parse(name))
	}
	if b.name = imageName(r, packages, either(r.AMISuffix, now)); p.docker {
		b.name = dockerName(r, packages)
	}
	if len(packages) > 0 {
		b.version = versionTag(r, packages[0], kind)
	}
	if p.docker && b.version == "" {
		b.version = now
	}
	v := &variables{map[string]string{}, map[string]secret.Ref{}}
	if err := p.fill(b, v); err != nil {
		return Plan{}, err
	}
	v.set("appversion", b.version)
	v.set("build_info_url", r.BuildInfoURL)
	v.set("build_host", r.BuildHost)
	v.set("repository", either(image.CustomRepository, map[string]string{"deb": c.DebianRepository, "rpm": c.YumRepository, "nupkg": c.ChocolateyRepository}[kind.name]))
	v.set("package_type", kind.name)
	v.set("packages", strings.Join(qualified, " "))
	if r.Upgrade {
		v.set("upgrade", "true")
	}
	if err := v.extend(r.Attributes); err != nil {
		return Plan{}, err
	}
	return Plan{
		Provider: p.id, ImageName: b.name, Version: b.version, Template: either(r.TemplateFile, image.TemplateFile, p.template), VarFile: r.VarFile,
		Variables: v.plain, Secrets: v.secrets, Artifacts: r.PackageArtifacts,
	}, nil
}

func (c Config) unknown(name string) error {
	known := slices.Sorted(maps.Keys(c.providers()))
	if len(known) == 0 {
		return fault.New(fault.Invalid, "Images can't be baked here: the configuration has no base images (such as aws.bakeryDefaults.baseImages)")
	}
	return fault.New(fault.Invalid, "Images for the cloud provider %q can't be baked here (cloudProviderType); the configuration has base images for: %s", fault.Short(name), strings.Join(known, ", "))
}

// baseImage finds the base image. On Azure a stage may name an image of the marketplace
// or a managed image instead.
func (c Config) baseImage(p provider, b *bake) (BaseImage, error) {
	if p.id != "azure" || b.BaseOS != "" {
		image, at, err := p.image(b.BaseOS)
		b.at = at
		return image, err
	}
	if b.ManagedImage == "" && b.Publisher == "" {
		return BaseImage{}, fault.New(fault.Invalid, "No base image: set baseOs, managedImage, or publisher, offer and sku")
	}
	image := BaseImage{PackageType: "nupkg", TemplateFile: "azure-windows.json", OSType: b.OSType}
	if b.OSType == "linux" {
		image.PackageType, image.TemplateFile = "deb", "azure-linux.json"
	}
	if b.ManagedImage != "" {
		image.TemplateFile = strings.TrimSuffix(image.TemplateFile, ".json") + "-managed-image.json"
	}
	if _, ok := packaging(b.PackageType); ok {
		image.PackageType = b.PackageType
	}
	return image, nil
}

// check refuses what Packer or a shell would take for more than a text.
func check(r Request) error {
	for _, name := range append(strings.Fields(r.Package), r.artifactNames()...) {
		if !packageName.MatchString(name) {
			return fault.New(fault.Invalid, "The package %q can't be installed: its name may only have letters, digits and ._+~:=@%%/,-", fault.Short(name))
		}
	}
	for field, text := range map[string]string{
		"amiName": r.AMIName, "amiSuffix": r.AMISuffix, "baseAmi": r.BaseAMI, "baseName": r.BaseName, "organization": r.Organization, "region": r.Region,
		"publisher": r.Publisher, "offer": r.Offer, "sku": r.SKU, "managedImage": r.ManagedImage, "instanceType": r.InstanceType,
		"build host": r.BuildHost, "build URL": r.BuildInfoURL, "build number": r.BuildNumber, "commit": r.CommitHash, "job": r.Job,
	} {
		if err := literal(field, text); err != nil {
			return err
		}
	}
	return nil
}

// literal refuses what Packer would replace, and what no value has.
func literal(field, text string) error {
	if strings.Contains(text, "{{") {
		return fault.New(fault.Invalid, "%s must not contain {{, which Packer would replace", fault.Short(field))
	}
	if strings.ContainsFunc(text, unicode.IsControl) {
		return fault.New(fault.Invalid, "%s must not contain control characters or several lines", fault.Short(field))
	}
	return nil
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// extend sets the variables that a stage gives; lists of copy_to and share_with become
// one variable for each member.
func (v *variables) extend(attributes map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		if _, secret := v.secrets[name]; secret || slices.Contains(reserved, name) || !variableName.MatchString(name) {
			return fault.New(fault.Invalid, "The variable %s can't be set by a stage (extendedAttributes)", fault.Short(name))
		}
		if err := literal("The variable "+name, value); err != nil {
			return err
		}
		switch name {
		case "copy_to", "share_with":
			for i, part := range strings.Split(value, ",") {
				v.set(name+"_"+strconv.Itoa(i+1), part)
			}
		default:
			v.set(name, value)
		}
	}
	return nil
}
