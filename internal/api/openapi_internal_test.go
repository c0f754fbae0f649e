package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/rest"
)

// Areas bring their schemas; a name that is taken is refused, so that none is lost.
func TestSchemasOfAreas(t *testing.T) {
	t.Parallel()
	found, err := components([]rest.Area{{}, {Schemas: []byte(`{"Greeting": {"type": "object"}}`)}})
	require.NoError(t, err)
	require.Contains(t, found, "Greeting")
	require.Contains(t, found, "Error", "what areas share")
	for name, schemas := range map[string]string{
		`two schemas are named "Error"`: `{"Error": {}}`,
		"schemas of an area":            `[`,
	} {
		_, err := components([]rest.Area{{Schemas: []byte(schemas)}})
		require.ErrorContains(t, err, name)
	}
}

func TestRoutesOfOneNameAreRefused(t *testing.T) {
	t.Parallel()
	_, err := New(Options{Areas: []rest.Area{
		{Routes: []rest.Route{{Method: "GET", Path: "/x", Name: "x", Needs: rest.Anyone}}},
		{Routes: []rest.Route{{Method: "GET", Path: "/y", Name: "x", Needs: rest.Anyone}}},
	}})
	require.ErrorContains(t, err, `GET /x and GET /y are both named "x"`)
}
