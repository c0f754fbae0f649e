package view

// Waiting is an object that somebody waits for although something is wrong with it, such
// as a Deployment whose containers crash.
type Waiting struct {
	Account  string `json:"account"`
	Location string `json:"location,omitempty"`
	// Name is the kind and the name: "deployment web".
	Name string `json:"name"`
	// Reason is a reason as in [HealthStatus], such as CrashLoopBackOff; Message says
	// what is wrong.
	Reason  string `json:"reason"`
	Message string `json:"message"`
}
