package recipe

import "github.com/gennaker/gennaker/internal/secret"

// Oracle is how images for Oracle Cloud are baked.
type Oracle struct {
	Switch   `yaml:",inline"`
	Defaults OracleDefaults  `yaml:"bakeryDefaults" doc:"How images are baked. The names are Rosco's."`
	Accounts []OracleAccount `yaml:"accounts" doc:"The tenancies to bake in. The first one is used by stages that name none."`
}

// OracleAccount is a tenancy to bake in.
type OracleAccount struct {
	Name           string     `yaml:"name" doc:"The account's name."`
	CompartmentID  string     `yaml:"compartmentId" doc:"The compartment's OCID."`
	UserID         string     `yaml:"userId" doc:"The user's OCID."`
	Fingerprint    string     `yaml:"fingerprint" doc:"Fingerprint of the user's key."`
	PrivateKeyPath string     `yaml:"sshPrivateKeyFilePath" doc:"Path of the user's key on the server."`
	Passphrase     secret.Ref `yaml:"privateKeyPassphrase" secret:"true" doc:"The key's passphrase, or its place."`
	TenancyID      string     `yaml:"tenancyId" doc:"The tenancy's OCID."`
	Region         string     `yaml:"region" doc:"The region."`
}

// OracleDefaults is oracle.bakeryDefaults.
type OracleDefaults struct {
	AvailabilityDomain string        `yaml:"availabilityDomain" doc:"Availability domain of Packer's instances."`
	InstanceShape      string        `yaml:"instanceShape" doc:"Shape of Packer's instances."`
	SubnetID           string        `yaml:"subnetId" doc:"Subnet of Packer's instances."`
	TemplateFile       string        `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	BaseImages         []OracleImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// OracleImage is a base image.
type OracleImage struct {
	Image    BaseImage `yaml:"baseImage" doc:"The operating system."`
	Settings struct {
		BaseImageID string `yaml:"baseImageId" doc:"OCID of the image to start from."`
		SSHUserName string `yaml:"sshUserName" doc:"The user that Packer logs in as."`
	} `yaml:"virtualizationSettings" doc:"What it is baked from."`
}

// AliCloud is how images for Alibaba Cloud are baked.
type AliCloud struct {
	Switch   `yaml:",inline"`
	Defaults AliCloudDefaults `yaml:"bakeryDefaults" doc:"How images are baked. The names are Rosco's."`
}

// AliCloudDefaults is alicloud.bakeryDefaults.
type AliCloudDefaults struct {
	AccessKey    string          `yaml:"alicloudAccessKey" doc:"Access key of the account that bakes."`
	SecretKey    secret.Ref      `yaml:"alicloudSecretKey" secret:"true" doc:"Secret key of the account that bakes, or its place."`
	VSwitchID    string          `yaml:"alicloudVSwitchId" doc:"VSwitch of Packer's instances."`
	VPCID        string          `yaml:"alicloudVpcId" doc:"VPC of Packer's instances."`
	TemplateFile string          `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	BaseImages   []AliCloudImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// AliCloudImage is a base image, by region.
type AliCloudImage struct {
	Image    BaseImage          `yaml:"baseImage" doc:"The operating system."`
	Settings []AliCloudSettings `yaml:"virtualizationSettings" doc:"What it is baked from, by region."`
}

// AliCloudSettings are those of a region.
type AliCloudSettings struct {
	Region       string `yaml:"region" doc:"The region."`
	InstanceType string `yaml:"instanceType" doc:"The type of Packer's instance."`
	SourceImage  string `yaml:"sourceImage" doc:"ID of the image to start from."`
	SSHUserName  string `yaml:"sshUserName" doc:"The user that Packer logs in as."`
}

// HuaweiCloud is how images for Huawei Cloud are baked.
type HuaweiCloud struct {
	Switch   `yaml:",inline"`
	Defaults HuaweiCloudDefaults `yaml:"bakeryDefaults" doc:"How images are baked. The names are Rosco's."`
}

// HuaweiCloudDefaults is huaweicloud.bakeryDefaults.
type HuaweiCloudDefaults struct {
	AuthURL       string             `yaml:"authUrl" doc:"URL of the identity service."`
	UserName      string             `yaml:"username" doc:"The user that bakes."`
	Password      secret.Ref         `yaml:"password" secret:"true" doc:"The user's password, or its place."`
	ProjectName   string             `yaml:"projectName" doc:"The project."`
	DomainName    string             `yaml:"domainName" doc:"The domain."`
	Insecure      *bool              `yaml:"insecure" doc:"If true, certificates aren't checked."`
	VPCID         string             `yaml:"vpcId" doc:"VPC of Packer's instances."`
	SubnetID      string             `yaml:"subnetId" doc:"Subnet of Packer's instances."`
	SecurityGroup string             `yaml:"securityGroup" doc:"Security group of Packer's instances."`
	EIPBandwidth  int                `yaml:"eipBandwidthSize" doc:"Bandwidth of the instance's address, in Mbit/s."`
	TemplateFile  string             `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	BaseImages    []HuaweiCloudImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// HuaweiCloudImage is a base image, by region.
type HuaweiCloudImage struct {
	Image    BaseImage             `yaml:"baseImage" doc:"The operating system."`
	Settings []HuaweiCloudSettings `yaml:"virtualizationSettings" doc:"What it is baked from, by region."`
}

// HuaweiCloudSettings are those of a region.
type HuaweiCloudSettings struct {
	Region        string `yaml:"region" doc:"The region."`
	EIPType       string `yaml:"eipType" doc:"Type of the instance's address."`
	InstanceType  string `yaml:"instanceType" doc:"The type of Packer's instance."`
	SourceImageID string `yaml:"sourceImageId" doc:"ID of the image to start from."`
	SSHUserName   string `yaml:"sshUserName" doc:"The user that Packer logs in as."`
}

// TencentCloud is how images for Tencent Cloud are baked.
type TencentCloud struct {
	Switch   `yaml:",inline"`
	Defaults TencentCloudDefaults `yaml:"bakeryDefaults" doc:"How images are baked. The names are Rosco's."`
}

// TencentCloudDefaults is tencentcloud.bakeryDefaults.
type TencentCloudDefaults struct {
	SecretID     string              `yaml:"secretId" doc:"ID of the secret of the account that bakes."`
	SecretKey    secret.Ref          `yaml:"secretKey" secret:"true" doc:"Secret of the account that bakes, or its place."`
	SubnetID     string              `yaml:"subnetId" doc:"Subnet of Packer's instances."`
	VPCID        string              `yaml:"vpcId" doc:"VPC of Packer's instances."`
	PublicIP     *bool               `yaml:"associatePublicIpAddress" doc:"Whether Packer's instances have a public address."`
	TemplateFile string              `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	BaseImages   []TencentCloudImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// TencentCloudImage is a base image, by region.
type TencentCloudImage struct {
	Image    BaseImage              `yaml:"baseImage" doc:"The operating system."`
	Settings []TencentCloudSettings `yaml:"virtualizationSettings" doc:"What it is baked from, by region."`
}

// TencentCloudSettings are those of a region.
type TencentCloudSettings struct {
	Region        string `yaml:"region" doc:"The region."`
	Zone          string `yaml:"zone" doc:"The zone."`
	InstanceType  string `yaml:"instanceType" doc:"The type of Packer's instance."`
	SourceImageID string `yaml:"sourceImageId" doc:"ID of the image to start from."`
	SSHUserName   string `yaml:"sshUserName" doc:"The user that Packer logs in as."`
}

// OpenStack is how images for OpenStack are baked. Rosco had it up to version 1.13.
type OpenStack struct {
	Switch   `yaml:",inline"`
	Defaults OpenStackDefaults `yaml:"bakeryDefaults" doc:"How images are baked."`
}

// OpenStackDefaults is openstack.bakeryDefaults.
type OpenStackDefaults struct {
	AuthURL        string           `yaml:"authUrl" doc:"URL of Keystone."`
	UserName       string           `yaml:"username" doc:"The user that bakes."`
	Password       secret.Ref       `yaml:"password" secret:"true" doc:"The user's password, or its place."`
	ProjectName    string           `yaml:"projectName" doc:"The project."`
	DomainName     string           `yaml:"domainName" doc:"The domain."`
	Insecure       *bool            `yaml:"insecure" doc:"If true, certificates aren't checked."`
	FloatingIPPool string           `yaml:"floatingIpPool" doc:"Pool of the instance's floating address."`
	SecurityGroups string           `yaml:"securityGroups" doc:"Security groups of Packer's instances, separated by commas."`
	NetworkID      string           `yaml:"networkId" doc:"Network of Packer's instances."`
	TemplateFile   string           `yaml:"templateFile" doc:"The Packer template of base images that name none."`
	BaseImages     []OpenStackImage `yaml:"baseImages" doc:"The operating systems to choose from."`
}

// OpenStackImage is a base image, by region.
type OpenStackImage struct {
	Image    BaseImage           `yaml:"baseImage" doc:"The operating system."`
	Settings []OpenStackSettings `yaml:"virtualizationSettings" doc:"What it is baked from, by region."`
}

// OpenStackSettings are those of a region.
type OpenStackSettings struct {
	Region        string `yaml:"region" doc:"The region."`
	InstanceType  string `yaml:"instanceType" doc:"The flavor of Packer's instance."`
	SourceImageID string `yaml:"sourceImageId" doc:"ID of the image to start from."`
	SSHUserName   string `yaml:"sshUserName" doc:"The user that Packer logs in as."`
}
