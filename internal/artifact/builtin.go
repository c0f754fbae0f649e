package artifact

import (
	"context"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
)

// Contents are contents of artifacts that are stored apart from executions.
type Contents interface {
	// Content reads what a reference of the form ref://<application>/<hash> names.
	Content(ctx context.Context, reference string) ([]byte, error)
}

// embedded fetches embedded/base64 and remote/base64: the reference is the
// content, or names one that is stored.
type embedded struct {
	identity
	limit    int64
	contents Contents
}

func newEmbedded(limit int64, contents Contents) *embedded {
	return &embedded{identity: identity{"embedded-artifact", []string{"embedded/base64", "remote/base64"}}, limit: limit, contents: contents}
}

func (embedded) handles(kind string) bool {
	return strings.HasPrefix(kind, "embedded/") || strings.HasPrefix(kind, "remote/")
}

func (a *embedded) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	switch artifact.Type {
	case "embedded/base64", "remote/base64", "embedded/map/base64", "remote/map/base64":
	default:
		return nil, fault.New(fault.Invalid, "can't read artifacts of type %s; use embedded/base64", artifact.Type)
	}
	if strings.HasPrefix(artifact.Reference, "ref://") {
		return a.stored(ctx, artifact.Reference)
	}
	data, err := limit.Base64(artifact.Reference, a.limit, "the reference") // Java's decoder needs no padding either
	if fault.KindOf(err) == fault.TooLarge {
		return nil, tooLarge(a.limit)
	}
	return data, err
}

func (a *embedded) stored(ctx context.Context, reference string) ([]byte, error) {
	if a.contents == nil {
		return nil, fault.New(fault.Invalid, "the content is in an artifact store, which is not available here; use embedded/base64")
	}
	data, err := a.contents.Content(ctx, reference)
	if err == nil && int64(len(data)) > a.limit {
		return nil, tooLarge(a.limit)
	}
	return data, err
}

// reference is an account whose artifacts are passed on and never fetched.
type reference struct {
	identity
	prefix string // of further types that it handles
	reason string
}

func (a *reference) handles(kind string) bool {
	return a.identity.handles(kind) || a.prefix != "" && strings.HasPrefix(kind, a.prefix)
}

func (a *reference) fetch(_ context.Context, artifact model.Artifact) ([]byte, error) {
	return nil, fault.New(fault.Invalid, "an artifact of type %s can't be fetched: %s", artifact.Type, a.reason)
}

func newCustom() account {
	return &reference{
		identity: identity{"custom-artifact", []string{"custom/object"}},
		reason:   "custom references are passed on unchanged",
	}
}

func newKubernetes() account {
	return &reference{
		identity: identity{"kubernetes", []string{"kubernetes/configMap", "kubernetes/deployment", "kubernetes/replicaSet", "kubernetes/secret"}},
		prefix:   "kubernetes/",
		reason:   "Kubernetes already stores it; use it in a manifest that refers to it",
	}
}

func newDockerReference() account {
	return &reference{
		identity: identity{"docker-registry", []string{"docker/image"}},
		reason:   "image references are passed on to the cloud, which pulls the image itself",
	}
}
