package recipe

import (
	"strconv"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/secret"
)

// provider is a cloud provider as the bakery sees it.
type provider struct {
	// id is Spinnaker's, and path where its defaults are in the configuration.
	id, path string
	enabled  bool
	template string
	list     []BaseImage
	// docker has names of images be repositories.
	docker bool
	// fill sets the variables of the template.
	fill func(b bake, v *variables) error
	read reader
}

func (p provider) images() []BaseImage { return p.list }

// image finds a base image.
func (p provider) image(id string) (BaseImage, int, error) {
	var names []string
	for i, image := range p.list {
		if image.ID == id {
			return image, i, nil
		}
		names = append(names, image.ID)
	}
	if id == "" {
		return BaseImage{}, 0, fault.New(fault.Invalid, "baseOs is missing; the base images of %s are: %s", p.id, strings.Join(names, ", "))
	}
	return BaseImage{}, 0, fault.New(fault.NotFound, "There is no base image %s for %s (baseOs); there are: %s", fault.Short(id), p.id, strings.Join(names, ", "))
}

// bake is a request with what was chosen for it.
type bake struct {
	Request
	// at is the place of the base image in its list; -1 if none was named.
	at int
	// name is the image's, and time stands for names that nobody chose.
	name, time, version string
}

// variables are those of a template.
type variables struct {
	plain   map[string]string
	secrets map[string]secret.Ref
}

// set sets one that isn't empty, as Rosco does.
func (v *variables) set(name, value string) {
	if value = strings.TrimSpace(value); value != "" {
		v.plain[name] = value
	}
}

func (v *variables) setBool(name string, value *bool) {
	if value != nil {
		v.plain[name] = strconv.FormatBool(*value)
	}
}

func (v *variables) secret(name string, value secret.Ref) {
	if !value.IsZero() {
		v.secrets[name] = value
	}
}

// providers are those that images can be baked for; all are all that there are.
func (c Config) providers() map[string]provider {
	out := map[string]provider{}
	for _, p := range c.all() {
		if p.enabled {
			out[p.id] = p
		}
	}
	return out
}

func (c Config) all() []provider {
	return []provider{
		c.AliCloud.provider(), c.AWS.provider(), c.Azure.provider(), c.Docker.provider(), c.Google.provider(),
		c.HuaweiCloud.provider(), c.OpenStack.provider(), c.Oracle.provider(), c.TencentCloud.provider(),
	}
}

// ProviderOptions are a provider's base images, as /bakery/options lists them.
type ProviderOptions struct {
	CloudProvider string      `json:"cloudProvider"`
	BaseImages    []BaseImage `json:"baseImages"`
}

// Options lists the providers that images can be baked for, and their base images.
func (c Config) Options() []ProviderOptions {
	out := []ProviderOptions{}
	for _, p := range c.all() {
		if !p.enabled {
			continue
		}
		images := make([]BaseImage, len(p.list))
		for i, image := range p.list {
			image.PackageType = strings.ToUpper(image.PackageType)
			if image.OSType == "" {
				image.OSType = "linux"
			}
			images[i] = image
		}
		out = append(out, ProviderOptions{p.id, images})
	}
	return out
}

func baseImages[T any](list []T, image func(T) BaseImage) []BaseImage {
	out := make([]BaseImage, len(list))
	for i, one := range list {
		out[i] = image(one)
	}
	return out
}

// inRegion finds the settings of a region.
func inRegion[T any](settings []T, b bake, fits func(T) bool, more string) (T, error) {
	for _, s := range settings {
		if fits(s) {
			return s, nil
		}
	}
	var none T
	return none, fault.New(fault.Invalid, "The configuration has no virtualizationSettings for the region %s, base image %s%s", fault.Short(b.Region), fault.Short(b.BaseOS), more)
}

// account finds an account by name, and takes the first one if none is named.
func account[T any](list []T, name func(T) string, wanted, cloud string) (T, error) {
	for _, a := range list {
		if wanted == "" || name(a) == wanted {
			return a, nil
		}
	}
	var none T
	if wanted == "" {
		return none, fault.New(fault.Invalid, "The configuration has no account to bake in (%s.accounts)", cloud)
	}
	return none, fault.New(fault.NotFound, "The configuration has no account %s (%s.accounts)", fault.Short(wanted), cloud)
}

// either is the first text that isn't empty.
func either(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// PackageType is the type of packages of a base image: deb, rpm or nupkg. It is false if
// there is no such image.
func (c Config) PackageType(cloudProvider, id string) (string, bool) {
	image, _, err := c.providers()[cloudProvider].image(id)
	return strings.ToLower(image.PackageType), err == nil
}
