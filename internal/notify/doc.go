// Package notify says who is told of what, and in which words: what Echo's
// notification agents and services do, apart from sending. It does no I/O.
//
// An [Event] is a step in an execution's life. [Due] gives the preferences, of the
// application, the pipeline or the stage, that ask to be told of it. A [Message] is
// what others ask to be sent, such as that a judgment is due, with its templates. The
// channels below this package turn both into what Slack, a mail server and the others
// want to see.
package notify
