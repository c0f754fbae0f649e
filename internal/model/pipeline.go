package model

// Pipeline is a pipeline's configuration. Every key that came in is kept and
// given back; the methods read the ones that are needed.
type Pipeline map[string]any

// ID is the configuration's id.
func (p Pipeline) ID() string { return String(p, "id") }

// Name is the pipeline's name, unique in its application.
func (p Pipeline) Name() string { return String(p, "name") }

// Application is the name of the application the pipeline belongs to.
func (p Pipeline) Application() string { return String(p, "application") }

// Index is the pipeline's place in its application's list; large where unset.
func (p Pipeline) Index() int64 {
	if n, ok := Int(p, "index"); ok {
		return n
	}
	return 1 << 30
}

// Disabled tells whether the pipeline may not be started.
func (p Pipeline) Disabled() bool { return Bool(p, "disabled", false) }

// Application is what Front50 keeps of an application: a name and attributes.
// Every key that came in is kept and given back.
type Application map[string]any

// Name is the application's name, in lower case as Front50 looks it up.
func (a Application) Name() string { return String(a, "name") }
