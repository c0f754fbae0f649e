package api

import (
	"context"
	"net/http"

	"github.com/gennaker/gennaker/internal/access"
	"github.com/gennaker/gennaker/internal/fault"
)

// AccountDefinitions are the accounts that are added, changed and removed while
// the platform runs: Clouddriver's account management. Definitions are objects
// with a type and a name; what is secret in them is never given back. Methods
// that change something are told the user's name.
type AccountDefinitions interface {
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
	Check(ctx context.Context, name string) (any, error)
	CheckDefinition(ctx context.Context, definition map[string]any) (any, error)
	// RotateKey encrypts all secrets with the key that encrypts now.
	RotateKey(ctx context.Context) (any, error)
}

// definitionLimit is how many definitions are listed where no limit is given,
// as with Clouddriver.
const definitionLimit = 100

func (s *server) accountDefinitionRoutes() []route {
	const tag = "Accounts"
	definition := ref("AccountDefinition")
	return []route{
		{
			method: http.MethodGet, path: "/credentials/type/{accountType}", name: "getAccountsByType", needs: anyone, tag: tag,
			summary: "List the accounts of a type that are stored, by name",
			params: []param{
				sized("limit", "how many; 100 where it isn't given", maxItems),
				text("startingAccountName", "the name to begin with"),
			},
			result: listOf(definition), serve: s.managing(s.listDefinitions),
		},
		{
			method: http.MethodPost, path: "/credentials", name: "createAccount", needs: administrator, tag: tag, summary: "Add an account",
			body: needs(definition), result: definition, serve: s.managing(s.createDefinition),
		},
		{
			method: http.MethodPut, path: "/credentials", name: "saveAccount", needs: administrator, tag: tag, summary: "Add or change an account",
			body: needs(definition), result: definition, serve: s.managing(s.saveDefinition),
		},
		{
			method: http.MethodPut, path: "/credentials/{account}", name: "updateAccount", needs: onAccount(access.Write), tag: tag, summary: "Change an account",
			body: needs(definition), result: definition, serve: s.managing(s.updateDefinition),
		},
		{
			method: http.MethodDelete, path: "/credentials/{account}", name: "deleteAccount", needs: onAccount(access.Write), tag: tag,
			summary: "Remove an account", serve: s.managing(s.deleteDefinition),
		},
		{
			method: http.MethodGet, path: "/credentials/{account}/history", name: "getAccountHistory", needs: onAccount(access.Read), tag: tag,
			overlaps: true, summary: "List what an account was, newest first",
			result: listOf(ref("AccountRevision")), serve: s.managing(s.definitionHistory),
		},
		{
			method: http.MethodPost, path: "/credentials/test", name: "testAccountDefinition", needs: administrator, tag: tag,
			summary: "Connect to the cluster of an account that is not stored, and tell what is missing",
			body:    needs(definition), result: ref("AccountReport"), serve: s.managing(s.testDefinition),
		},
		{
			method: http.MethodPost, path: "/credentials/{account}/test", name: "testAccount", needs: onAccount(access.Write), tag: tag,
			summary: "Connect to an account's cluster, and tell what is missing",
			result:  ref("AccountReport"), serve: s.managing(s.testAccount),
		},
		{
			method: http.MethodPost, path: "/credentials/rotateKey", name: "rotateAccountKey", needs: administrator, tag: tag,
			summary: "Encrypt the secrets of all stored accounts with the first key of secrets.encryption.keys",
			result:  schema{"type": "object"}, serve: s.managing(s.rotateKey),
		},
	}
}

// managing lets those manage accounts who may: administrators, where people
// log in (Clouddriver's account managers).
func (s *server) managing(serve func(*http.Request) (any, error)) func(*http.Request) (any, error) {
	return func(r *http.Request) (any, error) {
		if s.definitions == nil {
			return nil, fault.New(fault.NotFound, "accounts are not managed here: they are part of the configuration")
		}
		if !s.mayAdminister(r) {
			return nil, accessDenied()
		}
		return serve(r)
	}
}

func (s *server) listDefinitions(r *http.Request) (any, error) {
	q := queryOf(r)
	limit, from := q.size("limit", definitionLimit, 1, maxItems), q.text("startingAccountName")
	if err := q.err(); err != nil {
		return nil, err
	}
	return s.definitions.Definitions(r.Context(), r.PathValue("accountType"), limit, from)
}

func (s *server) createDefinition(r *http.Request) (any, error) {
	definition, err := s.object(r)
	if err != nil {
		return nil, err
	}
	return s.definitions.Create(r.Context(), definition, userOf(r).Name)
}

func (s *server) saveDefinition(r *http.Request) (any, error) {
	definition, err := s.object(r)
	if err != nil {
		return nil, err
	}
	return s.definitions.Save(r.Context(), definition, userOf(r).Name)
}

func (s *server) updateDefinition(r *http.Request) (any, error) {
	definition, err := s.object(r)
	if err != nil {
		return nil, err
	}
	return s.definitions.Update(r.Context(), r.PathValue("account"), definition, userOf(r).Name)
}

func (s *server) deleteDefinition(r *http.Request) (any, error) {
	return nil, s.definitions.Delete(r.Context(), r.PathValue("account"), userOf(r).Name)
}

func (s *server) definitionHistory(r *http.Request) (any, error) {
	return s.definitions.History(r.Context(), r.PathValue("account"))
}

func (s *server) testDefinition(r *http.Request) (any, error) {
	definition, err := s.object(r)
	if err != nil {
		return nil, err
	}
	return s.definitions.CheckDefinition(r.Context(), definition)
}

func (s *server) testAccount(r *http.Request) (any, error) {
	return s.definitions.Check(r.Context(), r.PathValue("account"))
}

func (s *server) rotateKey(r *http.Request) (any, error) { return s.definitions.RotateKey(r.Context()) }
