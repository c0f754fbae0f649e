package pipelines_test

// object and list are what JSON looks like in tests.
type (
	object = map[string]any
	list   = []any
)
