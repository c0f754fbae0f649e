// Package users is the area of the API about who asks.
package users

import (
	"cmp"
	"context"
	_ "embed"
	"net/http"
	"net/url"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
)

// authority is one of Spring Security's; there are none here.
type authority struct {
	Authority string `json:"authority"`
}

// rawUserView is a user as Gate holds it in a session.
type rawUserView struct {
	Email                 string      `json:"email"`
	Username              string      `json:"username"`
	FirstName             *string     `json:"firstName"`
	LastName              *string     `json:"lastName"`
	Roles                 []string    `json:"roles"`
	AllowedAccounts       []string    `json:"allowedAccounts"`
	Enabled               bool        `json:"enabled"`
	AccountNonExpired     bool        `json:"accountNonExpired"`
	AccountNonLocked      bool        `json:"accountNonLocked"`
	CredentialsNonExpired bool        `json:"credentialsNonExpired"`
	Authorities           []authority `json:"authorities"`
}

// userView is who is asking, as Gate tells it: with what they may do.
type userView struct {
	rawUserView
	CanMintAPITokens bool `json:"canMintApiTokens"`
	IsAdmin          bool `json:"isAdmin"`
}

// Accounts tells which cloud accounts somebody may use.
type Accounts interface {
	Allowed(ctx context.Context, user access.Principal) ([]string, error)
}

// Origins knows the origins of pages that may call the API.
type Origins interface {
	// Allow tells whether an origin, such as https://deck.example.com, is one.
	Allow(origin string) bool
}

//go:embed schemas.json
var schemasJSON []byte

type area struct {
	accounts Accounts
	origins  Origins
}

// New returns the area.
func New(accounts Accounts, origins Origins) rest.Area {
	a := &area{accounts: accounts, origins: origins}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	const tag = "Users"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/auth/user", Name: "user", Needs: rest.Anyone, Tag: tag, Summary: "The current user",
			Result: rest.Ref("User"), Serve: a.getUser,
		},
		{
			Method: http.MethodGet, Path: "/auth/rawUser", Name: "rawUser", Needs: rest.Anyone, Tag: tag, Summary: "The current user, without permissions",
			Result: rest.Ref("User"), Serve: a.getRawUser,
		},
		{
			Method: http.MethodGet, Path: "/auth/loggedOut", Name: "loggedOut", Needs: rest.Anyone, Tag: tag, Summary: "The page after a logout",
			Produces: "text/plain", Result: rest.Schema{"type": "string"},
			Raw: func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Type", "text/plain; charset=utf-8")
				_, _ = w.Write([]byte("You are logged out."))
				return nil
			},
		},
		{
			Method: http.MethodGet, Path: "/auth/redirect", Name: "redirect", Needs: rest.Anyone, Tag: tag,
			Summary: "Redirect to the page that sent the user here to log in; only to this server or an allowed origin",
			Params:  []rest.Param{rest.RequiredParam(rest.Text("to", "the page's URL"))}, Status: http.StatusFound, Raw: a.redirect,
		},
	}
}

// redirect sends a browser to a page of an origin that is known: this server's
// own, and those that may call the API (Gate knows services.deck.base-url).
func (a *area) redirect(w http.ResponseWriter, r *http.Request) error {
	to := r.URL.Query().Get("to")
	target, err := url.Parse(to)
	known := err == nil && (target.Scheme == "http" || target.Scheme == "https") &&
		(strings.EqualFold(target.Host, r.Host) || a.origins.Allow(target.Scheme+"://"+target.Host))
	if !known {
		return fault.New(fault.Invalid, "Requested redirect address not recognized.")
	}
	http.Redirect(w, r, target.String(), http.StatusFound) //nolint:gosec // only to hosts that are known
	return nil
}

func (a *area) getUser(r *http.Request) (any, error) {
	raw, err := a.rawUser(r)
	if err != nil {
		return nil, err
	}
	return userView{rawUserView: raw, IsAdmin: rest.User(r).Admin}, nil
}

func (a *area) getRawUser(r *http.Request) (any, error) { return a.rawUser(r) }

func (a *area) rawUser(r *http.Request) (rawUserView, error) {
	user := rest.User(r)
	allowed, err := a.accounts.Allowed(r.Context(), user)
	if err != nil {
		return rawUserView{}, err
	}
	return rawUserView{
		Email: cmp.Or(user.Email, user.Name), Username: user.Name,
		FirstName: rest.OrNull(user.FirstName), LastName: rest.OrNull(user.LastName),
		Roles: rest.OrEmpty(user.Roles), AllowedAccounts: allowed,
		Enabled: true, AccountNonExpired: true, AccountNonLocked: true, CredentialsNonExpired: true,
		Authorities: []authority{},
	}, nil
}
