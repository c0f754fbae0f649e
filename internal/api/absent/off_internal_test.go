package absent

import "testing"

func TestParametersBelongToPathsThatAreOff(t *testing.T) {
	t.Parallel()
	there := map[string]bool{}
	for _, rt := range offRoutes() {
		there[rt.Method+" "+rt.Path] = true
	}
	for path := range offParams {
		if !there[path] {
			t.Errorf("there are parameters of %s, which is not off", path)
		}
	}
}
