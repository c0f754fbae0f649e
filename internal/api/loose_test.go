package api_test

import (
	"net/http"
	"testing"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestTaskDetails(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	id := apitest.IDOf(k.Post("/tasks", object{"application": "demo", "job": list{object{
		"type": "wait", "waitTime": 0, "kato.tasks": list{object{"id": "one"}, object{"id": "two", "status": object{"completed": true}}},
	}}}).Is(http.StatusOK))
	k.Ended(id)
	if got := k.Get("/tasks/" + id + "/details/two").Is(http.StatusOK).Object(); model.Object(got, "status")["completed"] != true {
		t.Errorf("operation: %v", got)
	}
	k.Get("/applications/demo/tasks/" + id + "/details/one").Is(http.StatusOK)
	k.Get("/tasks/"+id+"/details/three").Refused(http.StatusNotFound, "Task not found (id: three)")
	k.Get("/tasks/none/details/one").Refused(http.StatusNotFound, "one")
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
