package infra

import (
	"cmp"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
)

// firewallRoutes serves firewalls under their name and under the older one.
func (a *area) firewallRoutes() []rest.Route {
	var out []rest.Route
	for _, form := range []struct{ path, name string }{{"/firewalls", "Firewall"}, {"/securityGroups", "SecurityGroup"}} {
		provider := rest.Text("provider", "the cloud provider; default: aws")
		routes := []rest.Route{
			a.cloudRoute(form.path, "getAll"+form.name+"s", "List the firewalls, by account, cloud provider and region",
				[]rest.Param{rest.Text("id", "only the one with this name")}, rest.Ref("FirewallsByAccount"), struct{}{}, a.firewalls),
			a.cloudRoute(form.path+"/{account}", "get"+form.name+"sOfAccount", "List an account's firewalls, by region",
				[]rest.Param{provider}, rest.Ref("FirewallsByRegion"), struct{}{}, func(r *http.Request) (any, error) {
					return a.infrastructure.AccountFirewalls(r.Context(), r.PathValue("account"), providerOf(r))
				}),
			a.cloudRoute(form.path+"/{account}/{region}/{name}", "get"+form.name, "Get a firewall with its rules",
				[]rest.Param{provider, rest.Text("vpcId", "ignored")}, rest.Ref("Firewall"), nil, func(r *http.Request) (any, error) {
					return a.infrastructure.Firewall(r.Context(), r.PathValue("account"), providerOf(r), r.PathValue("region"), r.PathValue("name"))
				}),
		}
		if form.name == "SecurityGroup" {
			for i := range routes {
				routes[i].Deprecated = true
			}
		}
		out = append(out, routes...)
	}
	return append(out, a.cloudRoute("/firewalls/{account}/{region}", "getFirewallsOfRegion", "List an account's firewalls in a region",
		[]rest.Param{rest.Text("provider", "the cloud provider; default: aws")}, rest.ListOf(rest.Ref("FirewallSummary")), []any{}, func(r *http.Request) (any, error) {
			found, err := a.infrastructure.AccountFirewalls(r.Context(), r.PathValue("account"), providerOf(r))
			return rest.OrEmpty(found[r.PathValue("region")]), err
		}))
}

// providerOf is the provider that a request names: aws where it names none, as
// Gate has it.
func providerOf(r *http.Request) string { return cmp.Or(r.URL.Query().Get("provider"), "aws") }

func (a *area) firewalls(r *http.Request) (any, error) {
	id := r.URL.Query().Get("id")
	if id == "" {
		return a.infrastructure.Firewalls(r.Context())
	}
	found, err := a.infrastructure.Search(r.Context(), id, []string{"securityGroups"})
	if err != nil {
		return nil, err
	}
	for _, match := range found {
		if name, _ := match["name"].(string); name == id {
			account, _ := match["account"].(string)
			region, _ := match["region"].(string)
			provider, _ := match["provider"].(string)
			return a.infrastructure.Firewall(r.Context(), account, provider, region, name)
		}
	}
	return nil, fault.New(fault.NotFound, "No security group found (id: %s)", id)
}
