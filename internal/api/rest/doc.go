// Package rest is what the areas of the API are written with: how a route is
// declared, and how its handler reads the request (who asks, the parameters, the
// body) and gives the answer.
//
// A handler returns a value or an error; package api, which mounts the areas,
// writes either. This package knows no area.
package rest
