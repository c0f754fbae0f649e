package execution

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
)

// defaultMaxDepth is how many executions may start each other in a chain unless
// the configuration says otherwise.
const defaultMaxDepth = 10

// namedInChain is how many executions of a chain an error names.
const namedInChain = 12

// link is an execution of a chain in which each has started the next.
type link struct{ id, name string }

// checkDepth refuses a child whose chain of ancestors is as long as a chain may
// be, which is how pipelines that start themselves are stopped. Orca lets them
// continue forever.
func (s *Service) checkDepth(parent *model.Execution, child model.Pipeline) error {
	chain := []link{{child.ID(), fullName(child.Application(), child.Name())}}
	for parent := parentSummary(parent); parent != nil; {
		chain = append(chain, link{
			model.String(parent, "pipelineConfigId"),
			fullName(model.String(parent, "application"), model.String(parent, "name")),
		})
		parent = model.Object(model.Object(parent, "trigger"), "parentExecution")
	}
	if len(chain) <= s.maxDepth {
		return nil
	}
	slices.Reverse(chain)
	return fault.New(fault.Invalid, "Pipeline %s can't be started: it would be the %s execution in a chain of pipelines that start each other, "+
		"and engine.maxPipelineDepth allows %d. %s", chain[len(chain)-1].name, ordinal(len(chain)), s.maxDepth, describe(chain))
}

// describe names the circle that a chain runs in, or the whole chain if no
// pipeline comes twice.
func describe(chain []link) string {
	last := len(chain) - 1
	for i := last - 1; i >= 0; i-- {
		if chain[i] == chain[last] {
			return "They form a circle: " + names(chain[i:]) + ". " +
				"Remove one of the stages that start them, or make it conditional."
		}
	}
	return "The chain: " + names(chain) + "."
}

// names writes a chain in the order in which it was started; the middle of a
// long one is left out.
func names(chain []link) string {
	out := make([]string, 0, len(chain))
	for i, l := range chain {
		if len(chain) > namedInChain && i == namedInChain/2 {
			out = append(out, fmt.Sprintf("(%d more)", len(chain)-namedInChain))
		}
		if len(chain) <= namedInChain || i < namedInChain/2 || i >= len(chain)-namedInChain/2 {
			out = append(out, l.name)
		}
	}
	return strings.Join(out, " > ")
}

func fullName(application, name string) string {
	if name == "" {
		name = "(unnamed)"
	}
	return application + "/" + fault.Short(name)
}

func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, suffix)
}
