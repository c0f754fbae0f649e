package echo

import (
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// decodedResponse is the body of a case's response.
func decodedResponse(c *Case) any {
	if c.Response == nil {
		return nil
	}
	return decoded(c.Response.Body)
}

// cronDifferences are those about cron expressions.
func cronDifferences() []difference {
	return []difference{
		{
			of: func(c *Case) bool {
				lists, _ := decodedResponse(c).(map[string]any)
				return isCronActions(c) && len(c.Steps) == 0 && c.Request.Method == http.MethodGet && len(model.List(lists, "manuallyCreated")) > 0
			},
			reason: "the case can't be played alone: it lists scheduled actions that were made before it began",
		},
		{
			of: func(c *Case) bool { return isCronNext(c) && strings.Contains(c.Expression, "H(") },
			reason: "H with a range stands for a number in that range, as in Jenkins: Echo puts any number before the parenthesis, " +
				"which Quartz ignores",
		},
		{
			of: func(c *Case) bool {
				texts := strings.Fields(c.Expression)
				return isCronNext(c) && len(texts) > 3 && strings.Contains(texts[3], "W") && strings.ContainsAny(strings.Join(texts[:3], ""), "*/,-")
			},
			reason: "on a weekday nearest to a day (W), it fires at all its times: Quartz loses those before the hour that it is asked at, " +
				"and the later ones if the weekday comes after the day",
		},
		{
			of: func(c *Case) bool {
				if !isCronValidate(c) || c.Response.Status == http.StatusOK {
					return false
				}
				// What Quartz refuses is called an invalid expression.
				words := len(strings.Fields(cronAsked(c)))
				return (words == 6 || words == 7) && !strings.Contains(string(c.Response.Body), "Invalid CRON expression")
			},
			reason: "an expression that Quartz takes is valid: Echo refuses those that it can't put into words, such as with two spaces in a row",
		},
	}
}
