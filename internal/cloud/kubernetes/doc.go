// Package kubernetes is the provider of Kubernetes clusters: Spinnaker's
// kubernetes provider, version 2, by its account fields, annotations, labels,
// versions, deploy order and operations.
//
// It speaks to the API servers itself, with server-side apply, where
// Spinnaker runs kubectl. Accounts connect when they are first used, so that a
// cluster that is down stops nobody else.
//
// # Apply
//
// Objects are applied server-side by the field manager "gennaker". As
// Spinnaker's default is kubectl's client-side apply, which takes what it
// wants, fields of other managers are taken over. Only an object with the
// annotation strategy.spinnaker.io/server-side-apply: "true" has a conflict
// reported. Objects that kubectl (or Spinnaker) applied before are migrated:
// the fields it managed become ours, so that what is no longer in a manifest
// goes away.
//
// Server-side apply refuses lists whose entries have keys if two have the same
// key, which kubectl takes. Such a manifest is applied once more with these
// merged, by the cluster's OpenAPI schema.
//
// # Versions
//
// A version is created, and never applied over another's: of deployments at
// the same time, in whichever process, one gets a version, and the others get
// the next ones. What an object is a version of is told by its name.
//
// A versioned object carries the digest of its content in the annotation
// gennaker.io/content, so that the same content gets the same version again.
// For objects that Spinnaker made, kubectl's last-applied-configuration, which
// Spinnaker compares with, is read instead. It is not written: it doubles each
// object, shows Secrets, and fails above 256 KiB.
package kubernetes
