package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gennaker/gennaker/internal/provider"
	"github.com/gennaker/gennaker/internal/resource"
)

// The conditions of an account, beside [resource.Ready]: whether pipelines can work with
// it at all.
const (
	// Reachable says whether what is behind the account answers.
	Reachable = "Reachable"
	// Authorized says whether it takes the credentials, and lets the account do all that
	// pipelines may need.
	Authorized = "Authorized"
)

// Reasons of an account's conditions. Those of failed steps are the step's name with
// "Failed": ConnectionFailed.
const (
	// CheckPassed says that all that was looked at is as it should be.
	CheckPassed = "CheckPassed"
	// NotChecked says that something before it has failed.
	NotChecked = "NotChecked"
	// PermissionsMissing says that the account may not do all that pipelines may need.
	PermissionsMissing = "PermissionsMissing"
	// InvalidDefinition says that the account is stored and can't be used.
	InvalidDefinition = "InvalidDefinition"
	// NotConfigured says that the process that looked knows no such account: its
	// configuration is another one.
	NotConfigured = "NotConfigured"
)

// How often accounts are looked at: by the clock, while they are not as they should be, and
// for how long at most. Watches that break have them looked at too.
const (
	checkEvery   = 10 * time.Minute
	firstRecheck = 10 * time.Second
	lastRecheck  = 5 * time.Minute
	longestCheck = time.Minute
	mostChecks   = 8
)

// Kind is the kind of the accounts' resources.
func (s *Service) Kind() resource.Kind {
	return resource.Kind{
		Name: ResourceKind, Reconciler: reconciler{s}, Every: checkEvery, Timeout: longestCheck,
		FirstRetry: firstRecheck, LongestRetry: lastRecheck, Most: mostChecks,
	}
}

// reconciler looks how accounts are. There is nothing to make of what is wanted but to use
// it, which all processes do by themselves.
type reconciler struct{ s *Service }

// Reconcile implements [resource.Reconciler].
func (r reconciler) Reconcile(ctx context.Context, one resource.Resource) (resource.Result, error) {
	s, key := r.s, keyOf(one.Name)
	if err := s.Load(ctx); err != nil { // another process may have changed it
		return resource.Result{}, err
	}
	if problem := s.problemOf(key); problem != "" {
		return notReady(InvalidDefinition, problem)
	}
	account, k, ok := s.inUse(key)
	if !ok {
		return notReady(NotConfigured, "the process that checked the account has a different configuration, which doesn't contain the account")
	}
	found, err := k.provider.Check(ctx, account)
	if err != nil {
		return notReady("CheckFailed", k.masked(account, err.Error()))
	}
	report := found.Found()
	for i := range report.Steps {
		report.Steps[i].Detail = k.masked(account, report.Steps[i].Detail)
	}
	conditions := conditionsOf(report)
	ready := conditions[0]
	if ready.Status == resource.True {
		return resource.Result{Conditions: conditions}, nil
	}
	return resource.Result{Conditions: conditions}, errors.New(ready.Message)
}

// notReady is the result of a look that came to nothing.
func notReady(reason, message string) (resource.Result, error) {
	unknown := func(conditionType string) resource.Condition {
		return resource.Condition{Type: conditionType, Status: resource.Unknown, Reason: NotChecked}
	}
	return resource.Result{Conditions: []resource.Condition{
		{Type: resource.Ready, Status: resource.False, Reason: reason, Message: message}, unknown(Reachable), unknown(Authorized),
	}}, errors.New(message)
}

// aspects are the conditions that the steps of a check are about. Other steps are only
// about whether the account is ready.
var aspects = map[string]string{
	"connection": Reachable, "agent": Reachable,
	"credentials": Authorized, "authentication": Authorized, "kinds": Authorized, "permissions": Authorized,
}

// conditionsOf makes conditions of what a check has found: Ready, and then the others.
func conditionsOf(report provider.Report) []resource.Condition {
	out := []resource.Condition{
		{Type: resource.Ready, Status: resource.True, Reason: CheckPassed},
		{Type: Reachable, Status: resource.True, Reason: CheckPassed},
		{Type: Authorized, Status: resource.True, Reason: CheckPassed},
	}
	of := func(conditionType string) *resource.Condition {
		return &out[slices.IndexFunc(out, func(c resource.Condition) bool { return c.Type == conditionType })]
	}
	for _, step := range report.Steps {
		var c *resource.Condition
		if aspect := aspects[step.Name]; aspect != "" {
			c = of(aspect)
		}
		switch {
		case step.Status == provider.StepFailed:
			reason := reasonOf(step.Name)
			if report.Limited {
				reason = PermissionsMissing
			}
			ready := of(resource.Ready)
			*ready = resource.Condition{Type: resource.Ready, Status: resource.False, Reason: reason, Message: step.Detail}
			if report.Limited {
				ready.Status = resource.True
			}
			if c != nil {
				*c = resource.Condition{Type: c.Type, Status: resource.False, Reason: reason, Message: step.Detail}
			}
		case c == nil || c.Status == resource.False:
		case step.Status == provider.StepSkipped:
			c.Status, c.Reason, c.Message = resource.Unknown, NotChecked, step.Detail
		case c.Status == resource.True:
			c.Message = strings.TrimPrefix(c.Message+"; "+step.Detail, "; ")
		}
	}
	if !report.OK && of(resource.Ready).Reason == CheckPassed { // no step says why
		of(resource.Ready).Status, of(resource.Ready).Reason = resource.False, "CheckFailed"
	}
	return out
}

// reasonOf is a step's name as a reason: "connection" is ConnectionFailed.
func reasonOf(step string) string {
	word := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, step)
	if word == "" {
		return "CheckFailed"
	}
	return strings.ToUpper(word[:1]) + word[1:] + "Failed"
}

// shortestSecret is how long a text must be to be taken out of messages: shorter ones are
// in many words.
const shortestSecret = 6

// masked is a text without the account's secrets, which errors from outside might repeat.
func (k kind) masked(account provider.Definition, text string) string {
	for _, secret := range k.SecretTexts(account.Fields) {
		if len(secret) >= shortestSecret {
			text = strings.ReplaceAll(text, secret, hidden)
		}
	}
	return text
}

// problemOf is why the stored account of a key is not in use as it is stored; "" where it
// is, or where it is none.
func (s *Service) problemOf(key provider.Key) string {
	if s.configured[key] {
		return ""
	}
	return s.problem(key.Name)
}

// inUse is the account of a key: a stored one, or one of the configuration.
func (s *Service) inUse(key provider.Key) (provider.Definition, kind, bool) {
	k, ok := s.kinds()[key.Type]
	if !ok {
		return provider.Definition{}, k, false
	}
	if s.configured[key] {
		return provider.Definition{Key: key}, k, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.known[key.Name]
	return l.account, k, ok && l.account.Key == key
}
