// Package providertest tests providers: every provider of accounts runs
// [Suite].
package providertest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/provider"
)

// Kit is what the suite needs of a provider.
type Kit struct {
	// Provider has a configured account, Configured, and allows stored ones.
	Provider   provider.Provider
	Configured provider.Key
	// Good are accounts that are valid, one of each type at least.
	Good []provider.Definition
	// Refused are accounts that a user of the API may not have, by the beginning
	// of the error that says why.
	Refused map[string]provider.Definition
	// Used are the names of the accounts that the provider uses now.
	Used func() []string
}

// Suite tests what all providers have in common.
func Suite(t *testing.T, k Kit) {
	t.Helper()
	t.Run("its types are described", k.types)
	t.Run("good accounts are valid, and fit their schema", k.good)
	t.Run("an account without a field that its schema requires is refused", k.required)
	t.Run("unknown fields and wrong types are refused", k.wrong)
	t.Run("what an account of the API may not have is refused", k.refused)
	t.Run("stored accounts are used beside the configured ones, and are gone again", k.used)
	t.Run("a check tells of each step", k.checked)
}

func (k Kit) types(t *testing.T) {
	types := k.Provider.Types()
	require.NotEmpty(t, types)
	require.True(t, slices.IsSortedFunc(types, func(a, b provider.Type) int { return strings.Compare(a.Name, b.Name) }), "by name")
	for _, one := range types {
		require.NotEmpty(t, one.Name)
		require.NotEmpty(t, one.Title)
		require.NotEmpty(t, one.Section)
		require.Empty(t, one.Closed)
		schema(t, one)
		known := provider.Names(one.Fields)
		require.Contains(t, known, "name", one.Name)
		properties, _ := one.Fields["properties"].(map[string]any)
		for _, name := range known {
			p, _ := properties[name].(map[string]any)
			require.NotEmpty(t, p["description"], "%s.%s has no description", one.Name, name)
		}
		for secret, fields := range one.BoundTo {
			require.Contains(t, one.Secrets(), secret, "%s binds what is no secret", one.Name)
			for _, field := range fields {
				require.Contains(t, known, field, "%s binds %s to what is no field", one.Name, secret)
			}
		}
	}
}

// schema compiles a type's schema.
func schema(t *testing.T, one provider.Type) *jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(one.Fields)
	require.NoError(t, err)
	var document any
	require.NoError(t, json.Unmarshal(text, &document))
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("account.json", document))
	compiled, err := compiler.Compile("account.json")
	require.NoError(t, err, one.Name)
	return compiled
}

func (k Kit) required(t *testing.T) {
	byName := map[string]provider.Type{}
	for _, one := range k.Provider.Types() {
		byName[one.Name] = one
	}
	for _, account := range k.Good {
		fields, _ := byName[account.Type].Fields["required"].([]string)
		for _, field := range fields {
			without := provider.Definition{Key: account.Key, Fields: maps.Clone(account.Fields)}
			delete(without.Fields, field)
			require.Contains(t, fmt.Sprint(k.Provider.Validate(without)), field, "%s without %s", account.Type, field)
		}
	}
}

func (k Kit) good(t *testing.T) {
	seen := map[string]bool{}
	for _, account := range k.Good {
		require.Empty(t, k.Provider.Validate(account), account.Name)
		seen[account.Type] = true
	}
	for _, one := range k.Provider.Types() {
		require.True(t, seen[one.Name], "there is no good account of type %s", one.Name)
		compiled := schema(t, one)
		for _, account := range k.Good {
			if account.Type == one.Name {
				require.NoError(t, compiled.Validate(account.Fields), account.Name)
			}
		}
	}
}

func (k Kit) wrong(t *testing.T) {
	for _, account := range k.Good {
		for name, fields := range map[string]map[string]any{
			"no such field": with(account.Fields, "noSuchField", "x"), "name: is a number": with(account.Fields, "name", json.Number("7")),
		} {
			wrong := account
			wrong.Fields = fields
			errs := k.Provider.Validate(wrong)
			require.Len(t, errs, 1, "%s: %s", account.Type, name)
			require.ErrorContains(t, errs[0], name)
			require.Equal(t, fault.Invalid, fault.KindOf(errs[0]))
			require.Error(t, k.Provider.Use([]provider.Definition{wrong}))
		}
	}
}

func with(fields map[string]any, name string, value any) map[string]any {
	out := map[string]any{name: value}
	for key, kept := range fields {
		if key != name {
			out[key] = kept
		}
	}
	return out
}

func (k Kit) refused(t *testing.T) {
	for want, account := range k.Refused {
		errs := k.Provider.Validate(account)
		require.NotEmpty(t, errs, want)
		require.ErrorContains(t, errs[0], want)
	}
}

func (k Kit) used(t *testing.T) {
	before := k.Used()
	require.Contains(t, before, k.Configured.Name)
	require.Contains(t, k.Provider.Configured(), k.Configured)
	require.NoError(t, k.Provider.Use(k.Good))
	for _, account := range k.Good {
		require.Contains(t, k.Used(), account.Name)
	}
	require.Contains(t, k.Used(), k.Configured.Name)
	require.NotContains(t, k.Provider.Configured(), k.Good[0].Key, "a stored account is not the configuration's")
	require.NoError(t, k.Provider.Use(nil))
	require.Equal(t, before, k.Used())
}

func (k Kit) checked(t *testing.T) {
	for _, account := range append(slices.Clone(k.Good), provider.Definition{Key: k.Configured}) {
		result, err := k.Provider.Check(t.Context(), account)
		require.NoError(t, err, account.Name)
		text, err := json.Marshal(result)
		require.NoError(t, err)
		var report provider.Report
		require.NoError(t, json.Unmarshal(text, &report))
		require.Equal(t, account.Name, report.Account)
		require.Equal(t, result.Passed(), report.OK)
		require.NotEmpty(t, report.Steps)
		failed := false
		for _, step := range report.Steps {
			require.NotEmpty(t, step.Name)
			require.NotEmpty(t, step.Detail, step.Name)
			require.Contains(t, []string{provider.StepOK, provider.StepFailed, provider.StepSkipped}, step.Status)
			failed = failed || step.Status == provider.StepFailed
		}
		require.Equal(t, !failed, report.OK, "%s: it is fine unless a step failed", account.Name)
	}
	_, err := k.Provider.Check(t.Context(), provider.Definition{Key: provider.Key{Type: k.Configured.Type, Name: "no-such-account"}})
	require.Equal(t, fault.NotFound, fault.KindOf(err))
}
