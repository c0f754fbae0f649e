package accounts

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	stored "github.com/gennaker/gennaker/internal/account"
	"github.com/gennaker/gennaker/internal/api/rest"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
)

// Definitions are the accounts that are added, changed and removed while
// the platform runs: Clouddriver's account management. Definitions are objects
// with a type and a name; what is secret in them is never given back. Methods
// that change something are told the user's name.
type Definitions interface {
	// Types are the types of accounts that there are, by name.
	Types() []provider.Type
	// Definitions lists the accounts of a type, by name, from a name on.
	Definitions(ctx context.Context, accountType string, limit int, from string) ([]map[string]any, error)
	Create(ctx context.Context, definition map[string]any, user string) (map[string]any, error)
	// Save creates or replaces an account; Update replaces one that is there.
	Save(ctx context.Context, definition map[string]any, user string) (map[string]any, error)
	Update(ctx context.Context, name string, definition map[string]any, user string) (map[string]any, error)
	Delete(ctx context.Context, name, user string) error
	// History lists what the account was, newest first.
	History(ctx context.Context, name string) ([]map[string]any, error)
	// Check connects to the account's cloud and reports what is missing;
	// CheckDefinition does so for an account that is not stored. The report is
	// written as JSON.
	Check(ctx context.Context, name string) (provider.Result, error)
	CheckDefinition(ctx context.Context, definition map[string]any) (provider.Result, error)
	// RotateKey encrypts all secrets with the key that encrypts now.
	RotateKey(ctx context.Context) (*stored.Rotation, error)
}

// definitionLimit is how many definitions are listed where no limit is given,
// as with Clouddriver.
const definitionLimit = 100

func (a *area) definitionRoutes() []rest.Route {
	const tag = "Accounts"
	definition := rest.Ref("AccountDefinition")
	return []rest.Route{
		{
			Method: http.MethodGet, Path: "/credentials/types", Name: "getAccountTypes", Needs: rest.Anyone, Tag: tag,
			Summary: "List the types of accounts that can be stored, with the JSON Schema of their fields",
			Result:  rest.ListOf(rest.Ref("AccountType")), Serve: a.managing(a.listTypes),
		},
		{
			Method: http.MethodGet, Path: "/credentials/type/{accountType}", Name: "getAccountsByType", Needs: rest.Anyone, Tag: tag,
			Summary: "List the stored accounts of a type, by name",
			Params: []rest.Param{
				rest.Sized("limit", "maximum number; default: 100", rest.MaxItems),
				rest.Text("startingAccountName", "the first part of the name"),
			},
			Result: rest.ListOf(definition), Serve: a.managing(a.listDefinitions),
		},
		{
			Method: http.MethodPost, Path: "/credentials", Name: "createAccount", Needs: rest.Administrator, Tag: tag, Summary: "Add an account",
			Body: rest.RequiredBody(definition), Result: definition, Serve: a.managing(a.createDefinition),
		},
		{
			Method: http.MethodPut, Path: "/credentials", Name: "saveAccount", Needs: rest.Administrator, Tag: tag, Summary: "Add or change an account",
			Body: rest.RequiredBody(definition), Result: definition, Serve: a.managing(a.saveDefinition),
		},
		{
			Method: http.MethodPut, Path: "/credentials/{account}", Name: "updateAccount", Needs: rest.OnAccount(access.Write), Tag: tag, Summary: "Change an account",
			Body: rest.RequiredBody(definition), Result: definition, Serve: a.managing(a.updateDefinition),
		},
		{
			Method: http.MethodDelete, Path: "/credentials/{account}", Name: "deleteAccount", Needs: rest.OnAccount(access.Write), Tag: tag,
			Summary: "Remove an account", Serve: a.managing(a.deleteDefinition),
		},
		{
			Method: http.MethodGet, Path: "/credentials/{account}/history", Name: "getAccountHistory", Needs: rest.OnAccount(access.Read), Tag: tag,
			Overlaps: true, Summary: "List the revisions of an account, newest first",
			Result: rest.ListOf(rest.Ref("AccountRevision")), Serve: a.managing(a.definitionHistory),
		},
		{
			Method: http.MethodPost, Path: "/credentials/test", Name: "testAccountDefinition", Needs: rest.Administrator, Tag: tag,
			Summary: "Test the connection to a cluster with an account that is not stored",
			Body:    rest.RequiredBody(definition), Result: rest.Ref("AccountReport"), Serve: a.managing(a.testDefinition),
		},
		{
			Method: http.MethodPost, Path: "/credentials/{account}/test", Name: "testAccount", Needs: rest.OnAccount(access.Write), Tag: tag,
			Summary: "Test the connection to an account's cluster",
			Result:  rest.Ref("AccountReport"), Serve: a.managing(a.testAccount),
		},
		{
			Method: http.MethodPost, Path: "/credentials/rotateKey", Name: "rotateAccountKey", Needs: rest.Administrator, Tag: tag,
			Summary: "Encrypt the secrets of all stored accounts again, with the first key of secrets.encryption.keys",
			Result:  rest.Schema{"type": "object"}, Serve: a.managing(a.rotateKey),
		},
	}
}

// managing lets those manage accounts who may: administrators, where people
// log in (Clouddriver's account managers).
func (a *area) managing(serve func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		if a.definitions == nil {
			return nil, fault.New(fault.NotFound, "accounts can't be changed here: they are part of the configuration")
		}
		if !rest.Administers(r) {
			return nil, rest.AccessDenied()
		}
		return serve(r)
	}
}

func (a *area) listTypes(*http.Request) (any, error) {
	types := a.definitions.Types()
	out := make([]map[string]any, len(types))
	for i, t := range types {
		out[i] = map[string]any{"type": t.Name, "title": t.Title, "section": t.Section, "schema": t.Fields}
		if t.Closed != "" {
			out[i]["closed"] = t.Closed
		}
	}
	return out, nil
}

func (a *area) listDefinitions(r *http.Request) (any, error) {
	q := rest.QueryOf(r)
	limit, from := q.Size("limit", definitionLimit, 1, rest.MaxItems), q.Text("startingAccountName")
	if err := q.Err(); err != nil {
		return nil, err
	}
	return a.definitions.Definitions(r.Context(), r.PathValue("accountType"), limit, from)
}

func (a *area) createDefinition(r *http.Request) (any, error) {
	definition, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	return a.definitions.Create(r.Context(), definition, rest.User(r).Name)
}

func (a *area) saveDefinition(r *http.Request) (any, error) {
	definition, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	return a.definitions.Save(r.Context(), definition, rest.User(r).Name)
}

func (a *area) updateDefinition(r *http.Request) (any, error) {
	definition, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	return a.definitions.Update(r.Context(), r.PathValue("account"), definition, rest.User(r).Name)
}

func (a *area) deleteDefinition(r *http.Request) (any, error) {
	return nil, a.definitions.Delete(r.Context(), r.PathValue("account"), rest.User(r).Name)
}

func (a *area) definitionHistory(r *http.Request) (any, error) {
	return a.definitions.History(r.Context(), r.PathValue("account"))
}

func (a *area) testDefinition(r *http.Request) (any, error) {
	definition, err := rest.Object(r)
	if err != nil {
		return nil, err
	}
	return a.definitions.CheckDefinition(r.Context(), definition)
}

func (a *area) testAccount(r *http.Request) (any, error) {
	return a.definitions.Check(r.Context(), r.PathValue("account"))
}

func (a *area) rotateKey(r *http.Request) (any, error) { return a.definitions.RotateKey(r.Context()) }
