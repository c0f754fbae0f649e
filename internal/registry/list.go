package registry

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/artifact"
	"github.com/gennaker/gennaker/internal/fault"
)

// Image is a tag of a repository, in the shape of Clouddriver's list of images. The tag is
// "" if only the repository is known.
type Image struct {
	Account    string `json:"account"`
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	Digest     string `json:"digest,omitempty"`
}

// ImageFilter says which images are wanted.
type ImageFilter struct {
	// Account is an account's name, and Text a part of the image's name; "" is any.
	Account, Text string
	// Limit is how many are listed at most.
	Limit int
}

// Takes tells whether an image is wanted.
func (f ImageFilter) Takes(one Image) bool {
	text := strings.ToLower(one.Registry + "/" + one.Repository + ":" + one.Tag)
	return (f.Account == "" || f.Account == one.Account) && strings.Contains(text, strings.ToLower(f.Text))
}

// tagsListed is how many tags of a repository a list of images has at most.
const tagsListed = 100

// Images lists the images of the registries: of those repositories that are looked at, the
// tags that were seen; of others, that they are there. A registry that can't be asked
// doesn't keep others from being listed.
func (s *Service) Images(ctx context.Context, f ImageFilter) ([]Image, error) {
	out := []Image{}
	for _, src := range s.o.Sources.Sources() {
		if src.Section != artifact.DockerSource || f.Account != "" && f.Account != src.Account {
			continue
		}
		known, err := s.repositories(ctx, nameOf(src.Section, src.Account))
		if err != nil {
			return nil, err
		}
		names := slices.Collect(maps.Keys(known))
		names = append(names, s.catalog(ctx, src)...)
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			image := Image{Account: src.Account, Registry: src.Host, Repository: name}
			tags := []*tag{{}}
			if one := known[name]; one != nil && one.filled {
				if tags, err = s.listed(ctx, one); err != nil {
					return nil, err
				}
			}
			for _, t := range tags {
				image.Tag, image.Digest = t.name, t.digest
				if f.Takes(image) {
					out = append(out, image)
				}
				if len(out) >= f.Limit {
					return out, nil
				}
			}
		}
	}
	return out, nil
}

// listed are the tags of a repository that a list shows: those that were seen to change
// last, and then by name. There is an empty one if there are none.
func (s *Service) listed(ctx context.Context, one *repository) ([]*tag, error) {
	known, err := s.tags(ctx, one)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(known, func(_ string, t *tag) bool { return t.goneAt > 0 })
	if len(known) == 0 {
		return []*tag{{}}, nil
	}
	tags := slices.SortedFunc(maps.Values(known), func(a, b *tag) int {
		return cmp.Or(cmp.Compare(b.changes, a.changes), cmp.Compare(b.name, a.name))
	})
	return tags[:min(len(tags), tagsListed)], nil
}

// Tags lists the tags that a repository has now.
func (s *Service) Tags(ctx context.Context, account, repository string) ([]string, error) {
	src, ok, err := s.source(ctx, nameOf(artifact.DockerSource, account))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, nil // as Clouddriver has it
	}
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	look, err := src.Look(ctx)
	if err != nil {
		return nil, err
	}
	tags, err := look.Tags(ctx, strings.TrimPrefix(repository, src.Host+"/"))
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return tags, err
}
