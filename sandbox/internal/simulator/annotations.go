package simulator

// Annotations of a pod (usually set in a pod template) that say how its
// simulation behaves.
const (
	prefix = "sandbox.gennaker.io/"

	// AnnotationBehavior is one of crash-loop, image-pull-error, fail, never-ready.
	AnnotationBehavior = prefix + "behavior"
	// AnnotationContainer names the one container that misbehaves; by default all do.
	AnnotationContainer = prefix + "container"
	// AnnotationExitCode is the exit code of containers that fail or crash; 1 by default.
	AnnotationExitCode = prefix + "exit-code"
	// AnnotationMessage is what a container that fails or crashes leaves as its last words.
	AnnotationMessage = prefix + "message"
	// AnnotationLogs is the log of the pod's containers. With "." and a
	// container's name added, it is the log of that container.
	AnnotationLogs = prefix + "logs"
)
