package api

import "net/http"

// authority is one of Spring Security's; there are none here.
type authority struct {
	Authority string `json:"authority"`
}

// userView is who is asking, as Gate tells it.
type userView struct {
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
	CanMintAPITokens      bool        `json:"canMintApiTokens"`
	IsAdmin               bool        `json:"isAdmin"`
	Authorities           []authority `json:"authorities"`
}

func (s *server) userRoutes() []route {
	const tag = "Users"
	return []route{
		{
			method: http.MethodGet, path: "/auth/user", name: "user", tag: tag, summary: "Who is asking",
			result: ref("User"), serve: s.getUser,
		},
	}
}

func (s *server) getUser(r *http.Request) (any, error) {
	user := userOf(r)
	allowed, err := s.allowedAccounts(r.Context(), user)
	if err != nil {
		return nil, err
	}
	return userView{
		Email: either(user.Email, user.Name), Username: user.Name,
		FirstName: optional(user.FirstName), LastName: optional(user.LastName),
		Roles: orEmpty(user.Roles), AllowedAccounts: allowed,
		Enabled: true, AccountNonExpired: true, AccountNonLocked: true, CredentialsNonExpired: true,
		IsAdmin: user.Admin, Authorities: []authority{},
	}, nil
}
