package frontfifty

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// nameRule is what a cloud lets an application be called.
type nameRule struct {
	longest int
	pattern *regexp.Regexp
}

// nameRules are Orca's, by cloud provider.
var nameRules = map[string]nameRule{
	"appengine":    {58, regexp.MustCompile(`^[a-z0-9]*$`)},
	"aws":          {250, regexp.MustCompile(`^[a-zA-Z_0-9.]*$`)},
	"dcos":         {127, regexp.MustCompile(`^[a-z0-9]*$`)},
	"gce":          {63, regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9]*)?$`)},
	"kubernetes":   {63, regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9-]*)$`)},
	"openstack":    {250, regexp.MustCompile(`^[a-zA-Z_0-9.]*$`)},
	"titus":        {250, regexp.MustCompile(`^[a-zA-Z_0-9.]*$`)},
	"tencentcloud": {50, regexp.MustCompile(`^[a-zA-Z_0-9.\x{4e00}-\x{9fa5}-]*$`)},
}

// checkApplication tells what is wrong with an application, a sentence each:
// Front50's validators and Orca's rules of names.
func checkApplication(app model.Application) []string {
	var problems []string
	if strings.TrimSpace(model.String(app, "email")) == "" {
		problems = append(problems, "Application must have a non-empty email")
	}
	name := app.Name()
	for provider := range strings.SplitSeq(model.String(app, "cloudProviders"), ",") {
		provider = strings.TrimSpace(provider)
		rule, ok := nameRules[provider]
		if !ok || (rule.pattern.MatchString(name) && len([]rune(name)) <= rule.longest) {
			continue
		}
		problems = append(problems, fmt.Sprintf(
			"Invalid application name '%s': for cloud provider '%s' it must match %s and have at most %d characters",
			name, provider, rule.pattern, rule.longest))
	}
	return problems
}
