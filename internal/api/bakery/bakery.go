// Package bakery is the area of the API about machine images: the base images to choose
// from, and how bakes are doing.
package bakery

import (
	"context"
	_ "embed"
	"html"
	"io"
	"net/http"

	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/imagebakery"
	"github.com/gennaker/gennaker/internal/imagebakery/recipe"
)

// Bakery knows base images and bakes; an [imagebakery.Service] does.
type Bakery interface {
	BaseImages() []recipe.ProviderOptions
	Status(ctx context.Context, id string) (imagebakery.Status, error)
	Log(ctx context.Context, id string, from int) (text string, ended bool, err error)
}

//go:embed schemas.json
var schemasJSON []byte

type area struct{ bakery Bakery }

// New returns the area. Without a bakery, there are no base images and no bakes.
func New(bakery Bakery) rest.Area {
	a := &area{bakery}
	return rest.Area{Routes: a.routes(), Schemas: schemasJSON}
}

func (a *area) routes() []rest.Route {
	const tag = "Builds"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/bakery/options", Name: "getBakeOptions", Needs: rest.Anyone, Tag: tag,
			Summary: "List the base images for bakes", Result: rest.ListOf(rest.Ref("BakeOptions")),
			Serve: func(*http.Request) (any, error) { return a.options(), nil },
		},
		{
			Method: http.MethodGet, Path: "/bakery/options/{cloudProvider}", Name: "getBakeOptionsOfProvider", Needs: rest.Anyone, Tag: tag,
			Summary: "List a provider's base images", Result: rest.Ref("BakeOptions"), Serve: a.ofProvider,
		},
		{
			Method: http.MethodGet, Path: "/bakery/logs/{region}/{statusId}", Name: "getBakeLogs", Needs: rest.Anyone, Tag: tag,
			Summary: "Get a bake's log, as a page", Produces: "text/html", Result: rest.Schema{"type": "string"}, Raw: a.page,
		},
		{
			Method: http.MethodGet, Path: "/bakery/bakes/{id}", Name: "getBake", Needs: rest.Anyone, Tag: tag,
			Params:  []rest.Param{rest.Integer("from", "the byte of the log to begin at")},
			Summary: "Get how a bake is doing, and its log from a byte on", Result: rest.Ref("Bake"), Serve: a.bake,
		},
	}
}

func (a *area) options() []recipe.ProviderOptions {
	if a.bakery == nil {
		return []recipe.ProviderOptions{}
	}
	return a.bakery.BaseImages()
}

func (a *area) ofProvider(r *http.Request) (any, error) {
	name := r.PathValue("cloudProvider")
	for _, o := range a.options() {
		if o.CloudProvider == name {
			return o, nil
		}
	}
	return nil, fault.New(fault.NotFound, "there are no base images for the cloud provider %s", fault.Short(name))
}

// page answers as Gate does: with a piece of a page.
func (a *area) page(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("statusId")
	if a.bakery == nil {
		return missing(id)
	}
	text, _, err := a.bakery.Log(r.Context(), id, 0)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'")
	_, err = io.WriteString(w, "<pre>"+html.EscapeString(text)+"</pre>")
	_ = err // the client is gone
	return nil
}

func missing(id string) error {
	return fault.New(fault.NotFound, "there is no bake %s", fault.Short(id))
}

// state is how a bake is doing.
type state struct {
	ID     string `json:"id"`
	State  string `json:"state"`
	Result string `json:"result,omitempty"`
	// Failure says why it failed.
	Failure string `json:"failure,omitempty"`
	Log     string `json:"log"`
	// Next is where the log goes on.
	Next int `json:"next"`
}

// mostLog is how many bytes a log may have.
const mostLog = 1 << 30

func (a *area) bake(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	from := q.Size("from", 0, 0, mostLog)
	if err := q.Err(); err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if a.bakery == nil {
		return nil, missing(id)
	}
	// In this order: the log of one that has ended is complete.
	found, err := a.bakery.Status(r.Context(), id)
	if err != nil {
		return nil, err
	}
	text, _, err := a.bakery.Log(r.Context(), id, from)
	if err != nil {
		return nil, err
	}
	return state{found.ID, found.State, found.Result, found.Failure, text, from + len(text)}, nil
}
