package server

import (
	"slices"

	"github.com/gennaker/gennaker/internal/acting"
	"github.com/gennaker/gennaker/internal/config"
	"github.com/gennaker/gennaker/internal/notify/channel"
	"github.com/gennaker/gennaker/internal/registry/search"
)

// actsOn lists what the server acts on beside stages: a part that comes to act on
// something says so here.
func actsOn(c *config.Config) *acting.List {
	list := acting.New(acting.Pages(), []acting.Act{
		// Whoever has none of an account's roles is refused, which is everyone until there is log-in.
		{Kind: acting.Roles, Name: "account"},
		{Kind: acting.Triggers, Name: "cron"}, {Kind: acting.Triggers, Name: "pipeline"},
		// These come as webhooks; nothing sends events of the other types yet.
		{Kind: acting.Triggers, Name: "git"}, {Kind: acting.Triggers, Name: "webhook"}, {Kind: acting.Triggers, Name: "cdevents"},
		// These are looked for in the registries and chart repositories of accounts.
		{Kind: acting.Triggers, Name: "docker"}, {Kind: acting.Triggers, Name: "helm"}, {Kind: acting.Triggers, Name: "helm/oci"},
	})
	messages := acting.Act{Kind: acting.Triggers, Name: "pubsub"}
	if len(c.Channels.Pubsub.Sources()) > 0 {
		list.Register(messages)
	} else {
		list.Lack(messages, "pubsub.enabled", "pubsub.google.subscriptions")
	}
	searches := search.New(search.Options{Artifactory: c.Artifactory, Nexus: c.Nexus}).Configured()
	for _, kind := range []string{"artifactory", "nexus"} {
		act := acting.Act{Kind: acting.Triggers, Name: kind}
		if slices.Contains(searches, kind) {
			list.Register(act)
		} else {
			list.Lack(act, kind+".searches")
		}
	}
	for _, d := range channel.New(c.Channels, channel.Parts{}).Descriptions() {
		if !d.Events {
			continue // for stages of its own
		}
		act := acting.Act{Kind: acting.Notifications, Name: d.Type}
		if d.Configured() {
			list.Register(act)
		} else {
			list.Lack(act, d.Missing...)
		}
	}
	return list
}
