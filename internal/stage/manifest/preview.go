package manifest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// ChangeAction is what a deployment would do with an object.
type ChangeAction string

// The actions of a preview.
const (
	// Create makes an object that is not there.
	Create ChangeAction = "create"
	// Update changes an object.
	Update ChangeAction = "change"
	// Nothing leaves an object as it is.
	Nothing ChangeAction = "nothing"
	// MakeAnew deletes an object and makes it anew.
	MakeAnew ChangeAction = "recreate"
	// Prune deletes an object that is no longer among the manifests.
	Prune ChangeAction = "prune"
	// Keep leaves an object that is no longer among the manifests, and says why.
	Keep ChangeAction = "keep"
)

// Change is what a deployment would do with one object.
type Change struct {
	Action     ChangeAction `json:"action"`
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Namespace  string       `json:"namespace,omitempty"`
	Name       string       `json:"name"`
	// FullName is the kind and name as Spinnaker writes them: "deployment web".
	FullName string `json:"fullName"`
	// Previous is the name of the version before, which the diff of a new one
	// is to.
	Previous string `json:"previous,omitempty"`
	// Diff is a unified diff of YAML from what is there to what would be. What
	// Secrets hold is hidden in it; that it changes is not.
	Diff string `json:"diff,omitempty"`
	// Messages are what a reader should know besides.
	Messages []string `json:"messages,omitempty"`
	// Error says why the cluster would refuse the change; "" where it would not.
	Error string `json:"error,omitempty"`
}

// Different tells whether anything would change.
func (c Change) Different() bool { return c.Action != Nothing && c.Action != Keep }

// Preview is what a deployment would do.
type Preview struct {
	Changes []Change `json:"changes"`
	// Summary counts the changes by their action, and errors.
	Summary   map[string]int `json:"summary"`
	Different bool           `json:"different"`
	Warnings  []string       `json:"warnings,omitempty"`
	// Text is all of it for people to read.
	Text string `json:"text"`
}

// newPreview adds up changes.
func newPreview(changes []Change, warnings []string) Preview {
	p := Preview{Changes: changes, Summary: map[string]int{}, Warnings: warnings}
	if p.Changes == nil {
		p.Changes = []Change{}
	}
	for _, c := range changes {
		p.Summary[string(c.Action)]++
		p.Different = p.Different || c.Different()
		if c.Error != "" {
			p.Summary["errors"]++
		}
	}
	p.Text = p.text()
	return p
}

// Errors are the reasons for which the cluster would refuse changes.
func (p Preview) Errors() []string {
	var out []string
	for _, c := range p.Changes {
		if c.Error != "" {
			out = append(out, c.Error)
		}
	}
	return out
}

// headline sums the changes up: "2 to create, 1 to change, 5 unchanged".
func (p Preview) headline() string {
	var parts []string
	for _, of := range []struct {
		action ChangeAction
		words  string
	}{
		{Create, "to create"}, {Update, "to change"}, {MakeAnew, "to recreate"}, {Prune, "to prune"},
		{Nothing, "unchanged"}, {Keep, "kept though no longer among the manifests"}, {"errors", "refused"},
	} {
		if n := p.Summary[string(of.action)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, of.words))
		}
	}
	if len(parts) == 0 {
		return "nothing to do"
	}
	return strings.Join(parts, ", ")
}

func (p Preview) text() string {
	var out strings.Builder
	out.WriteString(p.headline() + "\n")
	for _, w := range p.Warnings {
		out.WriteString("warning: " + w + "\n")
	}
	for _, c := range p.Changes {
		if c.Action == Nothing && c.Error == "" && len(c.Messages) == 0 {
			continue
		}
		where := ""
		if c.Namespace != "" {
			where = " in namespace " + c.Namespace
		}
		fmt.Fprintf(&out, "\n%s %s%s\n", c.Action, c.FullName, where)
		if c.Error != "" {
			out.WriteString("  error: " + c.Error + "\n")
		}
		for _, m := range c.Messages {
			out.WriteString("  " + m + "\n")
		}
		out.WriteString(c.Diff)
	}
	return out.String()
}

// mostDiff is how many bytes of diffs a stage keeps: what people can read, and
// a database holds with ease.
const mostDiff = 256 << 10

// short is the preview with its diffs cut to what a stage keeps.
func (p Preview) short() Preview {
	changes := slices.Clone(p.Changes)
	left, cut := mostDiff, 0
	for i := range changes {
		if len(changes[i].Diff) > left {
			changes[i].Diff = ""
			changes[i].Messages = append(slices.Clone(changes[i].Messages), "the diff is left out, as all of them together are too long")
			cut++
		}
		left -= len(changes[i].Diff)
	}
	if cut == 0 {
		return p
	}
	warning := fmt.Sprintf("%d diffs are left out, as they are too long; \"gennaker manifest plan\" shows them", cut)
	return newPreview(changes, append(slices.Clone(p.Warnings), warning))
}

// planOnly tells whether a deployment is to be planned and not carried out.
func planOnly(context map[string]any) bool { return model.Bool(context, "plan", false) }
