package recipe

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Config are the settings of machine images. The names are Rosco's and Orca's.
type Config struct {
	Rosco    Rosco  `yaml:"rosco" doc:"Where bakes find their templates, and how long they may take. The names are Rosco's. See docs/images.md."`
	Packer   Packer `yaml:"packer" doc:"The Packer that builds machine images."`
	Provider string `yaml:"defaultCloudProviderType" doc:"The cloud provider of bakes that don't name one."`

	DebianRepository     string `yaml:"debianRepository" doc:"Repositories of Debian packages that machine images get, as apt has them, separated by semicolons."`
	YumRepository        string `yaml:"yumRepository" doc:"Repositories of RPM packages that machine images get, as URLs, separated by semicolons."`
	ChocolateyRepository string `yaml:"chocolateyRepository" doc:"Repository of NuGet packages that machine images get."`

	AWS          AWS          `yaml:"aws" doc:"Machine images for Amazon EC2."`
	Google       Google       `yaml:"google" doc:"Machine images for Google Compute Engine."`
	Azure        Azure        `yaml:"azure" doc:"Machine images for Azure."`
	Docker       Docker       `yaml:"docker" doc:"Images for container registries that Packer builds with Docker."`
	Oracle       Oracle       `yaml:"oracle" doc:"Machine images for Oracle Cloud."`
	AliCloud     AliCloud     `yaml:"alicloud" doc:"Machine images for Alibaba Cloud."`
	HuaweiCloud  HuaweiCloud  `yaml:"huaweicloud" doc:"Machine images for Huawei Cloud."`
	TencentCloud TencentCloud `yaml:"tencentcloud" doc:"Machine images for Tencent Cloud."`
	OpenStack    OpenStack    `yaml:"openstack" doc:"Machine images for OpenStack."`
}

// Rosco is where templates are, and how long bakes take.
type Rosco struct {
	ConfigDir string `yaml:"configDir" doc:"Absolute path of a directory with templates, variable files and scripts of your own. Stages and base images name templates by their paths in it. A file there takes the place of Gennaker's template of that name."`
	Jobs      struct {
		Local struct {
			TimeoutMinutes int `yaml:"timeoutMinutes" doc:"How long a bake may take, in minutes. Packer is then told to stop and to clean up."`
		} `yaml:"local" doc:"Bakes on this server."`
	} `yaml:"jobs" doc:"How bakes run."`
}

// Packer is how Packer is run.
type Packer struct {
	Path                 string            `yaml:"path" doc:"Path of the packer program. Default: the packer that PATH finds."`
	Timestamp            bool              `yaml:"timestamp" doc:"If true, Packer puts the time before each line of its log."`
	AdditionalParameters []string          `yaml:"additionalParameters" doc:"Arguments that every packer build gets, such as -on-error=abort."`
	Environment          map[string]string `yaml:"environment" secret:"true" doc:"Packer's environment, such as AWS_PROFILE or PACKER_PLUGIN_PATH. Of the server's own environment, Packer sees only PATH."`
}

// Bakery is how bake stages behave.
type Bakery struct {
	AllowMissingPackageInstallation bool `yaml:"allowMissingPackageInstallation" doc:"If true, a bake stage goes on with a package's name as it is if none of the build's files is that package. By default, it fails."`
	ExtractBuildDetails             bool `yaml:"extractBuildDetails" doc:"If true, bakes know the build that a package comes from."`
}

// DefaultBakery is Orca's.
func DefaultBakery() Bakery { return Bakery{ExtractBuildDetails: true} }

// BaseImage is an operating system to bake on.
type BaseImage struct {
	ID                  string `yaml:"id" json:"id" doc:"The name by which stages choose it (baseOs)."`
	ShortDescription    string `yaml:"shortDescription" json:"shortDescription" doc:"A few words, such as a version."`
	DetailedDescription string `yaml:"detailedDescription" json:"detailedDescription" doc:"What it is."`
	PackageType         string `yaml:"packageType" json:"packageType" doc:"The type of its packages: deb, rpm or nupkg."`
	TemplateFile        string `yaml:"templateFile" json:"templateFile,omitempty" doc:"Its Packer template. Default: bakeryDefaults.templateFile."`
	OSType              string `yaml:"osType" json:"osType" doc:"linux or windows. Default: linux."`
	CustomRepository    string `yaml:"customRepository" json:"customRepository,omitempty" doc:"Repository for its packages, in place of the common one."`
	ImageFamily         bool   `yaml:"isImageFamily" json:"-" doc:"Accepted, and without effect, as in Rosco."`
	Publisher           string `yaml:"publisher" json:"publisher,omitempty" doc:"Azure: the publisher in the marketplace."`
	Offer               string `yaml:"offer" json:"offer,omitempty" doc:"Azure: the offer in the marketplace."`
	SKU                 string `yaml:"sku" json:"sku,omitempty" doc:"Azure: the SKU in the marketplace."`
	Version             string `yaml:"version" json:"version,omitempty" doc:"Azure: accepted, and without effect, as in Rosco."`
}

// Switch is on if a provider's key has settings of bakes.
type Switch struct {
	Enabled *bool `yaml:"enabled" doc:"If false, images aren't baked for this provider."`
}

func (s Switch) on(images int) bool { return images > 0 && (s.Enabled == nil || *s.Enabled) }

// DefaultConfig is Rosco's and Orca's.
func DefaultConfig() Config {
	c := Config{Provider: "aws"}
	c.Rosco.Jobs.Local.TimeoutMinutes = 30
	c.AWS.Defaults.TemplateFile, c.AWS.Defaults.VirtualizationType = "aws-ebs.json", "hvm"
	c.Google.GCE.Defaults.TemplateFile = "gce.json"
	c.Azure.Defaults.TemplateFile = "azure-linux.json"
	c.Docker.Defaults.TemplateFile = "docker.json"
	c.Oracle.Defaults.TemplateFile = "oci.json"
	c.AliCloud.Defaults.TemplateFile = "alicloud.json"
	c.HuaweiCloud.Defaults.TemplateFile = "huaweicloud.json"
	c.TencentCloud.Defaults.TemplateFile = "tencentcloud.json"
	c.OpenStack.Defaults.TemplateFile = "openstack.json"
	return c
}

// Timeout is how long a bake may take.
func (c Config) Timeout() time.Duration {
	return time.Duration(c.Rosco.Jobs.Local.TimeoutMinutes) * time.Minute
}

// Enabled tells whether images can be baked for any provider.
func (c Config) Enabled() bool { return len(c.providers()) > 0 }

// Validate tells everything that is wrong, each error beginning with the field's path.
func (c Config) Validate() []error {
	var out []error
	if c.Rosco.ConfigDir != "" && !filepath.IsAbs(c.Rosco.ConfigDir) {
		out = append(out, errors.New("rosco.configDir: must be an absolute path"))
	}
	if n := c.Rosco.Jobs.Local.TimeoutMinutes; n < 1 || n > 24*60 {
		out = append(out, errors.New("rosco.jobs.local.timeoutMinutes: must be between 1 and 1440"))
	}
	for name := range c.Packer.Environment {
		if name == "" || strings.ContainsAny(name, "=\x00") {
			out = append(out, errors.New("packer.environment: a name must not be empty or contain ="))
		}
	}
	for _, p := range c.all() {
		seen := map[string]bool{}
		for i, image := range p.images() {
			at := fmt.Sprintf("%s.baseImages[%d].baseImage", p.path, i)
			switch {
			case image.ID == "":
				out = append(out, fmt.Errorf("%s.id: is missing", at))
			case seen[image.ID]:
				out = append(out, fmt.Errorf("%s.id: %s is named twice", at, image.ID))
			}
			seen[image.ID] = true
			if _, ok := packaging(image.PackageType); !ok {
				out = append(out, fmt.Errorf("%s.packageType: is %q, must be deb, rpm or nupkg", at, image.PackageType))
			}
			if !slices.Contains([]string{"", "linux", "windows"}, strings.ToLower(image.OSType)) {
				out = append(out, fmt.Errorf("%s.osType: is %q, must be linux or windows", at, image.OSType))
			}
		}
	}
	return out
}
