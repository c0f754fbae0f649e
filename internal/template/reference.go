package template

import (
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// Scheme begins references to stored templates.
const Scheme = "spinnaker://"

// Digests are named with their kind.
const digestPrefix = "sha256:"

// Reference names a stored template: by its id alone, or one of its versions
// by a tag or a digest. At most one of the two is set.
type Reference struct {
	ID, Tag string
	// Digest is a SHA-256 in hexadecimal, without a prefix.
	Digest string
}

// ParseReference reads spinnaker://id, spinnaker://id:tag or
// spinnaker://id@sha256:digest. The fault names what is wrong.
func ParseReference(text string) (Reference, error) {
	name, ok := strings.CutPrefix(text, Scheme)
	if !ok || name == "" {
		return Reference{}, fault.New(fault.Invalid, "the template's reference %q must be like spinnaker://id, spinnaker://id:tag or spinnaker://id@sha256:digest", text)
	}
	var ref Reference
	if id, digest, found := strings.Cut(name, "@"); found {
		ref = Reference{ID: id, Digest: strings.TrimPrefix(digest, digestPrefix)}
		if !strings.HasPrefix(digest, digestPrefix) || ref.Digest == "" {
			return Reference{}, fault.New(fault.Invalid, "the template's reference %q must have its digest as @sha256: and the digest", text)
		}
	} else {
		id, tag, found := strings.Cut(name, ":")
		ref = Reference{ID: id, Tag: tag}
		if found && tag == "" {
			return Reference{}, fault.New(fault.Invalid, "the template's reference %q has no tag after the colon", text)
		}
	}
	if ref.ID == "" {
		return Reference{}, fault.New(fault.Invalid, "the template's reference %q has no id", text)
	}
	return ref, nil
}

// Key is the name that a version is stored under: id, id:tag or
// id@sha256:digest, as Front50 has it. Both a tag and a digest are a fault.
func (r Reference) Key() (string, error) {
	digest := strings.TrimPrefix(r.Digest, digestPrefix)
	switch {
	case r.Tag != "" && digest != "":
		return "", fault.New(fault.Invalid, "tag and digest can't both be set: use one of them")
	case digest != "":
		return r.ID + "@" + digestPrefix + digest, nil
	case r.Tag != "":
		return r.ID + ":" + r.Tag, nil
	}
	return r.ID, nil
}

// String is the reference as it is written in a pipeline.
func (r Reference) String() string {
	key, err := r.Key()
	if err != nil {
		key = r.ID
	}
	return Scheme + key
}

// ReferenceOf is the reference to its template that a pipeline has, as it is
// written; empty where it is made of none. Version 1 has it as a source.
func ReferenceOf(pipeline map[string]any) string {
	if reference := model.String(model.Object(pipeline, "template"), "reference"); reference != "" {
		return reference
	}
	return model.String(model.Object(model.Object(model.Object(pipeline, "config"), "pipeline"), "template"), "source")
}
