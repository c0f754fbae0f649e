package api

import (
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
)

// The headers by which Spinnaker's services tell each other who is asking.
const (
	userHeader     = "X-SPINNAKER-USER"
	accountsHeader = "X-SPINNAKER-ACCOUNTS"
	originHeader   = "X-SPINNAKER-USER-ORIGIN"
	sourceHeader   = "X-RateLimit-App"
)

// user tells who a request comes from: by the authenticator where there is one,
// else by the headers where they are trusted, else it is anonymous.
func (s *server) user(r *http.Request) (access.Principal, error) {
	if s.identify != nil {
		return s.identify(r)
	}
	if s.config.TrustUserHeader {
		if name := strings.TrimSpace(r.Header.Get(userHeader)); name != "" {
			return access.Principal{Name: name, Email: name}, nil
		}
	}
	return access.Principal{Name: access.Anonymous, Email: access.Anonymous}, nil
}

// signIn puts who a request comes from into its context. Every route does it
// first, so that a request that may not be made never reaches a handler.
func (s *server) signIn(r *http.Request) (*http.Request, error) {
	user, err := s.user(r)
	if err != nil {
		return r, err
	}
	note(r.Context(), func(m *matched) { m.user = user.Name })
	return r.WithContext(rest.WithSession(r.Context(), rest.Session{
		User: user, Administers: s.identify == nil || user.Admin, Caller: s.caller, Permit: s.permit,
	})), nil
}

// caller is who a request comes from, with what is recorded of it in what it
// starts: the client's kind, and the accounts that it may use.
func (s *server) caller(r *http.Request) (access.Principal, error) {
	who := rest.User(r)
	who.Origin = origin(r)
	if s.identify == nil && s.config.TrustUserHeader && r.Header.Get(accountsHeader) != "" {
		for name := range strings.SplitSeq(r.Header.Get(accountsHeader), ",") {
			if name = strings.TrimSpace(name); name != "" {
				who.AllowedAccounts = append(who.AllowedAccounts, name)
			}
		}
		return who, nil
	}
	if s.allowed == nil {
		return who, nil
	}
	var err error
	who.AllowedAccounts, err = s.allowed(r.Context(), who)
	return who, err
}

// origin is the kind of client a request comes from. Gate tells Deck by its
// rate limit header.
func origin(r *http.Request) string {
	if value := r.Header.Get(originHeader); printable(value) {
		return value
	}
	if strings.EqualFold(r.Header.Get(sourceHeader), "deck") {
		return "deck"
	}
	return "unknown"
}
