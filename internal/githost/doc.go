// Package githost asks Git hosts for what webhooks and forms of triggers need: which
// repositories and branches there are, and which webhooks a repository has. Each host is a
// file: GitHub, GitLab, Bitbucket Cloud, Bitbucket Data Center, and Gitea, of which Forgejo
// has the API. It asks with the artifact accounts of these hosts, which have the credentials
// and say where these may be sent. hooks keeps the webhooks that were created.
package githost
