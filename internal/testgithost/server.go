package testgithost

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Hook is a webhook of a repository.
type Hook struct {
	ID          int
	URL, Secret string
	Events      []string
	Active      bool
	// Code is the answer to its last delivery; 0 if there was none.
	Code int
}

// Repository is a repository of the host.
type Repository struct {
	// Owner and Name are its path, Namespace and Title what GitLab displays.
	Owner, Name, Namespace, Title string
	Branches                      []string
	// ReadOnly tells that nobody's credentials may manage its webhooks.
	ReadOnly bool

	dir   string
	hooks []*Hook
}

// Server is a Git host.
type Server struct {
	URL string
	// Token is what requests must bring.
	Token string

	t     *testing.T
	mu    sync.Mutex
	next  int
	repos []*Repository
	// cut is how many answers to requests that create webhooks are lost.
	cut int
	// refuse is how URLs of webhooks begin that are refused.
	refuse string
	asked  []string
}

// Start starts a host with a token, which ends with the test.
func Start(t *testing.T, token string) *Server {
	t.Helper()
	s := &Server{t: t, Token: token}
	mux := http.NewServeMux()
	for _, routes := range []map[string]http.HandlerFunc{s.gitHub("/api/v3"), s.gitHub("/api/v1"), s.gitLab(), s.cloud(), s.dataCenter()} {
		for pattern, handler := range routes {
			mux.Handle(pattern, s.guarded(handler))
		}
	}
	mux.HandleFunc("/git/", s.git)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Add adds a repository without any content.
func (s *Server) Add(r Repository) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repos = append(s.repos, &r)
}

// Cut has the host lose its answers to the next n requests that create a webhook, which it
// has created by then.
func (s *Server) Cut(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = n
}

// Refuse has the host refuse webhooks whose URLs begin so.
func (s *Server) Refuse(prefix string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = prefix
}

// Hooks lists the webhooks of a repository.
func (s *Server) Hooks(path string) []Hook {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Hook
	if r := s.find(path); r != nil {
		for _, k := range r.hooks {
			out = append(out, *k)
		}
	}
	return out
}

// AddHook adds a webhook that somebody has created by hand.
func (s *Server) AddHook(path string, k Hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.add(s.find(path), &k)
}

// Asked lists what was asked for: method and path.
func (s *Server) Asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

func (s *Server) add(r *Repository, k *Hook) {
	s.next++
	k.ID = s.next
	r.hooks = append(r.hooks, k)
}

// find gives a repository by its path, in any case; nil if there is none.
func (s *Server) find(path string) *Repository {
	for _, r := range s.repos {
		if strings.EqualFold(r.Owner+"/"+r.Name, path) {
			return r
		}
	}
	return nil
}

// listed are the repositories whose names contain a text, of one owner if the path of the
// request names one, as a host shows them.
func (s *Server) listed(text, owner string, shown func(*Repository) any) (out []any) {
	for _, r := range s.repos {
		if strings.Contains(r.Name, text) && (owner == "" || owner == r.Owner) {
			out = append(out, shown(r))
		}
	}
	return out
}

// guarded asks for the token, in each host's form.
func (s *Server) guarded(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.asked = append(s.asked, r.Method+" "+r.URL.Path)
		_, password, _ := r.BasicAuth()
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if scheme == "Basic" {
			token = password
		}
		if given := r.Header.Get("Private-Token"); given != "" {
			token = given
		}
		if token != s.Token {
			say(w, http.StatusUnauthorized, map[string]any{"message": "Bad credentials"})
			return
		}
		next(w, r)
	})
}

// repository finds the repository of a request, by the path parameters owner and name; it
// answers the request if there is none.
func (s *Server) repository(w http.ResponseWriter, r *http.Request) *Repository {
	found := s.find(r.PathValue("owner") + "/" + r.PathValue("name"))
	if found == nil {
		say(w, http.StatusNotFound, map[string]any{"message": "Not Found"})
	}
	return found
}

// hooked finds it too, if webhooks may be managed; otherwise it answers with a status.
func (s *Server) hooked(w http.ResponseWriter, found *Repository, status int) bool {
	if found != nil && found.ReadOnly {
		say(w, status, map[string]any{"message": http.StatusText(status)})
		return false
	}
	return found != nil
}

// created keeps a webhook, and answers with it, unless it is refused or the answer is to be
// lost.
func (s *Server) created(w http.ResponseWriter, found *Repository, k *Hook, shown func(*Hook) any) {
	if s.refuse != "" && strings.HasPrefix(k.URL, s.refuse) {
		say(w, http.StatusUnprocessableEntity, map[string]any{"message": "Invalid url given"})
		return
	}
	s.add(found, k)
	if s.cut > 0 {
		s.cut--
		panic(http.ErrAbortHandler)
	}
	say(w, http.StatusCreated, shown(k))
}

// one finds a webhook by its id; it answers the request if there is none.
func one(w http.ResponseWriter, found *Repository, id string) *Hook {
	for _, k := range found.hooks {
		if strconv.Itoa(k.ID) == strings.Trim(id, "{}") {
			return k
		}
	}
	say(w, http.StatusNotFound, map[string]any{"message": "Not Found"})
	return nil
}

func remove(found *Repository, k *Hook) {
	found.hooks = slices.DeleteFunc(found.hooks, func(other *Hook) bool { return other == k })
}

func say(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func read(r *http.Request, into any) { _ = json.NewDecoder(r.Body).Decode(into) }

// perPage is how many items a page has: few, so that tests see several pages.
const perPage = 2

// linked answers with a page of a list, with the next one in the header Link.
func (s *Server) linked(w http.ResponseWriter, r *http.Request, items []any) {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	page = max(page, 1)
	from, to := min((page-1)*perPage, len(items)), min(page*perPage, len(items))
	if to < len(items) {
		next := *r.URL
		query := next.Query()
		query.Set("page", strconv.Itoa(page+1))
		next.RawQuery = query.Encode()
		w.Header().Add("Link", "<"+s.URL+next.String()+`>; rel="next", <`+s.URL+`/>; rel="last"`)
	}
	say(w, http.StatusOK, slices.Concat([]any{}, items[from:to]))
}
