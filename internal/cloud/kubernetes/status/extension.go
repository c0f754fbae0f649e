package status

import (
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"

	"github.com/gennaker/gennaker/internal/stage/manifest"
)

// resourceDefinition waits until objects of the kind can be created, which
// clouddriver does not.
func resourceDefinition(o object) manifest.Status {
	if c, ok := o.find("NamesAccepted", "False"); ok {
		return failed(c.words("The names are not accepted"))
	}
	if _, ok := o.find("Established", "True"); ok {
		return stable()
	}
	if c, ok := o.find("Established", "False"); ok && c.reason != "Installing" {
		return failed(c.words("The definition can't be established"))
	}
	return unavailable("Waiting for the definition to be established")
}

// custom asks kstatus, which knows the conventions that custom resources
// follow: observedGeneration and the conditions Ready, Reconciling and Stalled.
func custom(o object) manifest.Status {
	// Kstatus reads numbers of one type only.
	content, err := manifest.PlainObject(o)
	if err != nil {
		return stable()
	}
	result, err := status.Compute(&unstructured.Unstructured{Object: content})
	if err != nil {
		// A status of another shape follows no convention, so there is nothing
		// to wait for.
		return stable()
	}
	switch result.Status {
	case status.InProgressStatus:
		return unstable(or(result.Message, "Waiting for the resource to be ready"))
	case status.FailedStatus:
		return failed(or(result.Message, "The resource has failed"))
	case status.TerminatingStatus:
		return unavailable(or(result.Message, "The resource is being deleted"))
	}
	return stable()
}

func or(message, otherwise string) string {
	if message == "" {
		return otherwise
	}
	return message
}
