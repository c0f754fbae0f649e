// Package applications is the area of the API about applications and projects, and the
// search for either.
package applications

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/store"
)

func (a *area) applicationRoutes() []rest.Route {
	const tag = "Applications"
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/applications", Name: "getAllApplications", Needs: rest.Anyone, Tag: tag,
			Summary: "List the applications, each with its attributes",
			Params: []rest.Param{
				rest.Text("account", "only applications with something in this account"),
				rest.Text("owner", "only applications of this email address"),
			},
			Result: rest.ListOf(rest.Ref("ApplicationAttributes")), Serve: a.listApplications,
		},
		{
			Method: http.MethodGet, Path: "/applications/{application}", Name: "getApplication", Needs: rest.OnApplication(access.Read), Tag: tag,
			Summary: "Get an application with its attributes and clusters",
			Params:  []rest.Param{rest.Boolean("expand", "include the clusters; default: true")},
			Result:  rest.Ref("Application"), Serve: a.getApplication,
		},
		{
			Method: http.MethodGet, Path: "/applications/{application}/history", Name: "getApplicationHistory", Needs: rest.OnApplication(access.Read), Tag: tag,
			Summary: "List the revisions of an application's attributes, newest first",
			Params:  []rest.Param{rest.Sized("limit", "maximum number; default: 20", rest.MaxRevisions)},
			Result:  rest.ListOf(rest.Ref("ApplicationAttributes")), Serve: a.applicationHistory,
		},
	}
}

func (a *area) listApplications(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	stored, err := a.store.ApplicationsJSON(r.Context(), store.ApplicationFilter{})
	if err != nil {
		return nil, err
	}
	accounts := a.applicationAccounts(r.Context())
	rows := make([]applicationRow, 0, len(stored)+len(accounts))
	known := make(map[string]bool, len(stored))
	for _, document := range stored {
		row := applicationRow{name: strings.ToLower(gjson.Get(document, "name").String()), document: document}
		known[row.name] = true
		rows = append(rows, row)
	}
	for name := range accounts {
		if !known[name] {
			rows = append(rows, applicationRow{name: name, document: "{}"})
		}
	}
	slices.SortFunc(rows, func(a, b applicationRow) int { return cmp.Compare(a.name, b.name) })
	account, owner := strings.ToLower(q.Text("account")), q.Text("owner")
	out := rest.RawListFor(stored)
	for _, row := range rows {
		if owner != "" && !strings.EqualFold(gjson.Get(row.document, "email").String(), owner) {
			continue
		}
		in := strings.Join(accounts[row.name], ",")
		if account != "" && !slices.Contains(strings.Split(strings.ToLower(cmp.Or(in, gjson.Get(row.document, "accounts").String())), ","), account) {
			continue
		}
		if out, err = row.appendTo(out, in); err != nil {
			return nil, err
		}
		out = append(out, ',')
	}
	return out.End(), nil
}

// applicationRow is an application in a list: its name in lower case, and what
// is stored of it.
type applicationRow struct{ name, document string }

// appendTo appends what attributesOf makes of the application.
func (a applicationRow) appendTo(out []byte, accounts string) ([]byte, error) {
	var set []rest.Member
	if was := gjson.Get(a.document, "name"); was.Type != gjson.String || was.Str != a.name {
		name, err := model.Marshal(a.name)
		if err != nil {
			return nil, fmt.Errorf("write application %s: %w", a.name, err)
		}
		set = append(set, rest.Member{Name: "name", Value: string(name)})
	}
	if !gjson.Get(a.document, "trafficGuards").Exists() {
		set = append(set, rest.Member{Name: "trafficGuards", Value: "[]"})
	}
	if accounts != "" {
		text, err := model.Marshal(accounts)
		if err != nil {
			return nil, fmt.Errorf("write application %s: %w", a.name, err)
		}
		set = append(set, rest.Member{Name: "accounts", Value: string(text)})
	}
	return rest.AppendWith(out, a.document, set...), nil
}

func (a *area) getApplication(r *http.Request) (any, error) {
	q, name := rest.QueryOf(r), strings.ToLower(r.PathValue("application"))
	expand := q.Boolean("expand", true)
	if err := q.Err(); err != nil {
		return nil, err
	}
	app, err := a.store.Application(r.Context(), name)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	accounts := a.applicationAccounts(r.Context())[name]
	if app == nil {
		if len(accounts) == 0 {
			return nil, fault.New(fault.NotFound, "Application not found (id: %s)", r.PathValue("application"))
		}
		app = model.Application{"name": name}
	}
	clusters := map[string][]map[string]any{}
	if expand && a.clouds != nil {
		found, err := a.clouds.ApplicationClusters(r.Context(), name)
		if err != nil {
			a.log.WarnContext(r.Context(), "can't list an application's clusters", "application", name, "error", err)
		} else if found != nil {
			clusters = found
		}
	}
	return map[string]any{"name": name, "attributes": attributesOf(app, accounts), "clusters": clusters}, nil
}

func (a *area) applicationHistory(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	limit := q.Size("limit", 20, 1, rest.MaxRevisions)
	if err := q.Err(); err != nil {
		return nil, err
	}
	history, err := a.store.ApplicationHistory(r.Context(), r.PathValue("application"), limit)
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
func (a *area) applicationAccounts(ctx context.Context) map[string][]string {
	if a.clouds == nil {
		return nil
	}
	accounts, err := a.clouds.ApplicationAccounts(ctx)
	if err != nil {
		a.log.WarnContext(ctx, "can't list the accounts of applications", "error", err)
		return nil
	}
	return accounts
}
