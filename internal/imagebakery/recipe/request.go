package recipe

import "github.com/gennaker/gennaker/internal/model"

// Request is what is to be baked: Rosco's BakeRequest, without what the server adds.
type Request struct {
	CloudProvider      string            `json:"cloud_provider_type"`
	User               string            `json:"user,omitempty"`
	Package            string            `json:"package,omitempty"`
	PackageArtifacts   []map[string]any  `json:"package_artifacts,omitempty"`
	BuildHost          string            `json:"build_host,omitempty"`
	Job                string            `json:"job,omitempty"`
	BuildNumber        string            `json:"build_number,omitempty"`
	CommitHash         string            `json:"commit_hash,omitempty"`
	BuildInfoURL       string            `json:"build_info_url,omitempty"`
	BaseLabel          string            `json:"base_label,omitempty"`
	BaseOS             string            `json:"base_os,omitempty"`
	BaseName           string            `json:"base_name,omitempty"`
	BaseAMI            string            `json:"base_ami,omitempty"`
	VMType             string            `json:"vm_type,omitempty"`
	StoreType          string            `json:"store_type,omitempty"`
	EnhancedNetworking bool              `json:"enhanced_networking,omitempty"`
	AMIName            string            `json:"ami_name,omitempty"`
	AMISuffix          string            `json:"ami_suffix,omitempty"`
	Upgrade            bool              `json:"upgrade,omitempty"`
	InstanceType       string            `json:"instance_type,omitempty"`
	Organization       string            `json:"organization,omitempty"`
	TemplateFile       string            `json:"template_file_name,omitempty"`
	VarFile            string            `json:"var_file_name,omitempty"`
	Attributes         map[string]string `json:"extended_attributes,omitempty"`
	Account            string            `json:"account_name,omitempty"`
	Publisher          string            `json:"publisher,omitempty"`
	Offer              string            `json:"offer,omitempty"`
	SKU                string            `json:"sku,omitempty"`
	OSType             string            `json:"os_type,omitempty"`
	PackageType        string            `json:"package_type,omitempty"`
	ManagedImage       string            `json:"custom_managed_image_name,omitempty"`
	Region             string            `json:"region"`
}

// artifactNames and artifactReferences are those of the artifacts to install.
func (r Request) artifactNames() []string {
	var out []string
	for _, a := range r.PackageArtifacts {
		if name := model.String(a, "name"); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// Image is what a bake has made: Rosco's Bake.
type Image struct {
	ID      string `json:"id"`
	AMI     string `json:"ami,omitempty"`
	Name    string `json:"image_name,omitempty"`
	BaseAMI string `json:"base_ami,omitempty"`
	// Regions has the image's ID by region, if it is in several.
	Regions  map[string]string `json:"regions,omitempty"`
	Artifact map[string]any    `json:"artifact,omitempty"`
}
