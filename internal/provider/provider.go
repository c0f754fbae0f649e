// Package provider is the shape of everything that people add accounts of:
// clouds and sources of artifacts, and whatever else there will be.
//
// A [Provider] says which types of accounts it has, each with a JSON Schema, and
// checks and uses them. Package account keeps the accounts and serves all
// providers alike; a new one is a line in the composition root. Whoever uses a
// provider's accounts defines the small interfaces that it needs of them.
package provider

import "context"

// Provider has accounts. It is safe for concurrent use.
type Provider interface {
	// Types are the types of accounts that it has, by name.
	Types() []Type
	// Configured are the accounts of the configuration, which nobody changes
	// while the program runs.
	Configured() []Key
	// Validate tells everything that is wrong with an account that a user of the
	// API gives, or that such an account may not do; each error begins with the
	// field's name.
	Validate(account Definition) []error
	// Use makes these the accounts that are used beside those of the
	// configuration: all of them or, with an error, none.
	Use(stored []Definition) error
	// Check connects with an account that is valid, or that is configured, and
	// tells what is missing. An error means that the check could not be made.
	Check(ctx context.Context, account Definition) (Result, error)
}

// Type is a type of accounts.
type Type struct {
	// Name is the accounts' type: "kubernetes".
	Name string
	// Title is what people call an account of the type: "Kubernetes account".
	Title string
	// Section is where the configuration has accounts of the type:
	// "kubernetes.accounts".
	Section string
	// Fields describe an account: an object's JSON Schema (2020-12). Secrets are
	// writeOnly.
	Fields map[string]any
	// Ignored are fields that are taken and have no meaning here.
	Ignored []string
	// BoundTo are, by the field of a secret, the fields that say who gets it:
	// whoever changes one of them must give the secret anew.
	BoundTo map[string][]string
	// Closed is why no accounts of the type can be added; "" where they can.
	Closed string
}

// Key names an account.
type Key struct{ Type, Name string }

// Definition is an account as it is stored: a JSON object.
type Definition struct {
	Key
	// Fields are all its fields but the type, with the secrets in their places;
	// nil for an account of the configuration.
	Fields map[string]any
}

// Result is what a check has found. It is written as JSON, as a [Report] and
// whatever the provider adds.
type Result interface {
	// Passed says that nothing is missing.
	Passed() bool
	// Found is the part that the results of all providers have.
	Found() Report
}

// Report is the part of a [Result] that all have.
type Report struct {
	Account string `json:"account"`
	// OK says that all that pipelines need can be done.
	OK bool `json:"ok"`
	// Steps are what was looked at, in order.
	Steps []Step `json:"steps"`
	// Limited says that what is missing keeps the account only from some of what
	// pipelines do.
	Limited bool `json:"-"`
}

// Passed implements [Result].
func (r Report) Passed() bool { return r.OK }

// Found implements [Result].
func (r Report) Found() Report { return r }

// The outcomes of a step.
const (
	StepOK      = "ok"
	StepFailed  = "failed"
	StepSkipped = "skipped"
)

// Step is one thing that was looked at.
type Step struct {
	Name string `json:"name"`
	// Status is "ok", "failed", or "skipped" where an earlier step has failed.
	Status string `json:"status"`
	// Detail says what was found, and where it failed, what to do.
	Detail string `json:"detail"`
}
