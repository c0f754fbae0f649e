package users_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
)

func TestTheAnonymousUser(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Clouds = apitest.TwoAccounts{} })
	got := k.Get("/auth/user").Is(http.StatusOK)
	want := `{"email":"anonymous","username":"anonymous","firstName":null,"lastName":null,"roles":[],"allowedAccounts":["open"],` +
		`"enabled":true,"accountNonExpired":true,"accountNonLocked":true,"credentialsNonExpired":true,"authorities":[],"canMintApiTokens":false,"isAdmin":false}`
	if string(got.Body) != want {
		t.Errorf("user: %s", got.Body)
	}
}

func TestRedirectAfterLogin(t *testing.T) {
	t.Parallel()
	k := apitest.New(t, func(d *apitest.Parts) { d.Config.CORS.AllowedOrigins = []string{"https://deck.example.com"} })
	for to, known := range map[string]bool{
		"https://deck.example.com/%23/applications": true,
		k.Server.URL + "/swagger-ui/index.html":     true,
		"http://deck.example.com/":                  false,
		"https://deck.example.com.evil.org/":        false,
		"https://deck.example.com@evil.org/":        false,
		"//evil.org/":                               false,
		"/here":                                     false,
		"javascript:alert(1)":                       false,
		"":                                          false,
		"https://%zz":                               false,
	} {
		got := k.Get("/auth/redirect?to=" + to)
		if !known {
			got.Refused(http.StatusBadRequest, "not recognized")
			continue
		}
		if got.Is(http.StatusFound).Header.Get("Location") == "" {
			t.Errorf("%s: no location", to)
		}
	}
}
