package health

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// What pages and stages that wait say about containers in the same words.

// ManyRestarts are so many that they are a trouble even while the container runs: the first
// crashes may be due to what it depends on starting up beside it.
const ManyRestarts = 3

// CrashLoop is the reason of a container that waits because it crashed before.
const CrashLoop = "CrashLoopBackOff"

var (
	pullFails = []string{
		"ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed",
	}
	startFails = []string{
		"CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError", "PostStartHookError",
	}
	creates = []string{"", "ContainerCreating", "PodInitializing"}
)

// PullFails tells whether a container waits, for this reason, because its image can't be had.
func PullFails(reason string) bool { return slices.Contains(pullFails, reason) }

// StartFails tells whether a container waits, for this reason, because it can't be started.
func StartFails(reason string) bool { return slices.Contains(startFails, reason) }

// Creating tells whether a container waits, for this reason, because it is being created.
func Creating(reason string) bool { return slices.Contains(creates, reason) }

// End is how a container ended.
type End struct {
	Code, Signal int64
	Reason       string
	// Message is the container's last words.
	Message string
}

// String goes on after a container's name: "ended with exit code 1 (Error): no database".
func (e End) String() string {
	text := fmt.Sprintf("ended with exit code %d", e.Code)
	if e.Signal != 0 {
		text = fmt.Sprintf("was ended by signal %d", e.Signal)
	}
	switch e.Reason {
	case "":
	case "OOMKilled":
		text += " (OOMKilled: it needs more memory than its limit)"
	default:
		text += " (" + e.Reason + ")"
	}
	if words := strings.TrimRight(strings.TrimSpace(e.Message), "."); words != "" {
		text += ": " + tail(words)
	}
	return text
}

// ending tells how a container ended.
func ending(t map[string]any) string {
	return End{number(t, "exitCode"), number(t, "signal"), model.String(t, "reason"), model.String(t, "message")}.String()
}

// Restarted goes on after how a container ended: "; it was restarted once"; "" if it never was.
func Restarted(n int64) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "; it was restarted once"
	}
	return fmt.Sprintf("; it was restarted %d times", n)
}

// tail is the end of a text, which is where the reason of a crash stands.
func tail(text string) string {
	runes := []rune(text)
	if len(runes) <= longest {
		return text
	}
	return "…" + string(runes[len(runes)-longest:])
}
