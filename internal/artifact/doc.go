// Package artifact fetches what artifacts refer to: files over HTTP, from Git
// hosts and object stores, Helm charts, whole Git repositories.
//
// An artifact names the account to fetch it with; accounts and artifact types
// are Spinnaker's, and so is what GET /artifacts/credentials and PUT
// /artifacts/fetch say about them. There is one file per kind of account. Each
// failure is one fault that names the account and the reference and says what
// to do.
//
// Nothing is fetched without bounds: a size, a time, the number of redirects,
// and, for every URL that a user or a server may choose, the rules of package
// httpguard. Credentials are looked up when they are needed. They are sent to
// the hosts that the account names, and never follow a redirect to another.
package artifact
