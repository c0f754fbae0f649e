package testlog_test

import (
	"log/slog"
	"testing"

	"github.com/gennaker/gennaker/internal/testlog"
)

// Something that outlives its test may log: the race detector finds nothing.
func TestWhatOutlivesATestMayLog(t *testing.T) {
	t.Parallel()
	logged, ended := make(chan struct{}), make(chan struct{})
	t.Run("a test", func(t *testing.T) {
		log := testlog.New(t, slog.LevelInfo)
		log.Info("while it runs")
		go func() {
			defer close(logged)
			for {
				select {
				case <-ended:
					log.Info("after its end")
					return
				default:
					log.Info("at any time")
				}
			}
		}()
	})
	close(ended)
	<-logged
}
