package expression

import (
	"context"
	"slices"
	"strings"
)

// Outside is what functions need from outside the evaluator. Each part may be
// nil: the functions that need it then fail and say so. All must be safe for
// concurrent use.
type Outside struct {
	URLs          URLFetcher
	Pipelines     PipelineLookup
	Applications  ApplicationLookup
	CanaryConfigs CanaryConfigLookup
	Artifacts     ArtifactStore
	Executions    ExecutionLookup
}

// The Java exceptions that Orca's lookups fail with, for a [Failure] of one of
// the parts of [Outside].
const (
	// ExceptionHTTP is for a service that refused: also for what isn't there.
	ExceptionHTTP = "com.netflix.spinnaker.kork.retrofit.exceptions.SpinnakerHttpException"
	// ExceptionNetwork is for a service that can't be reached.
	ExceptionNetwork = "com.netflix.spinnaker.kork.retrofit.exceptions.SpinnakerNetworkException"
	// ExceptionMismatch is for JSON of another form than is wanted.
	ExceptionMismatch = "com.fasterxml.jackson.databind.exc.MismatchedInputException"
	// ExceptionNoURL is for a text that is no HTTP URL.
	ExceptionNoURL = exNull
	// ExceptionRefusedURL is for a URL that may not be read.
	ExceptionRefusedURL = exArgument
	// ExceptionStatus is for a URL that answered with another status than 2xx.
	ExceptionStatus = "com.netflix.spinnaker.orca.pipeline.util.HttpClientUtils$RetryRequestException"
	// ExceptionNoHost is for a URL whose host has no address.
	ExceptionNoHost = "java.net.UnknownHostException"
	// ExceptionConnect is for a URL whose host takes no connection.
	ExceptionConnect = "java.net.ConnectException"
	// ExceptionTimeout is for a URL that answers too late.
	ExceptionTimeout = "java.net.SocketTimeoutException"
)

// URLFetcher reads texts for #fromUrl and its kin. It decides which URLs may
// be read.
type URLFetcher interface {
	// Fetch gives the body of a successful GET. An error may be a [Failure] to
	// name the Java exception that summaries are to show.
	Fetch(ctx context.Context, url string) (string, error)
}

// PipelineLookup finds stored pipelines for #pipelineId and its kin, by their
// exact names.
type PipelineLookup interface {
	PipelineID(ctx context.Context, application, name string) (id string, found bool, err error)
}

// ApplicationLookup reads stored applications for #applicationMetadata; one
// that isn't there is an error.
type ApplicationLookup interface {
	Application(ctx context.Context, name string) (map[string]any, error)
}

// CanaryConfigLookup finds canary configurations for #canaryConfigNameToId.
type CanaryConfigLookup interface {
	CanaryConfigID(ctx context.Context, name, application string) (id string, found bool, err error)
}

// ArtifactStore resolves references of the form ref://..., which stand for the
// content of embedded artifacts.
type ArtifactStore interface {
	// Reference gives the content in base64, for an execution of that application.
	Reference(ctx context.Context, uri, application string) (string, error)
}

const referencePrefix = "ref://"

// refers tells whether one of the arguments of a call may have to be replaced by what it
// refers to.
func (st *state) refers(args []any) bool {
	return st.env.outside.Artifacts != nil && slices.ContainsFunc(args, func(arg any) bool {
		text, ok := arg.(string)
		return ok && strings.HasPrefix(text, referencePrefix)
	})
}

// reference replaces a text that refers to a stored artifact.
func (st *state) reference(s string) (any, error) {
	if st.env.outside.Artifacts == nil || !strings.HasPrefix(s, referencePrefix) {
		return s, nil
	}
	answer, err := st.ask(Question{Kind: QuestionArtifact, Of: s, In: st.scope.application})
	if err != nil {
		return nil, during(err, "the artifact %s could not be read", s)
	}
	return answer.Text, nil
}
