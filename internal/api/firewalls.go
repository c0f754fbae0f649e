package api

import (
	"net/http"

	"github.com/gennaker/gennaker/internal/fault"
)

// firewallRoutes serves firewalls under their name and under the older one.
func (s *server) firewallRoutes() []route {
	var out []route
	for _, form := range []struct{ path, name string }{{"/firewalls", "Firewall"}, {"/securityGroups", "SecurityGroup"}} {
		provider := text("provider", "the cloud provider; aws where it isn't given")
		routes := []route{
			s.cloudRoute(form.path, "getAll"+form.name+"s", "List the firewalls, by account, cloud provider and region",
				[]param{text("id", "only the one with this name")}, ref("FirewallsByAccount"), struct{}{}, s.firewalls),
			s.cloudRoute(form.path+"/{account}", "get"+form.name+"sOfAccount", "List an account's firewalls, by region",
				[]param{provider}, ref("FirewallsByRegion"), struct{}{}, func(r *http.Request) (any, error) {
					return s.infrastructure.AccountFirewalls(r.Context(), r.PathValue("account"), providerOf(r))
				}),
			s.cloudRoute(form.path+"/{account}/{region}/{name}", "get"+form.name, "Get a firewall with its rules",
				[]param{provider, text("vpcId", "not looked at")}, ref("Firewall"), nil, func(r *http.Request) (any, error) {
					return s.infrastructure.Firewall(r.Context(), r.PathValue("account"), providerOf(r), r.PathValue("region"), r.PathValue("name"))
				}),
		}
		if form.name == "SecurityGroup" {
			for i := range routes {
				routes[i].deprecated = true
			}
		}
		out = append(out, routes...)
	}
	return append(out, s.cloudRoute("/firewalls/{account}/{region}", "getFirewallsOfRegion", "List an account's firewalls in a region",
		[]param{text("provider", "the cloud provider; aws where it isn't given")}, listOf(ref("FirewallSummary")), []any{}, func(r *http.Request) (any, error) {
			found, err := s.infrastructure.AccountFirewalls(r.Context(), r.PathValue("account"), providerOf(r))
			return orEmpty(found[r.PathValue("region")]), err
		}))
}

// providerOf is the provider that a request names: aws where it names none, as
// Gate has it.
func providerOf(r *http.Request) string { return either(r.URL.Query().Get("provider"), "aws") }

func (s *server) firewalls(r *http.Request) (any, error) {
	id := r.URL.Query().Get("id")
	if id == "" {
		return s.infrastructure.Firewalls(r.Context())
	}
	found, err := s.infrastructure.Search(r.Context(), id, []string{"securityGroups"})
	if err != nil {
		return nil, err
	}
	for _, match := range found {
		if name, _ := match["name"].(string); name == id {
			account, _ := match["account"].(string)
			region, _ := match["region"].(string)
			provider, _ := match["provider"].(string)
			return s.infrastructure.Firewall(r.Context(), account, provider, region, name)
		}
	}
	return nil, fault.New(fault.NotFound, "No security group found (id: %s)", id)
}
