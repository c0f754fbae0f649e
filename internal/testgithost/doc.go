// Package testgithost is a Git host for tests: the published APIs of GitHub, GitLab, Bitbucket
// and Gitea as far as repositories, branches and webhooks go, with what is created kept, and
// Git's own server behind it, whose pushes are sent to the webhooks as these hosts do.
package testgithost
