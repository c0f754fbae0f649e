package recipe

import (
	"encoding/json"
	"maps"
	"regexp"
	"strings"
)

// Outcome is what a build that went well left behind.
type Outcome struct {
	ID  string // of the bake
	Log string
	// Manifest is what Packer's manifest post-processor wrote; it may be nil.
	Manifest []byte
}

// output is an outcome as readers see it.
type output struct {
	request Request
	lines   []string
	// artifact is the last build's artifact_id in the manifest.
	artifact string
}

// reader finds the image in the output of a build.
type reader func(o output, image *Image)

// Read tells which image a build has made, by the log of Packer's builders, as Rosco does,
// or else by Packer's manifest.
func (c Config) Read(r Request, p Plan, o Outcome) Image {
	image := Image{ID: o.ID}
	out := output{request: r, lines: strings.Split(o.Log, "\n"), artifact: artifactID(o.Manifest)}
	c.providers()[p.Provider].read(out, &image)
	if image.Name == "" {
		image.Name = p.ImageName
	}
	image.BaseAMI = either(p.Variables["aws_source_ami"], r.BaseAMI)
	reference := either(image.AMI, image.Name)
	if p.Provider == "gce" {
		reference = "https://compute.googleapis.com/compute/v1/projects/" + p.Variables["gce_project_id"] + "/global/images/" + image.Name
	}
	image.Artifact = map[string]any{
		"type": p.Provider + "/image", "name": p.ImageName, "location": r.Region, "reference": reference, "uuid": o.ID, "customKind": false,
		"metadata": map[string]any{"build_info_url": orNull(r.BuildInfoURL), "build_number": orNull(r.BuildNumber)},
	}
	return image
}

// In is the image for a stage that asked for it in a region: it may have been baked for
// another one.
func (i Image) In(region string) Image {
	artifact := maps.Clone(i.Artifact)
	artifact["location"] = region
	if ami, ok := i.Regions[region]; ok {
		i.AMI, artifact["reference"] = ami, ami
	}
	i.Artifact = artifact
	return i
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// artifactID is the last build's in a manifest.
func artifactID(manifest []byte) string {
	var m struct {
		Builds []struct {
			ArtifactID string `json:"artifact_id"`
		} `json:"builds"`
	}
	if json.Unmarshal(manifest, &m) != nil || len(m.Builds) == 0 {
		return ""
	}
	return m.Builds[len(m.Builds)-1].ArtifactID
}

// last is a line's last word.
func last(line string) string {
	words := strings.Fields(line)
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

var (
	unencryptedAMI = regexp.MustCompile(`amazon-(?:chroot|ebs): Creating unencrypted AMI (\S+)`)
	namedAMI       = regexp.MustCompile(`amazon-(?:chroot|ebs): Creating (?:the )?AMI:? (\S+)`)
	regionAMI      = regexp.MustCompile(`\b([a-z]{2}(?:-[a-z]+)+-\d): ?(ami-[a-z0-9]{8,})`)
)

func readAWS(o output, image *Image) {
	finished := false
	regions := map[string]string{}
	note := func(text string) {
		for _, found := range regionAMI.FindAllStringSubmatch(text, -1) {
			regions[found[1]] = found[2]
		}
	}
	for _, line := range o.lines {
		if found := unencryptedAMI.FindStringSubmatch(line); found != nil {
			image.Name = found[1]
		} else if found := namedAMI.FindStringSubmatch(line); found != nil {
			image.Name = found[1]
		}
		finished = finished || strings.Contains(line, "Builds finished. The artifacts of successful builds are:")
		if finished {
			note(line)
		}
	}
	if len(regions) == 0 {
		note(o.artifact)
	}
	image.AMI = regions[o.request.Region]
	if len(regions) > 1 {
		image.Regions = regions
	}
}

func (Google) readGCE(o output, image *Image) {
	if image.Name = o.artifact; image.Name != "" {
		return
	}
	for _, line := range o.lines {
		if strings.Contains(line, "googlecompute: A disk image was created") {
			image.Name = last(line)
		}
	}
}

func readAzure(o output, image *Image) {
	for _, line := range o.lines {
		if _, name, ok := strings.Cut(line, "ManagedImageName: "); ok {
			image.Name = strings.TrimSpace(name)
		} else if _, id, ok := strings.Cut(line, "ManagedImageId: "); ok {
			image.AMI = strings.TrimSpace(id)
		} else if _, id, ok := strings.Cut(line, "ManagedImageSharedImageGalleryId: "); ok {
			image.AMI = strings.TrimSpace(id)
		}
	}
}

func readDocker(o output, image *Image) {
	for _, line := range o.lines {
		if strings.Contains(line, "Repository:") {
			image.Name = last(line)
		}
	}
	if image.Name == "" && strings.Contains(o.artifact, ":") && !strings.HasPrefix(o.artifact, "sha256:") {
		image.Name = o.artifact
	}
}

func readOracle(o output, image *Image) {
	for _, line := range o.lines {
		if _, rest, ok := strings.Cut(line, "oracle-oci: An image was created: '"); ok {
			name, rest, _ := strings.Cut(rest, "'")
			image.Name = name
			if _, id, ok := strings.Cut(rest, "(OCID: "); ok {
				image.AMI, _, _ = strings.Cut(id, ")")
			}
		}
	}
	if image.AMI == "" && strings.HasPrefix(o.artifact, "ocid1.") {
		image.AMI = o.artifact
	}
}

func readAliCloud(o output, image *Image) {
	for _, line := range o.lines {
		if strings.Contains(line, "alicloud-ecs: Creating image:") {
			image.Name = last(line)
		} else if strings.Contains(line, o.request.Region+":") {
			image.AMI = last(line)
		}
	}
}

func readHuaweiCloud(o output, image *Image) {
	for _, line := range o.lines {
		if strings.Contains(line, "huaweicloud-ecs: Creating the image:") {
			image.Name = last(line)
		} else if strings.Contains(line, "huaweicloud-ecs: An image was created:") {
			image.AMI = last(line)
		}
	}
}

var tencentID = regexp.MustCompile(`\b(img-[a-z0-9]+)\)`)

func readTencentCloud(o output, image *Image) {
	for _, line := range o.lines {
		if strings.Contains(line, "tencentcloud-cvm: Trying to create a new image:") {
			image.Name = strings.TrimSuffix(last(line), "...")
		} else if strings.Contains(line, o.request.Region) {
			if found := tencentID.FindStringSubmatch(line); found != nil {
				image.AMI = found[1]
			}
		}
	}
}

func readOpenStack(o output, image *Image) {
	for _, line := range o.lines {
		if _, id, ok := strings.Cut(line, "openstack: Image: "); ok {
			image.AMI = strings.TrimSpace(id)
		}
	}
	image.AMI = either(image.AMI, o.artifact)
}
