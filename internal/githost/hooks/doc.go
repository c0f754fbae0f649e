// Package hooks creates webhooks at Git hosts and keeps them. Each has a secret of its own,
// which the host signs with and which is checked when an event comes. The URL of a webhook
// names it, so that one that was created halfway is found again, and none is created twice.
package hooks
