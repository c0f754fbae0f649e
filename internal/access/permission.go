package access

// Kind is what a permission is about. Names of one kind compare whatever the
// case.
type Kind string

// The kinds of resource: Fiat's, and the platform itself.
const (
	Application Kind = "APPLICATION"
	Account     Kind = "ACCOUNT"
	// Platform is the installation: what administrators do.
	Platform Kind = "PLATFORM"
)

// Authorization is what one may do with a resource, as Fiat names it. None of
// them contains another.
type Authorization string

// The authorizations.
const (
	Read    Authorization = "READ"
	Write   Authorization = "WRITE"
	Execute Authorization = "EXECUTE"
)

// Permission is what something needs of who does it.
type Permission struct {
	Kind          Kind
	Authorization Authorization
}

// Authorizer decides who may do what. It is called for every request, from any
// goroutine, and must not wait for anything.
type Authorizer interface {
	// Allows tells whether a principal has a permission on the resource of that
	// name; the platform has none.
	Allows(who Principal, p Permission, name string) bool
}
