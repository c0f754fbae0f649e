package executions_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/api/apitest"
	"github.com/gennaker/gennaker/internal/model"
)

func TestRunsAreSearched(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("shop", "deploy", object{"parameterConfig": list{object{"name": "image"}}}, apitest.WaitStage("1", 0))
	k.Pipeline("billing", "deploy", nil, apitest.WaitStage("1", 0))
	start := func(path string, body object) {
		k.Ended(apitest.IDOf(k.Post(path, body)))
	}
	for i := range 3 {
		start("/pipelines/shop/deploy", object{"parameters": object{"image": fmt.Sprintf("nginx:1.2%d", i)}})
	}
	start("/pipelines/billing/deploy", object{"type": "webhook", "artifacts": list{object{"type": "docker/image", "name": "billing", "version": "7"}}})
	start("/orchestrate", object{"application": "shop", "name": "ad hoc", "stages": list{apitest.WaitStage("1", 0)}})

	search := func(query string) (found []string, next string) {
		answer := k.Get("/runs?" + query).Is(http.StatusOK).Object()
		for _, entry := range answer["runs"].([]any) {
			e := entry.(map[string]any)
			found = append(found, strings.TrimSpace(fmt.Sprintf("%s/%s #%s %s", e["application"], e["name"], model.String(e, "number"), model.String(e, "title"))))
			require.NotEmpty(t, e["id"])
			require.NotEmpty(t, e["stages"])
		}
		return found, model.String(answer, "next")
	}
	shop := func(n int) string { return fmt.Sprintf("shop/deploy #%d nginx:1.2%d", n+1, n) }
	for query, want := range map[string][]string{
		"":                                     {"shop/ad hoc #", "billing/deploy #1 billing:7", shop(2), shop(1), shop(0)},
		"q=nginx:1.21":                         {shop(1)},
		"q=" + url.QueryEscape("NGINX #3"):     {shop(2)},
		"q=billing":                            {"billing/deploy #1 billing:7"},
		"application=SHOP&q=nginx":             {shop(2), shop(1), shop(0)},
		"pipelineName=deploy&triggers=webhook": {"billing/deploy #1 billing:7"},
		"statuses=TERMINAL":                    nil,
		"user=anonymous&q=1.20":                {shop(0)},
		"user=nobody":                          nil,
		"to=1":                                 nil,
		"from=1&application=billing":           {"billing/deploy #1 billing:7"},
	} {
		found, next := search(query)
		require.Equal(t, want, found, query)
		require.Empty(t, next, query)
	}

	// Page by page: each once.
	var all []string
	for next, pages := "", 0; ; pages++ {
		require.Less(t, pages, 4)
		var found []string
		found, next = search("size=2&after=" + next)
		all = append(all, found...)
		if next == "" {
			break
		}
	}
	require.Equal(t, []string{"shop/ad hoc #", "billing/deploy #1 billing:7", shop(2), shop(1), shop(0)}, all)

	for query, want := range map[string]string{
		"after=x":          `after: "x" is not the next of a page`,
		"from=5&to=4":      "from must not be after to",
		"size=0":           "size must be >= 1",
		"statuses=UNKNOWN": "UNKNOWN",
	} {
		require.Contains(t, k.Get("/runs?"+query).Is(http.StatusBadRequest).Text("message"), want, query)
	}
}

// Where a run is shown, it has its number and its title.
func TestRunsHaveAnIdentity(t *testing.T) {
	t.Parallel()
	k := apitest.New(t)
	k.Pipeline("shop", "deploy", nil, apitest.WaitStage("1", 0))
	var id string
	for range 2 {
		id = apitest.IDOf(k.Post("/pipelines/shop/deploy", object{"artifacts": list{object{"type": "docker/image", "name": "shop", "version": "3"}}}))
		k.Ended(id)
	}
	outline := k.Get("/pipelines/" + id + "/outline").Is(http.StatusOK).Object()
	require.Equal(t, "2", model.String(outline, "number"))
	require.Equal(t, "shop:3", outline["title"])
	// Orca's execution has neither.
	execution := k.Get("/pipelines/" + id).Is(http.StatusOK).Object()
	require.NotContains(t, execution, "number")
	require.NotContains(t, execution, "title")
}
