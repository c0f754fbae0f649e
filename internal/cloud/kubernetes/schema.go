package kubernetes

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/openapi"
	"k8s.io/kube-openapi/pkg/schemaconv"
	"k8s.io/kube-openapi/pkg/spec3"
	smd "sigs.k8s.io/structured-merge-diff/v6/schema"

	"github.com/gennaker/gennaker/internal/fault"
)

const (
	// schemasKept is how many groups' schemas are kept in memory: each takes up
	// to some megabytes, and they are rarely needed.
	schemasKept = 4
	// mostSchema is how large the schema of a group may be; those of Kubernetes
	// itself have up to two megabytes.
	mostSchema = 32 << 20
)

// kindSchema is the schema of a kind: what server-side apply knows of it.
type kindSchema struct {
	types *smd.Schema
	root  smd.TypeRef
}

// schemas are the schemas that a cluster has for its kinds, by the addresses
// of their documents, which change with their content.
type schemas struct {
	client openapi.Client

	mu   sync.Mutex
	kept map[string]*groupSchema
	used []string // the addresses, the last used last
}

// groupSchema is the schema of a version of a group.
type groupSchema struct {
	types *smd.Schema
	kinds map[string]string // names of types, by kind
}

func newSchemas(client openapi.Client) *schemas {
	return &schemas{client: client, kept: map[string]*groupSchema{}}
}

// schemaOf asks the cluster for the schema of a kind, from its OpenAPI v3
// document.
func (a *account) schemaOf(ctx context.Context, gvk schema.GroupVersionKind) (kindSchema, error) {
	conn, err := a.connect()
	if err != nil {
		return kindSchema{}, err
	}
	type answer struct {
		group *groupSchema
		err   error
	}
	done := make(chan answer, 1) // the client takes no context; its own timeout ends it
	go func() {
		group, err := conn.schemas.group(gvk.GroupVersion())
		done <- answer{group, err}
	}()
	select {
	case <-ctx.Done():
		return kindSchema{}, ctx.Err()
	case got := <-done:
		if got.err != nil {
			return kindSchema{}, a.explain(got.err, "read the schema of "+gvk.GroupVersion().String())
		}
		name, ok := got.group.kinds[gvk.Kind]
		if !ok {
			return kindSchema{}, fault.New(fault.NotFound, "account %s: its cluster has no schema of %s %s", a.config.Name, gvk.GroupVersion(), gvk.Kind)
		}
		return kindSchema{types: got.group.types, root: smd.TypeRef{NamedType: &name}}, nil
	}
}

func (s *schemas) group(gv schema.GroupVersion) (*groupSchema, error) {
	paths, err := s.client.Paths()
	if err != nil {
		return nil, err
	}
	path := "apis/" + gv.String()
	if gv.Group == "" {
		path = "api/" + gv.Version
	}
	at, ok := paths[path]
	if !ok {
		return nil, fault.New(fault.NotFound, "the cluster has no schema of %s", gv)
	}
	address := at.ServerRelativeURL()
	if known := s.known(address); known != nil {
		return known, nil
	}
	data, err := at.Schema("application/json")
	if err != nil {
		return nil, err
	}
	group, err := readSchema(data)
	if err == nil {
		s.keep(address, group)
	}
	return group, err
}

func (s *schemas) known(address string) *groupSchema {
	s.mu.Lock()
	defer s.mu.Unlock()
	group := s.kept[address]
	if group != nil {
		s.used = append(slices.DeleteFunc(s.used, func(have string) bool { return have == address }), address)
	}
	return group
}

func (s *schemas) keep(address string, group *groupSchema) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[address] = group
	s.used = append(slices.DeleteFunc(s.used, func(have string) bool { return have == address }), address)
	for len(s.used) > schemasKept {
		delete(s.kept, s.used[0])
		s.used = s.used[1:]
	}
}

// readSchema reads an OpenAPI v3 document.
func readSchema(data []byte) (*groupSchema, error) {
	if len(data) > mostSchema {
		return nil, fault.New(fault.TooLarge, "the schema has %d bytes; the most is %d", len(data), mostSchema)
	}
	var document spec3.OpenAPI
	if err := json.Unmarshal(data, &document); err != nil {
		return nil, fault.New(fault.Internal, "the schema can't be read: %w", err)
	}
	if document.Components == nil {
		return nil, fault.New(fault.Internal, "the schema describes no kinds")
	}
	types, err := schemaconv.ToSchemaFromOpenAPI(document.Components.Schemas, false)
	if err != nil {
		return nil, fault.New(fault.Internal, "the schema can't be read: %w", err)
	}
	group := &groupSchema{types: types, kinds: map[string]string{}}
	for name, model := range document.Components.Schemas {
		kinds, _ := model.Extensions["x-kubernetes-group-version-kind"].([]any)
		for _, entry := range kinds {
			gvk, _ := entry.(map[string]any)
			kindName, _ := gvk["kind"].(string)
			// Kinds such as DeleteOptions are of all groups.
			if kindName != "" && (len(kinds) == 1 || strings.HasSuffix(name, "."+kindName)) {
				group.kinds[kindName] = name
			}
		}
	}
	return group, nil
}
