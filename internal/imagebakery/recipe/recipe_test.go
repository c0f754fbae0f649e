package recipe_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
	"github.com/gennaker/gennaker/internal/secret"
)

var at = time.UnixMilli(1_700_000_000_000)

func config() recipe.Config {
	yes := true
	c := recipe.DefaultConfig()
	c.DebianRepository = "http://repo.example.com trusty main"
	c.AWS.Defaults.AccessKey, c.AWS.Defaults.SecretKey, c.AWS.Defaults.PublicIP = "AKIA", secret.NewRef("very-secret"), &yes
	c.AWS.Defaults.BaseImages = []recipe.AWSImage{{
		Image: recipe.BaseImage{ID: "bookworm", PackageType: "deb"},
		Settings: []recipe.AWSSettings{
			{Region: "us-east-1", VirtualizationType: "hvm", InstanceType: "t3.micro", SourceAMI: "ami-0123456789", SSHUserName: "admin"},
			{Region: "eu-west-1", VirtualizationType: "hvm", InstanceType: "t3.micro", SourceAMI: "ami-9876543210", SSHUserName: "admin"},
		},
	}, {Image: recipe.BaseImage{ID: "rocky", PackageType: "rpm", CustomRepository: "http://rpm.example.com"}, Settings: []recipe.AWSSettings{
		{Region: "us-east-1", VirtualizationType: "hvm", InstanceType: "t3.micro", SourceAMI: "ami-1111111111"},
	}}}
	c.Docker.Defaults.TargetRepository = "registry.example.com"
	c.Docker.Defaults.BaseImages = []recipe.DockerImage{{Image: recipe.BaseImage{ID: "debian", PackageType: "deb"}}}
	c.Docker.Defaults.BaseImages[0].Settings.SourceImage = "debian:12"
	c.Google.Accounts = []recipe.GoogleAccount{{Name: "main", Project: "my-project"}, {Name: "other", Project: "their-project"}}
	c.Google.Defaults.Zone = "us-central1-f"
	c.Google.GCE.Defaults.BaseImages = []recipe.GoogleImage{{Image: recipe.BaseImage{ID: "debian", PackageType: "DEB"}}}
	c.Google.GCE.Defaults.BaseImages[0].Settings.SourceImageFamily = "debian-12"
	c.Azure.Accounts = []recipe.AzureAccount{{Name: "az", ClientID: "client", AppKey: secret.NewRef("azure-secret"), ResourceGroup: "images"}}
	c.Azure.Defaults.BaseImages = []recipe.AzureImage{{Image: recipe.BaseImage{ID: "ubuntu", PackageType: "deb", Publisher: "Canonical", Offer: "UbuntuServer", SKU: "22.04"}}}
	return c
}

func request() recipe.Request {
	return recipe.Request{
		CloudProvider: "aws", Region: "us-east-1", BaseOS: "bookworm", Package: "shop_1.2.3-h42.abc_amd64 curl", BuildNumber: "42", CommitHash: "abc", Job: "shop/build",
		AMISuffix: "20260102030405",
	}
}

// The variables are Rosco's.
func TestPlanOfAWS(t *testing.T) {
	t.Parallel()
	r := request()
	r.Upgrade, r.EnhancedNetworking = true, true
	r.Attributes = map[string]string{"share_with": "111, 222", "aws_spot_price": "0.5"}
	p, err := config().Plan(r, at)
	require.NoError(t, err)
	require.Equal(t, "shop-amd64-20260102030405-bookworm", p.ImageName)
	require.Equal(t, "aws-ebs.json", p.Template)
	require.Equal(t, map[string]string{
		"aws_region": "us-east-1", "aws_instance_type": "t3.micro", "aws_source_ami": "ami-0123456789", "aws_target_ami": "shop-amd64-20260102030405-bookworm",
		"aws_ssh_username": "admin", "aws_access_key": "AKIA", "aws_associate_public_ip_address": "true", "aws_ena_support": "true", "aws_spot_price": "0.5",
		"appversion": "shop-1.2.3-h42.abc/shop-build/42", "repository": "http://repo.example.com trusty main", "package_type": "deb",
		"packages": "shop=1.2.3-h42.abc curl", "upgrade": "true", "share_with_1": "111", "share_with_2": "222",
	}, p.Variables)
	require.Equal(t, map[string]secret.Ref{"aws_secret_key": secret.NewRef("very-secret")}, p.Secrets)
}

func TestPlansOfOtherClouds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request recipe.Request
		image   string
		want    map[string]string
	}{
		"docker": {
			recipe.Request{CloudProvider: "docker", Region: "global", BaseOS: "debian", Package: "nginx", Organization: "team", CommitHash: "c0ffee"}, "team/nginx",
			map[string]string{"docker_source_image": "debian:12", "docker_target_image_tag": "c0ffee", "docker_target_repository": "registry.example.com", "appversion": "1700000000000"},
		},
		"gce": {
			recipe.Request{CloudProvider: "gce", Region: "global", BaseOS: "debian", AMIName: "web", Account: "other"}, "web-all-1700000000000-debian",
			map[string]string{"gce_project_id": "their-project", "gce_zone": "us-central1-f", "gce_source_image_family": "debian-12"},
		},
		"azure": {
			recipe.Request{CloudProvider: "azure", Region: "westus", BaseOS: "ubuntu", Package: "a_1-2", BuildNumber: "7", BaseName: "my:image-"}, "a-all-1700000000000-ubuntu",
			map[string]string{"azure_managed_image_name": "7-myimage", "azure_image_sku": "22.04", "azure_location": "westus", "azure_client_id": "client"},
		},
		"azure without a base image": {
			recipe.Request{CloudProvider: "azure", Region: "westus", OSType: "linux", Publisher: "p", Offer: "o", SKU: "s", AMIName: "x"}, "x-all-1700000000000",
			map[string]string{"azure_image_publisher": "p", "package_type": "deb"},
		},
		"rpm": {
			recipe.Request{CloudProvider: "aws", Region: "us-east-1", BaseOS: "rocky", Package: "nflx-base-0.1-h12.170cdbd.x86_64"}, "nflx-base-x86_64-1700000000000-rocky",
			map[string]string{"packages": "nflx-base-0.1-h12.170cdbd", "repository": "http://rpm.example.com"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := config().Plan(c.request, at)
			require.NoError(t, err)
			require.Equal(t, c.image, p.ImageName)
			for key, value := range c.want {
				require.Equal(t, value, p.Variables[key], key)
			}
		})
	}
}

// The key has everything that the image depends on; Rosco's lacks some of it.
func TestKeys(t *testing.T) {
	t.Parallel()
	key := func(c recipe.Config, r recipe.Request, contents ...string) string {
		t.Helper()
		var files [][]byte
		for _, content := range contents {
			files = append(files, []byte(content))
		}
		out, err := c.Key(r, files...)
		require.NoError(t, err)
		return out
	}
	first := key(config(), request(), "template")
	require.True(t, strings.HasPrefix(first, "bake:aws:bookworm:"), first)
	require.NotContains(t, first, "very-secret")
	for name, change := range map[string]func(c *recipe.Config, r *recipe.Request){
		"who asks":         func(_ *recipe.Config, r *recipe.Request) { r.User = "someone" },
		"the time":         func(_ *recipe.Config, r *recipe.Request) { r.AMISuffix = "20270101000000" },
		"a secret":         func(c *recipe.Config, _ *recipe.Request) { c.AWS.Defaults.SecretKey = secret.NewRef("other") },
		"blanks":           func(_ *recipe.Config, r *recipe.Request) { r.AMISuffix = "" },
		"another's config": func(c *recipe.Config, _ *recipe.Request) { c.Docker.Defaults.TargetRepository = "elsewhere" },
	} {
		c, r := config(), request()
		change(&c, &r)
		require.Equal(t, first, key(c, r, "template"), name)
	}
	seen := map[string]string{first: "the first one"}
	for name, change := range map[string]func(c *recipe.Config, r *recipe.Request){
		"upgrade":         func(_ *recipe.Config, r *recipe.Request) { r.Upgrade = true },
		"a chosen suffix": func(_ *recipe.Config, r *recipe.Request) { r.AMISuffix = "v1" },
		"attributes":      func(_ *recipe.Config, r *recipe.Request) { r.Attributes = map[string]string{"x": "1"} },
		"the build":       func(_ *recipe.Config, r *recipe.Request) { r.BuildNumber = "43" },
		"packages":        func(_ *recipe.Config, r *recipe.Request) { r.Package = "shop" },
		"the region":      func(_ *recipe.Config, r *recipe.Request) { r.Region = "eu-west-1" },
		"the base":        func(_ *recipe.Config, r *recipe.Request) { r.BaseAMI = "ami-0000000000" },
		"artifacts": func(_ *recipe.Config, r *recipe.Request) {
			r.PackageArtifacts = []map[string]any{{"name": "a", "version": "1"}}
		},
		"artifacts' version": func(_ *recipe.Config, r *recipe.Request) {
			r.PackageArtifacts = []map[string]any{{"name": "a", "version": "2"}}
		},
		"the configuration": func(c *recipe.Config, _ *recipe.Request) { c.AWS.Defaults.SubnetID = "subnet-1" },
		"arguments":         func(c *recipe.Config, _ *recipe.Request) { c.Packer.AdditionalParameters = []string{"-on-error=abort"} },
	} {
		c, r := config(), request()
		change(&c, &r)
		k := key(c, r, "template")
		require.Empty(t, seen[k], "%s and %s have one key", name, seen[k])
		seen[k] = name
	}
	require.NotContains(t, seen, key(config(), request(), "another template"))
	require.NotEqual(t, key(config(), request(), "a", "b"), key(config(), request(), "ab"))
}

func TestWhatCantBeBaked(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(r *recipe.Request)
		want   string
		kind   fault.Kind
	}{
		"an unknown provider":   {func(r *recipe.Request) { r.CloudProvider = "openstack" }, "the configuration has base images for: aws, azure, docker, gce", fault.Invalid},
		"an unknown base image": {func(r *recipe.Request) { r.BaseOS = "xenix" }, "There is no base image xenix for aws (baseOs); there are: bookworm, rocky", fault.NotFound},
		"no base image":         {func(r *recipe.Request) { r.BaseOS = "" }, "baseOs is missing", fault.Invalid},
		"an unknown region":     {func(r *recipe.Request) { r.Region = "mars-1" }, "has no virtualizationSettings for the region mars-1", fault.Invalid},
		"a shell's characters":  {func(r *recipe.Request) { r.Package = "nginx;reboot" }, `The package "nginx;reboot" can't be installed`, fault.Invalid},
		"an option":             {func(r *recipe.Request) { r.Package = "--allow-unauthenticated" }, "can't be installed", fault.Invalid},
		"a substitution":        {func(r *recipe.Request) { r.Package = "$(id)" }, "can't be installed", fault.Invalid},
		"an artifact's name":    {func(r *recipe.Request) { r.PackageArtifacts = []map[string]any{{"name": "a`id`"}} }, "can't be installed", fault.Invalid},
		"Packer's braces":       {func(r *recipe.Request) { r.AMIName = "{{env `HOME`}}" }, "amiName must not contain {{", fault.Invalid},
		"several lines":         {func(r *recipe.Request) { r.AMIName = "a\nb" }, "control characters", fault.Invalid},
		"braces in a variable":  {func(r *recipe.Request) { r.Attributes = map[string]string{"x": "{{env `A`}}"} }, "must not contain {{", fault.Invalid},
		"a file of the server":  {func(r *recipe.Request) { r.Attributes = map[string]string{"configDir": "/etc"} }, "The variable configDir can't be set", fault.Invalid},
		"a secret variable":     {func(r *recipe.Request) { r.Attributes = map[string]string{"aws_secret_key": "x"} }, "can't be set", fault.Invalid},
		"an odd variable":       {func(r *recipe.Request) { r.Attributes = map[string]string{"a b": "x"} }, "can't be set", fault.Invalid},
		"a name as source":      {func(r *recipe.Request) { r.BaseAMI = "debian-12" }, "must be an ID such as ami-0123abcd", fault.Invalid},
		"no such account":       {func(r *recipe.Request) { r.CloudProvider, r.BaseOS, r.Account = "gce", "debian", "x" }, "has no account x (google.accounts)", fault.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := request()
			c.change(&r)
			_, err := config().Plan(r, at)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, c.kind, fault.KindOf(err))
		})
	}
}

// The logs are what Packer's builders print.
func TestResults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		request       recipe.Request
		log, manifest string
		ami, image    string
		reference     string
		elsewhere     string // the image's ID in eu-west-1
	}{
		"aws": {
			request(), "==> amazon-ebs: Creating AMI shop-1 from instance i-1\n    amazon-ebs: AMI: ami-0aaaaaaaaa\n" +
				"==> Builds finished. The artifacts of successful builds are:\n--> amazon-ebs: AMIs were created:\neu-west-1: ami-0bbbbbbbbb\nus-east-1: ami-0aaaaaaaaa\n", "",
			"ami-0aaaaaaaaa", "shop-1", "ami-0aaaaaaaaa", "ami-0bbbbbbbbb",
		},
		"aws by its manifest": {
			request(), "", `{"builds":[{"artifact_id":"us-east-1:ami-0cccccccc"}]}`, "ami-0cccccccc", "shop-amd64-20260102030405-bookworm", "ami-0cccccccc", "ami-0cccccccc",
		},
		"docker": {
			recipe.Request{CloudProvider: "docker", Region: "global", BaseOS: "debian", AMIName: "web"},
			"    docker (docker-tag): Repository: registry.example.com/web:1\n", "", "", "registry.example.com/web:1", "registry.example.com/web:1", "",
		},
		"gce": {
			recipe.Request{CloudProvider: "gce", Region: "global", BaseOS: "debian", AMIName: "web"}, "--> googlecompute: A disk image was created: web-1\n", "",
			"", "web-1", "https://compute.googleapis.com/compute/v1/projects/my-project/global/images/web-1", "",
		},
		"gce by its manifest": {
			recipe.Request{CloudProvider: "gce", Region: "global", BaseOS: "debian", AMIName: "web"}, "", `{"builds":[{"artifact_id":"a"},{"artifact_id":"web-2"}]}`,
			"", "web-2", "https://compute.googleapis.com/compute/v1/projects/my-project/global/images/web-2", "",
		},
		"azure": {
			recipe.Request{CloudProvider: "azure", Region: "westus", BaseOS: "ubuntu", AMIName: "web"}, "ManagedImageName: web-3\nManagedImageId: /subscriptions/s/images/web-3\n", "",
			"/subscriptions/s/images/web-3", "web-3", "/subscriptions/s/images/web-3", "/subscriptions/s/images/web-3",
		},
		"a log of nonsense": {request(), "\x00\xff: ami-\n\n:", "not JSON", "", "shop-amd64-20260102030405-bookworm", "shop-amd64-20260102030405-bookworm", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conf := config()
			p, err := conf.Plan(c.request, at)
			require.NoError(t, err)
			image := conf.Read(c.request, p, recipe.Outcome{ID: "ID", Log: c.log, Manifest: []byte(c.manifest)})
			require.Equal(t, c.ami, image.AMI)
			require.Equal(t, c.image, image.Name)
			require.Equal(t, c.reference, image.Artifact["reference"])
			require.Equal(t, c.request.CloudProvider+"/image", image.Artifact["type"])
			before := maps.Clone(image.Artifact)
			there := image.In("eu-west-1")
			require.Equal(t, c.elsewhere, there.AMI)
			require.Equal(t, "eu-west-1", there.Artifact["location"])
			require.Equal(t, before, image.Artifact, "the image itself stays as it is")
		})
	}
}

func TestOptionsAndChecks(t *testing.T) {
	t.Parallel()
	require.Empty(t, recipe.DefaultConfig().Options())
	require.False(t, recipe.DefaultConfig().Enabled())
	require.Empty(t, recipe.DefaultConfig().Validate())
	c := config()
	require.Empty(t, c.Validate())
	options := c.Options()
	require.Len(t, options, 4)
	require.Equal(t, "aws", options[0].CloudProvider)
	require.Equal(t, recipe.BaseImage{ID: "bookworm", PackageType: "DEB", OSType: "linux"}, options[0].BaseImages[0])
	no := false
	c.AWS.Enabled = &no
	require.Len(t, c.Options(), 3)
	_, err := c.Plan(request(), at)
	require.ErrorContains(t, err, `cloud provider "aws" can't be baked here`)

	c.AWS.Defaults.BaseImages = append(c.AWS.Defaults.BaseImages, recipe.AWSImage{Image: recipe.BaseImage{ID: "bookworm", PackageType: "zip", OSType: "mac"}}, recipe.AWSImage{})
	c.Rosco.ConfigDir, c.Rosco.Jobs.Local.TimeoutMinutes = "relative", 0
	var all []string
	for _, err := range c.Validate() {
		all = append(all, err.Error())
	}
	require.Equal(t, []string{
		"rosco.configDir: must be an absolute path",
		"rosco.jobs.local.timeoutMinutes: must be between 1 and 1440",
		"aws.bakeryDefaults.baseImages[2].baseImage.id: bookworm is named twice",
		`aws.bakeryDefaults.baseImages[2].baseImage.packageType: is "zip", must be deb, rpm or nupkg`,
		`aws.bakeryDefaults.baseImages[2].baseImage.osType: is "mac", must be linux or windows`,
		"aws.bakeryDefaults.baseImages[3].baseImage.id: is missing",
		`aws.bakeryDefaults.baseImages[3].baseImage.packageType: is "", must be deb, rpm or nupkg`,
	}, all)
}

// The templates that the defaults name are there.
func TestNamesOfTemplates(t *testing.T) {
	t.Parallel()
	c := recipe.DefaultConfig()
	for _, name := range []string{
		c.AWS.Defaults.TemplateFile, c.Google.GCE.Defaults.TemplateFile, c.Azure.Defaults.TemplateFile, c.Docker.Defaults.TemplateFile, c.Oracle.Defaults.TemplateFile,
		c.AliCloud.Defaults.TemplateFile, c.HuaweiCloud.Defaults.TemplateFile, c.TencentCloud.Defaults.TemplateFile, c.OpenStack.Defaults.TemplateFile,
	} {
		_, err := os.Stat(filepath.Join("..", "packer", "templates", name))
		require.NoError(t, err)
	}
}
