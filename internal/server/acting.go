package server

import "github.com/gennaker/gennaker/internal/acting"

// actsOn lists what the server acts on beside stages: a part that comes to act on
// something says so here.
func actsOn() *acting.List {
	return acting.New(acting.Pages(), []acting.Act{
		// Whoever has none of an account's roles is refused, which is everyone until there is log-in.
		{Kind: acting.Roles, Name: "account"},
		{Kind: acting.Triggers, Name: "cron"},
		// These come as webhooks; nothing sends events of the other types yet.
		{Kind: acting.Triggers, Name: "git"}, {Kind: acting.Triggers, Name: "webhook"}, {Kind: acting.Triggers, Name: "cdevents"},
	})
}
