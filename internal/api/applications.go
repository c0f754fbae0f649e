package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (s *server) applicationRoutes() []route {
	const tag = "Applications"
	return []route{
		{
			method: http.MethodGet, path: "/applications", name: "getAllApplications", tag: tag,
			summary: "List the applications, each with its attributes",
			params: []param{
				text("account", "only applications with something in this account"),
				text("owner", "only applications of this email address"),
			},
			result: listOf(ref("ApplicationAttributes")), serve: s.listApplications,
		},
		{
			method: http.MethodGet, path: "/applications/{application}", name: "getApplication", tag: tag,
			summary: "Get an application with its attributes and clusters",
			params:  []param{boolean("expand", "with the clusters; true where it isn't given")},
			result:  ref("Application"), serve: s.getApplication,
		},
		{
			method: http.MethodGet, path: "/applications/{application}/history", name: "getApplicationHistory", tag: tag,
			summary: "List the earlier states of an application's attributes, newest first",
			params:  []param{integer("limit", "how many; 20 where it isn't given")},
			result:  listOf(ref("ApplicationAttributes")), serve: s.applicationHistory,
		},
	}
}

func (s *server) listApplications(r *http.Request) (any, error) {
	q := queryOf(r)
	stored, err := s.store.Applications(r.Context(), store.ApplicationFilter{})
	if err != nil {
		return nil, err
	}
	accounts := s.applicationAccounts(r.Context())
	out := make([]map[string]any, 0, len(stored))
	known := make(map[string]bool, len(stored))
	for _, app := range stored {
		attributes := attributesOf(app, accounts[strings.ToLower(app.Name())])
		known[model.String(attributes, "name")] = true
		out = append(out, attributes)
	}
	for name, names := range accounts {
		if !known[name] {
			out = append(out, attributesOf(model.Application{"name": name}, names))
		}
	}
	account, owner := q.text("account"), q.text("owner")
	out = slices.DeleteFunc(out, func(app map[string]any) bool {
		if account != "" && !slices.Contains(strings.Split(strings.ToLower(model.String(app, "accounts")), ","), strings.ToLower(account)) {
			return true
		}
		return owner != "" && !strings.EqualFold(model.String(app, "email"), owner)
	})
	slices.SortFunc(out, func(a, b map[string]any) int {
		return cmp.Compare(model.String(a, "name"), model.String(b, "name"))
	})
	return out, nil
}

func (s *server) getApplication(r *http.Request) (any, error) {
	q, name := queryOf(r), strings.ToLower(r.PathValue("application"))
	expand := q.boolean("expand", true)
	if err := q.err(); err != nil {
		return nil, err
	}
	app, err := s.store.Application(r.Context(), name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	accounts := s.applicationAccounts(r.Context())[name]
	if app == nil {
		if len(accounts) == 0 {
			return nil, fault.New(fault.NotFound, "Application not found (id: %s)", r.PathValue("application"))
		}
		app = model.Application{"name": name}
	}
	clusters := map[string][]map[string]any{}
	if expand && s.inventory != nil {
		found, err := s.inventory.ApplicationClusters(r.Context(), name)
		if err != nil {
			s.log.WarnContext(r.Context(), "can't list an application's clusters", "application", name, "error", err)
		} else if found != nil {
			clusters = found
		}
	}
	return map[string]any{"name": name, "attributes": attributesOf(app, accounts), "clusters": clusters}, nil
}

func (s *server) applicationHistory(r *http.Request) (any, error) {
	q := queryOf(r)
	limit := q.count("limit", 20, 1)
	if err := q.err(); err != nil {
		return nil, err
	}
	history, err := s.store.ApplicationHistory(r.Context(), r.PathValue("application"), limit)
	if err != nil {
		return nil, err
	}
	out := make([]map[string]any, 0, len(history))
	for _, revision := range history {
		if !revision.Deleted {
			out = append(out, attributesOf(revision.Body, nil))
		}
	}
	return out, nil
}

// attributesOf is an application as Gate merges it from Front50 and the clouds:
// the name in lower case, the accounts from what is running.
func attributesOf(app model.Application, accounts []string) map[string]any {
	out := model.Merge(map[string]any{"trafficGuards": []any{}}, app)
	out["name"] = strings.ToLower(app.Name())
	if len(accounts) > 0 {
		out["accounts"] = strings.Join(accounts, ",")
	}
	return out
}

// applicationAccounts tells where applications run. A cloud that doesn't answer
// must not take the list of applications away.
func (s *server) applicationAccounts(ctx context.Context) map[string][]string {
	if s.inventory == nil {
		return nil
	}
	accounts, err := s.inventory.ApplicationAccounts(ctx)
	if err != nil {
		s.log.WarnContext(ctx, "can't list the accounts of applications", "error", err)
		return nil
	}
	return accounts
}
