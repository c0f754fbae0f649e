package rest

import (
	"fmt"
	"net/http"
	"strings"
)

// Area is a part of the API: the routes of what belongs together.
type Area struct {
	Routes []Route
	// Schemas is a JSON object with the schemas, by their names, that the routes
	// refer to by [Ref], save for those that several areas share: package schemas has
	// these.
	Schemas []byte
}

// Route is one endpoint: what the multiplexer serves and what the OpenAPI
// document says of it.
type Route struct {
	Method, Path string
	// Name is the operation's id in the document, unique among all.
	Name string
	// Needs is what who calls it must be allowed to do.
	Needs   Need
	Tag     string
	Summary string
	Params  []Param
	// Body describes the request's body; nil if none is read.
	Body *Body
	// Status is the answer's status when all goes well; 200 if unset.
	Status int
	// Result is the schema of the answer's body; nil for an empty one.
	Result Schema
	// Produces is the answer's content type; JSON if unset.
	Produces string
	// Deprecated marks paths kept for old clients.
	Deprecated bool
	// Serve gives the answer's body, written as JSON; nil writes none. A
	// [*Listing] is sent while it is read.
	Serve func(r *http.Request) (any, error)
	// Raw, set in place of Serve, writes the answer itself; if it returns an error,
	// it must not have begun to.
	Raw func(w http.ResponseWriter, r *http.Request) error
	// Refused is the status of a route that answers nothing but an error.
	Refused int
	// Overlaps marks a route that is looked at after all others, since another
	// one's pattern overlaps its own and neither is the narrower.
	Overlaps bool
	// Everywhere says that "*" for the application stands for all of them.
	Everywhere bool
	// Endless routes have no time limit: they end with the client or the server.
	Endless bool
}

// PathParams lists the names in the path's braces.
func (rt Route) PathParams() []string {
	var out []string
	for segment := range strings.SplitSeq(rt.Path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok && name != "$}" {
			out = append(out, strings.TrimSuffix(strings.TrimSuffix(name, "}"), "..."))
		}
	}
	return out
}

// Param is a query parameter of a route. Path parameters follow from the path.
type Param struct {
	Name     string
	Kind     string // "string", "integer" or "boolean"
	About    string
	Required bool
}

// Text is a parameter that may be any text.
func Text(name, about string) Param { return Param{Name: name, Kind: "string", About: about} }

// Integer is a parameter that is a whole number.
func Integer(name, about string) Param { return Param{Name: name, Kind: "integer", About: about} }

// Sized is the size of a list; more than the most counts as the most.
func Sized(name, about string, most int) Param {
	return Integer(name, fmt.Sprintf("%s, at most %d", about, most))
}

// Boolean is a parameter that is true or false.
func Boolean(name, about string) Param { return Param{Name: name, Kind: "boolean", About: about} }

// RequiredParam is the parameter as one that must be given.
func RequiredParam(p Param) Param {
	p.Required = true
	return p
}

// Body is what a route reads: a JSON document.
type Body struct {
	Schema   Schema
	Required bool
}

// RequiredBody is a body that must be there.
func RequiredBody(s Schema) *Body { return &Body{Schema: s, Required: true} }

// OptionalBody is a body that may be missing.
func OptionalBody(s Schema) *Body { return &Body{Schema: s} }

// Schema is a JSON Schema, or another part of the OpenAPI document.
type Schema map[string]any

// Ref is the schema of that name in the document.
func Ref(name string) Schema { return Schema{"$ref": "#/components/schemas/" + name} }

// ListOf is the schema of a list of such items.
func ListOf(item Schema) Schema { return Schema{"type": "array", "items": item} }
