package artifactstore

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
)

// scheme is what references begin with.
const scheme = "ref://"

// Reference names a content.
type Reference struct {
	// Application is in lower case.
	Application string
	// Hash is the SHA-256 of the content in base64, in hexadecimal.
	Hash string
}

var (
	hashPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)
	// namePattern is what an application is called whose contents can be stored: its name
	// is part of references as it is.
	namePattern = regexp.MustCompile(`^[a-z0-9._~-]{1,255}$`)
)

// Parse reads a reference.
func Parse(uri string) (Reference, error) {
	application, hash, ok := strings.Cut(strings.TrimPrefix(uri, scheme), "/")
	r := Reference{strings.ToLower(application), hash}
	if !ok || !IsReference(uri) || !namePattern.MatchString(r.Application) || !hashPattern.MatchString(hash) {
		return Reference{}, fault.New(fault.Invalid, "%q is no reference of the form ref://<application>/<SHA-256>", fault.Short(uri))
	}
	return r, nil
}

// IsReference tells whether a text looks like a reference.
func IsReference(text string) bool { return strings.HasPrefix(text, scheme) }

// String is the reference as artifacts have it.
func (r Reference) String() string { return scheme + r.Application + "/" + r.Hash }

// key is where a bucket has it.
func (r Reference) key() string { return r.Application + "/" + r.Hash }

// referenceTo is the reference to a content of an application, whose name must be fit for
// that.
func referenceTo(application string, content []byte) Reference {
	return Reference{application, hashOf(content)}
}

// hashOf is a content's hash. It is that of the content in base64, which is what Kork
// hashes.
func hashOf(content []byte) string {
	h := sha256.New()
	encoder := base64.NewEncoder(base64.StdEncoding, h)
	_, _ = encoder.Write(content) // a hash takes everything
	_ = encoder.Close()
	return hex.EncodeToString(h.Sum(nil))
}
