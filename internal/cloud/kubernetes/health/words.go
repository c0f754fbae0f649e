package health

// What several sentences have in common, in the number that fits.

func verb(n int64, noun, one, more string) string {
	if n == 1 {
		return count(n, noun) + " " + one
	}
	return count(n, noun) + " " + more
}

func podsAre(n int64) string            { return verb(n, "pod", "is", "are") }
func podsRun(n int64) string            { return verb(n, "pod", "runs", "run") }
func have(n int64, noun string) string  { return verb(n, noun, "has", "have") }
func waits(n int64, noun string) string { return verb(n, noun, "has yet", "have yet") }
