//go:build !linux

package confine

// bind does nothing: the kernel offers no bound on what Go takes. The process
// watches its memory itself.
func bind(int64) {}
