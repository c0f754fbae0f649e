package trigger

import "strings"

// What triggers of images and charts listen to is also what has to be looked at, so that
// their events come at all; and what those of Git listen to is what webhooks are created for.

// ImageKey is what the triggers of a kind ("docker", "helm/oci") listen to that are about
// a repository of an account.
func ImageKey(kind, account, repository string) string { return key(kind, account, repository) }

// ImagePrefix begins the keys of all such triggers of an account, and of no others.
func ImagePrefix(kind, account string) string { return key(kind, account) + "\x1f" }

// RepositoryIn is the repository that a key with a prefix is about.
func RepositoryIn(imageKey, prefix string) string { return strings.TrimPrefix(imageKey, prefix) }

// ChartKey is what the triggers of an account's charts listen to.
func ChartKey(account string) string { return key("helm", account) }

// NamedKey is what triggers of a search listen to; the kind is artifactory or nexus.
func NamedKey(kind, search string) string { return key(kind, search) }

// RepositoryKey is what Git triggers listen to that are about a repository; "" if a part of
// its name is missing.
func RepositoryKey(source, project, slug string) string { return gitKey(source, project, slug) }
