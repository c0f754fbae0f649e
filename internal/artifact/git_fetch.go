package artifact

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"

	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/capability"
	"github.com/go-git/go-git/v5/plumbing/protocol/packp/sideband"
	"github.com/go-git/go-git/v5/plumbing/storer"
	"github.com/go-git/go-git/v5/storage/filesystem"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	// packFactor is how much larger than an artifact the transfer may be: a
	// server that gives no single commits sends the whole history.
	packFactor = 4
	// maxReferences bounds the list of a repository's references.
	maxReferences = 64 << 20
	// objectCacheBytes is the memory for objects while a tree is read.
	objectCacheBytes = 16 << 20
)

// gitRemote fetches from one repository into a directory.
type gitRemote struct {
	connect func(ctx context.Context) (gitSession, error)
	dir     string
	limit   int64
}

// gitSession is a conversation with git-upload-pack. It ends with the context
// that it was opened with.
type gitSession interface {
	AdvertisedReferencesContext(ctx context.Context) (*packp.AdvRefs, error)
	UploadPack(ctx context.Context, request *packp.UploadPackRequest) (*packp.UploadPackResponse, error)
	io.Closer
}

// commitID is what an (abbreviated) commit looks like.
var commitID = regexp.MustCompile(`^[0-9a-f]{7,40}$`)

// fetch gets the tree of a version: as little as the server allows. A branch
// or tag comes before a commit of the same name.
func (r *gitRemote) fetch(ctx context.Context, version string) (*gitTree, error) {
	storage := filesystem.NewStorage(osfs.New(r.dir), cache.NewObjectLRU(objectCacheBytes))
	session, advertised, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = session.Close() }()
	refs, err := advertised.AllReferences()
	if err != nil {
		return nil, err
	}
	if want, err := findRef(refs, version); err == nil {
		return r.take(ctx, session, advertised.Capabilities, storage, want)
	}
	if !commitID.MatchString(version) {
		return nil, noVersion(version)
	}
	if len(version) == len(plumbing.ZeroHash.String()) {
		if tree, err := r.take(ctx, session, advertised.Capabilities, storage, plumbing.NewHash(version)); err == nil || fault.KindOf(err) == fault.TooLarge || ctx.Err() != nil {
			return tree, err
		}
	}
	return r.search(ctx, storage, version)
}

// search fetches everything, and finds the commit in it: for servers that
// give only what has a name, and for abbreviated commits.
func (r *gitRemote) search(ctx context.Context, storage *filesystem.Storage, version string) (*gitTree, error) {
	session, advertised, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = session.Close() }()
	req := packp.NewUploadPackRequestFromCapabilities(advertised.Capabilities)
	for _, hash := range advertised.References {
		req.Wants = append(req.Wants, hash)
	}
	if err := r.upload(ctx, session, req, storage); err != nil {
		return nil, err
	}
	commits, err := storage.IterEncodedObjects(plumbing.CommitObject)
	if err != nil {
		return nil, err
	}
	var found []plumbing.Hash
	if err := commits.ForEach(func(o plumbing.EncodedObject) error {
		if strings.HasPrefix(o.Hash().String(), version) {
			found = append(found, o.Hash())
		}
		return nil
	}); err != nil {
		return nil, err
	}
	switch len(found) {
	case 0:
		return nil, noVersion(version)
	case 1:
		return newGitTree(storage, found[0], r.limit)
	}
	return nil, fault.New(fault.Invalid, "there are %d commits that begin with %s; give more of it", len(found), version)
}

func noVersion(version string) error {
	return fault.New(fault.NotFound, "the repository has no branch, tag or commit %s; check the version", version)
}

// open begins a conversation with the server.
func (r *gitRemote) open(ctx context.Context) (gitSession, *packp.AdvRefs, error) {
	session, err := r.connect(ctx)
	if err != nil {
		return nil, nil, err
	}
	advertised, err := session.AdvertisedReferencesContext(ctx)
	if err != nil {
		_ = session.Close()
		return nil, nil, err
	}
	return session, advertised, nil
}

// findRef finds what a version names: a branch, a tag, or the full name of a
// reference.
func findRef(refs storer.ReferenceStorer, version string) (plumbing.Hash, error) {
	names := []plumbing.ReferenceName{plumbing.NewBranchReferenceName(version), plumbing.NewTagReferenceName(version)}
	if version == "HEAD" || strings.HasPrefix(version, "refs/") {
		names = append(names, plumbing.ReferenceName(version))
	}
	for _, name := range names {
		if ref, err := storer.ResolveReference(refs, name); err == nil {
			return ref.Hash(), nil
		}
	}
	return plumbing.ZeroHash, plumbing.ErrReferenceNotFound
}

// take fetches one commit or tag without its history.
func (r *gitRemote) take(
	ctx context.Context, session gitSession, able *capability.List, storage *filesystem.Storage, want plumbing.Hash,
) (*gitTree, error) {
	req := packp.NewUploadPackRequestFromCapabilities(able)
	req.Wants = []plumbing.Hash{want}
	if able.Supports(capability.Shallow) {
		req.Depth = packp.DepthCommits(1)
		if err := req.Capabilities.Set(capability.Shallow); err != nil {
			return nil, err
		}
	}
	if err := r.upload(ctx, session, req, storage); err != nil {
		return nil, err
	}
	return newGitTree(storage, want, r.limit)
}

// upload has the server send what is asked for, into the storage.
func (r *gitRemote) upload(ctx context.Context, session gitSession, req *packp.UploadPackRequest, storage *filesystem.Storage) error {
	stop := context.AfterFunc(ctx, func() { _ = session.Close() })
	defer stop()
	reader, err := session.UploadPack(ctx, req)
	if err != nil {
		return err
	}
	defer func() { _ = reader.Close() }()
	pack := io.Reader(&boundReader{from: reader, left: r.limit * packFactor, limit: r.limit})
	switch {
	case req.Capabilities.Supports(capability.Sideband64k):
		pack = sideband.NewDemuxer(sideband.Sideband64k, pack)
	case req.Capabilities.Supports(capability.Sideband):
		pack = sideband.NewDemuxer(sideband.Sideband, pack)
	}
	received, err := receivePack(ctx, r.dir, pack, r.limit)
	if err == nil {
		err = errors.Join(packfile.UpdateObjectStorage(storage, received), received.Close())
	}
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// boundReader fails with the fault of an artifact that is too large.
type boundReader struct {
	from        io.Reader
	left, limit int64
}

// Read reads.
func (b *boundReader) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, tooLarge(b.limit)
	}
	return n, err
}

// openLocal opens a repository on this machine, where it is.
func openLocal(path, version string, limit int64) (*gitTree, error) {
	repository, err := git.PlainOpen(path)
	if errors.Is(err, git.ErrRepositoryNotExists) {
		return nil, fault.New(fault.NotFound, "there is no Git repository at %s", path)
	}
	if err != nil {
		return nil, err
	}
	hash, err := findRef(repository.Storer, version)
	if err != nil {
		found, err := repository.ResolveRevision(plumbing.Revision(version))
		if err != nil {
			return nil, noVersion(version)
		}
		hash = *found
	}
	return newGitTree(repository.Storer, hash, limit)
}

// newGitTree opens the tree of a commit or an annotated tag.
func newGitTree(storage storer.EncodedObjectStorer, hash plumbing.Hash, limit int64) (*gitTree, error) {
	for {
		tag, err := object.GetTag(storage, hash)
		if err != nil {
			break
		}
		hash = tag.Target
	}
	commit, err := object.GetCommit(storage, hash)
	if err != nil {
		return nil, fault.New(fault.Invalid, "%s is not a commit: %w", hash, err)
	}
	tree, err := commit.Tree()
	if err != nil {
		return nil, err
	}
	return &gitTree{storage: storage, commit: commit, root: tree, limit: limit}, nil
}
