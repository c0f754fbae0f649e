package model

// Size subtracts about how many bytes a value has as JSON from what is left, and
// stops when nothing is.
func Size(value any, left int) int {
	if left < 0 {
		return left
	}
	switch v := value.(type) {
	case nil, bool, int, int64, float64:
		return left - 8
	case string:
		return left - len(v) - 2
	case Trigger:
		return Size(map[string]any(v), left)
	case map[string]any:
		for key, item := range v {
			if left = Size(item, left-len(key)-4); left < 0 {
				break
			}
		}
		return left
	case []any:
		for _, item := range v {
			if left = Size(item, left-1); left < 0 {
				break
			}
		}
		return left
	case []map[string]any:
		for _, item := range v {
			if left = Size(item, left-1); left < 0 {
				break
			}
		}
		return left
	case []string:
		for _, item := range v {
			left -= len(item) + 3
		}
		return left
	}
	// What is rare: types of the stages' own.
	text, err := Marshal(value)
	if err != nil {
		return left // storing it fails
	}
	return left - len(text)
}

// Size is about how many bytes the execution's trigger and its stages' contexts
// and outputs have as JSON.
func (e *Execution) Size() int {
	if e == nil {
		return 0
	}
	const most = 1 << 40
	left := Size(e.Trigger, most)
	for _, s := range e.Stages {
		left = Size(s.Outputs, Size(s.Context, left))
	}
	return most - left
}
