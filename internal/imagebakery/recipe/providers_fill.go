package recipe

import (
	"regexp"
	"strconv"

	"github.com/gennaker/gennaker/internal/fault"
)

var amiID = regexp.MustCompile(`^ami-[a-z0-9]+$`)

func (a AWS) provider() provider {
	d := a.Defaults
	return provider{
		id: "aws", path: "aws.bakeryDefaults", template: d.TemplateFile, enabled: a.on(len(d.BaseImages)), read: readAWS,
		list: baseImages(d.BaseImages, func(i AWSImage) BaseImage { return i.Image }), fill: d.fill,
	}
}

func (d AWSDefaults) fill(b bake, v *variables) error {
	kind := either(b.VMType, d.VirtualizationType)
	s, err := inRegion(d.BaseImages[b.at].Settings, b, func(s AWSSettings) bool { return s.Region == b.Region && s.VirtualizationType == kind }, ", vmType "+fault.Short(kind))
	if err != nil {
		return err
	}
	source := either(b.BaseAMI, s.SourceAMI)
	if !amiID.MatchString(source) {
		return fault.New(fault.Invalid, "The image to start from must be an ID such as ami-0123abcd, but is %q (baseAmi, or sourceAmi of the base image %s in %s)", fault.Short(source), b.BaseOS, b.Region)
	}
	v.set("aws_region", b.Region)
	v.set("aws_instance_type", s.InstanceType)
	v.set("aws_source_ami", source)
	v.set("aws_target_ami", b.name)
	v.set("aws_ssh_username", s.SSHUserName)
	v.set("aws_winrm_username", s.WinRMUserName)
	v.set("aws_spot_price", s.SpotPrice)
	if s.SpotPrice == "auto" {
		v.set("aws_spot_price_auto_product", s.SpotPriceAutoProduct)
	}
	if d.AccessKey != "" && !d.SecretKey.IsZero() {
		v.set("aws_access_key", d.AccessKey)
		v.secret("aws_secret_key", d.SecretKey)
	}
	v.set("aws_subnet_id", d.SubnetID)
	v.set("aws_vpc_id", d.VPCID)
	v.setBool("aws_associate_public_ip_address", d.PublicIP)
	if b.EnhancedNetworking {
		v.set("aws_ena_support", "true")
	}
	return nil
}

func (g Google) provider() provider {
	d := g.defaults()
	return provider{
		id: "gce", path: "google.gce.bakeryDefaults", template: d.TemplateFile, enabled: g.on(len(d.BaseImages)), read: g.readGCE,
		list: baseImages(d.BaseImages, func(i GoogleImage) BaseImage { return i.Image }),
		fill: func(b bake, v *variables) error { return g.fill(d, b, v) },
	}
}

// defaults are those of google.gce, and for what is missing there those of google.
func (g Google) defaults() GoogleDefaults {
	d, old := g.GCE.Defaults, g.Defaults
	d.BaseImages = append(append([]GoogleImage{}, d.BaseImages...), old.BaseImages...)
	d.Zone, d.Network, d.Subnetwork = either(d.Zone, old.Zone), either(d.Network, old.Network), either(d.Subnetwork, old.Subnetwork)
	d.NetworkProjectID, d.TemplateFile = either(d.NetworkProjectID, old.NetworkProjectID), either(d.TemplateFile, old.TemplateFile)
	if d.UseInternalIP == nil {
		d.UseInternalIP = old.UseInternalIP
	}
	return d
}

func (g Google) account(name string) (GoogleAccount, error) {
	return account(g.Accounts, func(a GoogleAccount) string { return a.Name }, name, "google")
}

func (g Google) fill(d GoogleDefaults, b bake, v *variables) error {
	a, err := g.account(b.Account)
	if err != nil {
		return err
	}
	s := d.BaseImages[b.at].Settings
	switch {
	case either(b.BaseAMI, s.SourceImage) != "":
		v.set("gce_source_image", either(b.BaseAMI, s.SourceImage))
	case s.SourceImageFamily != "":
		v.set("gce_source_image_family", s.SourceImageFamily)
	default:
		return fault.New(fault.Invalid, "The base image %s has neither a sourceImage nor a sourceImageFamily", b.BaseOS)
	}
	v.set("gce_project_id", a.Project)
	v.set("gce_account_file", a.JSONPath)
	v.set("gce_zone", d.Zone)
	v.set("gce_network", d.Network)
	v.set("gce_network_project_id", d.NetworkProjectID)
	v.set("gce_subnetwork", d.Subnetwork)
	v.setBool("gce_use_internal_ip", d.UseInternalIP)
	v.set("gce_target_image", b.name)
	return nil
}

func (a Azure) provider() provider {
	return provider{
		id: "azure", path: "azure.bakeryDefaults", template: a.Defaults.TemplateFile, enabled: a.on(len(a.Defaults.BaseImages)), read: readAzure,
		list: baseImages(a.Defaults.BaseImages, func(i AzureImage) BaseImage { return i.Image }), fill: a.fill,
	}
}

var (
	notInAzure = regexp.MustCompile(`[^A-Za-z0-9_.-]`)
	azureEnd   = regexp.MustCompile(`[.-]+$`)
)

// mostAzureName is how long the name of a managed image may be.
const mostAzureName = 75

func (a Azure) fill(b bake, v *variables) error {
	found, err := account(a.Accounts, func(a AzureAccount) string { return a.Name }, b.Account, "azure")
	if err != nil {
		return err
	}
	v.set("azure_location", b.Region)
	if b.at >= 0 {
		i := a.Defaults.BaseImages[b.at].Image
		v.set("azure_image_publisher", i.Publisher)
		v.set("azure_image_offer", i.Offer)
		v.set("azure_image_sku", i.SKU)
	}
	if b.Publisher != "" {
		v.set("azure_image_publisher", b.Publisher)
		v.set("azure_image_offer", b.Offer)
		v.set("azure_image_sku", b.SKU)
	}
	v.set("azure_custom_managed_image_name", b.ManagedImage)
	v.set("azure_client_id", found.ClientID)
	v.secret("azure_client_secret", found.AppKey)
	v.set("azure_resource_group", found.ResourceGroup)
	v.set("azure_subscription_id", found.SubscriptionID)
	v.set("azure_tenant_id", found.TenantID)
	v.set("azure_object_id", found.ObjectID)
	name := either(b.name, b.time)
	if b.BuildNumber != "" && b.BaseName != "" {
		name = b.BuildNumber + "-" + b.BaseName
	}
	name = azureEnd.ReplaceAllString(notInAzure.ReplaceAllString(name, ""), "")
	v.set("azure_managed_image_name", name[:min(len(name), mostAzureName)])
	return nil
}

func (d Docker) provider() provider {
	return provider{
		id: "docker", path: "docker.bakeryDefaults", template: d.Defaults.TemplateFile, enabled: d.on(len(d.Defaults.BaseImages)), docker: true, read: readDocker,
		list: baseImages(d.Defaults.BaseImages, func(i DockerImage) BaseImage { return i.Image }), fill: d.Defaults.fill,
	}
}

func (d DockerDefaults) fill(b bake, v *variables) error {
	if b.name == "" {
		return fault.New(fault.Invalid, "The image has no name: set amiName or package")
	}
	v.set("docker_source_image", either(b.BaseAMI, d.BaseImages[b.at].Settings.SourceImage))
	v.set("docker_target_image", b.name)
	v.set("docker_target_image_tag", either(b.Attributes["docker_target_image_tag"], b.CommitHash, b.time))
	v.set("docker_target_repository", d.TargetRepository)
	return nil
}

func (o Oracle) provider() provider {
	return provider{
		id: "oracle", path: "oracle.bakeryDefaults", template: o.Defaults.TemplateFile, enabled: o.on(len(o.Defaults.BaseImages)), read: readOracle,
		list: baseImages(o.Defaults.BaseImages, func(i OracleImage) BaseImage { return i.Image }), fill: o.fill,
	}
}

func (o Oracle) fill(b bake, v *variables) error {
	a, err := account(o.Accounts, func(a OracleAccount) string { return a.Name }, b.Account, "oracle")
	if err != nil {
		return err
	}
	s := o.Defaults.BaseImages[b.at].Settings
	v.set("oracle_compartment_id", a.CompartmentID)
	v.set("oracle_tenancy_id", a.TenancyID)
	v.set("oracle_user_id", a.UserID)
	v.set("oracle_fingerprint", a.Fingerprint)
	v.set("oracle_ssh_private_key_file_path", a.PrivateKeyPath)
	v.secret("oracle_pass_phrase", a.Passphrase)
	v.set("oracle_region", a.Region)
	v.set("oracle_availability_domain", o.Defaults.AvailabilityDomain)
	v.set("oracle_instance_shape", o.Defaults.InstanceShape)
	v.set("oracle_subnet_id", o.Defaults.SubnetID)
	v.set("oracle_base_image_id", either(b.BaseAMI, s.BaseImageID))
	v.set("oracle_ssh_user_name", s.SSHUserName)
	v.set("oracle_image_name", b.name)
	return nil
}

func (a AliCloud) provider() provider {
	return provider{
		id: "alicloud", path: "alicloud.bakeryDefaults", template: a.Defaults.TemplateFile, enabled: a.on(len(a.Defaults.BaseImages)), read: readAliCloud,
		list: baseImages(a.Defaults.BaseImages, func(i AliCloudImage) BaseImage { return i.Image }), fill: a.Defaults.fill,
	}
}

func (d AliCloudDefaults) fill(b bake, v *variables) error {
	s, err := inRegion(d.BaseImages[b.at].Settings, b, func(s AliCloudSettings) bool { return s.Region == b.Region }, "")
	if err != nil {
		return err
	}
	v.set("alicloud_region", b.Region)
	v.set("alicloud_instance_type", s.InstanceType)
	v.set("alicloud_source_image", either(b.BaseAMI, s.SourceImage))
	v.set("alicloud_target_image", b.name)
	v.set("alicloud_ssh_username", s.SSHUserName)
	if d.AccessKey != "" && !d.SecretKey.IsZero() {
		v.set("alicloud_access_key", d.AccessKey)
		v.secret("alicloud_secret_key", d.SecretKey)
	}
	v.set("alicloud_vswitch_id", d.VSwitchID)
	v.set("alicloud_vpc_id", d.VPCID)
	return nil
}

func (h HuaweiCloud) provider() provider {
	return provider{
		id: "huaweicloud", path: "huaweicloud.bakeryDefaults", template: h.Defaults.TemplateFile, enabled: h.on(len(h.Defaults.BaseImages)), read: readHuaweiCloud,
		list: baseImages(h.Defaults.BaseImages, func(i HuaweiCloudImage) BaseImage { return i.Image }), fill: h.Defaults.fill,
	}
}

func (d HuaweiCloudDefaults) fill(b bake, v *variables) error {
	s, err := inRegion(d.BaseImages[b.at].Settings, b, func(s HuaweiCloudSettings) bool { return s.Region == b.Region }, "")
	if err != nil {
		return err
	}
	v.set("huaweicloud_region", b.Region)
	v.set("huaweicloud_image_name", b.name)
	v.set("huaweicloud_eip_type", s.EIPType)
	v.set("huaweicloud_ssh_username", s.SSHUserName)
	v.set("huaweicloud_instance_type", s.InstanceType)
	v.set("huaweicloud_source_image_id", either(b.BaseAMI, s.SourceImageID))
	v.set("huaweicloud_auth_url", d.AuthURL)
	v.set("huaweicloud_username", d.UserName)
	v.secret("huaweicloud_password", d.Password)
	v.set("huaweicloud_project_name", d.ProjectName)
	v.set("huaweicloud_domain_name", d.DomainName)
	v.setBool("huaweicloud_insecure", d.Insecure)
	v.set("huaweicloud_vpc_id", d.VPCID)
	v.set("huaweicloud_subnet_id", d.SubnetID)
	v.set("huaweicloud_security_group", d.SecurityGroup)
	if d.EIPBandwidth > 0 {
		v.set("huaweicloud_eip_bandwidth_size", strconv.Itoa(d.EIPBandwidth))
	}
	return nil
}

func (t TencentCloud) provider() provider {
	return provider{
		id: "tencentcloud", path: "tencentcloud.bakeryDefaults", template: t.Defaults.TemplateFile, enabled: t.on(len(t.Defaults.BaseImages)), read: readTencentCloud,
		list: baseImages(t.Defaults.BaseImages, func(i TencentCloudImage) BaseImage { return i.Image }), fill: t.Defaults.fill,
	}
}

func (d TencentCloudDefaults) fill(b bake, v *variables) error {
	s, err := inRegion(d.BaseImages[b.at].Settings, b, func(s TencentCloudSettings) bool { return s.Region == b.Region }, "")
	if err != nil {
		return err
	}
	v.set("tencentcloud_region", b.Region)
	v.set("tencentcloud_zone", s.Zone)
	v.set("tencentcloud_instance_type", s.InstanceType)
	v.set("tencentcloud_source_image_id", either(b.BaseAMI, s.SourceImageID))
	v.set("tencentcloud_target_image", b.name)
	v.set("tencentcloud_ssh_username", s.SSHUserName)
	if d.SecretID != "" && !d.SecretKey.IsZero() {
		v.set("tencentcloud_secret_id", d.SecretID)
		v.secret("tencentcloud_secret_key", d.SecretKey)
	}
	v.set("tencentcloud_subnet_id", d.SubnetID)
	v.set("tencentcloud_vpc_id", d.VPCID)
	v.setBool("tencentcloud_associate_public_ip_address", d.PublicIP)
	return nil
}

func (o OpenStack) provider() provider {
	return provider{
		id: "openstack", path: "openstack.bakeryDefaults", template: o.Defaults.TemplateFile, enabled: o.on(len(o.Defaults.BaseImages)), read: readOpenStack,
		list: baseImages(o.Defaults.BaseImages, func(i OpenStackImage) BaseImage { return i.Image }), fill: o.Defaults.fill,
	}
}

func (d OpenStackDefaults) fill(b bake, v *variables) error {
	s, err := inRegion(d.BaseImages[b.at].Settings, b, func(s OpenStackSettings) bool { return s.Region == b.Region }, "")
	if err != nil {
		return err
	}
	v.set("openstack_region", b.Region)
	v.set("openstack_image_name", b.name)
	v.set("openstack_source_image_id", either(b.BaseAMI, s.SourceImageID))
	v.set("openstack_instance_type", either(b.InstanceType, s.InstanceType))
	v.set("openstack_ssh_username", s.SSHUserName)
	v.set("openstack_auth_url", d.AuthURL)
	v.set("openstack_username", d.UserName)
	v.secret("openstack_password", d.Password)
	v.set("openstack_project_name", d.ProjectName)
	v.set("openstack_domain_name", d.DomainName)
	v.setBool("openstack_insecure", d.Insecure)
	v.set("openstack_floating_ip_pool", d.FloatingIPPool)
	v.set("openstack_security_groups", d.SecurityGroups)
	v.set("openstack_network_id", d.NetworkID)
	return nil
}
