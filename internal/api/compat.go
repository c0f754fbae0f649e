package api

import "github.com/gennaker/gennaker/internal/api/rest"

// Routes lists the routes of the areas that are still here.
func Routes() []rest.Route { return (&server{}).routes() }
