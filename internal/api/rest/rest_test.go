package rest_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

func queryOf(query string) *rest.Query {
	return rest.QueryOf(httptest.NewRequest(http.MethodGet, "/?"+query, http.NoBody))
}

// A query tells of all that is wrong with it at once.
func TestQuery(t *testing.T) {
	t.Parallel()
	q := queryOf("n=7&big=99999999999&yes=ON&list=a,,b&list=+c&statuses=RUNNING,TERMINAL")
	require.EqualValues(t, 7, q.Integer("n", 1, 0))
	require.EqualValues(t, 1, q.Integer("missing", 1, 0))
	require.Equal(t, 100, q.Size("big", 1, 0, 100), "more than the most counts as the most")
	require.True(t, q.Boolean("yes", false))
	require.True(t, q.Boolean("missing", true))
	require.Equal(t, []string{"a", "b", "c"}, q.List("list"))
	require.Equal(t, []model.Status{model.Running, model.Terminal}, q.Statuses())
	require.NoError(t, q.Err())

	q = queryOf("n=x&low=-1&yes=perhaps&statuses=NONE")
	q.Integer("n", 1, 0)
	q.Count("low", 1, 0)
	q.Boolean("yes", false)
	q.Statuses()
	q.Problemf("%s is required", "id")
	err := q.Err()
	require.Equal(t, fault.Invalid, fault.KindOf(err))
	require.EqualError(t, err, `n: "x" is not a whole number; low must be >= 0: low=-1; yes: "perhaps" is neither true nor false; statuses: there is no status "NONE"; id is required`)
}

func TestNeedsFollowFromPaths(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]rest.Need{
		"/pipelines/{id}/stream":               rest.OnExecution(access.Read),
		"/tasks/{id}/stream":                   rest.OnExecution(access.Read),
		"/applications/{application}/jobs/{x}": rest.OnApplication(access.Read),
		"/instances/{account}/{region}":        rest.OnAccount(access.Read),
		"/version":                             rest.Anyone,
	} {
		require.Equal(t, want, rest.InItsPath(access.Read, path), path)
	}
	require.Equal(t, rest.Undeclared, rest.Need{}.On, "a need that was forgotten")
	require.Equal(t, []string{"id", "rest"}, rest.Route{Path: "/a/{id}/b/{rest...}"}.PathParams())
	require.Empty(t, rest.Route{Path: "/{$}"}.PathParams())
}

func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	s := rest.NewStreams(1, time.Minute, done)
	require.NoError(t, s.Enter())
	require.Equal(t, fault.Unavailable, fault.KindOf(s.Enter()))
	s.Leave()
	require.NoError(t, s.Enter())

	ctx, cancel := s.UntilDone(httptest.NewRequest(http.MethodGet, "/", http.NoBody))
	defer cancel()
	require.NoError(t, ctx.Err())
	close(done)
	<-ctx.Done()
}

// Without a session, as outside of the API, nobody is known and nothing is refused.
func TestWithoutASession(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	require.Empty(t, rest.User(r))
	who, err := rest.Caller(r)
	require.NoError(t, err)
	require.Empty(t, who)
	require.False(t, rest.Administers(r))
	require.NoError(t, rest.PermitOnExecution(r, access.Execute, "x"))

	var asked rest.Need
	r = r.WithContext(rest.WithSession(r.Context(), rest.Session{
		User: access.Principal{Name: "ann"}, Administers: true,
		Permit: func(_ *http.Request, n rest.Need) error { asked = n; return rest.AccessDenied() },
	}))
	require.Equal(t, "ann", rest.User(r).Name)
	require.True(t, rest.Administers(r))
	require.Equal(t, fault.Forbidden, fault.KindOf(rest.PermitOnExecution(r, access.Execute, "x")))
	require.Equal(t, "x", asked.ID)
	require.Equal(t, rest.OfExecution, asked.On)
	require.Empty(t, asked.Parameter, "the path names another")
}

func TestOutside(t *testing.T) {
	t.Parallel()
	require.Equal(t, "told", rest.Outside(fault.New(fault.Invalid, "told")))
	require.Nil(t, rest.OrNull(""))
	require.Equal(t, "x", *rest.OrNull("x"))
	require.NotNil(t, rest.OrEmpty[int](nil))
	require.Equal(t, `["a"]`, string(append(rest.RawListFor([]string{`"a"`}), `"a",`...).End()))
	require.Equal(t, `[]`, string(rest.NewRawList(0).End()))
}
