package trigger

import "time"

// Event is something that happened and that pipelines may be started by.
type Event struct {
	// ID tells it from all others.
	ID string
	// Type is the kind of event, such as git, webhook, build or docker.
	Type string
	// Source is where it came from: for git the host's kind, for webhooks the last part
	// of the URL.
	Source string
	// Key is the same for each delivery of the same event, such as the delivery's id, a
	// digest, or a build's number; "" if nothing tells repeats.
	Key string
	// Digest tells whether two events with the same key have the same content; "" if the
	// key alone decides.
	Digest string
	Time   time.Time
	// Content is what triggers are compared with. Its fields are those of Echo's events.
	Content map[string]any
	// Payload is the body that came; nil if the event has none to offer to pipelines.
	Payload map[string]any
	// Attributes are what came beside the body: a message's attributes, or the headers
	// of a CloudEvent, with names in lower case.
	Attributes map[string]string
	// Artifacts are those that the event brings.
	Artifacts []any
	// Proof is how the sender proves that it knows a trigger's secret.
	Proof Proof
	// Hook tells whether the event comes from the webhook that was created for its
	// repository; nil if none was.
	Hook *Hook
	// Trusted tells that nothing has to be proved: the event was replayed by somebody
	// who may start pipelines.
	Trusted bool
}

// Hook is what is known of the webhook of a repository that Gennaker has created at the
// Git host, with a secret of its own.
type Hook struct {
	// Proved tells that the event comes from it.
	Proved bool
	// Problem says why it isn't proved.
	Problem string
}
