package recipe

import "github.com/gennaker/gennaker/internal/secret"

// AWS is how images for EC2 are baked.
type AWS struct {
	Switch   `yaml:",inline"`
	Defaults AWSDefaults `yaml:"bakeryDefaults" doc:"How images are baked. The names are Rosco's."`
}

// AWSDefaults is aws.bakeryDefaults.
type AWSDefaults struct {
	AccessKey          string     `yaml:"awsAccessKey" doc:"Access key of the account that bakes. Default: Packer finds credentials itself, such as those of the machine."`
	SecretKey          secret.Ref `yaml:"awsSecretKey" secret:"true" doc:"Secret key of the account that bakes, or its place."`
	SubnetID           string     `yaml:"awsSubnetId" doc:"Subnet in which Packer starts instances."`
	VPCID              string     `yaml:"awsVpcId" doc:"VPC in which Packer starts instances."`
	PublicIP           *bool      `yaml:"awsAssociatePublicIpAddress" doc:"Whether Packer's instances have a public address."`
	TemplateFile       string     `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	VirtualizationType string     `yaml:"defaultVirtualizationType" doc:"The virtualization type (vmType) of stages that name none: hvm or pv."`
	BaseImages         []AWSImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// AWSImage is a base image, by region and virtualization type.
type AWSImage struct {
	Image    BaseImage     `yaml:"baseImage" doc:"The operating system."`
	Settings []AWSSettings `yaml:"virtualizationSettings" doc:"What it is baked from, by region and virtualization type."`
}

// AWSSettings are those of a region and a virtualization type.
type AWSSettings struct {
	Region               string `yaml:"region" doc:"The region."`
	VirtualizationType   string `yaml:"virtualizationType" doc:"hvm or pv."`
	InstanceType         string `yaml:"instanceType" doc:"The type of Packer's instance."`
	SourceAMI            string `yaml:"sourceAmi" doc:"ID of the image to start from (ami-...)."`
	MostRecent           bool   `yaml:"mostRecent" doc:"Accepted; images are found by ID only."`
	SSHUserName          string `yaml:"sshUserName" doc:"The user that Packer logs in as."`
	WinRMUserName        string `yaml:"winRmUserName" doc:"The user that Packer logs in as on Windows."`
	SpotPrice            string `yaml:"spotPrice" doc:"The most to pay for an hour of a spot instance, auto, or 0 for an instance on demand."`
	SpotPriceAutoProduct string `yaml:"spotPriceAutoProduct" doc:"What is baked, for the spot price auto."`
}

// Google is how images for GCE are baked.
type Google struct {
	Switch `yaml:",inline"`
	GCE    struct {
		Defaults GoogleDefaults `yaml:"bakeryDefaults" doc:"How images are baked. The names are Rosco's."`
	} `yaml:"gce" doc:"Google Compute Engine."`
	Defaults GoogleDefaults  `yaml:"bakeryDefaults" doc:"The older place of google.gce.bakeryDefaults, for settings that are missing there."`
	Accounts []GoogleAccount `yaml:"accounts" doc:"The projects to bake in. The first one is used by stages that name none."`
}

// GoogleAccount is a project to bake in.
type GoogleAccount struct {
	Name     string `yaml:"name" doc:"The account's name."`
	Project  string `yaml:"project" doc:"The project's ID."`
	JSONPath string `yaml:"jsonPath" doc:"Path of the service account's key on the server. Default: Packer finds credentials itself."`
}

// GoogleDefaults is google.gce.bakeryDefaults.
type GoogleDefaults struct {
	Zone             string        `yaml:"zone" doc:"Zone in which Packer starts instances."`
	Network          string        `yaml:"network" doc:"Network of Packer's instances."`
	NetworkProjectID string        `yaml:"networkProjectId" doc:"Project of a shared network."`
	Subnetwork       string        `yaml:"subnetwork" doc:"Subnetwork of Packer's instances."`
	UseInternalIP    *bool         `yaml:"useInternalIp" doc:"Whether Packer connects to the internal address."`
	TemplateFile     string        `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	BaseImages       []GoogleImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// GoogleImage is a base image.
type GoogleImage struct {
	Image    BaseImage `yaml:"baseImage" doc:"The operating system."`
	Settings struct {
		SourceImage       string `yaml:"sourceImage" doc:"Name of the image to start from."`
		SourceImageFamily string `yaml:"sourceImageFamily" doc:"Family whose newest image to start from."`
	} `yaml:"virtualizationSettings" doc:"What it is baked from."`
}

// Azure is how images for Azure are baked.
type Azure struct {
	Switch   `yaml:",inline"`
	Defaults AzureDefaults  `yaml:"bakeryDefaults" doc:"How images are baked. The names are Rosco's."`
	Accounts []AzureAccount `yaml:"accounts" doc:"The subscriptions to bake in. The first one is used by stages that name none."`
}

// AzureAccount is a subscription to bake in.
type AzureAccount struct {
	Name           string     `yaml:"name" doc:"The account's name."`
	ClientID       string     `yaml:"clientId" doc:"The service principal's application ID."`
	AppKey         secret.Ref `yaml:"appKey" secret:"true" doc:"The service principal's secret, or its place."`
	TenantID       string     `yaml:"tenantId" doc:"The tenant."`
	SubscriptionID string     `yaml:"subscriptionId" doc:"The subscription."`
	ObjectID       string     `yaml:"objectId" doc:"The service principal's object ID, for Windows images."`
	ResourceGroup  string     `yaml:"packerResourceGroup" doc:"Resource group that images are stored in."`
	StorageAccount string     `yaml:"packerStorageAccount" doc:"Accepted, and without effect: images are managed images."`
}

// AzureDefaults is azure.bakeryDefaults.
type AzureDefaults struct {
	TemplateFile string       `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	BaseImages   []AzureImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// AzureImage is a base image.
type AzureImage struct {
	Image BaseImage `yaml:"baseImage" doc:"The operating system."`
}

// Docker is how images for container registries are baked.
type Docker struct {
	Switch   `yaml:",inline"`
	Defaults DockerDefaults `yaml:"bakeryDefaults" doc:"How images are baked. The names are Rosco's."`
}

// DockerDefaults is docker.bakeryDefaults.
type DockerDefaults struct {
	TargetRepository string        `yaml:"targetRepository" doc:"Registry that images are pushed to, such as registry.example.com/team."`
	TemplateFile     string        `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	BaseImages       []DockerImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// DockerImage is a base image.
type DockerImage struct {
	Image    BaseImage `yaml:"baseImage" doc:"The operating system."`
	Settings struct {
		SourceImage string `yaml:"sourceImage" doc:"The image to start from."`
	} `yaml:"virtualizationSettings" doc:"What it is baked from."`
}
