package status

import "github.com/gennaker/gennaker/internal/stage/manifest"

// job is stable when it has completed. Where clouddriver counts the pods that
// have succeeded, the Job's own word that it is complete counts here too, for
// Jobs whose success policy asks for fewer.
func job(o object) manifest.Status {
	if !o.reported() {
		return unreported()
	}
	completions, ok := o.number("spec", "completions")
	if !ok {
		completions = 1
	}
	if o.count("status", "succeeded") >= completions {
		return stable()
	}
	if _, ok := o.find("Complete", "True"); ok {
		return stable()
	}
	if c, ok := o.find("Failed", "True"); ok {
		return failed(c.words("The job has failed"))
	}
	return unstable("Waiting for jobs to finish")
}

// cronJob is stable as soon as it is there; its Jobs come when they are due.
func cronJob(object) manifest.Status { return stable() }
