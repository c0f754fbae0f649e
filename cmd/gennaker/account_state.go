package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/cli"
	"github.com/gennaker/gennaker/internal/client"
	"github.com/gennaker/gennaker/internal/model"
)

// accountKey names an account: accounts of different types may have the same name.
type accountKey struct{ kind, name string }

// states are what a server knows of how its accounts are.
type states map[accountKey][]client.AccountCondition

// accountStates asks for them. Another Gate has none.
func accountStates(ctx context.Context, c *client.Client) (states, error) {
	found, err := c.AccountStates(ctx)
	if err != nil && !client.IsNotFound(err) {
		return nil, err
	}
	out := states{}
	for _, one := range found {
		out[accountKey{one.Type, one.Name}] = one.Conditions
	}
	return out, nil
}

// add adds to an account how it is, if that is known.
func (s states) add(account map[string]any) (known bool) {
	conditions, known := s[keyOfAccount(account)]
	if known {
		account["conditions"] = conditions
	}
	return known
}

func keyOfAccount(account map[string]any) accountKey {
	return accountKey{model.String(account, "type"), model.String(account, "name")}
}

// tell adds to accounts how they are, and those that there are besides.
func (s states) tell(accounts []map[string]any) []map[string]any {
	left := maps.Clone(s)
	for _, account := range accounts {
		s.add(account)
		delete(left, keyOfAccount(account))
	}
	compare := func(a, b accountKey) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name)) }
	for _, key := range slices.SortedFunc(maps.Keys(left), compare) {
		accounts = append(accounts, map[string]any{"name": key.name, "type": key.kind, "conditions": left[key]})
	}
	return accounts
}

// conditionsOf are an account's, by type.
func conditionsOf(account map[string]any) map[string]client.AccountCondition {
	out := map[string]client.AccountCondition{}
	list, _ := account["conditions"].([]client.AccountCondition)
	for _, condition := range list {
		out[condition.Type] = condition
	}
	return out
}

// longestWhy is how much a list shows of why an account isn't ready.
const longestWhy = 100

// stateOf is how an account is, in a few words.
func stateOf(account map[string]any) string {
	ready := conditionsOf(account)["Ready"]
	switch {
	case ready.Status == "True" && ready.Message != "":
		return "ready; " + shortWhy(ready.Message)
	case ready.Status == "True":
		return "ready"
	case ready.Status == "False":
		return "not ready since " + cli.Time(ready.LastTransitionTime.UnixMilli()) + ": " + shortWhy(ready.Message)
	}
	return "not checked yet"
}

func shortWhy(text string) string {
	letters := []rune(text)
	if len(letters) <= longestWhy {
		return text
	}
	return strings.TrimSpace(string(letters[:longestWhy])) + "..."
}

// attributesOf is an account as a table, with how it is at the end.
func attributesOf(account map[string]any) cli.Table {
	plain := maps.Clone(account)
	delete(plain, "conditions")
	out := attributes(plain)
	conditions := conditionsOf(account)
	for _, name := range []string{"Ready", "Reachable", "Authorized"} {
		condition, ok := conditions[name]
		if !ok {
			continue
		}
		text := fmt.Sprintf("%s since %s", condition.Status, cli.Time(condition.LastTransitionTime.UnixMilli()))
		if condition.Message != "" {
			text += ": " + condition.Message
		}
		out.Rows = append(out.Rows, []string{name, text})
	}
	return out
}
